"""Spectrum -> waveform, while the spectrum arrives: the inverse of the short-time Fourier transform."""

from __future__ import annotations

import numpy as np
import scipy.fft
from numpy.typing import NDArray

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
        self._weight = np.zeros((0, config.hop_length), np.float32)  # of squared windows
        self._due = -(config.n_fft // 2)  # samples since the first frame's centre; before 0 nothing is heard
        squares = np.zeros(self._reach * config.hop_length, np.float32)
        squares[: config.n_fft] = self._window**2
        self._squares = squares.reshape(self._reach, config.hop_length)

    def push(self, spectrum: NDArray[np.complex64]) -> Float32:
        """Samples `(T,)` that have become final with the frames `(n_freqs, T_mel)`."""
        n_frames = spectrum.shape[1]
        total, weight = self._extended(self._sum, n_frames), self._extended(self._weight, n_frames)
        frames = scipy.fft.irfft(spectrum.T, self._n_fft, axis=1, workers=1)
        frames *= self._window
        for hop in range(self._reach):
            piece = frames[:, hop * self._hop_length : (hop + 1) * self._hop_length]
            total[hop : hop + n_frames, : piece.shape[1]] += piece
            weight[hop : hop + n_frames] += self._squares[hop]
        samples = total[:n_frames] / np.maximum(weight[:n_frames], _SMALLEST)
        self._sum, self._weight = total[n_frames:], weight[n_frames:]
        return self._audible(samples.reshape(-1))

    def finish(self) -> Float32:
        """The samples that are left, up to the centre of the last frame."""
        left = max(0, self._n_fft // 2 - self._hop_length)  # the last frame began one hop before these
        samples = self._sum / np.maximum(self._weight, _SMALLEST)
        return self._audible(samples.reshape(-1)[:left])

    def _extended(self, hops: Float32, n_frames: int) -> Float32:
        extended = np.zeros((n_frames + self._reach - 1, self._hop_length), np.float32)
        extended[: len(hops)] = hops
        return extended

    def _audible(self, samples: Float32) -> Float32:
        """Samples without those before the beginning."""
        due, self._due = self._due, self._due + len(samples)
        return samples[min(len(samples), max(0, -due)) :]
