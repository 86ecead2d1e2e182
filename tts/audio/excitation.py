"""Pitch and voicing -> the harmonics and the noise that a predicted spectrogram has lost in averaging.

A pulse train at the predicted pitch and white noise, mixed band by band, have a spectrum of their own; shaped by the
predicted envelope it gives Griffin-Lim magnitudes that are sharp, and phases that belong to them.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from tts.audio.mel import Float32, analysis_window
from tts.audio.phases import Complex64
from tts.config import AudioConfig

_UNVOICED, _VOICED = 0.1, 0.6  # correlations at which a band is all noise and all harmonics
_SMOOTHING = 2.0  # width of the average that tells the excitation's level from its structure, in harmonics
_LOWEST_LEVEL = 0.1  # of the excitation's power, which is 1 on the average


def shape(excitation: Complex64, magnitude: Float32, f0: Float32, config: AudioConfig) -> Complex64:
    """An excitation with the level that `magnitude` has around every frequency; both are `(T, n_freqs)`.

    f0: (T,), in hertz. Where the magnitudes are an envelope, as predicted ones are, the power in every stretch of two
    harmonics stays as it is, and the structure within is that of the excitation.
    """
    power = excitation.real**2 + excitation.imag**2
    level = _smooth(power, _SMOOTHING * f0, config)
    shaped: Complex64 = excitation * (magnitude / np.sqrt(np.maximum(level, _LOWEST_LEVEL)))
    return shaped


class Excitation:
    """Spectra of pulses and white noise, mixed as voicing says, of a power of about 1: `push`, then `finish`, once.

    What they return, joined, does not depend on how the source was cut.
    """

    def __init__(self, config: AudioConfig, seed: int = 0) -> None:
        self._config = config
        self._generator = np.random.default_rng(seed)
        self._pulses = _Pulses(config.sample_rate)
        self._source = np.empty((config.n_source, 0), np.float32)  # of frames whose spectra are still to come
        self._pitch: float | None = None  # log F0 of the latest frame
        self._samples = np.empty((2, 0), np.float32)  # pulses and noise, from where the next frame's window begins

    def push(self, source: Float32) -> Complex64:
        """Spectra `(T, n_freqs)` of the frames whose windows are full by now.

        source: (n_source, T), see `tts.audio.pitch.analyse_source`: log F0 in hertz, then the voicing of each band.
        """
        pitch = source[0].astype(np.float64)
        if len(pitch) and self._pitch is None:
            self._sound(np.full((1, self._config.n_fft // 2), pitch[0]))  # before the first frame's centre
            self._pitch, pitch = pitch[0], pitch[1:]
        if len(pitch):
            ends = np.concatenate([[self._pitch], pitch])
            way = np.arange(self._config.hop_length) / self._config.hop_length
            self._sound(ends[:-1, None] + np.diff(ends)[:, None] * way)  # (T, hop_length), from centre to centre
            self._pitch = pitch[-1]
        self._source = np.concatenate([self._source, source], axis=1)
        return self._take((self._samples.shape[1] - self._config.n_fft) // self._config.hop_length + 1)

    def finish(self) -> Complex64:
        """The spectra that are left, `(T, n_freqs)`: the pitch stays as it was last."""
        if self._pitch is not None:
            self._sound(np.full((1, self._config.n_fft // 2), self._pitch))
        return self._take(self._source.shape[1])

    def _sound(self, pitch: NDArray[np.float64]) -> None:
        """Append pulses and noise for log F0 `(n_blocks, block)`."""
        noise = self._generator.standard_normal(pitch.size, np.float32)
        sound = np.stack([self._pulses.next(np.exp(pitch)), noise])
        self._samples = np.concatenate([self._samples, sound], axis=1)

    def _take(self, n_frames: int) -> Complex64:
        """The mixed spectra of the next frames, which are then done with."""
        config = self._config
        n_frames = max(0, min(n_frames, self._source.shape[1]))
        if n_frames == 0:
            return np.empty((0, config.n_freqs), np.complex64)
        windows = np.lib.stride_tricks.sliding_window_view(self._samples, config.n_fft, axis=1)
        frames = windows[:, :: config.hop_length][:, :n_frames]  # (2, T, n_fft)
        spectra = scipy.fft.rfft(frames * _unit_window(config), axis=2, workers=1)
        share = _voiced_share(self._source[1:, :n_frames], config)  # (T, n_freqs)
        self._samples = self._samples[:, n_frames * config.hop_length :]
        self._source = self._source[:, n_frames:]
        mixed: Complex64 = np.sqrt(share) * spectra[0] + np.sqrt(1 - share) * spectra[1]
        return mixed


class _Pulses:
    """Band-limited pulses of unit power: the sum of all cosines below half the sample rate, in closed form."""

    def __init__(self, sample_rate: int) -> None:
        self.sample_rate = sample_rate
        self.turns = 0.0  # of the fundamental, up to now

    def next(self, f0: NDArray[np.float64]) -> Float32:
        """Go on at f0 `(n_blocks, block)` in hertz: `(n_blocks * block,)`, the same however blocks are grouped."""
        within = np.cumsum(f0 / self.sample_rate, axis=1)
        before = np.cumsum(np.concatenate([[self.turns], within[:, -1]]))
        self.turns = float(before[-1])
        half = np.pi * (before[:-1, None] + within)  # half the phase of the fundamental
        sine = np.sin(half)
        sine = np.where(np.abs(sine) < 1e-6, 1e-6, sine)
        harmonics = np.floor(self.sample_rate / 2 / f0)
        pulses = (np.sin((2 * harmonics + 1) * half) / sine - 1) * np.sqrt(f0 / self.sample_rate)
        return pulses.astype(np.float32).reshape(-1)


def _voiced_share(voicing: Float32, config: AudioConfig) -> Float32:
    """How much of the power is harmonic: voicing `(n_bands, T)` -> `(T, n_freqs)`, drawn between band centres."""
    share = np.clip((voicing - _UNVOICED) / (_VOICED - _UNVOICED), 0, 1)
    lower, weight = _between_bands(config)
    mixed: Float32 = share.T[:, lower] * (1 - weight) + share.T[:, lower + 1] * weight
    return mixed


def _smooth(values: Float32, widths: Float32, config: AudioConfig) -> Float32:
    """Moving average of `(T, n_freqs)` along frequency, as wide as widths `(T,)` say, in hertz.

    Done as a product in the domain of the lag: a window as wide as the distance of the harmonics has no response to
    what repeats at that distance (Morise 2015, "CheapTrick", section 2.4).
    """
    response = scipy.fft.irfft(values, config.n_fft, axis=1, workers=1)
    response *= np.sinc(widths[:, None] * _lags(config))
    smooth: Float32 = scipy.fft.rfft(response, axis=1, overwrite_x=True, workers=1).real
    return smooth


# What follows is the same for every frame of a voice.


@lru_cache
def _unit_window(config: AudioConfig) -> Float32:
    """The analysis window `(n_fft,)` that gives noise of unit power a spectrum of unit power."""
    window = analysis_window(config)
    unit: Float32 = window / np.sqrt(np.sum(window**2))
    return unit


@lru_cache
def _between_bands(config: AudioConfig) -> tuple[NDArray[np.int64], Float32]:
    """For each frequency `(n_freqs,)` the voicing band whose centre is below it, and how far it is to the next."""
    edges = np.array([0.0, *config.voicing_edges, config.sample_rate / 2])
    centres = (edges[:-1] + edges[1:]) / 2
    frequencies = np.linspace(0, config.sample_rate / 2, config.n_freqs)
    position = np.interp(frequencies, centres, np.arange(len(centres)))
    lower = np.minimum(position.astype(np.int64), len(centres) - 2)
    return lower, (position - lower).astype(np.float32)


@lru_cache
def _lags(config: AudioConfig) -> Float32:
    """Lag in seconds of each sample of a transform `(n_fft,)`, the second half counted backwards."""
    lags = np.arange(config.n_fft)
    return (np.minimum(lags, config.n_fft - lags) / config.sample_rate).astype(np.float32)
