"""Predicted frames -> waveform, while the frames arrive."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tts.audio.excitation import Excitation, shape
from tts.audio.griffin_lim import StreamingGriffinLim
from tts.audio.mel import Float32, linear_magnitude
from tts.config import AudioConfig

N_ITER = 4
"""Rounds of Griffin-Lim: the phases that the source brings leave little to find."""


def invert(frames: Float32, inverse: Float32, config: AudioConfig, seed: int = 0) -> Float32:
    """Frames `(n_channels, T_mel)`, log-mel bands and then the source -> samples `(T,)`.

    inverse: (n_freqs, n_mels), see `mel.inverse_filterbank`.
    """
    stream = StreamingInversion(inverse, config, seed)
    return np.concatenate([stream.push(frames), stream.finish()])


class StreamingInversion:
    """The inversion of one utterance: `push` frames as often as there are some, then `finish`, once.

    What they return, joined, does not depend on how the frames were cut, and memory does not grow.
    """

    def __init__(self, inverse: Float32, config: AudioConfig, seed: int = 0) -> None:
        self._inverse, self._config = inverse, config
        self._excitation = Excitation(config, seed)
        self._frames = np.empty((config.n_channels, 0), np.float32)  # whose excitation is still to come
        self._griffin_lim = StreamingGriffinLim(config, N_ITER)

    def push(self, frames: Float32) -> Float32:
        """Samples `(T,)` that have become final with the frames `(n_channels, T_mel)`, often none."""
        self._frames = np.concatenate([self._frames, frames], axis=1)
        return self._shape(self._excitation.push(frames[self._config.n_mels :]))

    def finish(self) -> Float32:
        """The samples that are left, `(T,)`, given that no frame follows."""
        return np.concatenate([self._shape(self._excitation.finish()), self._griffin_lim.finish()])

    def _shape(self, excitation: NDArray[np.complex64]) -> Float32:
        frames, self._frames = np.split(self._frames, [len(excitation)], axis=1)
        mel, log_f0 = frames[: self._config.n_mels], frames[self._config.n_mels]
        magnitude = linear_magnitude(mel, self._inverse)  # (n_freqs, T)
        return self._griffin_lim.push(shape(excitation, magnitude.T, np.exp(log_f0), self._config).T)
