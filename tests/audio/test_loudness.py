"""Loudness equals the values of ITU-R BS.1770 and EBU Tech 3341 for known signals."""

from __future__ import annotations

import numpy as np
import pytest

from tts.audio.loudness import integrated_loudness


def tone(rate: int, seconds: float, decibels: float) -> np.ndarray:
    return (10 ** (decibels / 20) * np.sin(2 * np.pi * 997 * np.arange(int(seconds * rate)) / rate)).astype(np.float32)


@pytest.mark.parametrize("rate", [22050, 48000])
@pytest.mark.parametrize("decibels", [0.0, -20.0])
def test_a_tone_of_full_scale_in_one_channel_has_3_lu_less(rate: int, decibels: float) -> None:
    assert integrated_loudness(tone(rate, 3, decibels), rate) == pytest.approx(decibels - 3.01, abs=0.1)


def test_what_is_10_lu_below_the_rest_does_not_count() -> None:
    parts = [tone(48000, seconds, decibels) for seconds, decibels in ((2, -36), (12, -23), (2, -36))]  # after case 3
    assert integrated_loudness(np.concatenate(parts), 48000) == pytest.approx(-23 - 3.01, abs=0.2)


def test_silence_has_none() -> None:
    assert integrated_loudness(np.zeros(48000, np.float32), 48000) == -np.inf
    assert integrated_loudness(np.zeros(100, np.float32), 48000) == -np.inf
