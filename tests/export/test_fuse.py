"""The exported decoder step equals the decoder step of the model."""

from __future__ import annotations

import torch

from tts.export.fuse import PADDED, FusedStep, flatten, state_names
from tts.model.tacotron import Tacotron


@torch.inference_mode()
def test_a_fused_step_is_a_step(any_model: Tacotron) -> None:
    decoder, config = any_model.decoder, any_model.config
    for rnn in filter(None, (decoder.decoder_rnn, decoder.attention_rnn)):
        for parameter in rnn.parameters():
            parameter.normal_(std=0.3)  # also the biases, which are constant at first
    fused = FusedStep(decoder)
    memory = torch.randn(1, 9, config.encoder_dim)
    mask = torch.ones(1, 9, dtype=torch.bool)
    state = decoder.initial_state(memory)
    other = flatten(state)
    assert len(other) == len(state_names(decoder))
    frame = last = torch.zeros(1, config.n_channels)
    for _ in range(6):
        dropout = decoder.prenet.draw_dropout(1)
        expected, state = decoder.step(frame, state, memory, mask, dropout)
        mel, stop_logits, last, *other = fused(last, memory, dropout.reshape(1, -1), torch.zeros(1, 1, 9), *other)
        frame = expected.mel[:, :, -1]
        torch.testing.assert_close(mel, expected.mel.transpose(1, 2).reshape(1, -1))
        torch.testing.assert_close(stop_logits, expected.stop_logits)
        torch.testing.assert_close(last, frame)
        torch.testing.assert_close(other, flatten(state))


@torch.inference_mode()
def test_utterances_in_a_batch_do_not_touch_each_other(any_model: Tacotron) -> None:
    decoder, config = any_model.decoder, any_model.config
    fused = FusedStep(decoder)
    lengths, frames, dropout = (5, 9), torch.randn(2, config.n_channels), decoder.prenet.draw_dropout(2).reshape(2, -1)
    memory, mask = torch.randn(2, max(lengths), config.encoder_dim), torch.zeros(2, 1, max(lengths))
    for index, length in enumerate(lengths):
        memory[index, length:] = 0.0
        mask[index, 0, length:] = PADDED
    together = fused(frames, memory, dropout, mask, *flatten(decoder.initial_state(memory)))
    for index, length in enumerate(lengths):
        own = slice(index, index + 1)
        text = memory[own, :length]
        alone = fused(frames[own], text, dropout[own], mask[own, :, :length], *flatten(decoder.initial_state(text)))
        for part, wanted in zip(together, alone, strict=True):
            found = part[own, ..., : wanted.size(-1)]
            torch.testing.assert_close(found, wanted)
            assert not part[own, ..., wanted.size(-1) :].any()
