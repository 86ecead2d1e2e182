"""The limiter changes nothing below its threshold."""

import numpy as np
import pytest

from tts.audio.limiter import Limiter

from .signals import noise, sine, vowel


def _limited(samples: np.ndarray, cuts: list[int]) -> np.ndarray:
    limiter = Limiter(22050)
    return np.concatenate([*(limiter.push(piece) for piece in np.split(samples, cuts)), limiter.finish()])


def _amplified(samples: np.ndarray, decibels: float) -> np.ndarray:
    return samples * np.float32(10 ** (decibels / 20))


@pytest.mark.parametrize("decibels", [-20.0, 0.0, 3.0])
def test_what_fits_is_left_alone(decibels: float) -> None:
    samples = _amplified(sine(440.0, 10001), decibels)  # 0.5
    assert np.array_equal(_limited(samples, [7, 5000]), samples)


@pytest.mark.parametrize("decibels", [6.0, 12.0, 40.0])
@pytest.mark.parametrize("make", [vowel, noise])
def test_nothing_leaves_full_scale(decibels: float, make: object) -> None:
    samples = make(22050)  # type: ignore[operator]
    samples[12000] = 3.0
    limited = _limited(_amplified(samples, decibels), [1000])
    assert limited.shape == samples.shape
    assert np.abs(limited).max() <= 1.0
    assert np.abs(limited).max() > 0.9


def test_the_gain_gives_way_smoothly_and_comes_back() -> None:
    samples = np.full(22050, 0.5, np.float32)
    samples[11000:11010] = 2.0
    gains = _limited(samples, []) / samples
    assert np.abs(np.diff(gains)).max() < 0.01
    assert np.all(gains[: 11000 - 3 * 110] == 1.0)
    assert np.all(gains[11000 + 2205 + 3 * 110 :] == 1.0)


@pytest.mark.parametrize("cuts", [[], [1], list(range(0, 5000, 37)), [0, 110, 110, 220, 4999]])
def test_the_gain_does_not_depend_on_how_samples_are_cut(cuts: list[int]) -> None:
    samples = _amplified(vowel(5000), 12.0)
    assert np.array_equal(_limited(samples, cuts), _limited(samples, [2500]))
