"""Magnitude spectrogram -> waveform, while the magnitudes arrive: accelerated Griffin-Lim over a sliding window.

Griffin and Lim (1984, "Signal estimation from modified short-time Fourier transform") alternate two projections: onto
the spectrograms that have the wanted magnitudes, and onto those that some waveform has. Perraudin, Balazs and
Søndergaard (2013, "A fast Griffin-Lim algorithm") extrapolate between rounds, which converges further, and Nenov,
Nguyen and Balazs (2023, "Faster than fast: accelerating the Griffin-Lim algorithm") extrapolate twice.

Here the rounds run over a window of frames that slides along the spectrogram, after Zhu, Beauregard and Wyse (2007,
"Real-time signal estimation from modified short-time Fourier transform magnitude spectra"): frames that leave it are
final, frames that enter it continue from phases already found. Nothing is computed for nothing, since a frame keeps
what earlier windows reached; and a frame that begins where its neighbour has arrived needs about half as many rounds
as one that begins anywhere. So there is no second algorithm for whole utterances: `griffin_lim` is the fold of
the stream.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import scipy.fft

from tts.audio.mel import Float32, analysis_window
from tts.audio.phases import Complex64, continued, first_phases, peak_turns
from tts.config import AudioConfig

BLOCK = 16
"""Frames that become final together."""
WINDOW = 32
"""Frames in work at a time: a frame is final when it has seen `WINDOW - BLOCK` more."""
N_ITER = 16
"""Rounds of a frame: within 1 dB of 32 from random phases (`scripts/benchmarks/griffin_lim.py`)."""

_ALPHA, _BETA, _GAMMA = np.float32(1.0), np.float32(1.2), np.float32(1.25)  # Nenov et al.'s names for the three steps
_OPEN_EDGE = np.float32(0.05)  # of the full overlap: 1 costs 2 dB of convergence, and next to 0 costs 1 dB
_TINY = np.float32(1e-20)  # keeps silence from dividing by zero


def griffin_lim(magnitude: Float32 | Complex64, config: AudioConfig, n_iter: int = N_ITER, seed: int = 0) -> Float32:
    """Waveform whose spectrogram comes close to `magnitude` `(n_freqs, T_mel)`: `(T,)`, T = (T_mel - 1) * hop_length.

    A complex `magnitude` brings the phases to begin with; otherwise they are made, and `seed` varies them a little. The
    same arguments give the same samples, bit for bit, however many threads the machine has. Raises ValueError for a
    magnitude of the wrong shape or a negative `n_iter`.
    """
    stream = StreamingGriffinLim(config, n_iter, seed)
    return np.concatenate([stream.push(magnitude), stream.finish()])


class StreamingGriffinLim:
    """The inversion of one utterance: `push` frames as often as there are some, then `finish`, once.

    What they return, joined, is `griffin_lim` of all frames, bit for bit, however the frames were cut. Memory does not
    grow. The first samples come with frame WINDOW, later ones with every BLOCK frames.
    """

    def __init__(self, config: AudioConfig, n_iter: int = N_ITER, seed: int = 0) -> None:
        """n_iter: rounds that each frame goes through, at least. Raises ValueError where it is negative."""
        if n_iter < 0:
            raise ValueError(f"n_iter is {n_iter}: use 0 or more, {N_ITER} is usual")
        self._config, self._n_iter = config, n_iter
        self._waiting: Float32 | Complex64 = np.empty((0, config.n_freqs), np.float32)  # the window has no room yet
        self._window = _Window(config, first_phases(config, seed))
        self._n_steps = 0
        self._due = -(config.n_fft // 2)  # samples since the first frame's centre, before which nothing is heard

    def push(self, magnitude: Float32 | Complex64) -> Float32:
        """Samples `(T,)` that have become final with the frames `(n_freqs, T_mel)`, often none.

        All frames of an utterance are real, or all are complex, which brings their first phases. Raises ValueError for
        a magnitude of the wrong shape.
        """
        if magnitude.ndim != 2 or magnitude.shape[0] != self._config.n_freqs:
            shape = f"(n_freqs, T_mel), n_freqs {self._config.n_freqs}"
            raise ValueError(f"magnitude has shape {magnitude.shape}: pass {shape}")
        kind = np.complex64 if np.iscomplexobj(magnitude) else np.float32
        frames = np.ascontiguousarray(np.concatenate([self._waiting, magnitude.T]), kind)
        pieces = [np.empty(0, np.float32)]
        begin, wanted = 0, BLOCK if self._n_steps else WINDOW
        while len(frames) - begin >= wanted:
            self._window.enter(frames[begin : begin + wanted])
            self._window.iterate(self._rounds())
            pieces.append(self._audible(self._window.leave(BLOCK)))
            self._n_steps += 1
            begin, wanted = begin + wanted, BLOCK
        self._waiting = frames[begin:].copy()
        return np.concatenate(pieces)

    def finish(self) -> Float32:
        """The samples that are left, `(T,)`, given that no frame follows."""
        if self._n_steps == 0 and len(self._waiting) < 2:
            return np.empty(0, np.float32)  # one frame is the centre of nothing
        self._window.enter(self._waiting, is_last=True)
        self._window.iterate(self._n_iter)  # all of them: nothing comes that could share the work
        return self._audible(self._window.ending())

    def _rounds(self) -> int:
        """Rounds of this step, such that those of the steps that a frame goes through add up to n_iter."""
        share, step = self._n_iter * BLOCK / WINDOW, self._n_steps
        return int(share * (step + 1)) - int(share * step) if step else self._n_iter

    def _audible(self, samples: Float32) -> Float32:
        """Samples without those before the beginning."""
        due, self._due = self._due, self._due + len(samples)
        return samples[min(len(samples), max(0, -due)) :]


class _Window:
    """The frames in work, and the buffers of a round over them.

    A signal is `(n_blocks, hop_length)`: frame t is the n_fft samples that begin in block t. Signals are kept as sums
    of overlapping windowed frames, to which those of further frames can be added; `gain` makes waveforms of them.
    """

    def __init__(self, config: AudioConfig, origin: Complex64) -> None:
        self.config, self.hop_length, self.n_fft = config, config.hop_length, config.n_fft
        self.half, self.overlap = config.n_fft // 2, -(-config.n_fft // config.hop_length)
        self.analysis = analysis_window(config)  # (n_fft,)
        self.origin = origin  # (n_freqs,): the spectrum whose phases the next frame continues
        self.n_left, self.is_last = 0, False
        self.target = np.empty((0, config.n_freqs), np.float32)
        self.frames = np.empty((0, config.n_fft), np.float32)  # windowed waveforms, of the latest round
        # Nenov et al.'s t, c and d: the latest estimate, what the next round projects, and what it averages with.
        self.estimate, self.lead, self.anchor = (self._signal(0) for _ in range(3))
        self.past = self._signal(0)  # what the frames that have left add to the first blocks

    def enter(self, frames: Float32 | Complex64, is_last: bool = False) -> None:
        """Take in the frames `(T, n_freqs)`, with their own phases or with some that continue the frame before."""
        target: Float32 = np.abs(frames)
        if np.iscomplexobj(frames):
            spectrum = frames.astype(np.complex64)
        else:
            spectrum = continued(target, peak_turns(target, self.config), self.origin)
        self._begin(spectrum, target, is_last)

    def _begin(self, spectrum: Complex64, target: Float32, is_last: bool) -> None:
        self.origin = spectrum[-1].copy() if len(spectrum) else self.origin
        frames = self._waveforms(spectrum)  # (T, n_fft)
        self.target, self.frames = np.concatenate([self.target, target]), np.concatenate([self.frames, frames])
        n_frames, self.is_last = len(self.target), is_last
        added = self._signal(n_frames)
        _overlap_add(added[n_frames - len(frames) :], frames)
        self.estimate, self.lead, self.anchor = (
            self._extended(signal, added) for signal in (self.estimate, self.lead, self.anchor)
        )
        self.gain = _overlap_gain(self.config, min(self.n_left, self.overlap), n_frames, is_last)
        self.wave = self._signal(n_frames)
        self.overlapping = np.lib.stride_tricks.as_strided(
            self.wave, (n_frames, self.n_fft), (4 * self.hop_length, 4), writeable=False
        )
        self.windowed = np.empty((n_frames, self.n_fft), np.float32)
        self.scale = np.empty_like(self.target)

    def iterate(self, n_rounds: int) -> None:
        """Bring the frames closer to what one waveform can have."""
        for _ in range(n_rounds):
            spectrum = self._project()
            self.origin = spectrum[-1].copy()
            self.frames = self._waveforms(spectrum)
            self._accelerate(self._sum(len(self.frames)))

    def leave(self, n_frames: int) -> Float32:
        """Let the first frames go as they are: the samples `(n_frames * hop_length,)` that no later one can change."""
        total = self._sum(n_frames)
        samples: Float32 = (total * self.gain)[:n_frames].reshape(-1)
        self.past = total[n_frames : n_frames + self.overlap - 1]
        self.target, self.frames = self.target[n_frames:], self.frames[n_frames:]
        self.estimate, self.lead, self.anchor = (s[n_frames:] for s in (self.estimate, self.lead, self.anchor))
        self.n_left += n_frames
        return samples

    def ending(self) -> Float32:
        """All samples up to the centre of the last frame."""
        samples: Float32 = (self._sum(len(self.frames)) * self.gain).reshape(-1)
        return samples[: self.half + (len(self.frames) - 1) * self.hop_length]

    def _project(self) -> Complex64:
        """Spectrum of the leading signal, with the wanted magnitudes, `(n_frames, n_freqs)`."""
        np.multiply(self.lead, self.gain, out=self.wave)
        self._reflect_ends(self.wave.reshape(-1))
        np.multiply(self.overlapping, self.analysis, out=self.windowed)
        spectrum: Complex64 = scipy.fft.rfft(self.windowed, axis=1, workers=1)
        np.abs(spectrum, out=self.scale)
        self.scale += _TINY
        np.divide(self.target, self.scale, out=self.scale)
        spectrum *= self.scale
        return spectrum

    def _waveforms(self, spectrum: Complex64) -> Float32:
        """Windowed waveforms `(n_frames, n_fft)` of a spectrum, which is used up."""
        frames: Float32 = scipy.fft.irfft(spectrum, self.n_fft, axis=1, overwrite_x=True, workers=1)
        frames *= self.analysis
        return frames

    def _accelerate(self, projected: Float32) -> None:
        """Extrapolate from the estimate before last: Nenov et al. 2023, algorithm 3, on signals `(n_blocks, hop)`.

        It is linear, so it commutes with the transform: on waveforms it works on an eighth of the numbers.
        """
        projected *= _GAMMA
        self.anchor *= 1 - _GAMMA
        projected += self.anchor
        step = np.subtract(projected, self.estimate, out=self.estimate)
        np.multiply(step, _ALPHA, out=self.lead)
        self.lead += projected
        np.multiply(step, _BETA, out=self.anchor)
        self.anchor += projected
        self.estimate = projected

    def _sum(self, n_frames: int) -> Float32:
        """The first frames and those before them, overlapped."""
        total = self._signal(len(self.frames))
        total[: len(self.past)] = self.past
        _overlap_add(total, self.frames[:n_frames])
        return total

    def _reflect_ends(self, flat: Float32) -> None:
        """Fill the padding by reflection, as the analysis did (`mel.log_mel`), so that the end frames can be met."""
        if self.n_left == 0:
            flat[: self.half] = flat[self.half + 1 : 2 * self.half + 1][::-1]
        if self.is_last:
            end = self.half + (len(self.frames) - 1) * self.hop_length
            flat[end : end + self.half] = flat[end - self.half - 1 : end - 1][::-1]

    def _extended(self, signal: Float32, added: Float32) -> Float32:
        extended: Float32 = added.copy()
        extended[: len(signal)] += signal
        return extended

    def _signal(self, n_frames: int) -> Float32:
        return _signal(n_frames, self.config)


@lru_cache
def _overlap_gain(config: AudioConfig, before: int, n_frames: int, is_last: bool) -> Float32:
    """What undoes the overlap of two windows per frame, `(n_blocks, hop_length)`: zero in the padding.

    before: frames that have left, as many of them as still reach in. Where frames are still to come, the signal fades
    out over the last samples, of which little is known. The same for every step but the first and the last.
    """
    envelope = _signal(before + n_frames, config)
    _overlap_add(envelope, np.broadcast_to(analysis_window(config) ** 2, (before + n_frames, config.n_fft)))
    envelope = envelope[before:]
    if not is_last:
        np.maximum(envelope, _OPEN_EDGE * envelope.max(), out=envelope)
    gain: Float32 = np.divide(1.0, envelope, out=np.zeros_like(envelope), where=envelope > 1e-8)
    flat, half = gain.reshape(-1), config.n_fft // 2
    if before == 0:
        flat[:half] = 0.0
    if is_last:
        flat[half + (n_frames - 1) * config.hop_length :] = 0.0
    return gain


def _overlap_add(blocks: Float32, frames: Float32) -> None:
    """Add `(n, n_fft)` to `(n_blocks, hop_length)`, the k-th piece of every frame at once, k blocks later."""
    hop_length = blocks.shape[1]
    for k, begin in enumerate(range(0, frames.shape[1], hop_length)):
        piece = frames[:, begin : begin + hop_length]
        blocks[k : k + len(frames), : piece.shape[1]] += piece


def _signal(n_frames: int, config: AudioConfig) -> Float32:
    return np.zeros((n_frames - 1 - (-config.n_fft // config.hop_length), config.hop_length), np.float32)
