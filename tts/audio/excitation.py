"""Restore the harmonics and noise that a predicted spectrogram loses by averaging, from pitch and voicing.

A pulse train at the predicted pitch and white noise are mixed band by band. Their spectrum, shaped by the predicted
envelope, gives Griffin-Lim sharp magnitudes and matching phases.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tts.audio.fourier import irfft, rfft
from tts.audio.mel import Float32, analysis_window
from tts.audio.phases import Complex64
from tts.config import AudioConfig

_UNVOICED, _VOICED = 0.1, 0.6  # correlation at which a band is pure noise, and pure harmonics
_SMOOTHING = 2.0  # width, in harmonics, of the average that separates the excitation's level from its structure
_LOWEST_LEVEL = 0.1  # lower limit of the excitation's power, whose mean is 1


def apply_envelope(excitation: Complex64, magnitude: Float32, f0: Float32, config: AudioConfig) -> Complex64:
    """Give an excitation the spectral envelope of `magnitude`; both are `(T, n_freqs)`.

    `f0`: `(T,)`, in hertz. Any band two harmonics wide has the power of `magnitude` and the structure of the
    excitation, if `magnitude` is an envelope, as predicted magnitudes are.
    """
    power = excitation.real**2 + excitation.imag**2
    level = _smooth(power, _SMOOTHING * f0, config)
    shaped: Complex64 = excitation * (magnitude / np.sqrt(np.maximum(level, _LOWEST_LEVEL)))
    return shaped


class Excitation:
    """Streams spectra of pulses and white noise, mixed by voicing, with a power of about 1.

    Call `push` for the whole source, then `finish` once. The joined output does not depend on how the source is divided
    among calls.
    """

    def __init__(self, config: AudioConfig, seed: int = 0) -> None:
        self._config = config
        self._generator = np.random.default_rng(seed)
        self._pulses = _PulseTrain(config.sample_rate)
        self._source = np.empty((config.n_source, 0), np.float32)  # frames without spectra yet
        self._pitch: float | None = None  # log F0 of the latest frame
        self._samples = np.empty((2, 0), np.float32)  # pulses and noise, from the start of the next frame's window

    def push(self, source: Float32) -> Complex64:
        """Add source frames; return the spectra `(T, n_freqs)` of the frames with complete windows.

        `source`: `(n_source, T)`, log F0 in hertz and the voicing of each band, as from `pitch.analyse_source`.
        """
        pitch = source[0].astype(np.float64)
        if len(pitch) and self._pitch is None:
            self._append_signals(np.full((1, self._config.n_fft // 2), pitch[0]))  # before the first centre
            self._pitch, pitch = pitch[0], pitch[1:]
        if len(pitch):
            ends = np.concatenate([[self._pitch], pitch])
            way = np.arange(self._config.hop_length) / self._config.hop_length
            self._append_signals(ends[:-1, None] + np.diff(ends)[:, None] * way)  # (T, hop_length): centre to centre
            self._pitch = pitch[-1]
        self._source = np.concatenate([self._source, source], axis=1)
        return self._pop_spectra((self._samples.shape[1] - self._config.n_fft) // self._config.hop_length + 1)

    def finish(self) -> Complex64:
        """Return the remaining spectra `(T, n_freqs)`. After the last frame the pitch stays constant."""
        if self._pitch is not None:
            self._append_signals(np.full((1, self._config.n_fft // 2), self._pitch))
        return self._pop_spectra(self._source.shape[1])

    def _append_signals(self, pitch: NDArray[np.float64]) -> None:
        """Append pulses and noise for log F0 `(n_blocks, block)`."""
        noise = self._generator.standard_normal(pitch.size, np.float32)
        sound = np.stack([self._pulses.next(np.exp(pitch)), noise])
        self._samples = np.concatenate([self._samples, sound], axis=1)

    def _pop_spectra(self, n_frames: int) -> Complex64:
        """Return the mixed spectra of the next `n_frames` frames, and drop these frames."""
        config = self._config
        n_frames = max(0, min(n_frames, self._source.shape[1]))
        if n_frames == 0:
            return np.empty((0, config.n_freqs), np.complex64)
        windows = np.lib.stride_tricks.sliding_window_view(self._samples, config.n_fft, axis=1)
        frames = windows[:, :: config.hop_length][:, :n_frames]  # (2, T, n_fft)
        spectra = rfft(frames * _unit_window(config))
        share = _voiced_share(self._source[1:, :n_frames], config)  # (T, n_freqs)
        self._samples = self._samples[:, n_frames * config.hop_length :]
        self._source = self._source[:, n_frames:]
        mixed: Complex64 = np.sqrt(share) * spectra[0] + np.sqrt(1 - share) * spectra[1]
        return mixed


class _PulseTrain:
    """Band-limited pulse train of unit power: the sum of all cosines below half the sample rate, in closed form."""

    def __init__(self, sample_rate: int) -> None:
        self.sample_rate = sample_rate
        self.cycles = 0.0  # phase of the fundamental

    def next(self, f0: NDArray[np.float64]) -> Float32:
        """Return the next samples `(n_blocks * block,)` for f0 `(n_blocks, block)` in hertz.

        The joined output does not depend on how the blocks are divided among calls.
        """
        within = np.cumsum(f0 / self.sample_rate, axis=1)
        before = np.cumsum(np.concatenate([[self.cycles], within[:, -1]]))
        self.cycles = float(before[-1])
        half = np.pi * (before[:-1, None] + within)  # half the phase of the fundamental
        sine = np.sin(half)
        sine = np.where(np.abs(sine) < 1e-6, 1e-6, sine)
        harmonics = np.floor(self.sample_rate / 2 / f0)
        pulses = (np.sin((2 * harmonics + 1) * half) / sine - 1) * np.sqrt(f0 / self.sample_rate)
        return pulses.astype(np.float32).reshape(-1)


def _voiced_share(voicing: Float32, config: AudioConfig) -> Float32:
    """Return the harmonic share of the power `(T, n_freqs)`: voicing `(n_bands, T)` interpolated between bands."""
    share = np.clip((voicing - _UNVOICED) / (_VOICED - _UNVOICED), 0, 1)
    lower, weight = _band_weights(config)
    mixed: Float32 = share.T[:, lower] * (1 - weight) + share.T[:, lower + 1] * weight
    return mixed


def _smooth(values: Float32, widths: Float32, config: AudioConfig) -> Float32:
    """Compute the moving average of `(T, n_freqs)` along frequency, with `widths` `(T,)` in hertz.

    The average is a product in the lag domain. A window as wide as the spacing of the harmonics removes them (Morise
    2015, "CheapTrick", section 2.4).
    """
    response = irfft(values.astype(np.complex64), config.n_fft)
    response *= np.sinc(widths[:, None] * _lags(config))
    smooth: Float32 = rfft(response).real
    return smooth


@lru_cache
def _unit_window(config: AudioConfig) -> Float32:
    """Return the analysis window `(n_fft,)`, scaled so that noise of unit power has a spectrum of unit power."""
    window = analysis_window(config)
    unit: Float32 = window / np.sqrt(np.sum(window**2))
    return unit


@lru_cache
def _band_weights(config: AudioConfig) -> tuple[NDArray[np.int64], Float32]:
    """Return, for each frequency `(n_freqs,)`, the voicing band below it and the weight (0..1) of the next band."""
    edges = np.array([0.0, *config.voicing_edges, config.sample_rate / 2])
    centres = (edges[:-1] + edges[1:]) / 2
    frequencies = np.linspace(0, config.sample_rate / 2, config.n_freqs)
    position = np.interp(frequencies, centres, np.arange(len(centres)))
    lower = np.minimum(position.astype(np.int64), len(centres) - 2)
    return lower, (position - lower).astype(np.float32)


@lru_cache
def _lags(config: AudioConfig) -> Float32:
    """Return the absolute lag in seconds of each sample of a transform `(n_fft,)`."""
    lags = np.arange(config.n_fft)
    return (np.minimum(lags, config.n_fft - lags) / config.sample_rate).astype(np.float32)
