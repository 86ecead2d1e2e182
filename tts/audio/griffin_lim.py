"""Magnitude spectrogram -> waveform: fast Griffin-Lim, in float32 and almost without temporaries.

Griffin and Lim (1984, "Signal estimation from modified short-time Fourier transform") alternate two projections: onto
the spectrograms that have the wanted magnitudes, and onto those that some waveform has. Perraudin, Balazs and
Søndergaard (2013, "A fast Griffin-Lim algorithm") extrapolate between rounds, which converges further.
Rounds begin from phases that turn at the frequencies of the spectral peaks (Beauregard, Harish and Wyse 2015,
"Single pass spectrogram inversion"): after 32 rounds on speech that is 0.5 to 1.2 dB closer than random phases.
"""

from __future__ import annotations

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from tts.audio.mel import Float32, analysis_window
from tts.config import AudioConfig

Complex64 = NDArray[np.complex64]

_CHUNK = 64  # frames transformed together: their spectra stay in the second-level cache between the passes over them
_TINY = np.float32(1e-20)  # keeps silence from dividing by zero
_JITTER = 0.1  # cycles, peak to peak: gives the seed a meaning, and costs nothing that can be measured


def griffin_lim(
    magnitude: Float32,
    config: AudioConfig,
    n_iter: int = 32,
    momentum: float = 0.99,
    seed: int = 0,
    start: Complex64 | None = None,
) -> Float32:
    """Waveform whose spectrogram comes close to `magnitude` `(n_freqs, T_mel)`: `(T,)`, T = (T_mel - 1) * hop_length.

    `start` is a spectrum of the same shape whose phases to begin from; without one they are made from the peaks of the
    magnitudes, and `seed` varies them a little. The same arguments give the same samples, bit for bit, however many
    threads the machine has. `momentum` 0 is the original algorithm; 0.99 is what Perraudin et al. recommend.
    Raises ValueError for a magnitude of the wrong shape, a negative `n_iter` or a `momentum` outside 0..1.
    """
    if magnitude.ndim != 2 or magnitude.shape[0] != config.n_freqs:
        raise ValueError(f"magnitude has shape {magnitude.shape}: pass (n_freqs, T_mel), n_freqs {config.n_freqs}")
    if n_iter < 0:
        raise ValueError(f"n_iter is {n_iter}: use 0 or more, 32 is usual")
    if not 0.0 <= momentum <= 1.0:
        raise ValueError(f"momentum is {momentum}: use 0 to 1, 0.99 is usual")
    n_samples = max(0, magnitude.shape[1] - 1) * config.hop_length
    if n_samples == 0:
        return np.zeros(0, np.float32)
    target = np.ascontiguousarray(magnitude.T, dtype=np.float32)  # (T_mel, n_freqs): one frame, one run of memory
    if start is None:
        cycles = starting_phases(target, config, np.random.default_rng(seed))
    else:
        cycles = np.angle(start.T) / np.float32(2 * np.pi)
    return _Projection(target, config, n_samples).run(cycles, n_iter, momentum)


def starting_phases(target: Float32, config: AudioConfig, generator: np.random.Generator) -> Float32:
    """Phases, in cycles, of magnitudes `(T_mel, n_freqs)`, same shape: every bin turns at its nearest peak's frequency.

    After Beauregard et al. 2015. Unlike theirs, a bin continues from its own phase, not from its peak's, which
    converges further and needs no loop over frames. The first frame has its energy in its middle, give or take.
    """
    n_freqs, size = config.n_freqs, target.size
    is_peak = np.zeros(target.shape, np.bool_)
    np.greater(target[:, 1:-1], target[:, 2:], out=is_peak[:, 1:-1])
    is_peak[:, 1:-1] &= target[:, 1:-1] >= target[:, :-2]
    is_peak[:, 0] = True  # so that no frame is without one, not even silence
    peaks = np.flatnonzero(is_peak)
    bins = peaks % n_freqs
    at = np.log(target.reshape(-1).take(peaks + np.array([[-1], [0], [1]]), mode="clip") + np.float32(1e-9))
    curvature = np.minimum(at[0] - 2.0 * at[1] + at[2], -1e-6)  # of the parabola through a peak and its neighbours
    turns = (bins + 0.5 * (at[0] - at[2]) / curvature) * (config.hop_length / config.n_fft)  # cycles per frame
    turns = np.where(bins > 0, turns, np.roll(turns, -1))  # below the first peak there is nothing else to follow
    # In the flattened spectrogram a peak rules from halfway to the one before, or from the beginning of its frame.
    begins = np.where(bins > 0, (np.roll(peaks, 1) + peaks) // 2 + 1, peaks)
    steps = np.repeat(turns, np.diff(begins, append=size)).reshape(target.shape)
    steps[0] = np.arange(n_freqs) * (-(config.n_fft // 2) / config.n_fft) + _JITTER * generator.random(n_freqs)
    np.cumsum(steps, axis=0, out=steps)  # in float64: an hour's worth of turns would cost float32 its fraction
    steps -= np.floor(steps)
    return steps.astype(np.float32)


class _Projection:
    """The buffers of one inversion, and one round over them.

    A signal buffer is `(n_blocks, hop_length)`, the waveform with half a transform of padding on each side; frame t is
    the n_fft samples that begin in block t.
    """

    def __init__(self, target: Float32, config: AudioConfig, n_samples: int) -> None:
        self.target = target  # (T_mel, n_freqs)
        self.n_fft, self.hop_length = config.n_fft, config.hop_length
        self.half, self.n_samples = config.n_fft // 2, n_samples
        self.window = analysis_window(config)  # (n_fft,)
        self.n_blocks = len(target) - 1 + -(-self.n_fft // self.hop_length)
        self.gain = self._overlap_gain()
        self.signal, self.previous, self.mixed = (self._empty() for _ in range(3))
        self.windowed = np.empty((_CHUNK, self.n_fft), np.float32)
        self.scale = np.empty((_CHUNK, config.n_freqs), np.float32)

    def run(self, cycles: Float32, n_iter: int, momentum: float) -> Float32:
        """`n_iter` rounds from phases `(T_mel, n_freqs)` in cycles, `(T,)`."""
        # The extrapolation c + m (c - c_previous) matters only by its phase, so it may be divided by 1 + m; and being
        # linear it commutes with the transform, so it is done on waveforms, an eighth of the numbers in spectrograms.
        weight = np.float32(momentum / (1.0 + momentum))
        for iteration in range(n_iter + 1):
            self.signal[:] = 0.0
            for start in range(0, len(self.target), _CHUNK):
                rows = slice(start, min(start + _CHUNK, len(self.target)))
                spectrum = self._analyse(rows) if iteration else self._start(rows, cycles)
                self._synthesize(rows, spectrum)
            self.signal *= self.gain
            np.multiply(self.previous, -weight, out=self.mixed)
            self.mixed += self.signal
            self._reflect_ends(self.mixed.reshape(-1))
            self.signal, self.previous = self.previous, self.signal
        samples: Float32 = self.previous.reshape(-1)[self.half : self.half + self.n_samples].copy()
        return samples

    def _analyse(self, rows: slice) -> Complex64:
        """Spectrum of the extrapolated signal with the wanted magnitudes, `(rows, n_freqs)`."""
        n_rows = rows.stop - rows.start
        frames = np.lib.stride_tricks.as_strided(
            self.mixed[rows.start :], (n_rows, self.n_fft), (4 * self.hop_length, 4), writeable=False
        )
        windowed = np.multiply(frames, self.window, out=self.windowed[:n_rows])
        spectrum: Complex64 = scipy.fft.rfft(windowed, axis=1, workers=1)
        scale = np.abs(spectrum, out=self.scale[:n_rows])
        scale += _TINY
        np.divide(self.target[rows], scale, out=scale)
        spectrum *= scale
        return spectrum

    def _start(self, rows: slice, cycles: Float32) -> Complex64:
        """Spectrum of the starting phases with the wanted magnitudes, `(rows, n_freqs)`."""
        target, angles = self.target[rows], cycles[rows] * np.float32(2.0 * np.pi)
        spectrum = np.empty(target.shape, np.complex64)
        np.multiply(np.cos(angles), target, out=spectrum.real)
        np.multiply(np.sin(angles), target, out=spectrum.imag)
        return spectrum

    def _synthesize(self, rows: slice, spectrum: Complex64) -> None:
        """Add the frames of a spectrum `(rows, n_freqs)` to the signal."""
        frames = scipy.fft.irfft(spectrum, self.n_fft, axis=1, overwrite_x=True, workers=1)  # (rows, n_fft)
        frames *= self.window
        self._overlap_add(self.signal[rows.start :], frames)

    def _overlap_add(self, blocks: Float32, frames: Float32) -> None:
        """Add `(rows, n_fft)` to `(n_blocks, hop_length)`, the k-th piece of every frame at once, k blocks later."""
        for k, begin in enumerate(range(0, self.n_fft, self.hop_length)):
            piece = frames[:, begin : begin + self.hop_length]
            blocks[k : k + len(frames), : piece.shape[1]] += piece

    def _overlap_gain(self) -> Float32:
        """What undoes the overlap of two windows per frame, `(n_blocks, hop_length)`: zero in the padding."""
        envelope = self._empty()
        self._overlap_add(envelope, np.broadcast_to(self.window**2, (len(self.target), self.n_fft)))
        gain = np.divide(1.0, envelope, out=np.zeros_like(envelope), where=envelope > 1e-8)
        flat = gain.reshape(-1)
        flat[: self.half] = 0.0
        flat[self.half + self.n_samples :] = 0.0
        return gain

    def _reflect_ends(self, flat: Float32) -> None:
        """Fill the padding by reflection, as the analysis did (`mel.log_mel`), so that the end frames can be met."""
        half, end = self.half, self.half + self.n_samples
        flat[:half] = flat[half + 1 : 2 * half + 1][::-1]
        flat[end : end + half] = flat[end - half - 1 : end - 1][::-1]

    def _empty(self) -> Float32:
        return np.zeros((self.n_blocks, self.hop_length), np.float32)
