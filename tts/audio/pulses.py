"""The spectrum of unit pulses at the pitch, in a stream: what a voice's harmonics are filtered from."""

from __future__ import annotations

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from tts.audio.mel import Float32, analysis_window
from tts.config import AudioConfig

Complex64 = NDArray[np.complex64]

LOWEST = 40.0
"""Hertz. Between a voiced and an unvoiced frame the pitch glides from or to zero; below this there are no pulses."""
_HIGHEST = 11 / 24  # of the sample rate: the highest harmonic, below half the sample rate even where the pitch rises
_NEAR_PULSE = 2e-3  # of the sine in the denominator below which the sum is its limit, the number of harmonics


def f0_of_frames(source: Float32) -> Float32:
    """Return the pitch (T,) in hertz, 0 where unvoiced, of source channels (2, T): log F0 and voicing."""
    log_f0, voicing = source
    f0: Float32 = np.where(voicing > 0.5, np.exp(log_f0), np.float32(0.0))
    return f0


class PulseSpectra:
    """The spectra of one utterance: `push` pitches as often as there are some, then `finish`, once.

    What they return, joined, does not depend on how the pitches were cut.
    """

    def __init__(self, config: AudioConfig) -> None:
        self._config = config
        self._window: Float32 = analysis_window(config) * np.float32(4 / config.n_fft)  # (n_fft,)
        half = config.n_fft // 2
        self._pulses = np.zeros(half, np.float32)  # samples from the start of the next frame's window on
        self._f0 = np.empty(0, np.float32)  # of the last frame whose pulses are made, and of those that wait
        self._cycles = 0.0  # where in its period the pulse train is

    def push(self, f0: Float32) -> Complex64:
        """F0 (T,) in hertz, 0 where unvoiced -> spectra (T', n_freqs) of the frames whose windows are now known."""
        if not len(self._f0) and len(f0):
            self._f0 = f0[:1]
        self._f0 = np.concatenate([self._f0, f0])
        self._make_pulses()
        return self._transform()

    def finish(self) -> Complex64:
        """The spectra that are left, given that no frame follows."""
        if not len(self._f0):
            return np.empty((0, self._config.n_freqs), np.complex64)
        self._f0 = np.append(self._f0, self._f0[-1:])
        self._make_pulses()
        overlap = self._config.n_fft - self._config.hop_length - self._config.n_fft // 2
        self._pulses = np.concatenate([self._pulses, np.zeros(overlap, np.float32)])
        return self._transform()

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
        f0 = _interpolated(self._f0, hop)
        voiced = f0 > LOWEST
        np.maximum(f0, np.float32(LOWEST), out=f0)
        cycles = np.cumsum(f0, dtype=np.float64)
        cycles *= 1 / rate
        cycles += self._cycles
        cycles -= np.floor(cycles)
        self._cycles = float(cycles[-1])
        phase = cycles.astype(np.float32)
        phase *= np.float32(2 * np.pi)
        n_harmonics = np.floor(np.float32(_HIGHEST * rate) / f0)
        denominator = np.sin(phase * np.float32(0.5))
        denominator *= 2
        at_pulse = np.flatnonzero(np.abs(denominator) < _NEAR_PULSE)
        denominator[at_pulse] = 1.0
        pulses = np.sin((n_harmonics + np.float32(0.5)) * phase)
        pulses /= denominator
        pulses -= np.float32(0.5)
        pulses[at_pulse] = n_harmonics[at_pulse]
        pulses *= voiced
        self._pulses = np.concatenate([self._pulses, pulses])
        self._f0 = self._f0[n_frames:]

    def _transform(self) -> Complex64:
        hop, n_fft = self._config.hop_length, self._config.n_fft
        n_frames = (len(self._pulses) - n_fft) // hop + 1
        if n_frames < 1:
            return np.empty((0, self._config.n_freqs), np.complex64)
        frames = np.lib.stride_tricks.sliding_window_view(self._pulses, n_fft)[: n_frames * hop : hop] * self._window
        self._pulses = self._pulses[n_frames * hop :]
        spectra: Complex64 = scipy.fft.rfft(frames, axis=1, workers=1, overwrite_x=True)
        return spectra


def _interpolated(values: Float32, hop_length: int) -> Float32:
    """Values (T + 2,) in the middles of hops, drawn out to the samples of all hops but the first and last."""
    share = (np.arange(hop_length, dtype=np.float32) + np.float32(0.5)) / np.float32(hop_length) - np.float32(0.5)
    before, here, after = values[:-2, None], values[1:-1, None], values[2:, None]
    earlier, later = np.minimum(share, 0.0), np.maximum(share, 0.0)
    drawn: Float32 = here + (here - before) * earlier + (after - here) * later  # (T, hop_length)
    return drawn.reshape(-1)
