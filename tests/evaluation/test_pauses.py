"""Test pauses of known length between bursts of noise."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("librosa", reason="needs the extra [eval]")

from tts.evaluation.pauses import measure_pauses, trim


def bursts(*seconds: float) -> np.ndarray:
    """Make silence and noise in turn, silence first."""
    rng = np.random.default_rng(0)
    parts = [rng.normal(0, 0.1, round(16_000 * s)) * (index % 2) for index, s in enumerate(seconds)]
    return np.concatenate(parts).astype(np.float32)


def test_pauses_between_sounds_count_and_silence_around_them_does_not() -> None:
    timing = measure_pauses(bursts(0.4, 0.5, 0.3, 0.5, 0.08, 0.5, 1.0, 0.5, 0.7))
    assert timing.pauses == pytest.approx((0.3, 1.0), abs=0.04)
    assert timing.seconds == pytest.approx(0.5 + 0.3 + 0.5 + 0.08 + 0.5 + 1.0 + 0.5, abs=0.04)
    assert timing.pause_seconds == pytest.approx(1.3, abs=0.08)


def test_silence_has_neither_sound_nor_pauses() -> None:
    assert measure_pauses(np.zeros(16_000, np.float32)) == (0.0, ())


def test_trims_silence_around_speech() -> None:
    assert len(trim(bursts(0.4, 0.5, 0.3, 0.5, 0.7))) / 16_000 == pytest.approx(1.3, abs=0.04)
