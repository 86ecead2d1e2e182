"""Recordings are taken apart into the frames that they were made of."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from tts.audio.formats import FULL_SCALE
from tts.corpus.features import Features, analyse, prepare, trim
from tts.corpus.folder import SOUND
from tts.corpus.reader import read_metadata
from tts.corpus.recording import read_recording
from tts.corpus.separation import AUDIO, N_INPUTS, check_separable, inputs, separate
from tts.decoding.engine import Engine
from tts.errors import ConfigError
from tts.options import SynthesisOptions
from tts.prosody.plan import Planner
from tts.text.frontend import Frontend
from tts.text.incremental import sentences
from tts.voice import Voice

TEXT = "My sister would rather see the old harbour than another museum."
VOICED, LOG_F0 = -1, -2


@pytest.fixture(scope="module")
def spoken() -> tuple[np.ndarray, np.ndarray]:
    """Frames (n_channels, T) of the default voice, and their sound."""
    voice, options = Voice.load(), SynthesisOptions()
    plan = Planner(voice).plan(sentences(Frontend(), [TEXT], "plain", "read"), options)
    frames = np.concatenate([chunk.frames for chunk in plan], axis=1)
    vocoder = Engine(voice).vocoder()
    return frames, np.concatenate([vocoder.push(frames), vocoder.finish()])


def test_a_sound_is_taken_apart_into_its_frames(spoken: tuple[np.ndarray, np.ndarray]) -> None:
    frames, samples = spoken
    found = separate(samples, AUDIO)
    assert found.shape == (AUDIO.n_channels, len(samples) // AUDIO.hop_length)
    frames = frames[:, : found.shape[1]]
    is_voiced, is_found = frames[VOICED] > 0.5, found[VOICED] > 0.5
    assert np.mean(is_voiced == is_found) > 0.9
    both = is_voiced & is_found
    assert np.median(np.abs(frames[LOG_F0] - found[LOG_F0])[both]) < 0.03
    errors = np.abs(frames - found)[: AUDIO.n_bands]
    loud = frames[: AUDIO.n_bands] > -5
    assert errors[loud].mean() < 0.5  # nats


def test_frames_follow_the_level(spoken: tuple[np.ndarray, np.ndarray]) -> None:
    _, samples = spoken
    loud, soft = separate(samples, AUDIO), separate(samples / 2, AUDIO)
    heard = loud[: AUDIO.n_bands] > -4
    assert (loud - soft)[: AUDIO.n_bands][heard].mean() == pytest.approx(np.log(2), abs=0.1)


def test_noise_is_unvoiced_and_silence_is_at_the_floor() -> None:
    noise = 0.1 * np.random.default_rng(0).standard_normal(24000).astype(np.float32)
    assert np.mean(separate(noise, AUDIO)[VOICED]) < 0.1
    silence = separate(np.zeros(24000, np.float32), AUDIO)
    assert np.isfinite(silence).all()
    assert silence[: AUDIO.n_bands].mean() < -7
    assert silence[VOICED].max() == 0


def test_the_inputs_of_a_short_clip() -> None:
    assert inputs(np.zeros(AUDIO.hop_length * 3 + 7, np.float32), AUDIO).shape == (3, N_INPUTS)


@pytest.mark.parametrize(("name", "value"), [("sample_rate", 22050), ("n_mels", 100), ("hop_length", 256)])
def test_other_frames_are_refused(name: str, value: int) -> None:
    changes = {name: value, "f_max": 11000.0} if name == "sample_rate" else {name: value}
    with pytest.raises(ConfigError, match=rf"audio\.\w+ is {value}|audio\.f_max is 11000"):
        check_separable(dataclasses.replace(AUDIO, **changes))
    check_separable(dataclasses.replace(AUDIO, f0_min=50.0, f0_max=300.0))


def test_features_of_two_spectrograms_are_separated(spoken: tuple[np.ndarray, np.ndarray]) -> None:
    _, samples = spoken
    np.testing.assert_array_equal(analyse(samples, AUDIO, np.empty(0, np.float32)), separate(samples, AUDIO))


def test_the_default_voice_has_these_frames() -> None:
    check_separable(Voice.load().card.audio)


def test_their_recordings_are_kept_and_resumed(tiny_corpus: Path, tmp_path: Path) -> None:
    rows = read_metadata(tiny_corpus)[:3]
    list(prepare(rows, tmp_path / "whole", AUDIO, 1))
    for _ in zip(range(1), prepare(rows, tmp_path / "broken", AUDIO, 1), strict=False):
        pass  # the generator is dropped after one clip, as by Ctrl-C
    with (tmp_path / "broken" / SOUND).open("ab") as file:
        file.write(b"half a clip")
    list(prepare(rows, tmp_path / "broken", AUDIO, 1))
    assert (tmp_path / "broken" / SOUND).read_bytes() == (tmp_path / "whole" / SOUND).read_bytes()
    features = Features(tmp_path / "whole")
    recorded = trim(read_recording(rows[2].wav, AUDIO.sample_rate).samples, AUDIO)
    frames = features.clips[2].n_frames
    found = features.sound(2, slice(4, None))
    assert found is not None
    expected = recorded[4 * AUDIO.hop_length : frames * AUDIO.hop_length]
    np.testing.assert_allclose(found, expected, atol=1 / FULL_SCALE)
    with (tmp_path / "whole" / SOUND).open("r+b") as file:
        file.truncate(1000)
    with pytest.raises(ValueError, match=rf"{SOUND} has 1000 bytes, but \d+ are needed"):
        Features(tmp_path / "whole")
