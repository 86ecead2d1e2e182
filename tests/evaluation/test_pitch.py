"""Test known pitch errors: tones a semitone apart, and a tone against silence."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("librosa", reason="needs the extra [eval]")

from tts.evaluation.cepstrum import AUDIO
from tts.evaluation.pitch import compare, track


def sawtooth(f0: float, seconds: float = 0.6) -> np.ndarray:
    phase = f0 * np.arange(round(16_000 * seconds)) / 16_000
    harmonics = [np.sin(2 * np.pi * k * phase) / k for k in range(1, 12)]
    return (0.2 * np.sum(harmonics, axis=0)).astype(np.float32)


def diagonal(n: int) -> np.ndarray:
    return np.stack([np.arange(n)] * 2, axis=1)


def test_tracks_a_tone_and_not_noise() -> None:
    f0 = track(sawtooth(120.0))
    assert len(f0) == 1 + round(16_000 * 0.6) // AUDIO.hop_length
    np.testing.assert_allclose(f0[5:-5], 120.0, rtol=0.01)
    noise = np.random.default_rng(0).normal(0, 0.1, 9600).astype(np.float32)
    assert np.mean(track(noise) > 0) < 0.2


@pytest.mark.parametrize("semitones", [0.0, 1.0, -3.0])
def test_a_shift_by_semitones_is_so_many(semitones: float) -> None:
    one, other = track(sawtooth(150.0)), track(sawtooth(150.0 * 2 ** (semitones / 12)))
    errors = compare(one[5:-5], other[5:-5], diagonal(len(one) - 10))
    assert np.sqrt(errors.squared_semitones / errors.n_voiced) == pytest.approx(abs(semitones), abs=0.15)
    assert errors.n_voicing_errors == 0


def test_counts_of_known_tracks() -> None:
    one, other = np.array([100.0, 100, 0, 0, 100]), np.array([200.0, 100, 0, 100, 0])
    errors = compare(one, other, diagonal(5))
    assert (errors.n_voiced, errors.n_voicing_errors, errors.n_pairs) == (2, 2, 5)
    assert errors.squared_semitones == pytest.approx(12**2)


def test_nothing_voiced_has_no_pitch_error() -> None:
    errors = compare(np.zeros(4), np.ones(4) * 100, diagonal(4))
    assert errors == (0.0, 0, 4, 4)
