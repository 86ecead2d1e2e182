"""Compare the sound of a spectrum network's output with a recording, whose parts no teacher gives.

The inverse transform has a gradient, so the network learns from the sound itself. Losses at several resolutions hear
what waveforms do not: two sounds with other phases are alike (Yamamoto et al. 2020, "Parallel WaveGAN", section 2.2).
"""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor
from torch.nn import functional

from tts.config import AudioConfig
from tts.model.spectrum import MAX_LOG_MAGNITUDE, Parts

RESOLUTIONS = ((2048, 0), (1024, 128), (512, 64), (256, 32))
"""Windows in samples, and their mel bands; 0 compares the bins below HARMONIC."""
HARMONIC = 6000.0  # hertz
_SMALLEST = 1e-7  # power, a sample of the window
_SMALLEST_SQUARES = 1e-4  # of the windows that reach a sample


def render(parts: Parts, voicing: Tensor, pulses: Tensor, audio: AudioConfig) -> Tensor:
    """Turn the parts of T frames into sound (B, (T - 1) * hop_length), from the centre of the first frame on.

    voicing: (B, T), from 0 to 1. pulses: (B, T, n_freqs) complex. The noise is drawn anew.
    """
    pulse_filter = torch.complex(parts.filter_real.float(), parts.filter_imag.float())
    harmonic = pulse_filter * _magnitude(parts.filter_envelope) * voicing.unsqueeze(2) * pulses
    noise = torch.complex(torch.randn_like(parts.log_noise.float()), torch.randn_like(parts.log_noise.float()))
    free = torch.complex(parts.free_real.float(), parts.free_imag.float()) * _magnitude(parts.free_envelope)
    return _invert(harmonic + noise * _magnitude(parts.log_noise) + free, audio)


def sound_loss(sound: Tensor, recorded: Tensor, audio: AudioConfig) -> Tensor:
    """Return the mean distance of the log magnitudes of two sounds (B, T), in nats.

    Noise is compared in mel bands, harmonics bin by bin.
    """
    losses = []
    for window, n_mels in RESOLUTIONS:
        power, wanted = (_power(x, window) for x in (sound, recorded))
        if n_mels:
            bands = _mel_bands(audio.sample_rate, window, n_mels).to(power.device)
            power, wanted = bands @ power, bands @ wanted
        else:
            harmonic = round(HARMONIC * window / audio.sample_rate)
            power, wanted = power[:, :harmonic], wanted[:, :harmonic]
            magnitude, wanted_magnitude = ((x + 1e-9).sqrt() for x in (power, wanted))
            losses.append(0.5 * (magnitude - wanted_magnitude).abs().mean() / wanted_magnitude.mean())
        smallest = window * _SMALLEST
        losses.append(0.5 * ((power + smallest).log() - (wanted + smallest).log()).abs().mean())
    return torch.stack(losses).sum() / len(RESOLUTIONS)


def _magnitude(envelope: Tensor) -> Tensor:
    return torch.exp(envelope.float().clamp_max(MAX_LOG_MAGNITUDE))


def _invert(spectra: Tensor, audio: AudioConfig) -> Tensor:
    """Invert spectra (B, T, n_freqs) as `tts.audio.inverse` does."""
    n_frames, n_fft, hop = spectra.size(1), audio.n_fft, audio.hop_length
    window = torch.hann_window(n_fft, device=spectra.device)
    length = (n_frames - 1) * hop + n_fft

    def overlapped(windows: Tensor) -> Tensor:  # (B, T, n_fft) -> (B, length)
        return functional.fold(windows.transpose(1, 2), (1, length), (1, n_fft), stride=(1, hop))[:, 0, 0]

    sound = overlapped(torch.fft.irfft(spectra, n_fft) * window)
    squares = overlapped((window**2).expand(1, n_frames, -1))
    return (sound / squares.clamp_min(_SMALLEST_SQUARES))[:, n_fft // 2 : -(n_fft // 2)]


def _power(sound: Tensor, window: int) -> Tensor:
    """Return the power spectra (B, n_freqs, T) of a sound; one that is shorter than the window is padded."""
    hann = torch.hann_window(window, device=sound.device)
    sound = functional.pad(sound, (0, max(0, window - sound.size(1))))
    spectra = torch.stft(sound, window, window // 4, window=hann, center=False, return_complex=True)
    return spectra.real**2 + spectra.imag**2


@lru_cache(maxsize=8)
def _mel_bands(sample_rate: int, window: int, n_mels: int) -> Tensor:
    from librosa.filters import mel

    return torch.from_numpy(mel(sr=sample_rate, n_fft=window, n_mels=n_mels, norm=None))
