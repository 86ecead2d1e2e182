"""A limiter: sound never leaves -1..1, and nobody hears it being kept there."""

from __future__ import annotations

import numpy as np

from tts.audio.mel import Float32

_CEILING = 0.98  # what the limiter lets pass
_BLOCK_SECONDS = 0.005  # in which the limiter closes, and by which it is late
_RELEASE = 0.05  # of full gain that it opens again in one block


class Limiter:
    """Keeps sound within full scale: `push` samples as often as there are some, then `finish`, once.

    What they return, joined, does not depend on how the samples were cut, and is as long as they are. Where nothing is
    louder than full scale it is the samples, otherwise their gain gives way smoothly: it sinks over the 5 ms before a
    peak, and comes back within a tenth of a second.
    """

    def __init__(self, sample_rate: int) -> None:
        self._block = round(_BLOCK_SECONDS * sample_rate)
        self._waiting = np.empty(0, np.float32)  # less than one block and the one before it
        self._edge: float | None = None  # the limiter's gain where the waiting samples begin

    def push(self, samples: Float32) -> Float32:
        """Samples `(T,)` that are settled now."""
        return self._limited(np.concatenate([self._waiting, samples]), kept=1)

    def finish(self) -> Float32:
        """The samples that are left, `(T,)`."""
        n_samples = len(self._waiting)
        padding = np.zeros(-n_samples % self._block, np.float32)
        return self._limited(np.concatenate([self._waiting, padding]), kept=0)[:n_samples]

    def _limited(self, samples: Float32, kept: int) -> Float32:
        """All whole blocks of samples but the last `kept`, which wait for what follows them."""
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
