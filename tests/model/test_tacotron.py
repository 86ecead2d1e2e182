"""Padding changes nothing, repeated steps equal teacher forcing, streaming equals generation."""

from __future__ import annotations

import pytest
import torch

from tts.model.attention import beta_binomial
from tts.model.decoder import previous_frames
from tts.model.encoder import length_mask
from tts.model.postnet import context_of_frame, symbol_of_frame
from tts.model.tacotron import Tacotron

STEPS = 6


def batch(model: Tacotron, lengths: list[int]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(3)
    ids = torch.randint(1, model.config.n_symbols, (len(lengths), max(lengths)), generator=generator)
    frames = STEPS * model.config.reduction_factor
    mel = torch.randn(len(lengths), model.config.n_channels, frames, generator=generator)
    dropout = model.decoder.prenet.draw_dropout(len(lengths), STEPS, generator=generator)
    return ids, torch.tensor(lengths), mel, dropout


@torch.inference_mode()
def test_padding_a_batch_leaves_each_item_unchanged(any_model: Tacotron) -> None:
    ids, lengths, mel, dropout = batch(any_model, [9, 5, 7])
    together = any_model(ids, lengths, mel, dropout)
    for row, length in enumerate(lengths.tolist()):
        one = slice(row, row + 1)
        alone = any_model(ids[one, :length], lengths[one], mel[one], dropout[one])
        torch.testing.assert_close(together.mel[one], alone.mel)
        torch.testing.assert_close(together.alignment[one, :, :length], alone.alignment)
        assert torch.count_nonzero(together.alignment[row, :, length:]) == 0


@torch.inference_mode()
def test_postnet_ignores_padding(tiny_model: Tacotron) -> None:
    mel = torch.randn(1, tiny_model.config.n_channels, 12)
    context = torch.randn(1, 12, tiny_model.config.encoder_dim)
    padded = torch.nn.functional.pad(mel, (0, 5), value=1.0)
    padded_context = torch.nn.functional.pad(context, (0, 0, 0, 5), value=1.0)
    refined = tiny_model.postnet(padded, padded_context, length_mask(torch.tensor([12]), 17))
    torch.testing.assert_close(refined[:, :, :12], tiny_model.postnet(mel, context))


def test_frames_belong_to_symbols_in_order_for_as_long_as_these_are_attended() -> None:
    steps = [[1.0, 0.0, 0.0], [0.5, 0.5, 0.0], [0.0, 1.0, 0.0], [0.0, 0.25, 0.75], [0.2, 0.3, 0.5]]
    symbols = symbol_of_frame(torch.tensor([steps]), torch.tensor([4]), reduction_factor=4)
    assert symbols[0, :16].tolist() == [0] * 6 + [1] * 7 + [2] * 3
    assert symbols[0, 16:].tolist() == [2] * 4  # padding: the last symbol


@torch.inference_mode()
def test_teacher_forcing_equals_repeated_steps(any_model: Tacotron) -> None:
    ids, lengths, mel, dropout = batch(any_model, [9, 5, 7])
    forced = any_model(ids, lengths, mel, dropout)
    memory = any_model.encoder(ids, lengths)
    mask = length_mask(lengths, ids.size(1))
    state = any_model.decoder.initial_state(memory)
    factor = any_model.config.reduction_factor
    frame = torch.zeros_like(mel[:, :, 0])
    for index in range(STEPS):
        output, state = any_model.decoder.step(frame, state, memory, mask, dropout[:, index])
        frames = slice(index * factor, (index + 1) * factor)
        torch.testing.assert_close(output.mel, forced.mel[:, :, frames])
        torch.testing.assert_close(output.stop_logits[:, 0], forced.stop_logits[:, index])
        torch.testing.assert_close(output.alignment[:, 0], forced.alignment[:, index])
        frame = mel[:, :, frames][:, :, -1]


def test_gradients_of_teacher_forcing_equal_those_of_repeated_steps(any_model: Tacotron) -> None:
    ids, lengths, mel, dropout = batch(any_model, [9, 5, 7])
    decoder, factor, mask = any_model.decoder, any_model.config.reduction_factor, length_mask(lengths, ids.size(1))

    def gradients(output: torch.Tensor) -> dict[str, torch.Tensor]:
        any_model.zero_grad()
        output.square().sum().backward()
        return {name: p.grad.clone() for name, p in any_model.named_parameters() if p.grad is not None}

    forced = gradients(any_model(ids, lengths, mel, dropout).mel)
    memory = any_model.encoder(ids, lengths)
    state, outputs = decoder.initial_state(memory), []
    for index, frame in enumerate(previous_frames(mel, factor).unbind(1)):
        output, state = decoder.step(frame, state, memory, mask, dropout[:, index])
        outputs.append(output.mel)
    stepped = gradients(torch.cat(outputs, dim=2))
    assert len(forced) == len(stepped) > 30
    for name, gradient in stepped.items():
        torch.testing.assert_close(forced[name], gradient, rtol=1e-3, atol=1e-3)


def test_a_known_alignment_gives_the_steps_at_once(any_model: Tacotron) -> None:
    """Told the alignment that it would find, the decoder predicts the same frames and learns the same from them."""
    ids, lengths, mel, dropout = batch(any_model, [9, 5, 7])
    in_turn = any_model(ids, lengths, mel, dropout)
    at_once = any_model(ids, lengths, mel, dropout, alignment=in_turn.alignment.detach())
    for found, expected in zip(at_once, in_turn, strict=True):
        torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4)
    at_once.mel.square().sum().backward()
    assert all(parameter.grad is not None for parameter in any_model.decoder.attention_rnn.parameters())


def test_a_known_alignment_is_read_from_and_continued(any_model: Tacotron) -> None:
    """Each step reads the memory where it is told to, and predicts where to go from there."""
    ids, lengths, mel, dropout = batch(any_model, [9, 9])
    alignment = any_model(ids, lengths, mel, dropout).alignment.detach()
    moved = alignment.roll(1, dims=2)
    other = any_model(ids, lengths, mel, dropout, alignment=torch.cat([alignment[:, :1], moved[:, 1:]], dim=1))
    same = any_model(ids, lengths, mel, dropout, alignment=alignment)
    factor = any_model.config.reduction_factor
    torch.testing.assert_close(other.mel[:, :, :factor], same.mel[:, :, :factor])
    assert not torch.allclose(other.mel[:, :, factor : 2 * factor], same.mel[:, :, factor : 2 * factor])
    torch.testing.assert_close(other.alignment[:, 0], same.alignment[:, 0])
    assert not torch.allclose(other.alignment[:, 2], same.alignment[:, 2])


@torch.inference_mode()
def test_a_coarser_factor_predicts_more_frames_with_the_same_layer(tiny_model: Tacotron) -> None:
    """Repeated steps equal teacher forcing also here."""
    config, factor = tiny_model.config, 5
    model = Tacotron(config, coarsest_factor=factor).eval()
    ids, lengths, mel, dropout = batch(model, [9, 5])
    mel = torch.randn(2, config.n_channels, STEPS * factor)
    forced = model(ids, lengths, mel, dropout, reduction_factor=factor)
    assert forced.mel.shape == mel.shape
    memory, mask = model.encoder(ids, lengths), length_mask(lengths, ids.size(1))
    state, frame = model.decoder.initial_state(memory), torch.zeros_like(mel[:, :, 0])
    for index in range(STEPS):
        output, state = model.decoder.step(frame, state, memory, mask, dropout[:, index], factor)
        frames = slice(index * factor, (index + 1) * factor)
        torch.testing.assert_close(output.mel, forced.mel[:, :, frames])
        frame = mel[:, :, frames][:, :, -1]
    first = slice(0, config.reduction_factor)
    fine = model(ids, lengths, mel[:, :, first], dropout[:, :1])
    torch.testing.assert_close(fine.mel, forced.mel[:, :, first])


def test_streaming_joined_equals_generation(any_model: Tacotron) -> None:
    torch.nn.init.constant_(any_model.decoder.stop_projection.bias, -100.0)
    ids = torch.arange(1, 8).unsqueeze(0)
    steps = list(any_model.stream(ids, seed=5, max_steps=10))
    generated = any_model.generate(ids, seed=5, max_steps=10)
    alignment = torch.cat([step.alignment for step in steps], dim=1)
    torch.testing.assert_close(alignment, generated.alignment)
    with torch.inference_mode():
        symbols = symbol_of_frame(alignment, torch.tensor([len(steps)]), any_model.config.reduction_factor)
        context = context_of_frame(any_model.encoder(ids), symbols)
        mel = any_model.postnet(torch.cat([step.mel for step in steps], dim=2), context)
    torch.testing.assert_close(mel, generated.mel)


def test_the_seed_decides_the_dropout(tiny_model: Tacotron) -> None:
    torch.nn.init.constant_(tiny_model.decoder.stop_projection.bias, -100.0)
    ids = torch.arange(1, 8).unsqueeze(0)
    first, again, other = (tiny_model.generate(ids, seed=seed, max_steps=4).mel for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_generation_ends_at_the_stop_logit(tiny_model: Tacotron) -> None:
    torch.nn.init.constant_(tiny_model.decoder.stop_projection.bias, 100.0)
    assert len(list(tiny_model.stream(torch.arange(1, 8).unsqueeze(0)))) == 1


@torch.inference_mode()
def test_attention_is_a_distribution(any_model: Tacotron) -> None:
    ids, lengths, mel, dropout = batch(any_model, [9, 5])
    alignment = any_model(ids, lengths, mel, dropout).alignment
    torch.testing.assert_close(alignment.sum(dim=2), torch.ones(2, STEPS))


@torch.inference_mode()
def test_attention_starts_on_the_first_symbol(tiny_model: Tacotron) -> None:
    ids, lengths, mel, dropout = batch(tiny_model, [9, 5])
    alignment = tiny_model(ids, lengths, mel, dropout).alignment
    # The prior moves by at most prior_taps - 1 symbols per step, so no later symbol can be attended.
    assert alignment[0, 0].argmax() < tiny_model.config.prior_taps


@pytest.mark.parametrize(("alpha", "beta"), [(0.1, 0.9), (1.0, 1.0), (3.0, 0.5)])
def test_prior_is_the_beta_binomial_distribution(alpha: float, beta: float) -> None:
    from scipy.stats import betabinom

    expected = torch.tensor(betabinom(10, alpha, beta).pmf(range(11)), dtype=torch.float32)
    torch.testing.assert_close(beta_binomial(11, alpha, beta), expected)


def test_standardize_and_log_mel_are_inverse(tiny_model: Tacotron) -> None:
    mel = torch.randn(2, tiny_model.config.n_channels, 7)
    torch.testing.assert_close(tiny_model.standardize(tiny_model.log_mel(mel)), mel)
