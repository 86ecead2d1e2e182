"""Initial phases for Griffin-Lim: from frame to frame each bin advances at the frequency of its spectral peak."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tts.audio.mel import Float32
from tts.config import AudioConfig

Complex64 = NDArray[np.complex64]

_TINY = np.float32(1e-20)  # prevents division by zero in silence
_JITTER = 0.1  # random phase in cycles, peak to peak: makes the seed matter, without a measurable cost in quality


def initial_phases(config: AudioConfig, seed: int) -> Complex64:
    """Return phases `(n_freqs,)`, as unit complex numbers, that centre a frame's energy, with jitter from `seed`."""
    middle = np.arange(config.n_freqs) * (-(config.n_fft // 2) / config.n_fft)  # cycles
    cycles = middle + _JITTER * np.random.default_rng(seed).random(config.n_freqs)
    phases: Complex64 = np.exp(2j * np.pi * cycles).astype(np.complex64)
    return phases


def continue_phases(target: Float32, advance: Float32, origin: Complex64) -> Complex64:
    """Return a spectrum `(T, n_freqs)` with magnitudes `target` and phases that continue those of the frame `origin`.

    `advance`: `(T, n_freqs)`, the phase advance from the previous frame in cycles. `origin`: `(n_freqs,)`; its
    magnitudes do not matter.
    """
    angles = np.cumsum(advance, axis=0, dtype=np.float32)
    angles *= np.float32(2.0 * np.pi)
    spectrum = np.empty(target.shape, np.complex64)
    np.cos(angles, out=spectrum.real)
    np.sin(angles, out=spectrum.imag)
    spectrum *= origin / (np.abs(origin) + _TINY)
    spectrum *= target
    return spectrum


def peak_phase_advance(target: Float32, config: AudioConfig) -> Float32:
    """Return the phase advance per hop for magnitudes `(T, n_freqs)`, in cycles, 0..1, same shape.

    Each bin advances at the frequency of its nearest peak, after Beauregard, Harish and Wyse (2015, "Single pass
    spectrogram inversion"). Unlike there, a bin continues from its own phase, not from its peak's, which converges
    further.
    """
    peaks, frequencies = spectral_peaks(target)
    advance = frequencies * np.float32(config.hop_length / config.n_fft)
    advance -= np.floor(advance)  # whole cycles change nothing and would cost float32 precision
    # In the flattened spectrogram a peak's region begins halfway to the previous peak, or at the start of its frame.
    begins = np.where(peaks % config.n_freqs > 0, (np.roll(peaks, 1) + peaks) // 2 + 1, peaks)
    return np.repeat(advance, np.diff(begins, append=target.size)).reshape(target.shape)


def spectral_peaks(target: Float32) -> tuple[NDArray[np.int64], Float32]:
    """Find the local maxima along the bins of magnitudes `(T, n_freqs)`: flat indices, and frequencies in bins.

    A frequency is the vertex of the parabola through the log magnitudes of three bins. Bin 0 of every frame counts as a
    peak with the frequency of the next peak, which the bins below that peak follow.
    """
    is_peak = np.zeros(target.shape, np.bool_)
    np.greater(target[:, 1:-1], target[:, 2:], out=is_peak[:, 1:-1])
    is_peak[:, 1:-1] &= target[:, 1:-1] >= target[:, :-2]
    is_peak[:, 0] = True
    peaks = np.flatnonzero(is_peak)
    bins = peaks % target.shape[1]
    logs = np.log(target.reshape(-1).take(peaks + np.array([[-1], [0], [1]]), mode="clip") + np.float32(1e-9))
    curvature = np.minimum(logs[0] - 2.0 * logs[1] + logs[2], np.float32(-1e-6))
    frequencies = np.where(bins > 0, bins + 0.5 * (logs[0] - logs[2]) / curvature, 0.0).astype(np.float32)
    return peaks, np.where(bins > 0, frequencies, np.roll(frequencies, -1))
