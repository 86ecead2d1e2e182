"""The sound of a spectrum network's output is what the vocoder makes of it, and its loss is that of two sounds."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.taught import AUDIO
from tts.audio.inverse import StreamingInverse
from tts.audio.pulses import PulseSpectra
from tts.model.spectrum import Parts
from tts.training.sound_loss import render, sound_loss

FRAMES = 300
QUIET = -30.0  # log magnitude of a part that is not heard


def pulses(f0: float) -> torch.Tensor:
    spectra = PulseSpectra(AUDIO)
    spectra.push(np.full(FRAMES, f0, np.float32))
    spectra.finish()
    return torch.from_numpy(spectra.take(FRAMES))[None]


def parts(harmonic: float = QUIET, noise: float = QUIET, free: float = QUIET) -> Parts:
    def full(value: float) -> torch.Tensor:
        return torch.full((1, FRAMES, AUDIO.n_freqs), value)

    return Parts(full(harmonic), full(1.0), full(0.0), full(noise), full(free), full(0.0), full(1.0))


VOICED = torch.ones(1, FRAMES)


def test_pulses_sound_as_the_vocoder_inverts_them() -> None:
    sound = render(parts(harmonic=0.5), VOICED, pulses(200.0), AUDIO)
    inverse = StreamingInverse(AUDIO)
    spectrum = np.exp(0.5) * pulses(200.0)[0].numpy().T
    expected = np.concatenate([inverse.push(spectrum.astype(np.complex64)), inverse.finish()])
    length = (FRAMES - 1) * AUDIO.hop_length
    assert sound.shape == (1, length)
    inner = slice(2 * AUDIO.n_fft, length - 2 * AUDIO.n_fft)
    np.testing.assert_allclose(sound[0, inner], expected[:length][inner], atol=1e-4)
    assert sound.abs().max() > 0.5


def test_unvoiced_frames_have_no_pulses_and_noise_is_drawn_anew() -> None:
    silent = render(parts(harmonic=0.5), 0 * VOICED, pulses(200.0), AUDIO)
    assert silent.abs().max() < 1e-6
    first, second = (render(parts(noise=0.0), VOICED, pulses(200.0), AUDIO) for _ in range(2))
    assert 0.9 < float(first.std() / second.std()) < 1.1
    assert abs(float(torch.corrcoef(torch.cat([first, second]))[0, 1])) < 0.1


def test_a_sound_equals_itself_and_differs_by_its_level_in_nats() -> None:
    torch.manual_seed(0)
    sound = torch.randn(2, 6000)
    assert float(sound_loss(sound, sound, AUDIO)) == 0
    louder = float(sound_loss(np.e * sound, sound, AUDIO))
    assert louder == pytest.approx(1 + 0.5 * (np.e - 1) / 4, rel=0.02)  # one nat, and the share of magnitudes
    assert float(sound_loss(torch.randn(2, 6000), sound, AUDIO)) < 1


@pytest.mark.parametrize("shift", [0.2, -0.2])
def test_the_gradient_leads_to_the_recorded_level(shift: float) -> None:
    torch.manual_seed(0)
    recorded = render(parts(noise=-1.0), VOICED, pulses(200.0), AUDIO)
    level = torch.tensor(-1.0 + shift, requires_grad=True)
    found = parts()._replace(log_noise=level.expand(1, FRAMES, AUDIO.n_freqs))
    sound_loss(render(found, VOICED, pulses(200.0), AUDIO), recorded, AUDIO).backward()  # type: ignore[no-untyped-call]
    assert level.grad is not None
    assert float(level.grad) * shift > 0
