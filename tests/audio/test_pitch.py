"""Pitch: harmonics move by the ratio, formants stay, and nothing moves where nothing is asked."""

import librosa
import numpy as np
import pytest

from tts.audio.griffin_lim import griffin_lim
from tts.audio.pitch import shift_pitch, spectral_envelope
from tts.config import AudioConfig

from .signals import magnitude, noise, vowel

CONFIG = AudioConfig()
FORMANTS = (600.0, 1500.0, 2600.0)  # hertz


def _voiced(hertz: float) -> np.ndarray:
    """Harmonics of a voice with a little vibrato under three formants, a second long."""
    time = np.arange(22050) / 22050
    phase = 2 * np.pi * np.cumsum(hertz * (1 + 0.02 * np.sin(2 * np.pi * 3 * time))) / 22050
    total = np.zeros(len(time))
    for harmonic in range(1, int(10000 / hertz)):
        distances = [(harmonic * hertz - formant) / 130 for formant in FORMANTS]
        level = sum(gain / (1 + d**2) for gain, d in zip((1.0, 0.5, 0.2), distances, strict=True)) + 0.002
        total += level * np.sin(harmonic * phase + harmonic**2)
    return (0.1 * total).astype(np.float32)


def _pitch(samples: np.ndarray) -> float:
    found, voiced, _ = librosa.pyin(samples, fmin=60, fmax=500, sr=22050)
    return float(np.median(found[voiced]))


def _formants(target: np.ndarray) -> list[int]:
    """The envelope's highest bin near each formant of the source."""
    envelope = spectral_envelope(np.log(target.T + 1e-9).astype(np.float32), CONFIG).mean(axis=0)
    bins = [round(formant * CONFIG.n_fft / CONFIG.sample_rate) for formant in FORMANTS]
    return [int(envelope[b - 12 : b + 13].argmax()) + b - 12 for b in bins]


@pytest.mark.parametrize("hertz", [110.0, 200.0])
@pytest.mark.parametrize("semitones", [-4.0, 4.0, 7.0])
def test_the_pitch_moves_and_the_formants_stay(hertz: float, semitones: float) -> None:
    target = magnitude(_voiced(hertz), CONFIG)
    shifted = shift_pitch(target, semitones, CONFIG)
    assert shifted.shape == target.shape
    assert shifted.dtype == np.float32
    samples = griffin_lim(shifted, CONFIG)
    assert _pitch(samples) == pytest.approx(hertz * 2 ** (semitones / 12), rel=0.02)
    moves = np.subtract(_formants(magnitude(samples, CONFIG)), _formants(target))
    spacing = hertz * 2 ** (semitones / 12) * CONFIG.n_fft / CONFIG.sample_rate  # bins between harmonics
    assert np.abs(moves).max() <= max(3, spacing / 2)  # a voice played a fifth faster has its third 60 bins higher


def test_no_shift_changes_no_bit() -> None:
    target = magnitude(vowel(22050), CONFIG).astype(np.float32)
    assert np.array_equal(shift_pitch(target, 0.0, CONFIG), target)
    assert np.array_equal(shift_pitch(target, np.zeros(target.shape[1]), CONFIG), target)


def test_frames_are_shifted_one_by_one() -> None:
    target = magnitude(vowel(22050), CONFIG).astype(np.float32)
    semitones = np.where(np.arange(target.shape[1]) < 40, 0.0, 3.0)
    shifted = shift_pitch(target, semitones, CONFIG)
    assert np.array_equal(shifted[:, :40], target[:, :40])
    np.testing.assert_allclose(shifted[:, 40:], shift_pitch(target[:, 40:], 3.0, CONFIG), rtol=1e-4)


@pytest.mark.parametrize("semitones", [-12.0, -5.0, 5.0, 12.0])
def test_noise_keeps_its_level(semitones: float) -> None:
    target = magnitude(noise(44100), CONFIG)
    shifted = shift_pitch(target, semitones, CONFIG)
    for band in (slice(20, 100), slice(100, 250), slice(250, 500)):
        change = np.sqrt(np.mean(shifted[band] ** 2) / np.mean(target[band] ** 2))
        assert abs(20 * np.log10(change)) < 3  # decibels


@pytest.mark.parametrize("level", [0.0, 1e-30, 1e-8])
def test_silence_stays_silent(level: float) -> None:
    shifted = shift_pitch(np.full((CONFIG.n_freqs, 5), level, np.float32), 4.0, CONFIG)
    assert np.isfinite(shifted).all()
    assert shifted.max() < 1e-6


def test_no_frames_are_none() -> None:
    assert shift_pitch(np.zeros((CONFIG.n_freqs, 0), np.float32), 4.0, CONFIG).shape == (CONFIG.n_freqs, 0)


@pytest.mark.parametrize(
    ("semitones", "message"),
    [
        (13.0, "13 semitones: use a number from -12"),
        (float("nan"), "nan semitones"),
        (np.array([0.0, 0.0, -20.0]), "-20 semitones"),
        (np.zeros(4), r"shape \(4,\): pass one number, or one for each of 3 frames"),
    ],
)
def test_refusals(semitones: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        shift_pitch(np.ones((CONFIG.n_freqs, 3), np.float32), semitones, CONFIG)
