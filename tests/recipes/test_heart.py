"""From the text to a voice that speaks: the recipe of heart, with a teacher that makes sounds by rule."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from recipes.heart.read_corpus import CONFIG, build_parser
from recipes.heart.teacher import Spoken
from recipes.shared.teacher import LEAD, TAIL
from recipes.shared.texts import HELDOUT, MAX_CHARACTERS, mixture
from tests.recipes.teachers import FRAMES, HEART, HEART_AUDIO, LINES, files, speak_as_heart
from tts.cli.main import main
from tts.corpus.features import Features
from tts.corpus.journal import Clip
from tts.evaluation.sentences import Line, read_sentences
from tts.text.symbols import SYMBOLS

HOUR = 3600 * HEART_AUDIO.frames_per_second


def test_a_clip_has_parts() -> None:
    reading = HEART.start()(LINES[0], True)
    clip = reading.entry
    assert isinstance(clip, Clip)
    assert reading.parts is not None
    assert reading.parts.shape == (clip.n_frames, 5, HEART_AUDIO.n_freqs)
    whole = speak_as_heart([SYMBOLS[index] for index in clip.phoneme_ids])
    np.testing.assert_allclose(reading.parts[:, 2, 0], whole.parts[2, 0, FRAMES - LEAD :], rtol=1e-3)
    assert HEART.start()(LINES[0], False).parts is None


@pytest.mark.parametrize("part", [0, 2, 3])
def test_the_sound_is_that_of_the_parts(part: int) -> None:
    """Of pulses at the pitch, of noise, and of the free part, each alone."""
    vowels, rate = speak_as_heart(["^", *["AA1"] * 40, "$"]), HEART_AUDIO.sample_rate
    parts = np.full_like(vowels.parts, -30.0)
    parts[1], parts[part] = 0.0, -2.0
    parts[4] = np.random.default_rng(0).uniform(-np.pi, np.pi, parts[4].shape)
    samples = HEART.start().sound(Spoken(parts, vowels.f0, vowels.durations)) / 32768
    assert samples.shape == (parts.shape[2] * HEART_AUDIO.hop_length,)
    second = samples[rate : 2 * rate]
    assert 1e-3 < np.sqrt(np.mean(second**2)) < 0.5
    magnitude = np.abs(np.fft.rfft(second * np.hanning(rate)))  # a bin for each hertz
    is_harmonic = magnitude[1000] > 30 * magnitude[1100]  # of 200 Hz, and the middle between two
    assert is_harmonic == (part == 0)


def test_frames_are_means_of_log_magnitudes_pitch_and_voicing() -> None:
    spoken = speak_as_heart(["^", "AA1", "S", "$"])
    frames = HEART.start().frames(spoken)
    assert frames.shape == (4 * FRAMES, HEART_AUDIO.n_channels)
    vowel, hiss, silence = frames[FRAMES], frames[2 * FRAMES], frames[-1]
    n_mels, floor = HEART_AUDIO.n_mels, math.log(HEART_AUDIO.floor)
    loudness = spoken.parts[0, 0, FRAMES]
    np.testing.assert_allclose(vowel[:n_mels], loudness, rtol=1e-4)
    aperiodic = 0.5 * math.log(math.exp(2 * (loudness - 2)) + math.exp(2 * (loudness - 1)))
    np.testing.assert_allclose(vowel[n_mels : 2 * n_mels], aperiodic, rtol=1e-4)
    np.testing.assert_allclose(hiss[:n_mels], floor, rtol=1e-6)  # nothing is voiced
    np.testing.assert_allclose(silence[: 2 * n_mels], floor, rtol=1e-6)
    assert (vowel[-1], hiss[-1]) == (1.0, 0.0)
    np.testing.assert_allclose(frames[:, -2], math.log(200.0), rtol=1e-6)  # drawn on where nothing is voiced
    silent = HEART.start().frames(speak_as_heart(["^", "S", "$"]))
    assert np.isfinite(silent).all()


def test_silence_is_trimmed_but_no_symbol_vanishes() -> None:
    spoken, trim = speak_as_heart(["^", "AA1", "$"]), HEART.start().trim
    long = Spoken(
        np.pad(spoken.parts, ((0, 0), (0, 0), (50, 60)), constant_values=-30.0),
        np.pad(spoken.f0, (50, 60)),
        spoken.durations + np.array([50, 0, 60]),
    )
    trimmed = trim(long)
    assert trimmed.durations.tolist() == [LEAD, FRAMES, TAIL]
    assert trimmed.parts.shape[2] == len(trimmed.f0) == LEAD + FRAMES + TAIL
    loud = long._replace(parts=np.zeros_like(long.parts))
    assert trim(loud).durations.tolist() == long.durations.tolist()
    short = Spoken(spoken.parts, spoken.f0, np.array([1, 2 * FRAMES + 8, 1]))
    assert trim(short).durations[[0, -1]].tolist() == [1, 1]


def test_parts_are_those_of_the_first_hours_whatever_the_processes(tmp_path: Path) -> None:
    lengths = [entry.n_frames for entry in HEART.read(tmp_path / "all") if isinstance(entry, Clip)]
    hours, parts_hours = sum(lengths[:7]) / HOUR, (sum(lengths[:2]) + 1) / HOUR
    list(HEART.read(tmp_path / "one", hours, parts_hours))
    assert [clip.has_parts for clip in Features(tmp_path / "one").clips] == [True] * 3 + [False] * 4
    list(HEART.read(tmp_path / "two", hours, parts_hours, workers=2))
    assert files(tmp_path / "one") == files(tmp_path / "two")
    with pytest.raises(ValueError, match="holds features of other audio settings"):
        list(HEART.read(tmp_path / "one", hours, 2 * parts_hours))


def test_texts_are_never_those_held_out_and_of_all_kinds_from_the_start(tmp_path: Path) -> None:
    heldout = read_sentences(HELDOUT)
    lines = [*heldout, *(Line(f"LJ-{number:03}", f"Line {number} is, like all others, read.") for number in range(400))]
    lines.append(Line("LJ-long", "word " * MAX_CHARACTERS))
    metadata = tmp_path / "metadata.csv"
    metadata.write_text("".join(f"{line.clip_id}|{line.text}|{line.text}\n" for line in lines), encoding="utf-8")
    mixed = mixture(metadata)
    assert mixed == mixture(metadata)
    ids = [line.clip_id for line in mixed]
    assert len(set(ids)) == len(ids)
    assert not set(ids) & {line.clip_id for line in heldout}
    assert "LJ-long" not in ids
    for kind in ("PHRASE", "WORDS", "LJ"):
        whole = sum(clip_id.startswith(kind) for clip_id in ids)
        first = sum(clip_id.startswith(kind) for clip_id in ids[: len(ids) // 10])
        assert first == pytest.approx(whole / 10, abs=2)


@pytest.mark.usefixtures("without_pictures")
def test_the_recipe_trains_exports_and_speaks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All stages, with the recipe's own settings but for sizes: the graph of the spectrum is large, the rest tiny."""
    monkeypatch.chdir(tmp_path)
    features, run, recipe = tmp_path / "features", tmp_path / "run", CONFIG.parent
    assert 2 < len(list(HEART.read(features, hours=0.001))) < 6
    tiny = [f"model.{name}=16" for name in ("encoder_dim", "prenet_dim", "attention_rnn_dim", "decoder_rnn_dim")]
    tiny += [
        f"model.{name}=16" for name in ("postnet_dim", "postnet_hidden_dim", "spectrum.dim", "spectrum.hidden_dim")
    ]
    tiny += ["model.postnet_blocks=1", "model.spectrum.blocks=1", "data.n_validation=2", "data.batch_frames=1200"]
    tiny += ["max_steps=2", "run.validate_every=2", "loss.postnet_frames=32", f"data.dir={features}", f"run.dir={run}"]
    assert main(["train", "--config", str(CONFIG), *tiny]) == 0
    assert main(["export", str(run), "voice", "--card", str(recipe / "voice.yaml")]) == 0
    assert main(["synthesize", "Hello.", "hello.wav", "--voice", "./voice"]) == 0
    assert Path("hello.wav").stat().st_size > 44


def test_the_command_takes_what_the_readme_says() -> None:
    arguments = build_parser().parse_args(["metadata.csv", "features", "--hours", "1", "--parts-hours", "0.5"])
    assert (arguments.hours, arguments.parts_hours) == (1.0, 0.5)
