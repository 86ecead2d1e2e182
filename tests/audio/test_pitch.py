"""Test pitch and voicing on signals with a known pitch and on a real voice."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.audio.signals import pulses
from tts.audio.mel import log_mel, mel_filterbank
from tts.audio.pitch import analyse_source
from tts.config import AudioConfig

CONFIG = AudioConfig()


def glide(low: float, high: float, n_samples: int) -> NDArray[np.float64]:
    """Return a pitch in hertz that oscillates between two values."""
    swing = np.sin(2 * np.pi * 0.7 * np.arange(n_samples) / CONFIG.sample_rate)
    return np.sqrt(low * high) * (high / low) ** (swing / 2)


@pytest.mark.parametrize(("low", "high"), [(70.0, 110.0), (100.0, 180.0), (180.0, 330.0)])
def test_a_gliding_voice_is_followed(low: float, high: float) -> None:
    pitch = glide(low, high, 3 * CONFIG.sample_rate)
    source = analyse_source(pulses(pitch, CONFIG.sample_rate), CONFIG)
    known = np.log(pitch[:: CONFIG.hop_length])[5:-5]
    found = source[0][5 : 5 + len(known)]
    assert np.median(np.abs(found - known)) < 0.01
    assert np.mean(np.abs(found - known) > 0.05) < 0.02
    assert np.median(source[1]) > 0.9


def test_noise_is_unvoiced_in_every_band() -> None:
    noise = 0.1 * np.random.default_rng(0).standard_normal(2 * CONFIG.sample_rate).astype(np.float32)
    assert analyse_source(noise, CONFIG)[1:].mean(axis=1).max() < 0.35


def test_voicing_is_told_apart_by_band() -> None:
    """Make harmonics below 1 kHz and noise above 1 kHz."""
    rng = np.random.default_rng(0)
    time = np.arange(2 * CONFIG.sample_rate) / CONFIG.sample_rate
    voiced = sum(np.sin(2 * np.pi * 120 * k * time) for k in range(1, 8))
    noise = np.fft.irfft(np.fft.rfft(rng.standard_normal(len(time))) * (np.fft.rfftfreq(len(time)) > 0.06), len(time))
    voicing = np.median(analyse_source((0.05 * (voiced + noise)).astype(np.float32), CONFIG)[1:], axis=1)
    assert voicing[0] > 0.9
    assert voicing[2:].max() < 0.5


def test_a_missing_fundamental_is_heard() -> None:
    time = np.arange(CONFIG.sample_rate) / CONFIG.sample_rate
    samples = sum(np.sin(2 * np.pi * 100 * k * time) for k in range(3, 9)).astype(np.float32)
    assert np.median(analyse_source(0.05 * samples, CONFIG)[0]) == pytest.approx(np.log(100), abs=0.02)


def test_pitch_is_interpolated_where_nothing_is_voiced() -> None:
    rate = CONFIG.sample_rate
    low, high = (pulses(np.full(rate // 2, hertz), rate) for hertz in (100.0, 200.0))
    source = analyse_source(np.concatenate([low, np.zeros(rate // 2, np.float32), high]), CONFIG)
    middle = source[:, source.shape[1] // 2]
    assert np.log(110) < middle[0] < np.log(180)
    assert middle[1:].max() < 0.3


@pytest.mark.parametrize("n_samples", [1, 2, 100, 257, 5000])
def test_clips_of_any_length_have_the_frames_of_their_spectrogram(n_samples: int) -> None:
    samples = 0.1 * np.random.default_rng(1).standard_normal(n_samples).astype(np.float32)
    source = analyse_source(samples, CONFIG)
    assert source.shape == (CONFIG.n_source, log_mel(samples, CONFIG, mel_filterbank(CONFIG)).shape[1])
    assert np.isfinite(source).all()
    assert np.exp(source[0]).min() >= CONFIG.f0_min * 0.99
    assert np.exp(source[0]).max() <= CONFIG.f0_max * 1.01


def test_silence_has_no_voice() -> None:
    source = analyse_source(np.zeros(10_000, np.float32), CONFIG)
    assert np.isfinite(source).all()
    assert np.abs(source[1:]).max() < 0.1
