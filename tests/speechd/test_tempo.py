"""Shortening sound by waveform similarity."""

from __future__ import annotations

import numpy as np
import pytest

from tts.speechd.tempo import Shortener

RATE = 22050


def shortened(sound: np.ndarray, factor: float, size: int | None = None) -> np.ndarray:
    shortener, size = Shortener(factor, RATE), size or max(1, len(sound))
    pieces = [shortener.push(sound[start : start + size]) for start in range(0, len(sound), size)]
    return np.concatenate([*pieces, shortener.finish()])


@pytest.fixture
def tone() -> np.ndarray:
    return (0.5 * np.sin(2 * np.pi * 180 * np.arange(RATE) / RATE)).astype(np.float32)


@pytest.mark.parametrize("factor", [1.3, 2.0, 8 / 3])
def test_the_sound_is_shorter_at_the_same_pitch(tone: np.ndarray, factor: float) -> None:
    result = shortened(tone, factor)
    assert len(result) == round(len(tone) / factor)
    spectrum = np.abs(np.fft.rfft(result * np.hanning(len(result)), 8 * RATE))
    assert abs(spectrum.argmax() / 8 - 180) < 2.5
    inner = result[: -RATE // 50]
    assert np.abs(np.diff(inner)).max() < 1.3 * np.abs(np.diff(tone)).max(), "no click where pieces meet"
    assert 0.45 < np.abs(inner).max() < 0.52, "no piece cancels its neighbour"


def test_a_factor_of_one_changes_nothing(tone: np.ndarray) -> None:
    np.testing.assert_allclose(shortened(tone, 1.0), tone, atol=1e-6)


@pytest.mark.parametrize("size", [1, 100, 777, 5000])
def test_chunks_give_what_the_whole_gives(tone: np.ndarray, size: int) -> None:
    sound = tone[: 200 * size] + np.random.default_rng(0).normal(0, 0.1, len(tone[: 200 * size])).astype(np.float32)
    np.testing.assert_array_equal(shortened(sound, 2.0, size), shortened(sound, 2.0))


@pytest.mark.parametrize("length", [0, 1, 99, 500])
def test_short_sounds(tone: np.ndarray, length: int) -> None:
    assert len(shortened(tone[:length], 2.0)) == round(length / 2)


def test_the_first_result_needs_little_sound(tone: np.ndarray) -> None:
    shortener = Shortener(3.0, RATE)
    assert len(shortener.push(tone[: round(0.03 * RATE)])) > 0


def test_silence_stays_silence() -> None:
    assert not shortened(np.zeros(RATE, np.float32), 2.5).any()
