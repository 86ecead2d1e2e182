"""The sliding window of frames on which the streamed Griffin-Lim iterates."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from tts.audio.fourier import irfft, rfft
from tts.audio.mel import Float32, analysis_window
from tts.audio.phases import Complex64, continue_phases, peak_phase_advance
from tts.config import AudioConfig

_ALPHA, _BETA, _GAMMA = np.float32(1.0), np.float32(1.2), np.float32(1.25)  # the step sizes of Nenov et al.
_OPEN_EDGE = np.float32(0.05)  # minimum share of the full overlap: 1 costs 2 dB of convergence, near 0 costs 1 dB
_TINY = np.float32(1e-20)  # prevents division by zero in silence


class SlidingWindow:
    """The frames in the window, and the buffers of an iteration.

    A signal has shape `(n_blocks, hop_length)`; frame t is the n_fft samples from block t on. Signals are stored as
    sums of overlapping windowed frames, so that further frames can be added. Multiplying by `gain` gives the waveform.
    """

    def __init__(self, config: AudioConfig, origin: Complex64) -> None:
        self.config, self.hop_length, self.n_fft = config, config.hop_length, config.n_fft
        self.half, self.overlap = config.n_fft // 2, -(-config.n_fft // config.hop_length)
        self.analysis = analysis_window(config)  # (n_fft,)
        self.origin = origin  # (n_freqs,): the spectrum whose phases the next frame continues
        self.n_left, self.is_last = 0, False
        self.target = np.empty((0, config.n_freqs), np.float32)
        self.frames = np.empty((0, config.n_fft), np.float32)  # windowed waveforms of the latest iteration
        # t, c and d of Nenov et al.: the latest estimate, the input of the next projection, and its averaging partner.
        self.estimate, self.lead, self.anchor = (self._signal(0) for _ in range(3))
        self.past = self._signal(0)  # the part of removed frames that overlaps the first blocks

    def add_frames(self, frames: Float32 | Complex64, is_last: bool = False) -> None:
        """Add frames `(T, n_freqs)`. Real frames get phases that continue the previous frame."""
        target: Float32 = np.abs(frames)
        if np.iscomplexobj(frames):
            spectrum = frames.astype(np.complex64)
        else:
            spectrum = continue_phases(target, peak_phase_advance(target, self.config), self.origin)
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

    def iterate(self, n_iterations: int) -> None:
        """Run Griffin-Lim iterations on all frames in the window."""
        for _ in range(n_iterations):
            spectrum = self._project()
            self.origin = spectrum[-1].copy()
            self.frames = self._waveforms(spectrum)
            self._accelerate(self._sum(len(self.frames)))

    def remove_frames(self, n_frames: int) -> Float32:
        """Remove the first frames; return their samples `(n_frames * hop_length,)`, which are final."""
        total = self._sum(n_frames)
        samples: Float32 = (total * self.gain)[:n_frames].reshape(-1)
        self.past = total[n_frames : n_frames + self.overlap - 1]
        self.target, self.frames = self.target[n_frames:], self.frames[n_frames:]
        self.estimate, self.lead, self.anchor = (s[n_frames:] for s in (self.estimate, self.lead, self.anchor))
        self.n_left += n_frames
        return samples

    def final_samples(self) -> Float32:
        """Return all samples up to the centre of the last frame."""
        samples: Float32 = (self._sum(len(self.frames)) * self.gain).reshape(-1)
        return samples[: self.half + (len(self.frames) - 1) * self.hop_length]

    def _project(self) -> Complex64:
        """Return the spectrum `(n_frames, n_freqs)` of the lead signal with the target magnitudes."""
        np.multiply(self.lead, self.gain, out=self.wave)
        self._reflect_ends(self.wave.reshape(-1))
        np.multiply(self.overlapping, self.analysis, out=self.windowed)
        spectrum: Complex64 = rfft(self.windowed)
        np.abs(spectrum, out=self.scale)
        self.scale += _TINY
        np.divide(self.target, self.scale, out=self.scale)
        spectrum *= self.scale
        return spectrum

    def _waveforms(self, spectrum: Complex64) -> Float32:
        """Return windowed waveforms `(n_frames, n_fft)` of a spectrum. Overwrites the spectrum."""
        frames: Float32 = irfft(spectrum, self.n_fft)
        frames *= self.analysis
        return frames

    def _accelerate(self, projected: Float32) -> None:
        """Extrapolate from the previous estimate: Nenov et al. 2023, algorithm 3, on signals `(n_blocks, hop_length)`.

        The step is linear, so it commutes with the transform. On waveforms it processes an eighth of the numbers.
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
        """Return the sum of the removed frames' overlap and the first `n_frames` frames."""
        total = self._signal(len(self.frames))
        total[: len(self.past)] = self.past
        _overlap_add(total, self.frames[:n_frames])
        return total

    def _reflect_ends(self, flat: Float32) -> None:
        """Fill the padding by reflection, as `mel.log_mel` does, so that the first and last frames can converge."""
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
    """Return the gain `(n_blocks, hop_length)` that undoes the overlap of squared windows. It is 0 in the padding.

    `before`: number of removed frames that overlap the window. Unless `is_last`, the signal fades out over the last
    samples, which depend on frames still to come. All steps except the first and the last share one gain.
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
    """Overlap-add frames `(n, n_fft)` to blocks `(n_blocks, hop_length)`, the k-th hop of all frames at once."""
    hop_length = blocks.shape[1]
    for k, begin in enumerate(range(0, frames.shape[1], hop_length)):
        piece = frames[:, begin : begin + hop_length]
        blocks[k : k + len(frames), : piece.shape[1]] += piece


def _signal(n_frames: int, config: AudioConfig) -> Float32:
    return np.zeros((n_frames - 1 - (-config.n_fft // config.hop_length), config.hop_length), np.float32)
