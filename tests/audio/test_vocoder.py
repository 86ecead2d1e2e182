"""Test frames to waveform, with and without a source."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.audio.signals import noise, pulses
from tts.audio.mel import Float32, inverse_filterbank, log_mel, mel_filterbank
from tts.audio.pitch import analyse_source
from tts.audio.vocoder import ExcitationVocoder, Spectrum, SpectrumVocoder, invert
from tts.config import AudioConfig

CONFIG = AudioConfig()
FILTERBANK = mel_filterbank(CONFIG)
INVERSE = inverse_filterbank(FILTERBANK)


@pytest.mark.parametrize("hertz", [90.0, 140.0, 250.0])
def test_a_spectrogram_without_harmonics_is_spoken_at_the_pitch_of_its_source(hertz: float) -> None:
    """The mel spectrogram is noise: the pitch comes from the source only."""
    mel = log_mel(noise(CONFIG.sample_rate), CONFIG, FILTERBANK)
    smooth = np.repeat(mel.mean(axis=1, keepdims=True), mel.shape[1], axis=1)
    source = np.ones((CONFIG.n_source, mel.shape[1]), np.float32)
    source[0] = np.log(hertz)
    samples = invert(np.concatenate([smooth, source]), INVERSE, CONFIG)
    found = analyse_source(samples, CONFIG)
    assert np.median(found[0]) == pytest.approx(np.log(hertz), abs=0.01)
    assert np.median(found[1]) > 0.9


def test_analysis_and_inversion_keep_pitch_and_spectrum() -> None:
    samples = pulses(np.linspace(100, 150, CONFIG.sample_rate))
    frames = np.concatenate([log_mel(samples, CONFIG, FILTERBANK), analyse_source(samples, CONFIG)])
    again = invert(frames, INVERSE, CONFIG)
    assert np.median(np.abs(analyse_source(again, CONFIG)[0] - frames[CONFIG.n_mels][: 1 + len(again) // 256])) < 0.01
    mel = log_mel(again, CONFIG, FILTERBANK)
    voiced = slice(0, 60)  # bands that hold harmonics
    assert np.abs(mel[voiced] - frames[voiced, : mel.shape[1]]).mean() < 0.7


@pytest.mark.parametrize("cuts", [[1, 2, 50], [33, 34], list(range(1, 90, 7))])
def test_it_does_not_depend_on_how_frames_are_cut(cuts: list[int]) -> None:
    samples = pulses(np.linspace(100, 150, CONFIG.sample_rate))
    source = analyse_source(samples, CONFIG)
    frames = np.concatenate([log_mel(samples, CONFIG, FILTERBANK), source])
    stream = ExcitationVocoder(INVERSE, CONFIG, seed=2)
    pieces = [stream.push(piece) for piece in np.split(frames, cuts, axis=1)]
    whole = invert(frames, INVERSE, CONFIG, seed=2)
    assert len(whole) == (frames.shape[1] - 1) * CONFIG.hop_length
    difference = np.concatenate([*pieces, stream.finish()]) - whole
    assert np.linalg.norm(difference) < 0.02 * np.linalg.norm(
        whole
    )  # rounding errors, spread by the iterations of Griffin-Lim


SEPARATE = AudioConfig(24000, 1200, 1200, 300, 80, 0.0, 12000.0, voicing_edges=())
LOOK_AHEAD = 5


def flat_network(harmonic: float, noise: float, free: complex = 0.0) -> Callable[[Float32], Spectrum]:
    """A network that says the same of every frame, and notes that its output depends on its neighbours."""

    def network(frames: Float32) -> Spectrum:
        shape = frames.shape[1], SEPARATE.n_freqs
        return Spectrum(
            np.full(shape, harmonic, np.complex64),
            np.full(shape, free, np.complex64),
            np.full(shape, np.log(noise + 1e-9), np.float32),
            np.ones(shape, np.float32),
            np.ones(shape, np.float32),
        )

    return network


def frames_of(f0: np.ndarray) -> Float32:
    frames = np.zeros((SEPARATE.n_channels, len(f0)), np.float32)
    frames[SEPARATE.n_bands] = np.log(np.maximum(f0, 1.0))
    frames[SEPARATE.n_bands + 1] = f0 > 0
    return frames


def spoken(vocoder: SpectrumVocoder, frames: Float32, size: int) -> Float32:
    pieces = [vocoder.push(frames[:, start : start + size]) for start in range(0, frames.shape[1], size)]
    return np.concatenate([*pieces, vocoder.finish()])


@pytest.mark.parametrize("rounds", [0, 1])
def test_a_spectrum_of_pulses_sounds_at_their_pitch(rounds: int) -> None:
    vocoder = SpectrumVocoder(flat_network(0.01, 0.0), LOOK_AHEAD, SEPARATE, rounds)
    samples = spoken(vocoder, frames_of(np.full(120, 200.0)), 120)
    assert len(samples) == 119 * SEPARATE.hop_length
    middle = samples[6000:-6000]
    lags = np.correlate(middle[:4800], middle[:2400], "valid")[50:400]
    assert 50 + lags.argmax() == 120  # samples in a period of 200 hertz


def test_noise_is_the_same_for_the_same_seed() -> None:
    network, frames = flat_network(0.0, 0.01), frames_of(np.zeros(60))
    first, again, other = (
        spoken(SpectrumVocoder(network, LOOK_AHEAD, SEPARATE, seed=seed), frames, 60) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).std() > 0.1 * first.std() > 0


@pytest.mark.parametrize("size", [1, 7, 50, 300])
def test_cutting_the_frames_of_a_spectrum_changes_nothing(size: int) -> None:
    network, frames = flat_network(0.02, 0.01, 0.001j), frames_of(np.where(np.arange(300) % 40 < 25, 130.0, 0.0))
    whole = spoken(SpectrumVocoder(network, LOOK_AHEAD, SEPARATE), frames, 300)
    np.testing.assert_allclose(spoken(SpectrumVocoder(network, LOOK_AHEAD, SEPARATE), frames, size), whole, atol=1e-4)
