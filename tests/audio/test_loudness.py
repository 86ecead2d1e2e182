"""Loudness against the signals that the standard names, and a gain that is exact until it must give way."""

import math

import numpy as np
import pytest
from scipy import signal

from tts.audio.loudness import Gain, loudness

from .signals import noise, sine, vowel


def _tone(decibels: float, seconds: float, sample_rate: int = 22050, hertz: float = 997.0) -> np.ndarray:
    """A sine whose peak lies at `decibels` of full scale: one channel of it reads 3.01 LU less."""
    time = np.arange(round(seconds * sample_rate)) / sample_rate
    return (10 ** (decibels / 20) * np.sin(2 * np.pi * hertz * time)).astype(np.float32)


@pytest.mark.parametrize("sample_rate", [16000, 22050, 44100, 48000, 96000])
@pytest.mark.parametrize("decibels", [0.0, -20.0, -40.0])
def test_the_standards_sine(sample_rate: int, decibels: float) -> None:
    assert loudness(_tone(decibels, 5, sample_rate), sample_rate) == pytest.approx(decibels - 3.01, abs=0.03)


def test_the_weighting_is_the_standards_two_biquads() -> None:
    samples = noise(48000 * 25) + _tone(-20.0, 25, 48000, 40.0) + _tone(-20.0, 25, 48000, 9000.0)
    shelf = signal.lfilter(
        [1.53512485958697, -2.69169618940638, 1.19839281085285], [1, -1.69065929318241, 0.73248077421585], samples
    )
    weighted = signal.lfilter([1, -2, 1], [1, -1.99004745483398, 0.99007225036621], shelf)
    assert loudness(samples, 48000) == pytest.approx(-0.691 + 10 * np.log10(np.mean(weighted**2)), abs=0.01)


def test_the_gates() -> None:
    # After EBU Tech 3341, cases 3 and 4, in one channel: what is far below the rest does not count, nor does silence.
    loud, soft, faint = _tone(-20.0, 20), _tone(-33.0, 10), _tone(-69.0, 10)
    assert loudness(np.concatenate([soft, loud, soft]), 22050) == pytest.approx(-23.0, abs=0.1)
    assert loudness(np.concatenate([faint, soft, loud, soft, faint]), 22050) == pytest.approx(-23.0, abs=0.1)
    assert loudness(np.concatenate([loud, np.zeros(220500, np.float32)]), 22050) == pytest.approx(-23.0, abs=0.1)


@pytest.mark.parametrize("samples", [np.zeros(0, np.float32), np.zeros(22050, np.float32), _tone(0.0, 0.39)])
def test_what_has_no_loudness(samples: np.ndarray) -> None:
    assert loudness(samples, 22050) == -math.inf


def _amplified(samples: np.ndarray, decibels: float, cuts: list[int]) -> np.ndarray:
    gain = Gain(decibels, 22050)
    return np.concatenate([*(gain.push(piece) for piece in np.split(samples, cuts)), gain.finish()])


@pytest.mark.parametrize("decibels", [-20.0, 0.0, 3.0])
def test_what_fits_is_multiplied_and_no_more(decibels: float) -> None:
    samples = sine(440.0, 10001)  # 0.5
    assert np.array_equal(_amplified(samples, decibels, [7, 5000]), samples * np.float32(10 ** (decibels / 20)))


@pytest.mark.parametrize("decibels", [6.0, 12.0, 40.0])
@pytest.mark.parametrize("make", [vowel, noise])
def test_nothing_leaves_full_scale(decibels: float, make: object) -> None:
    samples = make(22050)  # type: ignore[operator]
    samples[12000] = 3.0
    limited = _amplified(samples, decibels, [1000])
    assert limited.shape == samples.shape
    assert np.abs(limited).max() <= 1.0
    assert np.abs(limited).max() > 0.9


def test_the_gain_gives_way_smoothly_and_comes_back() -> None:
    samples = np.full(22050, 0.5, np.float32)
    samples[11000:11010] = 2.0
    gains = _amplified(samples, 0.0, []) / samples
    assert np.abs(np.diff(gains)).max() < 0.01
    assert np.all(gains[: 11000 - 3 * 110] == 1.0)
    assert np.all(gains[11000 + 2205 + 3 * 110 :] == 1.0)


@pytest.mark.parametrize("cuts", [[], [1], list(range(0, 5000, 37)), [0, 110, 110, 220, 4999]])
def test_the_gain_does_not_depend_on_how_samples_are_cut(cuts: list[int]) -> None:
    samples = vowel(5000)
    assert np.array_equal(_amplified(samples, 12.0, cuts), _amplified(samples, 12.0, [2500]))


@pytest.mark.parametrize("decibels", [41.0, -41.0, float("nan")])
def test_refusals(decibels: float) -> None:
    with pytest.raises(ValueError, match=r"the gain is .* dB: use a number from -40 to 40"):
        Gain(decibels, 22050)
