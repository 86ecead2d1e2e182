"""Analyse the source of speech: pitch, and voicing per band.

A predicted mel spectrogram is a mean over all likely ones. Where the pitch is uncertain, this mean has no harmonics and
sounds whispered. A mean of pitches is still a pitch, so the model also predicts these few source channels, and
`tts/audio/excitation.py` restores the harmonics from them.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import scipy.fft
import scipy.signal
from numpy.typing import NDArray

from tts.audio.mel import Float32
from tts.config import AudioConfig

_STEPS_PER_OCTAVE = 55  # candidates 1.3 % apart, refined by a parabola
_WINDOW_SECONDS = 0.023  # length of the two windows that are compared, one period apart
_FREEDOM = 3.0  # path cost of a change of pitch by a factor of e, in units of correlation
_SHORT_LAG_BIAS = 0.15  # a periodic signal also repeats after two periods: prefer the shorter lag (Talkin 1995)
_VOICED = 0.4  # minimum correlation in the lowest band for a frame's pitch to count
_LOWEST, _HIGHEST = 50.0, 8000.0  # hertz, outer edges of the voicing bands
_ENVELOPES_FROM = 2000.0  # hertz: above, jitter destroys the correlation of harmonics, but not of envelopes
_NEIGHBOURS = range(-4, 5)  # candidates around the pitch at which a band may correlate best


def analyse_source(samples: Float32, config: AudioConfig) -> Float32:
    """Compute pitch and voicing of samples `(T,)`: `(n_source, T_mel)`, for the same frames as `mel.log_mel`.

    Row 0 is the natural log of F0 in hertz, interpolated where unvoiced. Each further row is the correlation of a band
    with itself one period later: near 1 if voiced, near 0 if not. The pitch is the path of highest normalized
    cross-correlation (Talkin 1995, "A robust algorithm for pitch tracking"). The voicing of bands is that of MELP
    (McCree and Barnwell 1995, "A mixed excitation LPC vocoder model for low bit rate speech coding").
    """
    n_frames = 1 + len(samples) // config.hop_length
    octaves = np.log2(config.f0_max / config.f0_min)
    candidates = config.f0_min * 2.0 ** np.linspace(0, octaves, 1 + round(octaves * _STEPS_PER_OCTAVE))
    bands = _bands(samples.astype(np.float64), config)
    score = _correlation(bands[0], candidates[None], n_frames, config)  # (T_mel, n_candidates)
    path = _best_path(score - _SHORT_LAG_BIAS * config.f0_min / candidates, np.log(candidates))
    nearby = np.clip(path[:, None] + np.array(_NEIGHBOURS), 0, len(candidates) - 1)
    voicing = [_correlation(band, candidates[nearby], n_frames, config).max(axis=1) for band in bands]
    pitch = _refine(path, score, np.log(candidates))
    return np.stack([_fill(pitch, voicing[0] > _VOICED), *voicing]).astype(np.float32)


def _bands(samples: NDArray[np.float64], config: AudioConfig) -> list[NDArray[np.float64]]:
    """Split the signal into voicing bands; high bands are returned as envelopes."""
    nyquist = config.sample_rate / 2
    edges = [_LOWEST, *config.voicing_edges, min(_HIGHEST, 0.95 * nyquist)]
    bands = []
    for low, high in pairwise(edges):
        band = _filter(samples, (low, high), "bandpass", config)
        if low >= _ENVELOPES_FROM:
            analytic = scipy.signal.hilbert(band, scipy.fft.next_fast_len(len(band)))[: len(band)]
            band = _filter(np.abs(analytic), config.f0_min / 2, "highpass", config)
        bands.append(band)
    return bands


def _filter(
    samples: NDArray[np.float64], edges: float | tuple[float, float], kind: str, config: AudioConfig
) -> NDArray[np.float64]:
    sections = scipy.signal.butter(3, edges, kind, fs=config.sample_rate, output="sos")
    filtered: NDArray[np.float64] = scipy.signal.sosfiltfilt(sections, samples, padlen=min(100, len(samples) - 1))
    return filtered


def _correlation(
    signal: NDArray[np.float64], frequencies: NDArray[np.float64], n_frames: int, config: AudioConfig
) -> Float32:
    """Compute the normalized cross-correlation of two windows a period apart, around each frame: `(n_frames, n)`.

    `frequencies`: in hertz, `(1, n)` for all frames or `(n_frames, n)`.
    """
    window = round(_WINDOW_SECONDS * config.sample_rate)
    reach = window + int(config.sample_rate / config.f0_min) + 2
    padded = np.pad(signal, (reach, reach + config.hop_length)).astype(np.float32)
    energy = np.concatenate([[0.0], np.cumsum(padded.astype(np.float64) ** 2)])
    noise = 1e-3 * window * float(np.max(signal**2, initial=0.0)) + 1e-12  # keeps the correlation of silence near 0
    centres = reach + config.hop_length * np.arange(n_frames)  # (n_frames,)
    windows = np.lib.stride_tricks.sliding_window_view(padded, window)  # one per sample
    result = np.empty((n_frames, frequencies.shape[1]), np.float32)
    for index in range(frequencies.shape[1]):
        lag = np.rint(config.sample_rate / frequencies[:, index]).astype(int)  # (1,) or (n_frames,)
        first = centres - (window + lag) // 2
        second = first + lag
        product = np.einsum("ti,ti->t", windows[first], windows[second])
        energies = [energy[start + window] - energy[start] for start in (first, second)]
        result[:, index] = product / (np.sqrt(energies[0] * energies[1]) + noise)
    return result


def _best_path(score: NDArray[np.floating], log_frequencies: NDArray[np.float64]) -> NDArray[np.intp]:
    """Find the path of candidates, one index per frame, with the highest score `(T_mel, n)` minus leaps (Viterbi)."""
    leaps = _FREEDOM * np.abs(log_frequencies[:, None] - log_frequencies[None])  # (from, to)
    best, came_from = score[0].astype(np.float64), np.zeros(score.shape, np.intp)
    for frame in range(1, len(score)):
        reached = best[:, None] - leaps
        came_from[frame] = reached.argmax(axis=0)
        best = reached.max(axis=0) + score[frame]
    path = np.empty(len(score), np.intp)
    path[-1] = best.argmax()
    for frame in range(len(score) - 1, 0, -1):
        path[frame - 1] = came_from[frame, path[frame]]
    return path


def _refine(path: NDArray[np.intp], score: Float32, log_frequencies: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the log frequencies of a path, each moved to the vertex of the parabola through three scores."""
    inner = np.clip(path, 1, score.shape[1] - 2)
    rows = np.arange(len(path))
    left, centre, right = (score[rows, inner + shift].astype(np.float64) for shift in (-1, 0, 1))
    curvature = np.minimum(left - 2 * centre + right, -1e-6)
    offset = np.clip(0.5 * (left - right) / curvature, -0.5, 0.5)
    step = log_frequencies[1] - log_frequencies[0]
    refined: NDArray[np.float64] = log_frequencies[path] + np.where(inner == path, offset * step, 0.0)
    return refined


def _fill(values: NDArray[np.float64], known: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Interpolate the values that are not known. If none is known, return the values unchanged."""
    if not known.any():
        return values
    frames = np.arange(len(values))
    return np.interp(frames, frames[known], values[known])
