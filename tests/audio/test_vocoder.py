"""Frames -> waveform, with and without a source."""

from __future__ import annotations

import numpy as np
import pytest

from tests.audio.signals import noise, pulses
from tts.audio.mel import inverse_filterbank, log_mel, mel_filterbank
from tts.audio.pitch import analyse_source
from tts.audio.vocoder import StreamingInversion, invert
from tts.config import AudioConfig

CONFIG = AudioConfig()
FILTERBANK = mel_filterbank(CONFIG)
INVERSE = inverse_filterbank(FILTERBANK)


@pytest.mark.parametrize("hertz", [90.0, 140.0, 250.0])
def test_a_spectrogram_without_harmonics_is_spoken_at_the_pitch_of_its_source(hertz: float) -> None:
    """The mel is that of noise; only the source knows of a pitch."""
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
    stream = StreamingInversion(INVERSE, CONFIG, seed=2)
    pieces = [stream.push(piece) for piece in np.split(frames, cuts, axis=1)]
    whole = invert(frames, INVERSE, CONFIG, seed=2)
    assert len(whole) == (frames.shape[1] - 1) * CONFIG.hop_length
    difference = np.concatenate([*pieces, stream.finish()]) - whole
    assert np.linalg.norm(difference) < 0.02 * np.linalg.norm(whole)  # rounding, where rounds of Griffin-Lim spread it
