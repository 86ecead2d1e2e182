"""Speak faster at the same pitch: shorten sound by waveform similarity (WSOLA, Verhelst and Roelands 1993).

Frames of a spectrogram blur fast speech, because each of them sounds as long as before, and its neighbours overlap it.
Here whole pieces of the waveform are left out between places that resemble each other.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]

_HOP = 0.007  # seconds between two pieces of the result; each is twice as long and fades into the next one
_SEARCH = 0.005  # seconds by which a piece may move to resemble what it follows: half the longest period or more
_FLOOR = 1e-6  # power of a piece that counts as silent


class Shortener:
    """Shortens one sound that arrives in chunks. All results, joined, are the shorter sound."""

    def __init__(self, factor: float, sample_rate: int) -> None:
        """factor: 2 makes the sound half as long; at least 1."""
        self._hop, self._search = round(_HOP * sample_rate), round(_SEARCH * sample_rate)
        self._step = factor * self._hop  # samples of the sound between two pieces
        fade = (np.sin(np.pi * (np.arange(self._hop) + 0.5) / (2 * self._hop)) ** 2).astype(np.float32)
        self._fade_in, self._fade_out = fade, fade[::-1].copy()
        self._sound = np.zeros(0, np.float32)
        self._start = 0  # samples of the sound before self._sound
        self._n_pieces = 0
        self._tail: Float32 | None = None  # the end of the last piece, which the next one resembles and fades into

    def push(self, samples: Float32) -> Float32:
        """Add a chunk (T,), and return the part of the result that no later sound changes."""
        self._sound = np.concatenate([self._sound, samples])
        return self._available()

    def finish(self) -> Float32:
        """Return the end of the result."""
        wanted = round((self._start + len(self._sound)) * self._hop / self._step)
        left = max(0, wanted - self._n_pieces * self._hop)
        made = self.push(np.zeros(2 * (self._hop + self._search), np.float32))
        tail = made[:0] if self._tail is None else self._tail * self._fade_out
        return np.concatenate([made, tail])[:left]

    def _available(self) -> Float32:
        made = []
        while (place := round(self._n_pieces * self._step)) + self._search + 2 * self._hop <= self._end:
            start = place - self._start
            if self._tail is not None:
                start = self._most_similar(start)
            piece = self._sound[start : start + 2 * self._hop]
            head = piece[: self._hop] if self._tail is None else self._joined(self._tail, piece)
            made.append(head)
            self._tail = piece[self._hop :]
            self._n_pieces += 1
            self._forget(round(self._n_pieces * self._step) - self._search)
        return np.concatenate(made) if made else np.zeros(0, np.float32)

    @property
    def _end(self) -> int:
        return self._start + len(self._sound)

    def _most_similar(self, start: int) -> int:
        """Return the place near `start` where the sound resembles the tail most: the largest normalized correlation."""
        assert self._tail is not None
        first = max(0, start - self._search)
        region = self._sound[first : start + self._search + self._hop]
        energy = np.concatenate([[0.0], np.cumsum(np.square(region, dtype=np.float64))])
        power = energy[self._hop :] - energy[: -self._hop]
        return first + int(np.argmax(np.correlate(region, self._tail) / np.sqrt(power + _FLOOR)))

    def _joined(self, tail: Float32, piece: Float32) -> Float32:
        joined: Float32 = tail * self._fade_out + piece[: self._hop] * self._fade_in
        return joined

    def _forget(self, before: int) -> None:
        """Drop the sound before a place."""
        unneeded = min(max(0, before - self._start), len(self._sound))
        self._sound, self._start = self._sound[unneeded:], self._start + unneeded
