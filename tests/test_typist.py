"""The public API for a person who types: examples that run, typed keywords, short forms, a player in notebooks."""

from __future__ import annotations

import base64
import doctest
import inspect
import io
import re
import typing
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest
import soundfile

import tts
from tts import AudioChunk, Speech, SynthesisOptions, Synthesizer, Voice
from tts.options import OptionChanges
from tts.prosody.timing import WordTiming
from tts.session import Session
from tts.text.token import SpeechWarning

METHODS = [Synthesizer.stream, Synthesizer.astream, Synthesizer.session, Synthesizer.synthesize]
EXPLAINED = [*(getattr(tts, name) for name in tts.__all__), Session, *METHODS]


@pytest.mark.parametrize("item", EXPLAINED, ids=lambda item: item.__qualname__)
def test_the_examples_of_the_public_api_run(item: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (example,) = doctest.DocTestFinder(recurse=False).find(item, "example", globs={})
    assert example.examples, "it has no example"
    report: list[str] = []
    doctest.DocTestRunner().run(example, out=report.append)
    assert not report, "".join(report)


def test_the_keywords_are_the_options() -> None:
    assert typing.get_type_hints(OptionChanges) == typing.get_type_hints(SynthesisOptions)


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.__name__)
def test_each_method_names_the_type_of_its_keywords(method: object) -> None:
    assert inspect.signature(method).parameters["changes"].annotation == "Unpack[OptionChanges]"  # type: ignore[arg-type]


def test_the_version_is_that_of_the_installation() -> None:
    assert tts.__version__ == version("griffon-tts")
    assert "__version__" in dir(tts)


def speech(seconds: float, words: int = 0, warnings: int = 0) -> Speech:
    word, warning = WordTiming("a", 0, 1, 0.0, 0.1, ()), SpeechWarning(0, 1, "unspoken", "<b>")
    samples = np.linspace(-1, 1, round(seconds * 8000), dtype=np.float32)
    return Speech(samples, 8000, (warning,) * warnings, (word,) * words)


def test_a_speech_has_a_length_and_a_short_form() -> None:
    assert speech(1.5).seconds == 1.5
    assert repr(speech(1.5)) == "Speech(1.50 s at 8000 Hz)"
    assert repr(speech(2, words=1, warnings=2)) == "Speech(2.00 s at 8000 Hz, 1 word, 2 warnings)"


def test_a_chunk_a_voice_and_a_synthesizer_have_short_forms(tiny_voice: Path) -> None:
    chunk = AudioChunk(np.zeros(400, np.float32), 8000, 3, 9)
    assert chunk.seconds == 0.05
    assert repr(chunk) == "AudioChunk(0.05 s at 8000 Hz, characters 3 to 9)"
    voice = Voice.load(tiny_voice)
    assert repr(voice) == f"Voice({voice.card.name!r}, 22050 Hz)"
    assert repr(Synthesizer(voice)) == f"Synthesizer({voice.card.name!r})"


def test_a_notebook_shows_a_player_of_the_same_samples() -> None:
    spoken = speech(0.5, words=1)
    page = spoken._repr_html_()
    (data,) = re.findall(r'<audio controls src="data:audio/wav;base64,([^"]+)"></audio>', page)
    samples, rate = soundfile.read(io.BytesIO(base64.b64decode(data)), dtype="float32")
    assert rate == 8000
    np.testing.assert_allclose(samples, spoken.samples, atol=1e-4)
    assert page.endswith("<p>Speech(0.50 s at 8000 Hz, 1 word)</p>")


def test_a_long_speech_is_not_put_into_a_notebook() -> None:
    page = speech(601)._repr_html_()
    assert "<audio" not in page
    assert len(page) < 200
    assert "save it to a file" in page
