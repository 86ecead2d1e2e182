"""Measure the loudness of speech by ITU-R BS.1770-5, for one channel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tts.audio.mel import Float32

_BLOCK_SECONDS, _STEP_SECONDS = 0.4, 0.1
_SILENCE, _QUIETER = -70.0, -10.0  # gates in LUFS, and in LU relative to the mean: quieter blocks do not count
# The two filters of annex 1 (a shelf of 4 dB for the head, and a high-pass) as analogue prototypes, which work at any
# sample rate. Frequencies in hertz, computed from the standard's coefficients for 48 kHz.
_SHELF_HERTZ, _SHELF_Q, _SHELF_GAIN, _SHELF_BAND = 1681.974450955533, 0.7071752369554196, 1.5848647011, 1.2587209302
_PASS_HERTZ, _PASS_Q = 38.13547087602444, 0.5003270373238773


def integrated_loudness(samples: Float32, sample_rate: int) -> float:
    """Measure the gated loudness of samples `(T,)` in LUFS; minus infinity for silence or less than 0.4 s."""
    from scipy.signal import lfilter

    weighted = samples.astype(np.float64)
    for numerator, denominator in _filters(sample_rate):
        weighted = lfilter(numerator, denominator, weighted)
    length, step = round(_BLOCK_SECONDS * sample_rate), round(_STEP_SECONDS * sample_rate)
    if len(weighted) < length:
        return -np.inf
    blocks = np.lib.stride_tricks.sliding_window_view(weighted**2, length)[::step].mean(axis=1)
    heard = blocks[_lufs(blocks) > _SILENCE]
    if not len(heard):
        return -np.inf
    return float(_lufs(heard[_lufs(heard) > _lufs(heard.mean()) + _QUIETER].mean()))


def _lufs(power: NDArray[np.float64]) -> NDArray[np.float64]:
    lufs: NDArray[np.float64] = -0.691 + 10 * np.log10(np.maximum(power, 1e-20))
    return lufs


def _filters(sample_rate: int) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Return numerator and denominator of the shelf and of the high-pass, by the bilinear transform."""
    found = []
    for hertz, q, shelf in ((_SHELF_HERTZ, _SHELF_Q, True), (_PASS_HERTZ, _PASS_Q, False)):
        k = np.tan(np.pi * hertz / sample_rate)
        denominator = np.array([1 + k / q + k * k, 2 * (k * k - 1), 1 - k / q + k * k])
        band = _SHELF_BAND * k / q
        raised = np.array([_SHELF_GAIN + band + k * k, 2 * (k * k - _SHELF_GAIN), _SHELF_GAIN - band + k * k])
        numerator = raised / denominator[0] if shelf else np.array([1.0, -2.0, 1.0])
        found.append((numerator, denominator / denominator[0]))
    return found
