"""From the text to a voice that speaks: the recipe of michael, with a teacher that makes sounds by rule."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper

from recipes.michael.read_corpus import CONFIG, build_parser
from recipes.michael.teacher import (
    DURATIONS,
    GRAPH,
    PITCH,
    STYLE_DIM,
    USUAL_F0,
    VOCABULARY,
    VOICE,
    Kokoro,
    Spoken,
    lacking,
)
from recipes.shared.misaki import to_misaki
from recipes.shared.teacher import LEAD, TAIL
from tests.conftest import graphs_of
from tests.recipes.teachers import FRAMES, LINES, MICHAEL, MICHAEL_AUDIO, MICHAEL_HZ, speak_as_michael
from tts.bundled import BUNDLED
from tts.cli.main import main
from tts.corpus.journal import Clip
from tts.corpus.separation import separate
from tts.text.symbols import END, PAD, START, SYMBOLS
from tts.training.weights import unpack
from tts.voice import read_weights

HOP = MICHAEL_AUDIO.hop_length
N_STYLES = 5


def test_a_clip_has_sound_and_no_parts() -> None:
    reading = MICHAEL.start()(LINES[0], False)
    clip = reading.entry
    assert isinstance(clip, Clip)
    assert reading.parts is None
    assert reading.sound is not None
    assert reading.sound.shape == (clip.n_frames * HOP,)
    assert clip.has_sound


def test_frames_are_those_of_the_sound_with_the_pitch_of_the_teacher() -> None:
    spoken = speak_as_michael(["^", "AA1", "S", "AA1", "$"])
    f0 = spoken.f0.copy()
    f0[FRAMES : 2 * FRAMES] = np.linspace(100, 109, FRAMES)
    f0[3 * FRAMES : 4 * FRAMES] = 150
    frames, found = MICHAEL.start().frames(spoken._replace(f0=f0)), separate(spoken.samples, MICHAEL_AUDIO).T
    others = [channel for channel in range(MICHAEL_AUDIO.n_channels) if channel != MICHAEL_AUDIO.n_bands]
    np.testing.assert_array_equal(frames[:, others], found[:, others])
    pitch = np.exp(frames[:, MICHAEL_AUDIO.n_bands])
    # The value p of the teacher lies at frame p - 1/2, so frame t lies between the values t and t + 1.
    np.testing.assert_allclose(pitch[FRAMES + 1 : 2 * FRAMES - 1], 101.5 + np.arange(FRAMES - 2), rtol=1e-4)
    # The first voiced value does not count, and the pitch is drawn on where nothing is voiced.
    np.testing.assert_allclose(pitch[:FRAMES], 101, rtol=1e-5)
    np.testing.assert_allclose(pitch[3 * FRAMES + 1 :], 150, rtol=1e-5)
    middle = pitch[2 * FRAMES : 3 * FRAMES]
    assert (np.diff(middle) > 0).all()
    assert 109 < middle[0] < middle[-1] < 150


@pytest.mark.parametrize("voiced", [[], [3]])
def test_a_clip_without_pitch_has_the_usual_one(voiced: list[int]) -> None:
    spoken = speak_as_michael(["^", "S", "$"])
    spoken.f0[voiced] = 200.0  # one value alone does not count
    np.testing.assert_allclose(MICHAEL.start().frames(spoken)[:, MICHAEL_AUDIO.n_bands], math.log(USUAL_F0), rtol=1e-6)


def test_silence_is_trimmed_but_no_symbol_vanishes() -> None:
    spoken, trim = speak_as_michael(["^", "AA1", "$"]), MICHAEL.start().trim
    sound = spoken.samples[FRAMES * HOP : 2 * FRAMES * HOP]
    long = Spoken(
        np.pad(sound, (60 * HOP, 70 * HOP)), np.pad(spoken.f0, (50, 60)), spoken.durations + np.array([50, 0, 60])
    )
    trimmed = trim(long)
    assert trimmed.durations.tolist() == [LEAD, FRAMES, TAIL]
    assert len(trimmed.f0) == LEAD + FRAMES + TAIL
    np.testing.assert_array_equal(trimmed.samples, np.pad(sound, (LEAD * HOP, TAIL * HOP)))
    np.testing.assert_array_equal(np.flatnonzero(trimmed.f0 == np.float32(MICHAEL_HZ)), LEAD + np.arange(FRAMES))
    loud = long._replace(samples=long.samples + np.float32(0.1))
    assert trim(loud).durations.tolist() == long.durations.tolist()
    short = long._replace(durations=np.array([1, len(long.f0) - 2, 1]))
    assert trim(short).durations[[0, -1]].tolist() == [1, 1]


def letters() -> list[str]:
    """The first letters of the teacher's alphabet that our symbols use."""
    spoken = [symbol for symbol in SYMBOLS if symbol not in (PAD, START, END)]
    return sorted(set("".join(map(to_misaki, spoken))))


def write_kokoro(folder: Path) -> None:
    """A graph with Kokoro's inputs, output and inner tensors: a token lasts a unit, and the sound is the style."""
    int64, float32 = TensorProto.INT64, TensorProto.FLOAT

    def constant(name: str, *values: int) -> onnx.NodeProto:
        return helper.make_node("Constant", [], [name], value=helper.make_tensor(name, int64, [len(values)], values))

    nodes = [
        constant("minus", -1),
        constant("one", 1),
        constant("two", 2),
        constant("samples_per_value", HOP),
        constant("first", 0),
        helper.make_node("Size", ["tokens"], ["n"]),
        helper.make_node("Reshape", ["n", "one"], ["n_tokens"]),
        helper.make_node("Mul", ["n_tokens", "two"], ["n_values"]),
        helper.make_node("Mul", ["n_values", "samples_per_value"], ["n_samples"]),
        helper.make_node("Reshape", ["style", "minus"], ["flat"]),
        helper.make_node("Gather", ["flat", "first"], ["value"]),
        helper.make_node("Expand", ["speed", "n_tokens"], [DURATIONS]),
        helper.make_node("Expand", ["value", "n_values"], [PITCH]),
        helper.make_node("Expand", ["value", "n_samples"], ["audio"]),
    ]
    inputs = [
        helper.make_tensor_value_info("tokens", int64, [1, "sequence_length"]),
        helper.make_tensor_value_info("style", float32, [1, STYLE_DIM]),
        helper.make_tensor_value_info("speed", float32, [1]),
    ]
    graph = helper.make_graph(nodes, "kokoro", inputs, [helper.make_tensor_value_info("audio", float32, ["samples"])])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    folder.mkdir()
    onnx.save(model, folder / GRAPH)
    vocabulary = {letter: number for number, letter in enumerate(letters(), 1)}
    (folder / VOCABULARY).write_text(json.dumps({"vocab": vocabulary}), encoding="utf-8")
    np.repeat(np.arange(1, N_STYLES + 1, dtype=np.float32) / 10, STYLE_DIM).tofile(folder / f"{VOICE}.bin")


def test_kokoro_speaks_in_the_style_of_the_number_of_tokens(tmp_path: Path) -> None:
    write_kokoro(tmp_path / "kokoro")
    kokoro = Kokoro(tmp_path / "kokoro")
    short = kokoro(["^", "S", "AA1", "$"])  # AA1 is two tokens
    assert short.durations.tolist() == [2, 2, 4, 2]
    assert len(short.samples) == HOP * len(short.f0) == 10 * HOP
    np.testing.assert_allclose(short.samples, 0.3, rtol=1e-6)
    np.testing.assert_allclose(short.f0, 0.3, rtol=1e-6)
    np.testing.assert_allclose(kokoro(["^", *"SSSSSSSSS", "$"]).samples, N_STYLES / 10, rtol=1e-6)


def test_the_file_that_the_teacher_lacks_is_named(tmp_path: Path) -> None:
    write_kokoro(tmp_path / "kokoro")
    assert not lacking(tmp_path / "kokoro")
    for name in (GRAPH, VOCABULARY, f"{VOICE}.bin"):
        (tmp_path / "kokoro" / name).rename(tmp_path / "aside")
        assert lacking(tmp_path / "kokoro").startswith(f"{tmp_path / 'kokoro'} has no {name}: write it by python")
        (tmp_path / "aside").rename(tmp_path / "kokoro" / name)


@pytest.mark.usefixtures("without_pictures")
def test_the_recipe_trains_exports_and_speaks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All stages, with the recipe's own settings, for one step from heart. Every network learns.

    The graphs are those of heart: tests/recipes/test_heart.py traces such a model.
    """
    monkeypatch.chdir(tmp_path)
    assert 2 < len(list(MICHAEL.read(tmp_path / "features", hours=0.001))) < 6
    few = ["data.n_validation=2", "data.batch_frames=1200", "max_steps=1", "loss.postnet_frames=32"]
    places = [f"data.dir={tmp_path / 'features'}", f"run.dir={tmp_path / 'run'}"]
    assert main(["train", "--config", str(CONFIG), "--init-from", "heart", *few, *places]) == 0
    card = str(CONFIG.parent / "voice.yaml")
    with graphs_of(BUNDLED / "heart"):
        assert main(["export", str(tmp_path / "run"), "voice", "--card", card]) == 0
    assert main(["synthesize", "Hello.", "hello.wav", "--voice", "./voice"]) == 0
    assert Path("hello.wav").stat().st_size > 44
    ours, theirs = (unpack(read_weights(name)[1]) for name in ("./voice", "heart"))
    assert torch.equal(ours["spectrum.mean"], theirs["spectrum.mean"])
    for network in ("encoder", "decoder", "postnet", "spectrum"):
        assert any(not torch.equal(ours[name], theirs[name]) for name in theirs if name.startswith(network)), network


def test_the_command_takes_what_the_readme_says() -> None:
    arguments = build_parser().parse_args(["metadata.csv", "features", "kokoro", "--hours", "1", "--workers", "2"])
    assert (arguments.hours, arguments.kokoro, arguments.workers) == (1.0, Path("kokoro"), 2)
    assert build_parser().parse_args(["metadata.csv", "features", "kokoro"]).hours == 2.5
