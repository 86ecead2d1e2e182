"""The recipe that makes a corpus keeps no recording of other words."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from tests.loading import load_script
from tts.text.frontend import Frontend


@pytest.fixture(scope="module")
def recipe() -> ModuleType:
    return load_script("recipes/joe/read_corpus.py")


def test_everyday_sentences_come_in_pairs_and_are_the_same_every_time(recipe: ModuleType) -> None:
    sentences = recipe.everyday(1)
    assert sentences == recipe.everyday(1)
    assert len(set(sentences)) == len(sentences)
    asked = {sentence[:-1] for sentence in sentences if sentence.endswith("?")}
    told = {sentence[:-1] for sentence in sentences if sentence.endswith(".")}
    assert len(asked & told) > 100
    assert not any(read.skipped for read in Frontend().sentences(" ".join(sentences)))
    assert all(sentence[0].isupper() or sentence[0] == '"' for sentence in sentences)


def test_unpredictable_sentences_use_every_word_alike(recipe: ModuleType) -> None:
    sentences = recipe.unpredictable(1, 800)
    assert sentences == recipe.unpredictable(1, 800)
    assert len(set(sentences)) == 800
    words = Counter(re.findall(r"[a-z]+", " ".join(sentences)))
    assert {"boiler", "coyote", "television", "yolk"} <= words.keys()
    counts = [words[noun] for noun in ("anchor", "kettle", "zoo")]
    assert max(counts) - min(counts) <= 2
    assert not any("{" in sentence or re.search(r"\b[Aa] [aeio]", sentence) for sentence in sentences)
    assert all(sentence[0].isupper() and sentence[-1] in ".?!" for sentence in sentences)


def test_recordings_of_other_words_are_dropped(recipe: ModuleType, tmp_path: Path) -> None:
    def write(*texts: str) -> None:
        recipe.write_metadata(tmp_path, [recipe.Line(f"J-{number}", text) for number, text in enumerate(texts)])

    wavs = tmp_path / "wavs"
    write("One.", "Two.")
    for number in range(3):  # J-2 is in no metadata
        (wavs / f"J-{number}.wav").touch()
    write("One.", "Inserted.", "Two.")
    assert [path.name for path in wavs.iterdir()] == ["J-0.wav"]
    assert [line.text for line in recipe.read_sentences(tmp_path / "metadata.csv")] == ["One.", "Inserted.", "Two."]
