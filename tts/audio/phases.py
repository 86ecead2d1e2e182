"""Phases to begin an inversion with: every bin turns, from frame to frame, at the frequency of its spectral peak."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tts.audio.mel import Float32
from tts.config import AudioConfig

Complex64 = NDArray[np.complex64]

_TINY = np.float32(1e-20)  # keeps silence from dividing by zero
_JITTER = 0.1  # cycles, peak to peak: gives the seed a meaning, and costs nothing that can be measured


def first_phases(config: AudioConfig, seed: int) -> Complex64:
    """Phases `(n_freqs,)`, as unit numbers, of a frame with its energy in its middle, give or take what `seed` says."""
    middle = np.arange(config.n_freqs) * (-(config.n_fft // 2) / config.n_fft)  # cycles
    cycles = middle + _JITTER * np.random.default_rng(seed).random(config.n_freqs)
    phases: Complex64 = np.exp(2j * np.pi * cycles).astype(np.complex64)
    return phases


def continued(target: Float32, turns: Float32, origin: Complex64) -> Complex64:
    """Spectrum `(T, n_freqs)` of the magnitudes `target` whose phases turn on from those of a frame `origin`.

    `turns` `(T, n_freqs)` is the step to each frame from the one before, in cycles; of `origin` only the phases matter.
    """
    angles = np.cumsum(turns, axis=0, dtype=np.float32)
    angles *= np.float32(2.0 * np.pi)
    spectrum = np.empty(target.shape, np.complex64)
    np.cos(angles, out=spectrum.real)
    np.sin(angles, out=spectrum.imag)
    spectrum *= origin / (np.abs(origin) + _TINY)
    spectrum *= target
    return spectrum


def peak_turns(target: Float32, config: AudioConfig) -> Float32:
    """Cycles per hop, 0..1, of magnitudes `(T, n_freqs)`, same shape: those of the nearest peak's frequency.

    After Beauregard, Harish and Wyse (2015, "Single pass spectrogram inversion"). Unlike theirs, a bin continues from
    its own phase, not from its peak's, which converges further.
    """
    peaks, frequencies = spectral_peaks(target)
    turns = frequencies * np.float32(config.hop_length / config.n_fft)
    turns -= np.floor(turns)  # whole turns change nothing, and would cost float32 its fraction
    # In the flattened spectrogram a peak rules from halfway to the one before, or from the beginning of its frame.
    begins = np.where(peaks % config.n_freqs > 0, (np.roll(peaks, 1) + peaks) // 2 + 1, peaks)
    return np.repeat(turns, np.diff(begins, append=target.size)).reshape(target.shape)


def spectral_peaks(target: Float32) -> tuple[NDArray[np.int64], Float32]:
    """Local maxima along the bins of magnitudes `(T, n_freqs)`: their flat indices, and their frequencies in bins.

    A frequency is the summit of the parabola through the logarithms of three bins. Bin 0 of every frame counts as a
    peak, with the frequency of the next one: below the first peak there is nothing else to follow.
    """
    is_peak = np.zeros(target.shape, np.bool_)
    np.greater(target[:, 1:-1], target[:, 2:], out=is_peak[:, 1:-1])
    is_peak[:, 1:-1] &= target[:, 1:-1] >= target[:, :-2]
    is_peak[:, 0] = True
    peaks = np.flatnonzero(is_peak)
    bins = peaks % target.shape[1]
    at = np.log(target.reshape(-1).take(peaks + np.array([[-1], [0], [1]]), mode="clip") + np.float32(1e-9))
    curvature = np.minimum(at[0] - 2.0 * at[1] + at[2], np.float32(-1e-6))
    frequencies = np.where(bins > 0, bins + 0.5 * (at[0] - at[2]) / curvature, 0.0).astype(np.float32)
    return peaks, np.where(bins > 0, frequencies, np.roll(frequencies, -1))
