"""Compare pitch with a reference: log-F0 error, and voicing errors."""

from __future__ import annotations

from typing import NamedTuple

import librosa
import numpy as np
from numpy.typing import NDArray

from tts.audio.mel import Float32
from tts.evaluation.cepstrum import AUDIO, Path

Float64 = NDArray[np.float64]

LOWEST, HIGHEST = 60.0, 500.0  # hertz; from a low male voice to a child
_RESOLUTION = 0.2  # semitones between candidates; the error is at most 0.06, at a tenth of the cost of 0.1
SEMITONES = 12.0 / np.log(2.0)  # per unit of natural log


class PitchErrors(NamedTuple):
    """The pitch difference of two recordings over the frame pairs of a path."""

    squared_semitones: float
    """Sum of squared log-F0 differences in semitones, over pairs that are voiced in both.

    One semitone is 0.0578 in natural log F0, the unit of many papers.
    """
    n_voiced: int
    """Pairs that are voiced in both."""
    n_voicing_errors: int
    """Pairs that are voiced in only one. Divided by all pairs, the voicing decision error of Nakatani et al. 2008, "A
    method for fundamental frequency estimation and voicing decision", with a reference recording instead of labels.
    """
    n_pairs: int
    """All pairs."""


def track(samples: Float32) -> Float64:
    """Track F0 in hertz, `(T_mel,)`, of samples `(T,)` at 16,000 hertz, for the frames of `mel_cepstra`; 0 if unvoiced.

    The method is pYIN (Mauch and Dixon 2014, "pYIN: a fundamental frequency estimator using probabilistic threshold
    distributions") in librosa.
    """
    f0, is_voiced, _ = librosa.pyin(
        samples,
        fmin=LOWEST,
        fmax=HIGHEST,
        sr=AUDIO.sample_rate,
        frame_length=AUDIO.n_fft,
        hop_length=AUDIO.hop_length,
        resolution=_RESOLUTION,
    )
    return np.asarray(np.where(is_voiced, f0, 0.0))


def compare(one: Float64, other: Float64, path: Path) -> PitchErrors:
    """Compare two results of `track` along a path from `cepstrum.warp`."""
    first, second = one[path[:, 0]], other[path[:, 1]]
    both = (first > 0) & (second > 0)
    difference = SEMITONES * np.log(first[both] / second[both])
    return PitchErrors(
        float(np.sum(difference**2)), int(both.sum()), int(np.sum((first > 0) != (second > 0))), len(path)
    )
