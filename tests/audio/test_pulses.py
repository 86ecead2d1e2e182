"""Pulses at the pitch: their harmonics, their silence, and that cutting the pitch changes nothing."""

from __future__ import annotations

import numpy as np
import pytest

from tts.audio.pulses import PulseSpectra
from tts.config import AudioConfig

CONFIG = AudioConfig(24000, 1200, 1200, 300, 80, 0.0, 12000.0, voicing_edges=())


def spectra(f0: np.ndarray) -> np.ndarray:
    stream = PulseSpectra(CONFIG)
    stream.push(f0.astype(np.float32))
    stream.finish()
    return stream.take(stream.n_known)


@pytest.mark.parametrize("pitch", [75.0, 120.0, 211.5, 400.0])
def test_every_harmonic_has_the_amplitude_one(pitch: float) -> None:
    """A cosine of amplitude 1 gives a peak of 1 where the window is scaled by 4 / n_fft."""
    magnitudes = np.abs(spectra(np.full(20, pitch)))[10]
    for harmonic in range(2, int(10_000 / pitch)):
        centre = harmonic * pitch / CONFIG.sample_rate * CONFIG.n_fft
        near = magnitudes[int(centre) - 1 : int(centre) + 3].max()
        assert 0.8 < near < 1.25


def test_there_is_one_spectrum_for_each_frame() -> None:
    for n_frames in (1, 2, 3, 50):
        assert spectra(np.full(n_frames, 100.0)).shape == (n_frames, CONFIG.n_freqs)
    assert spectra(np.empty(0)).shape == (0, CONFIG.n_freqs)


def test_unvoiced_frames_are_silent() -> None:
    f0 = np.where(np.arange(40) < 20, 150.0, 0.0)
    magnitudes = np.abs(spectra(f0)).max(axis=1)
    assert (magnitudes[2:18] > 0.5).all()
    assert (magnitudes[24:] == 0).all()


@pytest.mark.parametrize("size", [1, 3, 17])
def test_cutting_the_pitch_changes_nothing(size: int) -> None:
    f0 = (150 + 40 * np.sin(np.arange(60) / 5)).astype(np.float32)
    f0[25:33] = 0.0
    stream = PulseSpectra(CONFIG)
    pieces = []
    for start in range(0, len(f0), size):
        stream.push(f0[start : start + size])
        pieces.append(stream.take(stream.n_known))
    stream.finish()
    np.testing.assert_allclose(np.concatenate([*pieces, stream.take(stream.n_known)]), spectra(f0), atol=2e-3)
