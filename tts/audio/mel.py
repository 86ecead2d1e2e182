"""Convert waveforms to log-mel spectrograms, and these to linear magnitudes, with numpy and scipy only.

Training and synthesis share these functions, so the vocoder inverts exactly the features that the model learns.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tts.audio.fourier import rfft
from tts.config import AudioConfig
from tts.errors import ConfigError

Float32 = NDArray[np.float32]

_HZ_PER_MEL = 200.0 / 3.0  # Slaney's scale is linear below 1 kHz
_BREAK_HZ = 1000.0
_BREAK_MEL = _BREAK_HZ / _HZ_PER_MEL
_LOG_STEP = np.log(6.4) / 27.0  # above 1 kHz it is logarithmic: 27 mels from 1 kHz to 6.4 kHz
_SMALLEST_MAGNITUDE = 1e-8
_ROWS = 4  # frames per matrix product: with more, OpenBLAS uses several threads, which then spin while idle


def mel_filterbank(config: AudioConfig) -> Float32:
    """Return triangular bands of equal area, `(n_mels, n_freqs)`, with Slaney's scale and normalization.

    Source: M. Slaney, Auditory Toolbox (Technical Report 1998-010, Interval Research), `mfcc`. Raises ConfigError if
    `n_mels` is so large that a band contains no frequency bin.
    """
    edges = _mel_to_hz(np.linspace(_hz_to_mel(config.f_min), _hz_to_mel(config.f_max), config.n_mels + 2))
    frequencies = np.fft.rfftfreq(config.n_fft, 1.0 / config.sample_rate)  # (n_freqs,) Hz
    lower, centre, upper = edges[:-2, None], edges[1:-1, None], edges[2:, None]  # (n_mels, 1) Hz
    rising = (frequencies - lower) / (centre - lower)
    falling = (upper - frequencies) / (upper - centre)
    triangles = np.maximum(0.0, np.minimum(rising, falling))  # (n_mels, n_freqs)
    empty = int(np.count_nonzero(triangles.max(axis=1) == 0.0))
    if empty:
        raise ConfigError(
            f"{empty} of n_mels {config.n_mels} bands contain no frequency bin of n_fft {config.n_fft}: "
            "use fewer bands or a larger n_fft"
        )
    return (triangles * (2.0 / (upper - lower))).astype(np.float32)


def log_mel(samples: Float32, config: AudioConfig, filterbank: Float32) -> Float32:
    """Compute natural-log mel magnitudes `(n_mels, T_mel)` of samples `(T,)` in -1..1, T_mel = 1 + T // hop_length.

    Frame t is centred on sample t * hop_length. The signal is reflected at its ends. A clip of at most n_fft / 2
    samples, too short to reflect, is first extended with silence. Raises ValueError if samples are not one-dimensional.
    """
    if samples.ndim != 1:
        raise ValueError(f"samples have shape {samples.shape}: pass one channel, shape (T,)")
    half = config.n_fft // 2
    n_frames = 1 + len(samples) // config.hop_length
    padded = samples.astype(np.float32, copy=False)
    if len(padded) <= half:
        padded = np.pad(padded, (0, half + 1 - len(padded)))
    padded = np.pad(padded, half, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, config.n_fft)[:: config.hop_length][:n_frames]
    magnitude = np.abs(rfft(frames * analysis_window(config)))  # (T_mel, n_freqs)
    mel = magnitude @ filterbank.T  # (T_mel, n_mels)
    np.maximum(mel, np.float32(config.floor), out=mel)
    return np.ascontiguousarray(np.log(mel, out=mel).T)


@lru_cache(maxsize=16)
def analysis_window(config: AudioConfig) -> Float32:
    """Return a Hann window of win_length samples, centred in `(n_fft,)`, which nobody may change.

    It is periodic, so that windows a quarter of win_length apart add to a constant.
    """
    hann = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(config.win_length) / config.win_length)
    left = (config.n_fft - config.win_length) // 2
    window = np.pad(hann, (left, config.n_fft - config.win_length - left)).astype(np.float32)
    window.setflags(write=False)
    return window


def inverse_filterbank(filterbank: Float32) -> Float32:
    """Return the pseudo-inverse `(n_freqs, n_mels)` of a filterbank `(n_mels, n_freqs)` (Moore-Penrose)."""
    # Two narrow low bands may contain the same single bin and are then linearly dependent. Without the cut-off,
    # rounding gives them a singular value near 1e-13 instead of 0, whose inverse would dominate the result.
    return np.linalg.pinv(filterbank.astype(np.float64), rcond=1e-4).astype(np.float32)


def linear_magnitude(mel: Float32, inverse: Float32) -> Float32:
    """Compute linear magnitudes `(n_freqs, T_mel)` from a log-mel `(n_mels, T_mel)` and `inverse` `(n_freqs, n_mels)`.

    Least squares can give negative magnitudes, so the result is clamped just above zero. It is a transposed view of
    frame-major memory, the layout of Griffin-Lim. A column-major inverse is not copied.
    """
    n_frames = mel.shape[1]
    bands = np.zeros((-(-n_frames // _ROWS) * _ROWS, mel.shape[0]), np.float32)  # equal products for all frames
    np.exp(mel.T, out=bands[:n_frames])
    products = bands.reshape(-1, _ROWS, mel.shape[0]) @ np.ascontiguousarray(inverse.T)
    frames: Float32 = products.reshape(-1, inverse.shape[0])[:n_frames]  # (T_mel, n_freqs)
    np.maximum(frames, np.float32(_SMALLEST_MAGNITUDE), out=frames)
    magnitude: Float32 = frames.T
    return magnitude


def _hz_to_mel(hertz: float) -> float:
    if hertz < _BREAK_HZ:
        return hertz / _HZ_PER_MEL
    return float(_BREAK_MEL + np.log(hertz / _BREAK_HZ) / _LOG_STEP)


def _mel_to_hz(mels: NDArray[np.float64]) -> NDArray[np.float64]:
    logarithmic = _BREAK_HZ * np.exp(_LOG_STEP * (mels - _BREAK_MEL))
    return np.where(mels < _BREAK_MEL, mels * _HZ_PER_MEL, logarithmic)


def band_places(config: AudioConfig) -> tuple[NDArray[np.int64], Float32]:
    """Return, for each frequency, the mel band whose centre is before it, and its share of the way to the next one.

    Both are (n_freqs,); the share is 0 or 1 beyond the outer centres.
    """
    filterbank = mel_filterbank(config)  # (n_mels, n_freqs)
    bins = np.arange(config.n_freqs)
    centres = filterbank @ bins / filterbank.sum(axis=1)
    before = np.clip(np.searchsorted(centres, bins) - 1, 0, config.n_mels - 2)
    share = np.clip((bins - centres[before]) / (centres[before + 1] - centres[before]), 0.0, 1.0)
    return before, share.astype(np.float32)


def band_interpolation(config: AudioConfig) -> Float32:
    """Return the weights (n_freqs, n_mels) that draw straight lines between the centres of the mel bands."""
    before, share = band_places(config)
    interpolation = np.zeros((config.n_freqs, config.n_mels), np.float32)
    bins = np.arange(config.n_freqs)
    interpolation[bins, before] = 1 - share
    interpolation[bins, before + 1] = share
    return interpolation
