"""Spectrum -> waveform, while the spectrum arrives: the inverse of the short-time Fourier transform."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tts.audio.fourier import irfft
from tts.audio.mel import Float32, analysis_window
from tts.config import AudioConfig

_SMALLEST = np.float32(1e-8)  # keeps the edges, where windows fade to nothing, from dividing by zero


class StreamingInverse:
    """The inversion of one utterance: `push` frames as often as there are some, then `finish`, once.

    Frames overlap and are added with the window that is best in the sense of least squares (Griffin and Lim 1984,
    equation 6). What is returned, joined, does not depend on how the frames were cut.
    """

    def __init__(self, config: AudioConfig) -> None:
        self._hop_length, self._n_fft = config.hop_length, config.n_fft
        self._window = analysis_window(config)
        self._reach = -(-config.n_fft // config.hop_length)  # hops that a frame touches
        self._sum = np.zeros((0, config.hop_length), np.float32)  # of windowed frames, from the next hop on
        self._n_frames = 0  # pushed so far
        self._due = -(config.n_fft // 2)  # samples since the first frame's centre; before 0 nothing is heard
        self._squares = _squares(config)

    def push(self, spectrum: NDArray[np.complex64]) -> Float32:
        """Samples `(T,)` that have become final with the frames `(n_freqs, T_mel)`."""
        n_frames = spectrum.shape[1]
        total = np.zeros((n_frames + self._reach - 1, self._hop_length), np.float32)
        total[: len(self._sum)] = self._sum
        frames = irfft(spectrum.T, self._n_fft)
        frames *= self._window
        for hop in reversed(range(self._reach)):  # earlier frames first, so that the sums have one order
            piece = frames[:, hop * self._hop_length : (hop + 1) * self._hop_length]
            total[hop : hop + n_frames, : piece.shape[1]] += piece
        self._n_frames += n_frames
        self._sum = total[n_frames:]
        return self._audible(self._normalized(total[:n_frames], self._n_frames - n_frames))

    def finish(self) -> Float32:
        """The samples that are left, up to the centre of the last frame."""
        left = max(0, self._n_fft // 2 - self._hop_length)  # the last frame began one hop before these
        return self._audible(self._normalized(self._sum, self._n_frames)[:left])

    def _normalized(self, hops: Float32, first: int) -> Float32:
        """Divide sums of frames, (n_hops, hop_length), by the squared windows of the frames that reach each hop."""
        places = np.arange(first, first + len(hops))
        earliest = np.maximum(0, places - self._n_frames + 1)  # the first hop of a window that reaches each place
        weights = self._squares[np.minimum(places + 1, self._reach)] - self._squares[earliest]
        samples: Float32 = hops / np.maximum(weights, _SMALLEST)
        return samples.reshape(-1)

    def _audible(self, samples: Float32) -> Float32:
        """Samples without those before the beginning."""
        due, self._due = self._due, self._due + len(samples)
        return samples[min(len(samples), max(0, -due)) :]


@lru_cache(maxsize=4)
def _squares(config: AudioConfig) -> Float32:
    """Sums of the squared window over its first hops, of none to all of them: (reach + 1, hop_length)."""
    reach = -(-config.n_fft // config.hop_length)
    squares = np.zeros(reach * config.hop_length, np.float32)
    squares[: config.n_fft] = analysis_window(config) ** 2
    sums = squares.reshape(reach, config.hop_length).cumsum(axis=0)
    return np.concatenate([np.zeros_like(sums[:1]), sums])
