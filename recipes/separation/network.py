"""The network that takes recordings apart, and the sound of what it finds, both differentiable."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from tts.corpus.separation import AUDIO, N_INPUTS
from tts.model.convnext import ConvNeXt
from tts.model.spectrum import MAX_LOG_MAGNITUDE, Parts, SpectrumNet

DIM, HIDDEN_DIM, BLOCKS = 256, 512, 5
STEEPNESS = 12.0  # of the step from unvoiced to voiced, so that it has a slope
RESOLUTIONS = ((2048, 0), (1024, 128), (512, 64), (256, 32))
"""Windows of the spectral loss, in samples, and their mel bands; 0 compares the bins below HARMONIC."""
HARMONIC = 6000.0  # hertz


class SeparationNet(nn.Module):
    """Inputs (B, T, N_INPUTS) of `tts.corpus.separation.inputs` -> standardised frames (B, T, n_channels).

    The pitch is not predicted: its channel is untrained, and the frames take that of the inputs.
    """

    input_mean: Tensor
    input_std: Tensor
    mean: Tensor
    std: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.stack = ConvNeXt(N_INPUTS, AUDIO.n_channels, DIM, HIDDEN_DIM, BLOCKS)
        for name, size in (("input_mean", N_INPUTS), ("mean", AUDIO.n_channels)):
            self.register_buffer(name, torch.zeros(size))
        for name, size in (("input_std", N_INPUTS), ("std", AUDIO.n_channels)):
            self.register_buffer(name, torch.ones(size))

    def forward(self, inputs: Tensor) -> Tensor:
        """See the class."""
        frames: Tensor = self.stack((inputs - self.input_mean) / self.input_std, inputs.new_ones(*inputs.shape[:2], 1))
        return frames

    def frames(self, standardised: Tensor, inputs: Tensor) -> tuple[Tensor, Tensor]:
        """Return frames (B, T, n_channels) with the pitch of the inputs, and how voiced they are (B, T), 0 to 1."""
        raw = standardised * self.std + self.mean
        voicing = torch.sigmoid(STEEPNESS * (raw[..., -1] - 0.5))
        return torch.cat([raw[..., : AUDIO.n_bands], inputs[..., -2:-1], voicing.unsqueeze(2)], dim=2), voicing


def spectrum(parts: Parts, voicing: Tensor, pulses: Tensor) -> Tensor:
    """Sum the parts of a spectrum network (see `tts.model.spectrum`) over a new noise: (B, T, n_freqs) complex."""

    def magnitude(envelope: Tensor) -> Tensor:
        return torch.exp(envelope.float().clamp_max(MAX_LOG_MAGNITUDE))

    pulse_filter = torch.complex(parts.filter_real.float(), parts.filter_imag.float())
    harmonic = pulse_filter * magnitude(parts.filter_envelope) * voicing.unsqueeze(2) * pulses
    gaussian = torch.complex(torch.randn(parts.log_noise.shape), torch.randn(parts.log_noise.shape))
    free = torch.complex(parts.free_real.float(), parts.free_imag.float()) * magnitude(parts.free_envelope)
    return harmonic + gaussian * magnitude(parts.log_noise) + free


def render(network: SpectrumNet, frames: Tensor, voicing: Tensor, pulses: Tensor) -> Tensor:
    """Turn frames (B, T, n_channels) into sound (B, (T - 1) * hop_length), from the centre of the first frame on."""
    return invert(spectrum(network(frames.transpose(1, 2)), voicing, pulses))


def invert(spectra: Tensor) -> Tensor:
    """Invert spectra (B, T, n_freqs) as `tts.audio.inverse` does."""
    n_frames, n_fft, hop = spectra.size(1), AUDIO.n_fft, AUDIO.hop_length
    window = torch.hann_window(n_fft)
    length = (n_frames - 1) * hop + n_fft

    def overlapped(windows: Tensor) -> Tensor:  # (B, T, n_fft) -> (B, length)
        return functional.fold(windows.transpose(1, 2), (1, length), (1, n_fft), stride=(1, hop))[:, 0, 0]

    sound = overlapped(torch.fft.irfft(spectra, n_fft) * window)
    weights = overlapped((window**2).expand(1, n_frames, -1))
    return (sound / weights.clamp_min(1e-4))[:, n_fft // 2 : -(n_fft // 2)]


def spectral_loss(sound: Tensor, wanted: Tensor) -> Tensor:
    """Mean distance of the log magnitudes of two sounds (B, T) at several resolutions, in nats.

    Multi-resolution losses hear what waveforms do not: two sounds with other phases are alike (Yamamoto et al. 2020,
    "Parallel WaveGAN", section 2.2). Noise is compared in mel bands, harmonics bin by bin.
    """
    losses = []
    for window, n_mels in RESOLUTIONS:
        power, wanted_power = (_power(x, window) for x in (sound, wanted))
        if n_mels:
            bands = _mel_bands(window, n_mels)
            power, wanted_power = bands @ power, bands @ wanted_power
        else:
            harmonic = round(HARMONIC * window / AUDIO.sample_rate)
            power, wanted_power = power[:, :harmonic], wanted_power[:, :harmonic]
            magnitude, wanted_magnitude = ((x + 1e-9).sqrt() for x in (power, wanted_power))
            losses.append(0.5 * (magnitude - wanted_magnitude).abs().mean() / wanted_magnitude.mean())
        smallest = window * 1e-7
        losses.append(0.5 * ((power + smallest).log() - (wanted_power + smallest).log()).abs().mean())
    return torch.stack(losses).sum() / len(RESOLUTIONS)


def _power(sound: Tensor, window: int) -> Tensor:
    spectra = torch.stft(
        sound, window, window // 4, window=torch.hann_window(window), center=False, return_complex=True
    )
    return spectra.real**2 + spectra.imag**2


def _mel_bands(window: int, n_mels: int) -> Tensor:
    from librosa.filters import mel

    return torch.from_numpy(mel(sr=AUDIO.sample_rate, n_fft=window, n_mels=n_mels, norm=None))
