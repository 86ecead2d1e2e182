"""A synthesizer goes to other processes as it is: by pickle, joblib and multiprocessing.

For Ray see tests/batch/test_cluster.py.
"""

from __future__ import annotations

import copy
import multiprocessing
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tts import Synthesizer

TEXTS = ["Hello griffon.", "Two."]
ALONE = {"speed": 1.5, "seed": 3, "loudness": -30}


def with_lexicon(voice: Path, folder: Path) -> Synthesizer:
    """Make a synthesizer with a word of its own."""
    lexicon = folder / "lexicon.txt"
    lexicon.write_text("griffon D OW1 G\n", encoding="utf-8")
    return Synthesizer(voice, threads=2, lexicon=lexicon)


@pytest.fixture(scope="module")
def synthesizer(tiny_voice: Path, tmp_path_factory: pytest.TempPathFactory) -> Synthesizer:
    return with_lexicon(tiny_voice, tmp_path_factory.mktemp("lexicon"))


@pytest.fixture(scope="module")
def samples(synthesizer: Synthesizer) -> list[Any]:
    return [synthesizer.synthesize(text).samples for text in TEXTS]


def assert_equal(speeches: list[Any], samples: list[Any]) -> None:
    assert len(speeches) == len(samples)
    for speech, expected in zip(speeches, samples, strict=True):
        np.testing.assert_array_equal(speech.samples, expected)


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_has_voice_and_settings(synthesizer: Synthesizer, protocol: int) -> None:
    again = pickle.loads(pickle.dumps(synthesizer, protocol))
    assert again.voice.card == synthesizer.voice.card
    assert again._plans_ahead
    for text in TEXTS:
        speech = again.synthesize(text, **ALONE)
        np.testing.assert_array_equal(speech.samples, synthesizer.synthesize(text, **ALONE).samples)
    (griffon,) = [word for word in again.synthesize(TEXTS[0]).words if word.word == "griffon"]
    assert [phoneme.phoneme for phoneme in griffon.phonemes] == ["D", "OW1", "G"]


def test_a_pickle_needs_no_files_and_is_as_large_as_the_voice(tiny_voice: Path, tmp_path: Path) -> None:
    folder = tmp_path / "voice"
    folder.mkdir()
    for path in tiny_voice.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    synthesizer = Synthesizer(folder)
    synthesizer.synthesize("Hello.")
    pickled = pickle.dumps(synthesizer)
    for path in folder.iterdir():
        path.unlink()
    pickle.loads(pickled).synthesize("Hello.")
    assert len(pickled) < len(pickle.dumps(synthesizer.voice)) + 10_000


def test_a_copy_speaks(synthesizer: Synthesizer, samples: list[Any]) -> None:
    for again in (copy.copy(synthesizer), copy.deepcopy(synthesizer)):
        assert_equal([again.synthesize(text) for text in TEXTS], samples)


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_multiprocessing(synthesizer: Synthesizer, samples: list[Any], method: str) -> None:
    with multiprocessing.get_context(method).Pool(2) as pool:
        assert_equal(pool.map(synthesizer.synthesize, TEXTS), samples)


def test_joblib(synthesizer: Synthesizer, samples: list[Any]) -> None:
    joblib = pytest.importorskip("joblib")
    spoken = joblib.Parallel(n_jobs=2)(joblib.delayed(synthesizer.synthesize)(text) for text in TEXTS)
    assert_equal(spoken, samples)
