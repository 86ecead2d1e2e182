"""Pitch against a reference's: log-F0 error where both are voiced, and how often only one of them is."""

from __future__ import annotations

from typing import NamedTuple

import librosa
import numpy as np
from numpy.typing import NDArray

from tts.audio.mel import Float32
from tts.evaluation.cepstrum import AUDIO, Path

Float64 = NDArray[np.float64]

LOWEST, HIGHEST = 60.0, 500.0  # hertz: from a low man's creak to a lively woman's or a child's
_RESOLUTION = 0.2  # semitones between candidates: an error of 0.06 at most, at a tenth of the cost of 0.1
SEMITONES = 12.0 / np.log(2.0)  # in a factor of e


class PitchErrors(NamedTuple):
    """Two readings' pitch compared, frame by frame of a path."""

    squared_semitones: float
    """Sum over pairs that are voiced in both of the squared difference of log F0, in semitones squared.

    One semitone is 0.0578 of natural log F0, the unit of many papers.
    """
    n_voiced: int
    """Pairs voiced in both."""
    n_voicing_errors: int
    """Pairs voiced in one alone: as a share of all the voicing decision error of Nakatani et al. 2008, "A method for
    fundamental frequency estimation and voicing decision", with a reference reading in place of a reference label.
    """
    n_pairs: int
    """All pairs."""


def track(samples: Float32) -> Float64:
    """F0 of samples `(T,)` at 16,000 hertz: `(T_mel,)` hertz, 0 where unvoiced, for the frames of `mel_cepstra`.

    By pYIN (Mauch and Dixon 2014, "pYIN: a fundamental frequency estimator using probabilistic threshold
    distributions") as librosa has it.
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
    """Compare two tracks of `track` along a path of `cepstrum.warp`."""
    first, second = one[path[:, 0]], other[path[:, 1]]
    both = (first > 0) & (second > 0)
    difference = SEMITONES * np.log(first[both] / second[both])
    return PitchErrors(
        float(np.sum(difference**2)), int(both.sum()), int(np.sum((first > 0) != (second > 0))), len(path)
    )
