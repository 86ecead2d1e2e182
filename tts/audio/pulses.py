"""The spectrum of unit pulses at the pitch, in a stream: what a voice's harmonics are filtered from."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from tts.audio.fourier import rfft
from tts.audio.mel import Float32, analysis_window
from tts.config import AudioConfig

Complex64 = NDArray[np.complex64]
Real = TypeVar("Real", np.float32, np.float64)

LOWEST = 40.0
"""Hertz. Between a voiced and an unvoiced frame the pitch glides from or to zero; below this there are no pulses."""
_HIGHEST = 11 / 24  # of the sample rate: the highest harmonic, below half the sample rate even where the pitch rises
_AT_PULSE = np.float32(1e-6)  # half of a phase this small is as good as none, and its sine is no zero to divide by


def f0_of_frames(source: Float32) -> Float32:
    """Return the pitch (T,) in hertz, 0 where unvoiced, of source channels (2, T): log F0 and voicing."""
    log_f0, voicing = source
    f0: Float32 = np.where(voicing > 0.5, np.exp(log_f0), np.float32(0.0))
    return f0


class PulseSpectra:
    """The spectra of one utterance: `push` pitches as often as there are some, then `finish`, once.

    `take` returns the spectra. They do not depend on how the pitches were cut, nor on when they are taken.
    """

    def __init__(self, config: AudioConfig) -> None:
        self._config = config
        self._window: Float32 = analysis_window(config) * np.float32(4 / config.n_fft)  # (n_fft,)
        half = config.n_fft // 2
        self._pulses = np.zeros(half, np.float32)  # samples from the start of the next frame's window on
        self._f0 = np.empty(0, np.float32)  # of the last frame whose pulses are made, and of those that wait
        self._cycles = 0.0  # of the pulse train so far
        self._shape = _shape_of_hop(config.hop_length)

    @property
    def n_known(self) -> int:
        """Number of spectra that can be taken now."""
        return max(0, (len(self._pulses) - self._config.n_fft) // self._config.hop_length + 1)

    def push(self, f0: Float32) -> None:
        """Add F0 (T,) in hertz, 0 where unvoiced."""
        if not len(self._f0) and len(f0):
            self._f0 = f0[:1]
        self._f0 = np.concatenate([self._f0, f0])
        self._make_pulses()

    def finish(self) -> None:
        """Make all spectra that are left known, given that no frame follows."""
        if not len(self._f0):
            return
        self._f0 = np.append(self._f0, self._f0[-1:])
        self._make_pulses()
        overlap = self._config.n_fft - self._config.hop_length - self._config.n_fft // 2
        self._pulses = np.concatenate([self._pulses, np.zeros(overlap, np.float32)])

    def take(self, n_frames: int) -> Complex64:
        """Return the spectra (n_frames, n_freqs) of the next frames, of which `n_known` are available."""
        if not n_frames:
            return np.empty((0, self._config.n_freqs), np.complex64)
        hop, n_fft = self._config.hop_length, self._config.n_fft
        frames = np.lib.stride_tricks.sliding_window_view(self._pulses, n_fft)[: n_frames * hop : hop] * self._window
        self._pulses = self._pulses[n_frames * hop :]
        spectra: Complex64 = rfft(frames)
        return spectra

    def _make_pulses(self) -> None:
        """Extend the pulses by one hop for each frame both of whose neighbours are known.

        The pitch of a frame is that of the middle of its hop, and a straight line leads from one to the next. All
        harmonics have one amplitude, so their sum has a closed form (Moorer 1976, "The synthesis of complex audio
        spectra by means of discrete summation formulae", equation 1).
        """
        n_frames = len(self._f0) - 2
        if n_frames < 1:
            return
        hop, rate = self._config.hop_length, self._config.sample_rate
        lines = np.stack([self._f0[1:-1], np.diff(self._f0)[:-1], np.diff(self._f0)[1:]])  # (3, T)
        self._f0 = self._f0[n_frames:]
        steps = _drawn(lines.astype(np.float64), self._shape.cycles[:, -1].astype(np.float64)) / rate  # (T,)
        cycles = np.cumsum(np.concatenate([[self._cycles], steps]))  # one after another, however the pitches were cut
        starts, self._cycles = cycles[:-1], float(cycles[-1])
        pulses = np.zeros((n_frames, hop), np.float32)
        voiced = np.flatnonzero(lines[0] + np.maximum(np.maximum(-lines[1], lines[2]), 0.0) > LOWEST)
        lines, starts = lines[:, voiced, None], (starts[voiced, None] % 1.0).astype(np.float32)
        f0 = _drawn(lines, self._shape.pitch)
        n_harmonics = np.floor(np.float32(_HIGHEST * rate) / np.maximum(f0, np.float32(LOWEST)))
        n_harmonics *= f0 > LOWEST
        phase = _drawn(lines, self._shape.cycles)
        phase *= np.float32(1 / rate)
        phase += starts
        phase -= np.rint(phase)
        phase *= np.float32(np.pi)
        pulses[voiced] = _sum_of_harmonics(phase, n_harmonics)
        self._pulses = np.concatenate([self._pulses, pulses.reshape(-1)])


class _Shape(NamedTuple):
    """Weights of the lines of `_make_pulses` in each sample of a hop: own pitch, rise before, rise after it."""

    pitch: Float32  # (3, hop_length)
    cycles: Float32  # (3, hop_length): the sum of the pitches up to and including the sample


@lru_cache(maxsize=4)
def _shape_of_hop(hop_length: int) -> _Shape:
    share = (np.arange(hop_length) + 0.5) / hop_length - 0.5
    pitch = np.stack([np.ones(hop_length), np.minimum(share, 0.0), np.maximum(share, 0.0)])
    return _Shape(pitch.astype(np.float32), pitch.cumsum(axis=1).astype(np.float32))


def _drawn(lines: NDArray[Real], weights: NDArray[Real]) -> NDArray[Real]:
    """Lines (3, T, 1), weights (3, hop_length) -> their sum of products, (T, hop_length)."""
    drawn: NDArray[Real] = lines[0] * weights[0]
    drawn += lines[1] * weights[1]
    drawn += lines[2] * weights[2]
    return drawn


def _sum_of_harmonics(half_phase: Float32, n_harmonics: Float32) -> Float32:
    """Return the sum of cos(2 k half_phase) for k from 1 to n_harmonics, all (T, hop_length).

    half_phase: within pi / 2 of zero, where sines are precise; it is used up.
    """
    np.abs(half_phase, out=half_phase)
    np.maximum(half_phase, _AT_PULSE, out=half_phase)
    denominator = np.sin(half_phase)
    n_harmonics *= 2
    n_harmonics += 1
    half_phase *= n_harmonics
    pulses = np.sin(half_phase, out=half_phase)
    pulses /= denominator
    pulses -= 1
    pulses *= np.float32(0.5)
    return pulses
