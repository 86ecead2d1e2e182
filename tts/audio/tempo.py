"""Tempo of a mel spectrogram: frames are resampled in time, and the pitch, which is in the bands, stays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tts.audio.mel import Float32

MIN_SPEED, MAX_SPEED = 0.25, 4.0


def stretch(log_mel: Float32, speed: float | NDArray[np.floating]) -> Float32:
    """Log-mel frames `(n_mels, T_mel)` at `speed`, 2 twice as fast: `(n_mels, T_stretched)`.

    One speed, or one per frame, `(T_mel,)`. At speed 1 every frame stays as it is, bit for bit. Raises what
    `Tempo.push` raises.
    """
    tempo = Tempo()
    return np.concatenate([tempo.push(log_mel, speed), tempo.finish()], axis=1)


class Tempo:
    """Stretches frames while they arrive: `push` as often as there are some, then `finish`, once.

    What they return, joined, does not depend on how the frames were cut. A stretched frame lies on a straight line
    between two neighbours, so at most one frame waits.
    """

    def __init__(self) -> None:
        self._waiting: Float32 | None = None  # (n_mels, 1), the latest frame
        self._speed = 1.0  # its speed
        self._frame, self._fraction = 0, 0.0  # where the next stretched frame lies, counted from the one that waits

    def push(self, log_mel: Float32, speed: float | NDArray[np.floating]) -> Float32:
        """Stretched frames `(n_mels, T)` that have become final with the frames `(n_mels, T_mel)`.

        `speed` is as in `stretch`. Raises ValueError for a speed outside 0.25..4, or as many speeds as there are not
        frames.
        """
        speeds = _checked(speed, log_mel.shape[1])
        if self._waiting is not None:
            log_mel = np.concatenate([self._waiting, log_mel], axis=1)
            speeds = np.append(self._speed, speeds)
        last = log_mel.shape[1] - 1
        if last < 0:
            return log_mel
        lefts, fractions = [], []
        while self._frame < last:
            lefts.append(self._frame)
            fractions.append(self._fraction)
            self._fraction += float(speeds[self._frame])
            whole = int(self._fraction)
            self._frame, self._fraction = self._frame + whole, self._fraction - whole
        self._waiting, self._speed = log_mel[:, last:].copy(), float(speeds[last])
        self._frame -= last
        left, weight = np.array(lefts, np.int64), np.array(fractions, np.float32)
        stretched: Float32 = log_mel[:, left] * (1 - weight) + log_mel[:, left + 1] * weight
        return stretched

    def finish(self) -> Float32:
        """The last frame, `(n_mels, 0 or 1)`, where its turn has come."""
        if self._waiting is None:
            raise ValueError("no frame was pushed: push at least one, or do not finish")
        return self._waiting[:, : int(self._frame == 0)]


def _checked(speed: float | NDArray[np.floating], n_frames: int) -> NDArray[np.float64]:
    speeds = np.asarray(speed, np.float64)
    if speeds.shape not in ((), (n_frames,)):
        raise ValueError(f"speeds have shape {speeds.shape}: pass one number, or one for each of {n_frames} frames")
    wrong = speeds[~((speeds >= MIN_SPEED) & (speeds <= MAX_SPEED))]
    if wrong.size:
        raise ValueError(f"speed is {wrong[0]:g}: use a number from {MIN_SPEED} (slow) to {MAX_SPEED:g} (fast)")
    return np.broadcast_to(speeds, (n_frames,))
