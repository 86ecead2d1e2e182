"""Look-ahead limiter: keep samples within -1..1 without audible distortion."""

from __future__ import annotations

import numpy as np

from tts.audio.mel import Float32

_CEILING = 0.98  # largest output level
_BLOCK_SECONDS = 0.005  # attack time and latency
_RELEASE = 0.05  # largest increase of the gain per block


class Limiter:
    """Limits a stream to full scale: call `push` for all samples, then `finish` once.

    The joined output is as long as the input and does not depend on how the samples are divided among calls. Without
    peaks above the ceiling the samples pass unchanged. Before a peak the gain falls smoothly over 5 ms; afterwards it
    recovers within 0.1 s.
    """

    def __init__(self, sample_rate: int) -> None:
        self._block = round(_BLOCK_SECONDS * sample_rate)
        self._waiting = np.empty(0, np.float32)  # fewer than two blocks of samples
        self._edge: float | None = None  # gain at the start of the waiting samples

    def push(self, samples: Float32) -> Float32:
        """Add samples; return the samples `(T,)` that are now final."""
        return self._limited(np.concatenate([self._waiting, samples]), kept=1)

    def finish(self) -> Float32:
        """Return the remaining samples `(T,)`."""
        n_samples = len(self._waiting)
        padding = np.zeros(-n_samples % self._block, np.float32)
        return self._limited(np.concatenate([self._waiting, padding]), kept=0)[:n_samples]

    def _limited(self, samples: Float32, kept: int) -> Float32:
        """Limit all whole blocks except the last `kept` ones, which wait for the samples that follow."""
        n_blocks = len(samples) // self._block
        n_ready = max(0, n_blocks - kept)
        if n_ready == 0:
            self._waiting = samples
            return np.empty(0, np.float32)
        if self._edge in (None, 1.0) and max(samples.max(), -samples.min()) <= _CEILING:  # nothing to limit
            self._edge, self._waiting = 1.0, samples[n_ready * self._block :]
            return samples[: n_ready * self._block]
        blocks = samples[: n_blocks * self._block].reshape(n_blocks, self._block)
        allowed = np.minimum(1.0, _CEILING / np.maximum(np.abs(blocks).max(axis=1), _CEILING))
        # The gain is linear from block edge to block edge, and low enough at each edge for both of its blocks.
        following = np.append(allowed[1:], 1.0)[:n_ready]
        edges = [float(allowed[0]) if self._edge is None else self._edge]
        for highest in np.minimum(allowed[:n_ready], following):
            edges.append(min(float(highest), edges[-1] + _RELEASE))
        self._waiting, self._edge = samples[n_ready * self._block :], edges[-1]
        at = np.array(edges, np.float32)[:, None]
        slope = np.arange(self._block, dtype=np.float32) / np.float32(self._block)
        gains = at[:-1] + (at[1:] - at[:-1]) * slope  # (n_ready, block)
        limited: Float32 = (blocks[:n_ready] * gains).reshape(-1)
        return limited
