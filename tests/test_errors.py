"""An error says by its type who can mend it: what a user can cause is a TTSError, and nothing else is."""

from __future__ import annotations

import ast
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

import tts
from tts import errors
from tts.audio.files import open_writer, read
from tts.batch.manifest import Manifest
from tts.common.validation import from_dict
from tts.config import AudioConfig
from tts.corpus.features import prepare
from tts.corpus.reader import read_metadata
from tts.errors import TTSError
from tts.evaluation.sentences import read_sentences
from tts.options import SynthesisOptions
from tts.synthesizer import Synthesizer
from tts.text.pronunciation.user_lexicon import UserLexicon
from tts.training.settings import read_yaml
from tts.voice import Voice

PACKAGE = Path(tts.__file__).parent
# Modules that raise a plain ValueError, which means a wrong call from inside: no input of a user leads there.
INTERNAL = {
    "audio/files.py",
    "audio/griffin_lim.py",
    "audio/mel.py",
    "common/arrays.py",
    "evaluation/intervals.py",
}
KINDS = [value for value in vars(errors).values() if isinstance(value, type)]


def raised(path: Path) -> set[str]:
    """Names of the exceptions that a module raises by name."""
    calls = [node.exc for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Raise)]
    return {call.func.id for call in calls if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)}


def latin_1(folder: Path) -> Path:
    """A file that is not UTF-8."""
    path = folder / "latin-1.txt"
    path.write_bytes("name: café".encode("latin-1"))
    return path


def test_a_plain_value_error_is_raised_for_wrong_calls_only() -> None:
    modules = {path.relative_to(PACKAGE).as_posix(): raised(path) for path in PACKAGE.rglob("*.py")}
    assert {name for name, kinds in modules.items() if "ValueError" in kinds} == INTERNAL


def test_every_kind_is_raised_and_is_a_value_error() -> None:
    used = set[str]().union(*(raised(path) for path in PACKAGE.rglob("*.py")))
    assert {kind.__name__ for kind in KINDS} - used == set()
    assert all(issubclass(kind, TTSError) for kind in KINDS)
    assert issubclass(TTSError, ValueError)
    assert tts.TTSError is TTSError


@pytest.mark.parametrize("kind", KINDS)
def test_errors_travel_between_processes(kind: type[TTSError]) -> None:
    copy = pickle.loads(pickle.dumps(kind("what is wrong")))
    assert type(copy) is kind
    assert str(copy) == "what is wrong"


@pytest.mark.parametrize(
    ("kind", "cause"),
    [
        ("WordlessError", lambda voice, folder: Synthesizer(voice).synthesize("…")),
        ("MarkupError", lambda voice, folder: Synthesizer(voice).synthesize("<speak>Hello</peak>")),
        ("MarkupError", lambda voice, folder: Synthesizer(voice).synthesize("<speak><break time='x'/></speak>")),
        ("LimitError", lambda voice, folder: Synthesizer(voice).synthesize(f"<speak>{'x' * 2_000_000}</speak>")),
        ("PronunciationError", lambda voice, folder: UserLexicon.parse("hello XX")),
        ("StorageError", lambda voice, folder: UserLexicon.load(folder / "missing")),
        ("ConfigError", lambda voice, folder: SynthesisOptions(speed=9)),
        ("ConfigError", lambda voice, folder: Synthesizer(voice, threads=-1)),
        ("ConfigError", lambda voice, folder: from_dict(AudioConfig, {"sample_rte": 1})),
        ("ConfigError", lambda voice, folder: list(prepare([], folder, AudioConfig(), 0))),
        ("TextError", lambda voice, folder: read_yaml(latin_1(folder))),
        ("TextError", lambda voice, folder: read_sentences(latin_1(folder))),
        ("VoiceError", lambda voice, folder: Voice.load("nobody")),
        ("CorpusError", lambda voice, folder: read_metadata(folder)),
        ("CorpusError", lambda voice, folder: Manifest("missing.csv", None, "michael", SynthesisOptions(), ".wav")),
        ("AudioError", lambda voice, folder: open_writer(folder / "a.xyz", 22_050)),
        ("AudioError", lambda voice, folder: read(Path(__file__))),
        ("StorageError", lambda voice, folder: open_writer(folder / "missing" / "a.wav", 22_050)),
    ],
)
def test_the_type_says_what_is_wrong(
    kind: str, cause: Callable[[Path, Path], object], tiny_voice: Path, tmp_path: Path
) -> None:
    with pytest.raises(TTSError) as error:
        cause(tiny_voice, tmp_path)
    assert type(error.value).__name__ == kind
