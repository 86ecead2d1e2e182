"""The sentences of an evaluation: lists of our own, a text file with one on each line, or a corpus's metadata."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

from tts.errors import CorpusError

DATA = Path(__file__).parent / "data"  # its README.md says what each list is for
DEFAULT = DATA / "sentences.txt"
NAMED = ("develop", "final")
"""Lists of our own that go by a name."""


class Line(NamedTuple):
    """One thing to read."""

    clip_id: str
    """Names it in tables, and its recording `ID.wav` where there is one."""
    text: str


def find_sentences(name_or_path: str) -> Path:
    """Return the file of a named list, or the path itself. `./final` is a file of that name, `final` our own list."""
    return DATA / f"{name_or_path}.txt" if name_or_path in NAMED else Path(name_or_path)


def read_sentences(path: Path) -> list[Line]:
    """Read a sentence from each line that is not empty: `TEXT`, numbered 0001 and so on, or `ID|TEXT[|SPOKEN TEXT]`.

    The latter is LJSpeech's metadata; the last column is read. Raises CorpusError for a file without a sentence, or
    with one name twice.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [row for row in csv.reader(file, delimiter="|", quoting=csv.QUOTE_NONE) if any(map(str.strip, row))]
    except UnicodeDecodeError as error:
        raise CorpusError(f"{path} is not UTF-8 (byte {error.start}): convert it") from error
    lines = [
        Line(row[0], row[-1].strip()) if len(row) > 1 else Line(f"{number:04}", row[0].strip())
        for number, row in enumerate(rows, 1)
    ]
    if not lines:
        raise CorpusError(f"{path} holds no sentence: write one on each line, or ID|TEXT")
    if len({line.clip_id for line in lines}) < len(lines):
        raise CorpusError(f"{path} names a sentence twice: give each an id of its own")
    return lines
