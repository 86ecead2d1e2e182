"""Signals for the audio tests, float32 in -1..1."""

import numpy as np

from tts.config import AudioConfig


def noise(n_samples: int, seed: int = 0) -> np.ndarray:
    return (0.1 * np.random.default_rng(seed).standard_normal(n_samples)).astype(np.float32)


def sine(hertz: float, n_samples: int, sample_rate: int = 22050) -> np.ndarray:
    return (0.5 * np.sin(2 * np.pi * hertz * np.arange(n_samples) / sample_rate)).astype(np.float32)


def vowel(n_samples: int, sample_rate: int = 22050) -> np.ndarray:
    """Make a gliding 120 Hz voice with two formants, a pause and a little noise."""
    time = np.arange(n_samples) / sample_rate
    phase = 2 * np.pi * np.cumsum(120 + 25 * np.sin(2 * np.pi * 1.5 * time)) / sample_rate
    total = np.zeros(n_samples)
    for harmonic in range(1, 60):
        hertz = 120 * harmonic
        level = 1 / (1 + ((hertz - 600) / 250) ** 2) + 0.4 / (1 + ((hertz - 1800) / 300) ** 2) + 0.01
        total += level * np.sin(harmonic * phase)
    envelope = np.clip(4 * np.sin(2 * np.pi * 1.2 * time), 0, 1)
    return (0.1 * total * envelope + 0.002 * noise(n_samples)).astype(np.float32)


def magnitude(samples: np.ndarray, config: AudioConfig) -> np.ndarray:
    """Return a reference spectrogram, (n_freqs, T_mel)."""
    import librosa

    return np.abs(
        librosa.stft(
            samples,
            n_fft=config.n_fft,
            hop_length=config.hop_length,
            win_length=config.win_length,
            pad_mode="reflect",
        )
    )


def convergence(samples: np.ndarray, target: np.ndarray, config: AudioConfig) -> float:
    """Return the spectral convergence in decibels: lower is better."""
    found = magnitude(samples, config)[:, : target.shape[1]]
    return float(20 * np.log10(np.linalg.norm(found - target[:, : found.shape[1]]) / np.linalg.norm(target)))


def pulses(pitch: np.ndarray, sample_rate: int = 22050) -> np.ndarray:
    """Make a buzz with a pitch in hertz for every sample: thirty harmonics that fall by 6 dB per octave."""
    phase = 2 * np.pi * np.cumsum(pitch) / sample_rate
    return (0.1 * sum(np.cos(k * phase) / k for k in range(1, 31))).astype(np.float32)
