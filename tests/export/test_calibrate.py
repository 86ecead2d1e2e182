"""What the recordings tell of a voice's calibration."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml

from tts.card import Calibration
from tts.config import AudioConfig
from tts.corpus.features import TAIL_SECONDS, Features
from tts.export.calibrate import USUAL_TEMPO, calibrate, calibrate_run

USUAL = Calibration()


@pytest.fixture
def recorded(features: Path) -> Features:
    return Features(features)


def levels(features: Features, index: int) -> np.ndarray:
    """Mean of the standardised mel bands of each frame, (T_mel,)."""
    bands = slice(features.audio.n_mels)
    mel = features.mel(index)[bands].T
    return ((mel - features.mel_mean[bands]) / features.mel_std[bands]).mean(axis=1)


def at_tempo(features: Features, seconds: float) -> Features:
    """The clips as if each phoneme took so many seconds."""
    per_second = features.audio.frames_per_second
    features.clips = [
        clip._replace(n_spoken=round(1000 * clip.n_frames / per_second / seconds), n_frames=1000 * clip.n_frames)
        for clip in features.clips
    ]
    return features


def test_silence_is_between_the_silence_and_the_sound_of_the_recordings(recorded: Features) -> None:
    threshold = calibrate(recorded).silence
    assert threshold != USUAL.silence
    for index in range(len(recorded.clips)):
        found = levels(recorded, index)
        silent = round(TAIL_SECONDS / 2 * recorded.audio.frames_per_second)
        assert found[-silent:].max() < threshold < np.median(found)


def test_recordings_without_silence_leave_the_default(recorded: Features) -> None:
    recorded.mel_mean = recorded.mel_mean - 100
    assert calibrate(recorded).silence == USUAL.silence


@pytest.mark.parametrize(("tempo", "slowness"), [(2 * USUAL_TEMPO, 2.0), (USUAL_TEMPO, 1.0), (USUAL_TEMPO / 3, 1.0)])
def test_a_slow_voice_has_longer_limits(recorded: Features, tempo: float, slowness: float) -> None:
    found = calibrate(at_tempo(recorded, tempo))
    assert found.max_phoneme == pytest.approx(slowness * USUAL.max_phoneme, rel=0.02)
    assert found.max_symbol == pytest.approx(slowness * USUAL.max_symbol, rel=0.02)
    measured = {"silence": -1.0, "max_phoneme": 1.0, "max_symbol": 1.0}
    assert replace(found, **measured) == replace(USUAL, **measured)  # the rest is not measured


def test_features_that_do_not_count_phonemes_leave_the_limits(recorded: Features) -> None:
    recorded.clips = [clip._replace(n_spoken=0) for clip in recorded.clips]
    found = calibrate(recorded)
    assert (found.max_phoneme, found.max_symbol) == (USUAL.max_phoneme, USUAL.max_symbol)


def test_a_run_without_its_features_has_the_defaults(features: Path, tmp_path: Path) -> None:
    audio = Features(features).audio
    assert calibrate_run(tmp_path, audio) == USUAL  # no config.yaml
    shutil.copytree(features, tmp_path / "features")
    (tmp_path / "config.yaml").write_text(yaml.safe_dump({"data": {"dir": str(tmp_path / "features")}}))
    assert calibrate_run(tmp_path, audio) == calibrate(Features(features)) != USUAL
    assert calibrate_run(tmp_path, AudioConfig(n_mels=30)) == USUAL
    shutil.rmtree(tmp_path / "features")
    assert calibrate_run(tmp_path, audio) == USUAL
