"""How loud speech is, and a gain that never leaves -1..1."""

from __future__ import annotations

import math

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from tts.audio.mel import Float32

MAX_GAIN = 40.0
"""Decibels, up or down."""

# ITU-R BS.1770-4, annex 1, tables 1 and 2: a shelf for the head, and a high-pass, as biquads at 48 kHz.
_TABLE_RATE = 48000
_NUMERATORS = ((1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -2.0, 1.0))
_DENOMINATORS = ((1.0, -1.69065929318241, 0.73248077421585), (1.0, -1.99004745483398, 0.99007225036621))

_STEP_SECONDS, _STEPS = 0.1, 4  # a gating block is four steps long, and begins one step after the one before
_PIECE = 100  # steps weighted together, after _STEPS of their past, in which the high-pass rings out
_OFFSET = -0.691  # LU
_ABSOLUTE_GATE, _RELATIVE_GATE = -70.0, -10.0  # LUFS; LU below the mean of what passes the first

_CEILING = 0.98  # what the limiter lets pass
_BLOCK_SECONDS = 0.005  # in which the limiter closes, and by which it is late
_RELEASE = 0.05  # of full gain that it opens again in one block


def loudness(samples: Float32, sample_rate: int) -> float:
    """Integrated loudness, in LUFS, of one channel `(T,)`, as ITU-R BS.1770-4 gates it.

    Minus infinity for silence, and for anything shorter than the 0.4 seconds of a gating block.
    """
    steps = _step_powers(samples, sample_rate)
    if len(steps) < _STEPS:
        return -math.inf
    powers = np.lib.stride_tricks.sliding_window_view(steps, _STEPS).mean(axis=1)  # (n_blocks,)
    powers = powers[powers > 10.0 ** ((_ABSOLUTE_GATE - _OFFSET) / 10.0)]
    if len(powers) == 0:
        return -math.inf
    powers = powers[powers > powers.mean() * 10.0 ** (_RELATIVE_GATE / 10.0)]
    return float(_OFFSET + 10.0 * np.log10(powers.mean()))


def _step_powers(samples: Float32, sample_rate: int) -> NDArray[np.float64]:
    """Mean square of the K-weighted samples in each whole step, `(n_steps,)`."""
    step = round(_STEP_SECONDS * sample_rate)
    n_steps = len(samples) // step
    powers = np.zeros(n_steps)
    for begin in range(0, n_steps, _PIECE):
        end, past = min(begin + _PIECE, n_steps), max(0, begin - _STEPS)
        weighted = _k_weighted(samples[past * step : end * step], sample_rate).reshape(-1, step)
        powers[begin:end] = (weighted[begin - past :] ** 2).mean(axis=1)
    return powers


def _k_weighted(samples: Float32, sample_rate: int) -> NDArray[np.float64]:
    """Samples `(T,)` through both filters, same shape, at any rate: the table's response, frequency by frequency."""
    padded = scipy.fft.next_fast_len(len(samples) + round(_STEPS * _STEP_SECONDS * sample_rate), real=True)
    spectrum = scipy.fft.rfft(samples.astype(np.float64), padded, workers=1)
    hertz = np.minimum(np.fft.rfftfreq(padded, 1.0 / sample_rate), _TABLE_RATE / 2)
    delay = np.exp(-2j * np.pi * hertz / _TABLE_RATE)
    for (b0, b1, b2), (a0, a1, a2) in zip(_NUMERATORS, _DENOMINATORS, strict=True):
        spectrum *= (b0 + delay * (b1 + delay * b2)) / (a0 + delay * (a1 + delay * a2))
    weighted: NDArray[np.float64] = scipy.fft.irfft(spectrum, padded, workers=1)[: len(samples)]
    return weighted


class Gain:
    """A gain with a limiter behind it: `push` samples as often as there are some, then `finish`, once.

    What they return, joined, does not depend on how the samples were cut, and is as long as they are. Where nothing is
    louder than full scale it is the samples times the gain, otherwise the gain gives way smoothly: it sinks over the
    5 ms before a peak, and comes back within a tenth of a second.
    """

    def __init__(self, decibels: float, sample_rate: int) -> None:
        """Raises ValueError for decibels outside -40..40."""
        if not abs(decibels) <= MAX_GAIN:
            raise ValueError(f"the gain is {decibels:g} dB: use a number from {-MAX_GAIN:g} to {MAX_GAIN:g}")
        self._factor = np.float32(10.0 ** (decibels / 20.0))
        self._block = round(_BLOCK_SECONDS * sample_rate)
        self._waiting = np.empty(0, np.float32)  # amplified, less than one block and the one before it
        self._edge: float | None = None  # the limiter's gain where the waiting samples begin

    def push(self, samples: Float32) -> Float32:
        """Samples `(T,)` that are settled now."""
        return self._limited(np.concatenate([self._waiting, samples * self._factor]), kept=1)

    def finish(self) -> Float32:
        """The samples that are left, `(T,)`."""
        n_samples = len(self._waiting)
        padding = np.zeros(-n_samples % self._block, np.float32)
        return self._limited(np.concatenate([self._waiting, padding]), kept=0)[:n_samples]

    def _limited(self, samples: Float32, kept: int) -> Float32:
        """All whole blocks of amplified samples but the last `kept`, which wait for what follows them."""
        n_blocks = len(samples) // self._block
        blocks = samples[: n_blocks * self._block].reshape(n_blocks, self._block)
        allowed = np.minimum(1.0, _CEILING / np.maximum(np.abs(blocks).max(axis=1), _CEILING))
        n_ready = max(0, n_blocks - kept)
        # The gain runs straight from edge to edge of the blocks, and at an edge suits both of its neighbours.
        following = np.append(allowed[1:], 1.0)[:n_ready]
        if n_ready == 0:
            self._waiting = samples
            return np.empty(0, np.float32)
        edges = [float(allowed[0]) if self._edge is None else self._edge]
        for highest in np.minimum(allowed[:n_ready], following):
            edges.append(min(float(highest), edges[-1] + _RELEASE))
        self._waiting, self._edge = samples[n_ready * self._block :], edges[-1]
        at = np.array(edges, np.float32)[:, None]
        slope = np.arange(self._block, dtype=np.float32) / np.float32(self._block)
        gains = at[:-1] + (at[1:] - at[:-1]) * slope  # (n_ready, block)
        limited: Float32 = (blocks[:n_ready] * gains).reshape(-1)
        return limited
