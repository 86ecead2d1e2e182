"""Sharpening raises peaks over their neighbours, in the exported voice as in the matrix."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.conftest import CARD, traced
from tts.config import AudioConfig
from tts.decoding.engine import Engine
from tts.errors import ConfigError
from tts.export import export
from tts.export.export import export_voice
from tts.export.sharpen import N_NEIGHBOURS, sharpening
from tts.model.tacotron import Tacotron
from tts.text.symbols import SYMBOLS
from tts.voice import Voice

AUDIO = AudioConfig(n_mels=40)


def test_a_peak_rises_and_its_neighbours_sink() -> None:
    bands = torch.zeros(AUDIO.n_channels)
    bands[20] = 1.0
    sharper = sharpening(AUDIO, 0.3) @ bands
    assert sharper[20] == pytest.approx(1.3 - 0.3 / N_NEIGHBOURS)
    assert sharper[15] == pytest.approx(-0.3 / N_NEIGHBOURS)
    assert sharper[14] == sharper[26] == 0


@pytest.mark.parametrize("edges", [AUDIO.voicing_edges, ()])
def test_a_flat_spectrum_and_the_source_stay(edges: tuple[float, ...]) -> None:
    audio = replace(AUDIO, voicing_edges=edges)
    frame = torch.randn(audio.n_channels)
    for start in range(0, audio.n_bands, audio.n_mels):
        frame[start : start + audio.n_mels] = start / 40 - 3.0
    torch.testing.assert_close(sharpening(audio, 0.5) @ frame, frame)


def test_no_share_changes_nothing() -> None:
    torch.testing.assert_close(sharpening(AUDIO, 0.0), torch.eye(AUDIO.n_channels))


def test_an_exported_voice_is_sharpened(
    tiny_model: Tacotron, tiny_audio: AudioConfig, random_voice: Path, traces: Path, tmp_path: Path
) -> None:
    plain = Engine(Voice.load(random_voice))
    with traced(traces, but="PostnetGraph"):
        sharp = Engine(export_voice(tiny_model, tiny_audio, SYMBOLS, {**CARD, "sharpening": 0.4}, tmp_path / "sharp"))
    mel = np.random.default_rng(0).standard_normal((1, tiny_audio.n_channels, 20), np.float32)
    context = np.random.default_rng(1).standard_normal((20, tiny_model.config.encoder_dim), np.float32)
    expected = sharpening(tiny_audio, 0.4).numpy() @ plain.refine(mel, context)
    np.testing.assert_allclose(sharp.refine(mel, context), expected, atol=1e-4)


def test_a_share_out_of_range_is_refused(
    tiny_model: Tacotron, tiny_audio: AudioConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "trace", lambda *_: [None] * 3)  # the graphs take seconds
    monkeypatch.setattr(export, "serialize", lambda graph: b"")
    with pytest.raises(ConfigError, match=r"sharpening is 2\.0, but 0 to 1 is possible"):
        export_voice(tiny_model, tiny_audio, SYMBOLS, {**CARD, "sharpening": 2.0}, tmp_path / "voice")
