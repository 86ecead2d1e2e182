"""The commands of the recipe's README run as written, from a corpus to an evaluated voice."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from tests.conftest import graphs_of, leave_pictures_empty
from tests.loading import load_script
from tts.bundled import BUNDLED, DEFAULT
from tts.cli.main import build_parser, main
from tts.config import AudioConfig
from tts.corpus.features import Features
from tts.evaluation.errors import word_errors
from tts.training.settings import load_config

REPOSITORY = Path(__file__).parents[2]
RECIPE = REPOSITORY / "recipes" / "ljspeech"
PAGES = "".join((RECIPE / name).read_text(encoding="utf-8") for name in ("README.md", "LAB.md"))


def blocks(page: str) -> list[list[str]]:
    """Return the lines of each block of commands in a page."""
    return [block.splitlines() for block in re.findall(r"```bash\n(.*?)```", page, re.DOTALL)]


BLOCKS = blocks(PAGES)
(TRAIN_A_VOICE,) = [
    [line for line in block if not line.startswith("pip ")]
    for block in blocks((REPOSITORY / "README.md").read_text(encoding="utf-8"))
    if any("tts prepare" in line for line in block)
]
FEW = ["max_steps=1", "data.n_validation=2", "data.batch_frames=400", "run.processes=1", "run.validate_every=1"]


def arguments(line: str) -> list[str] | None:
    """Return the arguments of `tts` in a shell line, however it is started; None without `tts`."""
    words = shlex.split(line)
    starts = [index for index, word in enumerate(words) if word == "tts"]
    return words[starts[0] + 1 :] if starts else None


COMMANDS = [line for block in BLOCKS for line in block if arguments(line)]


@pytest.fixture(scope="module")
def evaluate() -> ModuleType:
    return load_script("recipes/ljspeech/evaluate.py")


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_of_the_recipe_is_valid(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(REPOSITORY)
    options = build_parser().parse_args(arguments(line))
    if options.command == "train":
        assert load_config(options.config, options.overrides).max_steps > 0
    for name in ("config", "card"):
        path = getattr(options, name, None)
        assert path is None or path.is_file()


def test_evaluations_of_the_recipe_are_valid(evaluate: ModuleType) -> None:
    lines = [line for block in BLOCKS for line in block if line.startswith("python recipes/ljspeech/evaluate.py ")]
    assert len(lines) == 3
    for line in lines:
        options = evaluate.build_parser().parse_args(shlex.split(line)[2:])
        assert options.sentences is None or (REPOSITORY / options.sentences).is_file()


@pytest.fixture(scope="module")
def recipe_run(tiny_corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the README's commands on twelve tones instead of the corpus, with one step.

    The graphs are those of heart, whose sizes the model has: tests/recipes/test_heart.py traces such a model.
    """
    folder = tmp_path_factory.mktemp("recipe")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        leave_pictures_empty(patch)
        shutil.copytree(tiny_corpus, "LJSpeech-1.1")
        shutil.copytree(RECIPE, "recipes/ljspeech")
        more = {"prepare": ["--workers", "1"], "train": FEW}  # an existing corpus is not downloaded
        with graphs_of(BUNDLED / DEFAULT):
            for line in filter(arguments, BLOCKS[0]):
                command = arguments(line) or []
                assert main([*command, *more.get(command[0], [])]) == 0
    return folder


def test_the_first_block_makes_a_voice(evaluate: ModuleType, recipe_run: Path) -> None:
    features = Features(recipe_run / "features")
    assert features.audio.f0_max == load_config(RECIPE / "config.yaml", []).audio["f0_max"]
    assert (recipe_run / "hello.wav").stat().st_size > 44
    kept_from_training = recipe_run / "run" / "validation.txt"
    rows = evaluate.chosen(evaluate.read_metadata(recipe_run / "LJSpeech-1.1"), kept_from_training, None)
    assert [row.clip_id for row in rows] == kept_from_training.read_text().split()
    assert len(rows) == 1


def test_the_block_of_the_readme_makes_a_voice(
    tiny_corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(tiny_corpus, "CORPUS")
    shutil.copytree(RECIPE, "recipes/ljspeech")
    for line in TRAIN_A_VOICE:
        command = arguments(line.partition("  #")[0])
        assert command
        more = {"prepare": ["--workers", "1"], "train": FEW}.get(command[0], [])
        with graphs_of(BUNDLED / DEFAULT):
            assert main([*command, *more]) == 0
    assert main(["synthesize", "--voice", "./VOICE", "Hello.", "hello.wav"]) == 0


def test_the_pitch_of_a_tone(evaluate: ModuleType) -> None:
    tone = np.sign(np.sin(2 * np.pi * 200 * np.arange(22050) / 22050)).astype(np.float32) * 0.3
    log_f0 = evaluate.log_f0(tone, AudioConfig())
    assert len(log_f0) > 80
    assert np.exp(log_f0.mean()) == pytest.approx(200, rel=0.01)
    assert len(evaluate.log_f0(np.zeros(22050, np.float32), AudioConfig())) == 0


def test_the_summary_counts_each_system_and_compares_the_pitch(evaluate: ModuleType, tmp_path: Path) -> None:
    def heard(system: str, text: str, transcript: str, hertz: float) -> object:
        pitch = np.full(10, np.log(hertz), np.float32)
        return evaluate.Heard(system, "a", text, transcript, word_errors(text, transcript), 1.5, pitch)

    readings = [heard("recording", "one two", "one two", 200), heard("voice", "one two", "one three", 220)]
    lines = evaluate.summary(readings, readings[0].log_f0).splitlines()
    assert lines[2].startswith("| recording | 1 | 0.0 ")
    assert lines[3].startswith("| voice | 1 | 50.0 ")
    assert lines[-1].endswith("geometric means 220 Hz of 200 Hz, ratio 1.100.")
    evaluate.write_readings(tmp_path / "heard.csv", readings)
    assert (tmp_path / "heard.csv").read_text().splitlines()[1] == "a,voice,1,2,one two,one three"


def test_a_clip_that_the_corpus_lacks_is_named(evaluate: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "ids.txt").write_text("nowhere\n")
    with pytest.raises(ValueError, match=r"names clip nowhere, which the corpus lacks"):
        evaluate.chosen([], tmp_path / "ids.txt", None)
