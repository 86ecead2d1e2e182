"""Pitch and voicing -> the harmonics and the noise that a predicted spectrogram has lost in averaging.

A pulse train at the predicted pitch and white noise, mixed band by band, have a spectrum of their own; shaped by the
predicted envelope it gives Griffin-Lim magnitudes that are sharp, and phases that belong to them.
"""

from __future__ import annotations

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from tts.audio.mel import Float32, analysis_window
from tts.config import AudioConfig

Complex64 = NDArray[np.complex64]

_UNVOICED, _VOICED = 0.1, 0.6  # correlations at which a band is all noise and all harmonics
_SMOOTHING = 2.0  # width of the average that tells the excitation's level from its structure, in harmonics
_LOWEST_LEVEL = 0.1  # of the excitation's power, which is 1 on the average


def excite(magnitude: Float32, source: Float32, config: AudioConfig, seed: int = 0) -> Complex64:
    """Give magnitudes `(n_freqs, T_mel)` the fine structure of their source: a spectrum of the same shape.

    source: (n_source, T_mel), see `analyse_source`. Where the magnitudes have the shape of an envelope, as predicted
    ones have, the power around every frequency stays as it is.
    """
    spectrum = excitation(source, config, seed)  # (T_mel, n_freqs)
    power = spectrum.real**2 + spectrum.imag**2
    level = _smooth(power, _SMOOTHING * np.exp(source[0]), config)
    spectrum *= magnitude.T / np.sqrt(np.maximum(level, _LOWEST_LEVEL))
    shaped: Complex64 = spectrum.T
    return shaped


def excitation(source: Float32, config: AudioConfig, seed: int = 0) -> Complex64:
    """The spectrum `(T_mel, n_freqs)` of pulses and white noise, mixed as voicing says: a power of about 1."""
    n_frames = source.shape[1]
    n_samples = (n_frames - 1) * config.hop_length + config.n_fft  # frame t begins at t * hop_length
    times = (np.arange(n_samples) - config.n_fft // 2) / config.hop_length  # in frames
    f0 = np.exp(np.interp(times, np.arange(n_frames), source[0]))  # (n_samples,) hertz
    noise = np.random.default_rng(seed).standard_normal(n_samples, np.float32)
    pulses = _spectrum(_pulses(f0, config), config)
    share = _voiced_share(source[1:], config)  # (T_mel, n_freqs)
    pulses *= np.sqrt(share)
    noisy = _spectrum(noise, config)
    noisy *= np.sqrt(1 - share)
    pulses += noisy
    return pulses


def _pulses(f0: NDArray[np.float64], config: AudioConfig) -> Float32:
    """Band-limited pulses of unit power at f0 `(T,)`: the sum of all cosines below half the sample rate, closed."""
    half = np.pi * np.cumsum(f0) / config.sample_rate  # half the phase of the fundamental
    harmonics = np.floor(config.sample_rate / 2 / f0)
    sine = np.sin(half)
    sine = np.where(np.abs(sine) < 1e-6, 1e-6, sine)
    pulses: Float32 = (np.sin((2 * harmonics + 1) * half) / sine - 1).astype(np.float32)
    pulses *= np.sqrt(f0 / config.sample_rate).astype(np.float32)
    return pulses


def _spectrum(samples: Float32, config: AudioConfig) -> Complex64:
    window = analysis_window(config)
    frames = np.lib.stride_tricks.sliding_window_view(samples, config.n_fft)[:: config.hop_length]
    spectrum: Complex64 = scipy.fft.rfft(frames * (window / np.sqrt(np.sum(window**2))), axis=1, workers=1)
    return spectrum


def _voiced_share(voicing: Float32, config: AudioConfig) -> Float32:
    """How much of the power is harmonic: voicing `(n_bands, T_mel)` -> `(T_mel, n_freqs)`, between band centres."""
    share = np.clip((voicing - _UNVOICED) / (_VOICED - _UNVOICED), 0, 1)
    edges = np.array([0.0, *config.voicing_edges, config.sample_rate / 2])
    centres = (edges[:-1] + edges[1:]) / 2
    frequencies = np.linspace(0, config.sample_rate / 2, config.n_freqs)
    position = np.interp(frequencies, centres, np.arange(len(centres)))  # (n_freqs,)
    lower = np.minimum(position.astype(int), len(centres) - 2)
    weight = (position - lower).astype(np.float32)
    mixed: Float32 = share.T[:, lower] * (1 - weight) + share.T[:, lower + 1] * weight
    return mixed


def _smooth(values: Float32, widths: Float32, config: AudioConfig) -> Float32:
    """Moving average of `(T_mel, n_freqs)` along frequency, as wide as widths `(T_mel,)` in hertz say.

    Done as a product in the domain of the lag: a window as wide as the distance of the harmonics has no response to
    what repeats at that distance (Morise 2015, "CheapTrick", section 2.4).
    """
    response = scipy.fft.irfft(values, config.n_fft, axis=1, workers=1)
    lags = np.arange(config.n_fft)
    seconds = (np.minimum(lags, config.n_fft - lags) / config.sample_rate).astype(np.float32)
    response *= np.sinc(widths[:, None] * seconds)
    smooth: Float32 = scipy.fft.rfft(response, axis=1, overwrite_x=True, workers=1).real
    return smooth
