"""The vocoder: turn predicted frames into a waveform, in a stream."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tts.audio.excitation import Excitation, apply_envelope
from tts.audio.griffin_lim import StreamingGriffinLim
from tts.audio.mel import Float32, linear_magnitude
from tts.config import AudioConfig

N_ITER = 4
"""Griffin-Lim iterations. Few are needed, because the excitation gives good initial phases."""


def invert(frames: Float32, inverse: Float32, config: AudioConfig, seed: int = 0) -> Float32:
    """Synthesize samples `(T,)` from frames `(n_channels, T_mel)`: log-mel bands, then the source channels.

    `inverse`: `(n_freqs, n_mels)`, from `mel.inverse_filterbank`.
    """
    stream = StreamingInversion(inverse, config, seed)
    return np.concatenate([stream.push(frames), stream.finish()])


class StreamingInversion:
    """Streams one utterance through the vocoder: call `push` for all frames, then `finish` once.

    The joined output does not depend on how the frames are divided among calls. Memory use is constant.
    """

    def __init__(self, inverse: Float32, config: AudioConfig, seed: int = 0) -> None:
        self._inverse, self._config = inverse, config
        self._excitation = Excitation(config, seed)
        self._frames = np.empty((config.n_channels, 0), np.float32)  # frames without excitation yet
        self._griffin_lim = StreamingGriffinLim(config, N_ITER)

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
