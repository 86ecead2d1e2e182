"""Measure speaking rate and pauses from the level of the sound."""

from __future__ import annotations

from typing import NamedTuple

import librosa.effects as effects
import numpy as np

from tts.audio.mel import Float32

SILENCE = 40.0  # decibels below the loudest frame
SHORTEST_PAUSE = 0.15  # seconds; longer than the closure of a plosive, shorter than the pause at a comma
_FRAME, _HOP = 400, 80  # samples at 16,000 hertz: 25 ms every 5 ms


class PauseTiming(NamedTuple):
    """The duration and the pauses of a recording."""

    seconds: float
    """Duration from the first sound to the last."""
    pauses: tuple[float, ...]
    """Seconds of each silence between them that lasts at least 0.15 s."""

    @property
    def pause_seconds(self) -> float:
        """Seconds of all pauses."""
        return sum(self.pauses)


def measure_pauses(samples: Float32) -> PauseTiming:
    """Measure the pauses in samples `(T,)` at 16,000 hertz. All values are zero if there is no sound.

    A frame of 25 ms is silent if its root mean square is 40 dB below the loudest. Shorter silences belong to the
    speech (Goldman-Eisler 1968, "Psycholinguistics", draws the line at 0.25 s for readers who breathe).
    """
    if not np.any(samples):
        return PauseTiming(0.0, ())
    stretches = effects.split(samples, top_db=SILENCE, frame_length=_FRAME, hop_length=_HOP) / 16_000
    gaps = stretches[1:, 0] - stretches[:-1, 1]
    return PauseTiming(
        float(stretches[-1, 1] - stretches[0, 0]), tuple(float(gap) for gap in gaps if gap >= SHORTEST_PAUSE)
    )


def trim(samples: Float32) -> Float32:
    """Cut samples `(T,)` at 16,000 hertz to the part from the first sound to the last."""
    trimmed, _ = effects.trim(samples, top_db=SILENCE, frame_length=_FRAME, hop_length=_HOP)
    return np.asarray(trimmed, np.float32)
