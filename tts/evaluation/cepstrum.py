"""Mel-cepstral distortion: how far one reading's spectral envelope lies from another's, once they keep time."""

from __future__ import annotations

from functools import cache

import librosa.sequence as sequence
import numpy as np
import scipy.fft
from numpy.typing import NDArray

from tts.audio.mel import Float32, log_mel, mel_filterbank
from tts.config import AudioConfig

Float64 = NDArray[np.float64]
Path = NDArray[np.int64]  # (n, 2): frames of the one and of the other that belong together

AUDIO = AudioConfig(sample_rate=16_000, n_fft=1024, win_length=800, hop_length=200, n_mels=80, f_max=8000.0)
"""How both readings are analysed, whatever their own settings: 50 ms windows every 12.5 ms, 80 bands up to 8 kHz."""
N_CEPSTRA = 13
DECIBELS = 10.0 * np.sqrt(2.0) / np.log(10.0)
"""From a distance between cepstra to decibels: the root mean square over the mel axis of the difference of two log
magnitude spectra. 20 / ln 10 makes decibels of natural-log magnitudes, and a cosine's mean square is one half."""
DYNAMIC_RANGE = 60.0  # decibels below the loudest band; fainter is silence, where codecs and dither differ, not voices


def mel_cepstra(samples: Float32) -> Float64:
    """Samples `(T,)` at 16,000 hertz -> cepstra c_1 to c_13, `(T_mel, 13)`; c_0, the level, is left out."""
    mel = log_mel(samples, AUDIO, _filterbank()).astype(np.float64)
    return cepstra(np.maximum(mel, mel.max() - DYNAMIC_RANGE * np.log(10.0) / 20.0))


def cepstra(mel: Float64) -> Float64:
    """Natural-log magnitudes `(M, T_mel)` -> c_1 to c_13, `(T_mel, 13)`.

    One-sided: the log spectrum at band m is c_0 / 2 + sum over d of c_d cos(pi d (m + 1/2) / M), so that c_d is the
    amplitude of a ripple of d half periods, and the constant 10 sqrt(2) / ln 10 gives decibels.
    """
    return np.asarray(scipy.fft.dct(mel, type=2, axis=0)[1 : N_CEPSTRA + 1].T / len(mel))


def warp(one: Float64, other: Float64) -> Path:
    """Pair the frames of two cepstra, `(T, 13)` each, by dynamic time warping: steps of one frame in either or both.

    Source: Sakoe and Chiba 1978, "Dynamic programming algorithm optimization for spoken word recognition", without a
    window and without weights.
    """
    _, path = sequence.dtw(one.T, other.T, metric="euclidean")
    return np.asarray(path[::-1], np.int64)


def mel_cepstral_distortion(one: Float64, other: Float64, path: Path) -> float:
    """Mean over a path's pairs of 10 sqrt(2) / ln 10 times the Euclidean distance of c_1 to c_13, in decibels.

    0 is the same envelope; the level does not count, nor does the timing. Source: Kubichek 1993, "Mel-cepstral
    distance measure for objective speech quality assessment"; thirteen coefficients without the zeroth and warped in
    time as in Skerry-Ryan et al. 2018, "Towards end-to-end prosody transfer", appendix. Values from other analyses
    (WORLD's or SPTK's mel-generalised cepstra) are of the same order, and not comparable.
    """
    distances = np.linalg.norm(one[path[:, 0]] - other[path[:, 1]], axis=1)
    return float(DECIBELS * distances.mean())


@cache
def _filterbank() -> Float32:
    return mel_filterbank(AUDIO)
