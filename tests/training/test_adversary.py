"""The discriminator trains the postnet, and sees neither padding nor low bands."""

from __future__ import annotations

import torch
from torch import nn

from tts.training.adversary import Adversary

N_MELS = 16
MASK = torch.ones(2, 32, dtype=torch.bool)


def spectrograms(seed: int) -> torch.Tensor:
    return torch.randn(2, N_MELS + 2, 32, generator=torch.Generator().manual_seed(seed))


def test_each_loss_trains_its_own_network() -> None:
    adversary, refined = Adversary(N_MELS), spectrograms(0).requires_grad_()
    judgement = adversary.judge(refined, spectrograms(1), spectrograms(2), MASK)
    (judgement.fooled + judgement.features).backward(retain_graph=True)
    assert refined.grad is not None
    assert refined.grad.abs().sum() > 0
    assert all(parameter.grad is None for parameter in adversary.parameters())
    before = refined.grad.clone()
    judgement.judge.backward()
    assert torch.equal(refined.grad, before)
    assert all(parameter.grad is not None for parameter in adversary.parameters())


def test_only_the_upper_bands_are_judged() -> None:
    adversary, refined = Adversary(N_MELS), spectrograms(0).requires_grad_()
    judgement = adversary.judge(refined, spectrograms(1), spectrograms(2), MASK)
    (judgement.fooled + judgement.features).backward()
    assert refined.grad is not None
    touched = refined.grad.abs().sum(dim=(0, 2)) > 0
    assert touched.tolist() == [False] * 8 + [True] * 8 + [False] * 2  # the source is not judged


def test_padding_is_not_judged() -> None:
    adversary, mask = Adversary(N_MELS), MASK.clone()
    mask[1, 16:] = False
    one, other = spectrograms(0), spectrograms(0)
    other[1, :, 16:] = 1e3
    target, predicted = spectrograms(1), spectrograms(2)
    torch.testing.assert_close(
        adversary.judge(one, target, predicted, mask), adversary.judge(other, target, predicted, mask)
    )


def test_any_number_of_frames_is_judged() -> None:
    adversary = Adversary(N_MELS)
    for frames in (1, 2, 3, 5, 31):
        mel, mask = spectrograms(0)[:, :, :frames], MASK[:, :frames]
        assert torch.isfinite(torch.stack(list(adversary.judge(mel, mel, mel, mask)))).all()


def test_what_was_blurred_is_sharpened() -> None:
    """Make detail that no filter can predict: the best average is no detail."""
    torch.manual_seed(0)
    adversary, gain = Adversary(N_MELS), nn.Parameter(torch.tensor(0.0))
    optimizer = torch.optim.Adam([{"params": [gain]}, {"params": adversary.parameters()}], 0.01, betas=(0.5, 0.9))
    for step in range(100):
        noise, target = spectrograms(2 * step), spectrograms(2 * step + 1)
        blurred = torch.zeros_like(target)
        refined = gain * noise
        judgement = adversary.judge(refined, target, blurred, MASK)
        optimizer.zero_grad()
        (judgement.judge + judgement.fooled).backward()
        optimizer.step()
    assert abs(gain.item()) > 0.5
