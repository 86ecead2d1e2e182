"""The spectrum network: its shapes, its start, its reach, and that padding changes nothing."""

from __future__ import annotations

import pytest
import torch

from tts.audio.mel import band_interpolation
from tts.config import AudioConfig, SpectrumConfig
from tts.model.spectrum import Parts, SpectrumNet

AUDIO = AudioConfig(24000, 1200, 1200, 300, 80, 0.0, 12000.0, voicing_edges=())


@pytest.fixture
def network() -> SpectrumNet:
    torch.manual_seed(0)
    network = SpectrumNet(AUDIO, SpectrumConfig(dim=16, hidden_dim=24, blocks=2))
    network.interpolation.copy_(torch.from_numpy(band_interpolation(AUDIO)))
    return network.eval()


def frames(length: int) -> torch.Tensor:
    return torch.randn(1, AUDIO.n_channels, length, generator=torch.Generator().manual_seed(1))


@torch.inference_mode()
def test_parts_are_one_value_for_each_frame_and_frequency(network: SpectrumNet) -> None:
    parts = network(frames(5))
    assert {part.shape for part in parts} == {(1, 5, AUDIO.n_freqs)}


@torch.inference_mode()
def test_the_envelopes_are_the_mel_bands_drawn_out(network: SpectrumNet) -> None:
    flat = torch.full((1, AUDIO.n_channels, 3), -2.0)
    flat[:, AUDIO.n_mels : 2 * AUDIO.n_mels] = -4.0
    parts = network(flat)
    torch.testing.assert_close(parts.filter_envelope, torch.full_like(parts.filter_envelope, -2.0))
    torch.testing.assert_close(parts.free_envelope, torch.full_like(parts.free_envelope, -4.0))


@torch.inference_mode()
def test_a_frame_depends_on_the_stated_number_of_neighbours(network: SpectrumNet) -> None:
    reach = SpectrumConfig(blocks=2).look_ahead
    given, changed = frames(4 * reach), frames(4 * reach)
    changed[:, :, 2 * reach] += 1.0
    difference = (network(given).filter_real - network(changed).filter_real).abs().amax(dim=2)[0]
    touched = difference.nonzero().flatten()
    assert touched.min() == reach
    assert touched.max() == 3 * reach


@torch.inference_mode()
def test_padding_changes_nothing(network: SpectrumNet) -> None:
    short = frames(9)
    padded = torch.nn.functional.pad(short, (0, 6), value=3.0)
    mask = torch.arange(15).unsqueeze(0) < 9
    together, alone = network(padded, mask), network(short)
    for part, expected in zip(Parts(*together), alone, strict=True):
        torch.testing.assert_close(part[:, :9], expected)
