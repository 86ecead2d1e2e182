"""Frames to the complex spectrum from which Griffin-Lim starts.

A frame says how loud the harmonic and the aperiodic part of the sound are in each mel band, and the pitch. The
spectrum is a sum of three parts, as in harmonic-plus-noise synthesis (Engel et al. 2020, "DDSP", section 3; the third
as Vocos predicts all of it, Siuzdak 2024, section 3):

    S = H E + N Z + F

E is the spectrum of unit pulses at the pitch, Z complex Gaussian noise; H, N and F are what this network predicts: a
complex filter of the pulses, the magnitude of the noise, and a free complex part.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from tts.config import AudioConfig, SpectrumConfig
from tts.model.convnext import ConvNeXt

N_PARTS = 5  # real and imaginary filter, log noise, real and imaginary free part
MAX_LOG_MAGNITUDE = 7.0  # beyond it a mistake of the acoustic model would only clip


class Parts(NamedTuple):
    """What the network says of each frame and frequency, (B, T, n_freqs) each."""

    filter_envelope: Tensor  # natural logarithm
    filter_real: Tensor  # relative to the envelope
    filter_imag: Tensor
    log_noise: Tensor  # natural logarithm of the noise's magnitude
    free_envelope: Tensor  # natural logarithm
    free_real: Tensor  # relative to the envelope
    free_imag: Tensor


class SpectrumNet(nn.Module):
    """Frames of one harmonic and one aperiodic mel spectrogram, log F0 and voicing -> `Parts`.

    `mean` and `std` standardise each channel; `interpolation` is `tts.audio.mel.band_interpolation`. The builder of the
    model fills all three.
    """

    mean: Tensor
    std: Tensor
    interpolation: Tensor

    def __init__(self, audio: AudioConfig, config: SpectrumConfig) -> None:
        super().__init__()
        self.audio, self.n_mels = audio, audio.n_mels
        self.stack = ConvNeXt(audio.n_channels, N_PARTS * audio.n_freqs, config.dim, config.hidden_dim, config.blocks)
        self.register_buffer("mean", torch.zeros(audio.n_channels))
        self.register_buffer("std", torch.ones(audio.n_channels))
        self.register_buffer("interpolation", torch.zeros(audio.n_freqs, audio.n_mels))
        with torch.no_grad():
            real, _, _, free, _ = self.stack.output.bias.zero_().chunk(N_PARTS)
            real.fill_(1.0)
            free.fill_(0.5)

    def forward(self, frames: Tensor, mask: Tensor | None = None) -> Parts:
        """frames: (B, n_channels, T), as `tts.audio.mel` lays them out, not standardised. mask: (B, T) bool."""
        x = frames.transpose(1, 2)  # (B, T, n_channels)
        real = x.new_ones(1, 1, 1) if mask is None else mask.unsqueeze(2).to(x.dtype)
        harmonic = x[..., : self.n_mels] @ self.interpolation.t()  # (B, T, n_freqs)
        aperiodic = x[..., self.n_mels : 2 * self.n_mels] @ self.interpolation.t()
        filter_real, filter_imag, noise, free_real, free_imag = self.stack((x - self.mean) / self.std, real).chunk(
            N_PARTS, dim=2
        )
        return Parts(harmonic, filter_real, filter_imag, aperiodic + noise, aperiodic, free_real, free_imag)
