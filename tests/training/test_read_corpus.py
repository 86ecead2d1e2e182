"""The recipe that reads a corpus aloud keeps no recording of other words."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

RECIPE = Path(__file__).parents[2] / "recipes" / "joe" / "read_corpus.py"


@pytest.fixture(scope="module")
def recipe() -> ModuleType:
    spec = importlib.util.spec_from_file_location("read_corpus", RECIPE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_recordings_of_other_words_are_dropped(recipe: ModuleType, tmp_path: Path) -> None:
    def write(*texts: str) -> None:
        recipe.write_metadata(tmp_path, [recipe.Line(f"J-{number}", text) for number, text in enumerate(texts)])

    wavs = tmp_path / "wavs"
    write("One.", "Two.")
    for number in range(3):  # J-2 is known to no metadata
        (wavs / f"J-{number}.wav").touch()
    write("One.", "Inserted.", "Two.")
    assert [path.name for path in wavs.iterdir()] == ["J-0.wav"]
    assert [line.text for line in recipe.read_metadata(tmp_path / "metadata.csv")] == ["One.", "Inserted.", "Two."]
