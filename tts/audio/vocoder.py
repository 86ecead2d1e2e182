"""The vocoder: turn predicted frames into a waveform, in a stream: a first spectrum, then Griffin-Lim."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from tts.audio.excitation import Excitation, apply_envelope
from tts.audio.griffin_lim import StreamingGriffinLim
from tts.audio.inverse import StreamingInverse
from tts.audio.mel import Float32, linear_magnitude
from tts.audio.pulses import PulseSpectra, f0_of_frames
from tts.config import AudioConfig

Complex64 = NDArray[np.complex64]

N_ITER = 4
"""Griffin-Lim iterations. Few are needed, because the excitation gives good initial phases."""

FIRST_BLOCK, LARGEST_BLOCK, GROWTH = 16, 256, 4
"""Frames that a spectrum network reads at a time: few at the start of the speech, so that the first sound is early,
then GROWTH times as many each time, because every block is read together with its neighbours."""
EXCITATION_FRAMES = 48
"""Frames after which an `ExcitationVocoder` has some sound to give."""
SLICE = 64
"""Frames that are summed and inverted at a time: their arrays stay in the processor's cache."""
N_NOISE = 8192
"""Frequencies of the noise that frames take their pieces from, each from a random place."""


class Vocoder(Protocol):
    """The inversion of one utterance: `push` frames as often as there are some, then `finish`, once.

    What they return, joined, does not depend on how the frames were cut, and memory does not grow.
    """

    def push(self, frames: Float32) -> Float32:
        """Samples `(T,)` that have become final with the frames `(n_channels, T_mel)`, often none."""
        ...

    def finish(self) -> Float32:
        """The samples that are left, `(T,)`, given that no frame follows."""
        ...


class Spectrum(NamedTuple):
    """What a spectrum network says of frames, `(T, n_freqs)` each (see `tts.model.spectrum`)."""

    pulse_filter: Complex64  # relative to the harmonic envelope
    free: Complex64  # relative to the aperiodic envelope
    log_noise: Float32  # natural logarithm of the noise's magnitude, relative to the aperiodic envelope
    harmonic: Float32  # envelope, a magnitude
    aperiodic: Float32  # envelope, a magnitude

    def sum(self, frames: slice, pulses: Complex64, noise: Complex64) -> Complex64:
        """The spectrum of some of the frames, given those of pulses and of noise, which is used up."""
        noise *= np.exp(self.log_noise[frames])
        noise += self.free[frames]
        noise *= self.aperiodic[frames]
        harmonics = self.pulse_filter[frames] * pulses
        harmonics *= self.harmonic[frames]
        noise += harmonics
        return noise


def invert(frames: Float32, inverse: Float32, config: AudioConfig, seed: int = 0) -> Float32:
    """Synthesize samples `(T,)` from frames `(n_channels, T_mel)`: log-mel bands, then the source channels.

    `inverse`: `(n_freqs, n_mels)`, from `mel.inverse_filterbank`.
    """
    stream = ExcitationVocoder(inverse, config, seed=seed)
    return np.concatenate([stream.push(frames), stream.finish()])


class SpectrumVocoder:
    """A `Vocoder` whose spectrum a network predicts.

    A sample is final when `look_ahead` frames, and those of Griffin-Lim's window, are known after it.
    """

    def __init__(
        self,
        network: Callable[[Float32], Spectrum],
        look_ahead: int,
        config: AudioConfig,
        rounds: int = 0,
        seed: int = 0,
        block: int = FIRST_BLOCK,
    ) -> None:
        """network: from frames `(n_channels, T)`; its output depends on `look_ahead` frames on each side.

        rounds: of Griffin-Lim after the predicted spectrum. block: frames that the network reads first.
        """
        self._network, self._look_ahead, self._config = network, look_ahead, config
        self._frames = np.empty((config.n_channels, 0), np.float32)  # from `look_ahead` before the next block on
        self._n_before = 0  # frames of these that come before the next block
        self._pulses = PulseSpectra(config)
        self._block = block
        self._generator = np.random.default_rng(seed)
        self._noise = _noise(seed, config.n_freqs)
        self._griffin_lim = StreamingGriffinLim(config, rounds) if rounds else StreamingInverse(config)

    def push(self, frames: Float32) -> Float32:
        """See `Vocoder.push`."""
        self._pulses.push(f0_of_frames(frames[self._config.n_bands :]))
        self._frames = np.concatenate([self._frames, frames], axis=1)
        samples = [np.empty(0, np.float32)]
        while self._frames.shape[1] >= self._n_before + self._block + self._look_ahead:
            samples += map(self._griffin_lim.push, self._spectra(self._block))
            self._block = min(GROWTH * self._block, LARGEST_BLOCK)
        return np.concatenate(samples)

    def finish(self) -> Float32:
        """See `Vocoder.finish`."""
        self._pulses.finish()
        rest = self._frames.shape[1] - self._n_before
        samples = map(self._griffin_lim.push, self._spectra(rest)) if rest else ()
        return np.concatenate([*samples, self._griffin_lim.finish()])

    def _spectra(self, n_frames: int) -> Iterator[Complex64]:
        """Yield the spectra (n_freqs, T) of the next frames, from the network's three parts."""
        end = self._n_before + n_frames
        spectrum = self._network(np.ascontiguousarray(self._frames[:, : end + self._look_ahead]))
        places = self._generator.integers(0, N_NOISE - self._config.n_freqs, n_frames)
        for start in range(0, n_frames, SLICE):
            part = slice(start, min(start + SLICE, n_frames))
            frames = slice(self._n_before + part.start, self._n_before + part.stop)
            noise = self._noise[places[part]]  # a copy
            yield spectrum.sum(frames, self._pulses.take(part.stop - part.start), noise).T
        keep = min(end, self._look_ahead)
        self._frames, self._n_before = self._frames[:, end - keep :], keep


@lru_cache(maxsize=4)
def _noise(seed: int, n_freqs: int) -> Complex64:
    """Every window of n_freqs values in complex Gaussian noise, each part with a variance of 1: a view, not a copy."""
    noise = np.random.default_rng(seed).standard_normal(2 * N_NOISE, np.float32).view(np.complex64)
    return np.lib.stride_tricks.sliding_window_view(noise, n_freqs)


class ExcitationVocoder:
    """A `Vocoder` that filters an excitation of pulses and noise by the frames' bands."""

    def __init__(self, inverse: Float32, config: AudioConfig, rounds: int = N_ITER, seed: int = 0) -> None:
        self._inverse, self._config = inverse, config
        self._excitation = Excitation(config, seed)
        self._frames = np.empty((config.n_channels, 0), np.float32)  # whose excitation is still to come
        self._griffin_lim = StreamingGriffinLim(config, rounds)

    def push(self, frames: Float32) -> Float32:
        """Add frames `(n_channels, T_mel)`; return the samples `(T,)` that are now final, often none."""
        self._frames = np.concatenate([self._frames, frames], axis=1)
        return self._shape(self._excitation.push(frames[self._config.n_mels :]))

    def finish(self) -> Float32:
        """Return the remaining samples `(T,)`."""
        return np.concatenate([self._shape(self._excitation.finish()), self._griffin_lim.finish()])

    def _shape(self, excitation: NDArray[np.complex64]) -> Float32:
        frames, self._frames = np.split(self._frames, [len(excitation)], axis=1)
        mel, log_f0 = frames[: self._config.n_mels], frames[self._config.n_mels]
        magnitude = linear_magnitude(mel, self._inverse)  # (n_freqs, T)
        return self._griffin_lim.push(apply_envelope(excitation, magnitude.T, np.exp(log_f0), self._config).T)
