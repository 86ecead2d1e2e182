"""Classic Griffin-Lim needs only the bands, and gives back their level and their pitch."""

from __future__ import annotations

import numpy as np
import pytest

from tts import Synthesizer
from tts.audio.classic import ClassicVocoder
from tts.audio.mel import analysis_window
from tts.audio.pulses import PulseSpectra
from tts.config import AudioConfig
from tts.voice import bundled_voices

TWO_MELS = AudioConfig(
    sample_rate=24000, n_fft=1200, win_length=1200, hop_length=300, n_mels=80, f_max=12000.0, voicing_edges=()
)


def frames(harmonic: float, aperiodic: float, f0: float, n_frames: int = 120) -> np.ndarray:
    values = np.empty((TWO_MELS.n_channels, n_frames), np.float32)
    values[:80], values[80:160], values[160], values[161] = harmonic, aperiodic, np.log(f0), float(harmonic > -9)
    return values


def spoken(values: np.ndarray, size: int = 1000) -> np.ndarray:
    vocoder = ClassicVocoder(np.empty((TWO_MELS.n_freqs, 0), np.float32), TWO_MELS)
    parts = [vocoder.push(values[:, start : start + size]) for start in range(0, values.shape[1], size)]
    return np.concatenate([*parts, vocoder.finish()])


def power_of_noise(level: float) -> float:
    """Power of samples whose spectrum has complex Gaussian noise of this level in every frame."""
    window = analysis_window(TWO_MELS)
    return 2 * level**2 / float(np.square(window).sum())


def test_noise_has_its_level() -> None:
    samples = spoken(frames(-9.0, np.log(0.5), 100.0))
    expected = 10 * np.log10(power_of_noise(0.5))
    assert 10 * np.log10(np.mean(samples[2400:-2400] ** 2)) == pytest.approx(expected, abs=1.5)


@pytest.mark.parametrize("f0", [90.0, 220.0])
def test_voiced_frames_have_the_level_of_their_pulses(f0: float) -> None:
    level = np.log(0.3)
    pulses = PulseSpectra(TWO_MELS)
    pulses.push(np.full(40, f0, np.float32))
    pulses.finish()
    spectra = pulses.take(40)[5:-5]
    window = analysis_window(TWO_MELS)
    expected = 10 * np.log10(np.mean(np.abs(0.3 * spectra) ** 2) / np.square(window).sum())
    samples = spoken(frames(level, -9.0, f0))
    assert 10 * np.log10(np.mean(samples[2400:-2400] ** 2)) == pytest.approx(expected, abs=1.5)


def test_the_division_of_frames_changes_nothing() -> None:
    values = frames(-2.0, -3.0, 150.0) + np.random.default_rng(0).normal(0, 0.3, (162, 120)).astype(np.float32)
    np.testing.assert_array_equal(spoken(values, 7), spoken(values))


@pytest.mark.parametrize("voice", bundled_voices())
def test_every_voice_speaks_classically(voice: str) -> None:
    synthesizer = Synthesizer(voice)
    classic, usual = (synthesizer.synthesize("Hello there.", inversion=kind) for kind in ("classic", "voice"))
    assert len(classic.samples) == len(usual.samples)
    assert not np.array_equal(classic.samples, usual.samples)
    levels = [20 * np.log10(np.sqrt(np.mean(speech.samples**2))) for speech in (classic, usual)]
    assert levels[0] == pytest.approx(levels[1], abs=4)
