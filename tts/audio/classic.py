"""Classic Griffin-Lim: a waveform from the mel bands of frames alone, without the phases that a voice predicts."""

from __future__ import annotations

import numpy as np

from tts.audio.griffin_lim import N_ITER, StreamingGriffinLim
from tts.audio.mel import Float32, analysis_window, band_places, linear_magnitude
from tts.audio.pulses import LOWEST, f0_of_frames
from tts.config import AudioConfig

_NOISE_POWER = np.float32(2.0)  # of complex Gaussian noise whose parts have a variance of 1


class ClassicVocoder:
    """A `Vocoder` that inverts magnitudes (Griffin and Lim 1984, section III), 16 rounds for each frame.

    The rounds start from phases that continue the frame before.
    """

    def __init__(self, inverse: Float32, config: AudioConfig, seed: int = 0) -> None:
        """inverse: (n_freqs, n_mels), from `mel.inverse_filterbank`. seed: of the first phases."""
        self._inverse, self._config = inverse, config
        self._griffin_lim = StreamingGriffinLim(config, N_ITER, seed)
        if not config.voicing_edges:
            self._before, self._share = band_places(config)
            self._pulse_power = _pulse_power(config)

    def push(self, frames: Float32) -> Float32:
        """Add frames (n_channels, T_mel); return the samples (T,) that are now final, often none."""
        return self._griffin_lim.push(self._magnitude(frames))

    def finish(self) -> Float32:
        """Return the remaining samples (T,)."""
        return self._griffin_lim.finish()

    def _magnitude(self, frames: Float32) -> Float32:
        """Return magnitudes (n_freqs, T_mel)."""
        n_mels = self._config.n_mels
        if self._config.voicing_edges:
            return linear_magnitude(frames[:n_mels], self._inverse)
        harmonic, aperiodic = (self._power(bands) for bands in (frames[:n_mels], frames[n_mels : 2 * n_mels]))
        f0 = f0_of_frames(frames[2 * n_mels :])
        voiced = np.where(f0 > LOWEST, self._pulse_power / np.maximum(f0, LOWEST), np.float32(0))
        magnitude: Float32 = np.sqrt(harmonic * voiced + aperiodic * _NOISE_POWER)
        return magnitude

    def _power(self, bands: Float32) -> Float32:
        """Return the power (n_freqs, T) of the envelope of log-mel bands (n_mels, T)."""
        share = self._share[:, np.newaxis]
        envelope = bands[self._before] * (1 - share) + bands[self._before + 1] * share
        power: Float32 = np.exp(2 * envelope)
        return power


def _pulse_power(config: AudioConfig) -> np.float32:
    """Return the mean power of a bin of `PulseSpectra`, times the pitch in hertz.

    A train of harmonics of amplitude 1 up to half the sample rate has a mean square of sample_rate / (4 f0). By
    Parseval's theorem the mean power of a bin is that, times the sum of the squared window.
    """
    window = analysis_window(config) * np.float32(4 / config.n_fft)
    power: np.float32 = np.float32(config.sample_rate / 4) * np.square(window).sum()
    return power
