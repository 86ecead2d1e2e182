"""The analysis equals librosa's and PyTorch's, and its inverse returns to the spectrum."""

import librosa
import numpy as np
import pytest
import torch

from tts.audio.mel import inverse_filterbank, linear_magnitude, log_mel, mel_filterbank
from tts.config import AudioConfig

from .signals import magnitude, noise, vowel

CONFIGS = [
    AudioConfig(),
    AudioConfig(n_mels=80, f_max=8000.0),
    AudioConfig(n_fft=2048, win_length=1200, hop_length=300, n_mels=100, f_min=30.0),
    AudioConfig(sample_rate=16000, n_fft=512, win_length=401, hop_length=101, n_mels=40, f_max=7600.0),
]


@pytest.mark.parametrize("config", CONFIGS)
def test_filterbank_is_librosas(config: AudioConfig) -> None:
    expected = librosa.filters.mel(
        sr=config.sample_rate, n_fft=config.n_fft, n_mels=config.n_mels, fmin=config.f_min, fmax=config.f_max
    )
    filterbank = mel_filterbank(config)
    assert filterbank.dtype == np.float32
    np.testing.assert_allclose(filterbank, expected, rtol=0, atol=1e-6)


def test_filterbank_refuses_empty_bands() -> None:
    with pytest.raises(ValueError, match=r"n_mels 200 bands .* use fewer bands"):
        mel_filterbank(AudioConfig(n_fft=512, win_length=512, n_mels=200))


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize("n_samples", [2049, 22050, 22271])
def test_log_mel_is_librosas(config: AudioConfig, n_samples: int) -> None:
    samples, filterbank = noise(n_samples), mel_filterbank(config)
    expected = np.log(np.maximum(filterbank @ magnitude(samples, config), config.floor))
    mel = log_mel(samples, config, filterbank)
    assert mel.dtype == np.float32
    assert mel.flags.c_contiguous
    assert mel.shape == (config.n_mels, 1 + n_samples // config.hop_length)
    np.testing.assert_allclose(mel, expected, rtol=0, atol=1e-4)


def test_log_mel_is_pytorchs() -> None:
    config, samples = AudioConfig(), vowel(22050)
    spectrum = torch.stft(
        torch.from_numpy(samples), 1024, 256, window=torch.hann_window(1024), center=True, return_complex=True
    )
    filterbank = mel_filterbank(config)
    expected = torch.log(torch.clamp(torch.from_numpy(filterbank) @ spectrum.abs(), min=config.floor))
    np.testing.assert_allclose(log_mel(samples, config, filterbank), expected.numpy(), rtol=0, atol=1e-3)


@pytest.mark.parametrize("n_samples", [0, 1, 255, 256, 511, 512, 513])
def test_short_clips_are_extended_with_silence(n_samples: int) -> None:
    config = AudioConfig()
    filterbank, samples = mel_filterbank(config), noise(n_samples)
    mel = log_mel(samples, config, filterbank)
    assert mel.shape == (config.n_mels, 1 + n_samples // config.hop_length)
    longer = np.pad(samples, (0, max(0, 513 - n_samples)))
    np.testing.assert_allclose(mel, log_mel(longer, config, filterbank)[:, : mel.shape[1]], rtol=1e-5)


def test_silence_is_the_floor() -> None:
    config = AudioConfig()
    mel = log_mel(np.zeros(5000, np.float32), config, mel_filterbank(config))
    np.testing.assert_allclose(mel, np.log(config.floor), rtol=1e-6)


def test_log_mel_refuses_two_channels() -> None:
    config = AudioConfig()
    with pytest.raises(ValueError, match="one channel"):
        log_mel(np.zeros((2, 5000), np.float32), config, mel_filterbank(config))


@pytest.mark.parametrize("config", CONFIGS)
def test_inverse_keeps_the_mel(config: AudioConfig) -> None:
    samples, filterbank = vowel(22050), mel_filterbank(config)
    mel = log_mel(samples, config, filterbank)
    linear = linear_magnitude(mel, inverse_filterbank(filterbank))
    assert linear.dtype == np.float32
    assert linear.shape == (config.n_freqs, mel.shape[1])
    assert linear.min() > 0
    again = np.log(np.maximum(filterbank @ linear, config.floor))
    assert np.abs(again - mel).mean() < 0.1


def test_inverse_survives_bands_that_see_the_same_bin() -> None:
    # With 160 bands of 1,024 points, two pairs of low bands are multiples of each other.
    filterbank = mel_filterbank(AudioConfig())
    assert np.linalg.matrix_rank(filterbank, tol=1e-6) < len(filterbank)
    inverse = inverse_filterbank(filterbank)
    np.testing.assert_allclose(filterbank @ inverse @ filterbank, filterbank, atol=1e-6)
    assert np.abs(inverse).max() < 1e3
