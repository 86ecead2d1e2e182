"""Speaking rate and pauses, from the level of the sound alone."""

from __future__ import annotations

from typing import NamedTuple

import librosa.effects as effects
import numpy as np

from tts.audio.mel import Float32

SILENCE = 40.0  # decibels below the loudest frame
SHORTEST_PAUSE = 0.15  # seconds: longer than the closure of a plosive, shorter than a comma's pause
_FRAME, _HOP = 400, 80  # samples at 16,000 hertz: 25 ms every 5 ms


class Timing(NamedTuple):
    """How the seconds of a reading are spent."""

    seconds: float
    """From the first sound to the last."""
    pauses: tuple[float, ...]
    """Seconds of each silence between them of at least 0.15 s."""

    @property
    def pause_seconds(self) -> float:
        """Seconds of all pauses."""
        return sum(self.pauses)


def measure_pauses(samples: Float32) -> Timing:
    """Find the sound and the pauses of samples `(T,)` at 16,000 hertz; all zero where there is no sound.

    A frame of 25 ms is silent if its root mean square is 40 dB below that of the loudest; short silences are part of
    the speech (Goldman-Eisler 1968, "Psycholinguistics", draws the line at 0.25 s for readers who breathe).
    """
    if not np.any(samples):
        return Timing(0.0, ())
    stretches = effects.split(samples, top_db=SILENCE, frame_length=_FRAME, hop_length=_HOP) / 16_000
    gaps = stretches[1:, 0] - stretches[:-1, 1]
    return Timing(float(stretches[-1, 1] - stretches[0, 0]), tuple(float(gap) for gap in gaps if gap >= SHORTEST_PAUSE))


def trim(samples: Float32) -> Float32:
    """Samples `(T,)` at 16,000 hertz from the first sound to the last."""
    trimmed, _ = effects.trim(samples, top_db=SILENCE, frame_length=_FRAME, hop_length=_HOP)
    return np.asarray(trimmed, np.float32)
