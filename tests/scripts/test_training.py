"""The training benchmark's own attention is the published one and trains inside our model."""

from __future__ import annotations

import dataclasses

import torch

from tests.loading import load_script
from tts.config import ModelConfig

script = load_script("scripts/benchmarks/training.py")


@torch.inference_mode()
def test_location_sensitive_attention_follows_the_paper(tiny_config: ModelConfig) -> None:
    """Shen et al. 2018, section 2.2: a symbol's energy depends on its memory, the last alignment and all before."""
    torch.manual_seed(2)
    attention = script.LocationSensitiveAttention(tiny_config)
    query, memory = torch.randn(1, tiny_config.attention_rnn_dim), torch.randn(1, 9, tiny_config.encoder_dim)
    alignment, past = torch.softmax(torch.randn(2, 1, 9), dim=2)
    new, total = attention(query, (alignment, past), torch.ones(1, 9, dtype=torch.bool), attention.prepare(memory))
    torch.testing.assert_close(total, past + alignment)
    filters = attention.location_filters.weight.view(-1, 2, attention.taps)
    places = torch.nn.functional.conv1d(torch.stack([alignment, total], 1), filters, padding=attention.taps // 2)
    hidden = attention.query(query)[:, None] + attention.memory(memory)
    hidden = torch.tanh(hidden + attention.location_projection(places.transpose(1, 2)))
    torch.testing.assert_close(new, torch.softmax(attention.score(hidden)[:, :, 0], dim=1))


def test_both_ways_to_train_agree(tiny_config: ModelConfig) -> None:
    """The step-by-step loop and teacher forcing predict the same frames with location-sensitive attention."""
    config = dataclasses.replace(
        tiny_config,
        n_symbols=script.N_SYMBOLS,
        n_mels=script.N_CHANNELS - 1,
        n_source=1,
        reduction_factor=1,
        prenet_dropout=0.0,
    )
    torch.manual_seed(3)
    model, batch = script.location_sensitive(config).eval(), script.make_batch(3, 9, 6)
    assert isinstance(model.decoder.attention, script.LocationSensitiveAttention)
    with torch.inference_mode():
        for looped, forced in zip(script.step_by_step(model, batch), script.ours(model, batch), strict=True):
            torch.testing.assert_close(looped, forced)
