"""Mel-cepstral distortion: the distance between the spectral envelopes of two recordings of a sentence."""

from __future__ import annotations

from functools import cache

import librosa.sequence as sequence
import numpy as np
import scipy.fft
from numpy.typing import NDArray

from tts.audio.mel import Float32, log_mel, mel_filterbank
from tts.config import AudioConfig

Float64 = NDArray[np.float64]
Path = NDArray[np.int64]  # (n, 2): pairs of matching frames

AUDIO = AudioConfig(sample_rate=16_000, n_fft=1024, win_length=800, hop_length=200, n_mels=80, f_max=8000.0)
"""The analysis of both recordings: 50 ms windows every 12.5 ms, 80 bands up to 8 kHz."""
N_CEPSTRA = 13
DECIBELS = 10.0 * np.sqrt(2.0) / np.log(10.0)
"""Factor from a distance of cepstra to decibels, the root mean square difference of two log magnitude spectra over the
mel axis. 20 / ln 10 converts natural-log magnitudes to decibels, and the mean square of a cosine is one half."""
DYNAMIC_RANGE = 60.0  # decibels below the loudest band; below that, only codecs and dither differ


def mel_cepstra(samples: Float32) -> Float64:
    """Compute cepstra c_1 to c_13, `(T_mel, 13)`, of samples `(T,)` at 16,000 hertz, without the level c_0."""
    mel = log_mel(samples, AUDIO, _filterbank()).astype(np.float64)
    return cepstra(np.maximum(mel, mel.max() - DYNAMIC_RANGE * np.log(10.0) / 20.0))


def cepstra(mel: Float64) -> Float64:
    """Compute cepstra c_1 to c_13, `(T_mel, 13)`, of natural-log magnitudes `(M, T_mel)`.

    One-sided: the log spectrum at band m is c_0 / 2 + sum over d of c_d cos(pi d (m + 1/2) / M), so that c_d is the
    amplitude of a ripple of d half periods, and the constant 10 sqrt(2) / ln 10 gives decibels.
    """
    return np.asarray(scipy.fft.dct(mel, type=2, axis=0)[1 : N_CEPSTRA + 1].T / len(mel))


def warp(one: Float64, other: Float64) -> Path:
    """Pair the frames of two cepstra, `(T, 13)` each, by dynamic time warping in steps of one frame.

    Source: Sakoe and Chiba 1978, "Dynamic programming algorithm optimization for spoken word recognition", without a
    window and without weights.
    """
    _, path = sequence.dtw(one.T, other.T, metric="euclidean")
    return np.asarray(path[::-1], np.int64)


def mel_cepstral_distortion(one: Float64, other: Float64, path: Path) -> float:
    """Compute the mean over the pairs of 10 sqrt(2) / ln 10 times the Euclidean distance of c_1 to c_13, in decibels.

    0 means equal envelopes. Level and timing do not count. Source: Kubichek 1993, "Mel-cepstral
    distance measure for objective speech quality assessment"; thirteen coefficients without the zeroth and warped in
    time as in Skerry-Ryan et al. 2018, "Towards end-to-end prosody transfer", appendix. Values from other analyses,
    such as the mel-generalised cepstra of WORLD or SPTK, are not comparable.
    """
    distances = np.linalg.norm(one[path[:, 0]] - other[path[:, 1]], axis=1)
    return float(DECIBELS * distances.mean())


@cache
def _filterbank() -> Float32:
    return mel_filterbank(AUDIO)
