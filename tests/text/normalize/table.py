"""Read the table of written text and expected readings: one file for each class of token."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "table"


class Pair(NamedTuple):
    """A line of the table. The reading has lower-case words, capitals for spelled letters, and marks."""

    semiotic: str
    written: str
    spoken: str


def read_table(folder: Path = FOLDER) -> list[Pair]:
    """Return all pairs, file by file. In the written text "⏎" is the end of a line."""
    return [
        Pair(path.stem, *line.replace("⏎", "\n").rsplit(" => ", 1))
        for path in sorted(folder.glob("*.txt"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
