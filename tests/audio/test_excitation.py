"""Test the level, the harmonics and the noise of the excitation."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tts.audio.excitation import Excitation, apply_envelope
from tts.audio.phases import Complex64
from tts.config import AudioConfig

CONFIG = AudioConfig()
N_FRAMES = 80


def excitation(channels: NDArray[np.float32], config: AudioConfig, seed: int = 0) -> Complex64:
    stream = Excitation(config, seed)
    return np.concatenate([stream.push(channels), stream.finish()])


def source(hertz: float, voicing: float) -> NDArray[np.float32]:
    channels = np.full((CONFIG.n_source, N_FRAMES), voicing, np.float32)
    channels[0] = np.log(hertz)
    return channels


@pytest.mark.parametrize("voicing", [0.0, 0.35, 1.0])
@pytest.mark.parametrize("hertz", [80.0, 160.0, 320.0])
def test_its_power_is_one(hertz: float, voicing: float) -> None:
    power = np.abs(excitation(source(hertz, voicing), CONFIG)) ** 2
    bands = power[:, 32 : 16 * 32].reshape(N_FRAMES, 15, 32).mean(axis=(0, 2))  # below, a fundamental is missing
    assert np.abs(10 * np.log10(bands)).max() < 1.5


@pytest.mark.parametrize("hertz", [80.0, 160.0, 320.0])
def test_harmonics_stand_at_multiples_of_the_pitch(hertz: float) -> None:
    level = np.abs(excitation(source(hertz, 1.0), CONFIG)).mean(axis=0)
    bins_per_hertz = CONFIG.n_fft / CONFIG.sample_rate
    for harmonic in range(2, 20):
        peak, valley = (level[round(hertz * k * bins_per_hertz)] for k in (harmonic, harmonic + 0.5))
        assert peak > 3 * valley


def test_each_band_is_voiced_for_itself() -> None:
    channels = source(160.0, 1.0)
    channels[-1] = 0.0  # the highest band: noise
    spectrum = np.abs(excitation(channels, CONFIG))
    variation = spectrum.std(axis=0) / spectrum.mean(
        axis=0
    )  # variation over time: low for steady harmonics, 0.52 for noise
    assert np.median(variation[: round(2000 * CONFIG.n_fft / CONFIG.sample_rate)]) < 0.1
    assert np.median(variation[-50:]) > 0.4


def test_the_envelope_is_kept() -> None:
    """The power in bands of two harmonics equals the power of the magnitudes."""
    frequencies = np.linspace(0, CONFIG.sample_rate / 2, CONFIG.n_freqs)
    envelope = (0.1 + np.exp(-(((frequencies - 1500) / 800) ** 2))).astype(np.float32)
    magnitude = np.repeat(envelope[None], N_FRAMES, axis=0)
    f0 = np.full(N_FRAMES, 200.0, np.float32)
    shaped = np.abs(apply_envelope(excitation(source(200.0, 1.0), CONFIG), magnitude, f0, CONFIG))
    wanted, found = ((m**2)[:, : 24 * 20].reshape(N_FRAMES, 20, 24).mean(axis=(0, 2)) for m in (magnitude, shaped))
    assert np.abs(10 * np.log10(found / wanted)).max() < 2.0


def test_the_seed_is_of_the_noise() -> None:
    noisy, voiced = source(120.0, 0.0), source(120.0, 1.0)
    assert np.array_equal(excitation(noisy, CONFIG, seed=3), excitation(noisy, CONFIG, seed=3))
    assert not np.array_equal(excitation(noisy, CONFIG, seed=3), excitation(noisy, CONFIG, seed=4))
    assert np.array_equal(excitation(voiced, CONFIG, seed=3), excitation(voiced, CONFIG, seed=4))


@pytest.mark.parametrize("cuts", [[1, 2, 3, 4, 5], [0, 40, 40, 79], [N_FRAMES]])
def test_it_does_not_depend_on_how_the_source_is_cut(cuts: list[int]) -> None:
    channels = source(100.0, 0.5)
    channels[0] += np.linspace(0, 0.5, N_FRAMES)
    stream = Excitation(CONFIG, seed=1)
    pieces = [stream.push(piece) for piece in np.split(channels, cuts, axis=1)]
    assert np.array_equal(np.concatenate([*pieces, stream.finish()]), excitation(channels, CONFIG, seed=1))


@pytest.mark.parametrize("n_frames", [0, 1, 2, 3])
def test_a_few_frames_have_as_many_spectra(n_frames: int) -> None:
    assert excitation(source(100.0, 1.0)[:, :n_frames], CONFIG).shape == (n_frames, CONFIG.n_freqs)
