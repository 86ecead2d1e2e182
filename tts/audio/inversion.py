"""Predicted frames -> waveform."""

from __future__ import annotations

import numpy as np

from tts.audio.excitation import excite
from tts.audio.griffin_lim import griffin_lim
from tts.audio.mel import Float32, linear_magnitude
from tts.config import AudioConfig

SOURCE_ITERATIONS = 4
"""Rounds of Griffin-Lim after a start from the source's own phases, which leave little to find."""


def invert(frames: Float32, inverse: Float32, config: AudioConfig, seed: int = 0) -> Float32:
    """Frames `(n_channels, T_mel)`, log-mel bands and then the source -> samples `(T,)`.

    inverse: (n_freqs, n_mels), see `mel.inverse_filterbank`. Without source channels, this is Griffin-Lim alone.
    """
    magnitude = linear_magnitude(frames[: config.n_mels], inverse)  # (n_freqs, T_mel)
    if not config.n_source:
        return griffin_lim(magnitude, config, seed=seed)
    spectrum = excite(magnitude, frames[config.n_mels :], config, seed)
    return griffin_lim(np.abs(spectrum), config, SOURCE_ITERATIONS, start=spectrum)
