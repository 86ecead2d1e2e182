"""Read the sentences of an evaluation: a list of the package, a text file, or the metadata of a corpus."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import NamedTuple

from tts.common.encoding import decode
from tts.common.files import leaves_folder
from tts.errors import CorpusError

DATA = Path(__file__).parent / "data"  # its README.md says what each list is for
DEFAULT = DATA / "sentences.txt"
NAMED = ("develop", "final")
"""Names of lists in the package."""


class Line(NamedTuple):
    """One text to speak."""

    clip_id: str
    """Id in tables, and name of its recording `ID.wav` if there is one."""
    text: str


def find_sentences(name_or_path: str) -> Path:
    """Return the file of a named list, or the path itself. `final` is the list, `./final` a file."""
    return DATA / f"{name_or_path}.txt" if name_or_path in NAMED else Path(name_or_path)


def read_sentences(path: Path) -> list[Line]:
    """Read a sentence from each line that is not empty: `TEXT`, numbered 0001 and so on, or `ID|TEXT[|SPOKEN TEXT]`.

    The second form is LJSpeech's metadata; its last column is used. Raises CorpusError for a file without a sentence,
    or with an id that occurs twice or leads out of a folder.
    """
    file = io.StringIO(decode(path.read_bytes(), str(path)), newline="")
    rows = [row for row in csv.reader(file, delimiter="|", quoting=csv.QUOTE_NONE) if any(map(str.strip, row))]
    lines = [
        Line(row[0], row[-1].strip()) if len(row) > 1 else Line(f"{number:04}", row[0].strip())
        for number, row in enumerate(rows, 1)
    ]
    if not lines:
        raise CorpusError(f"{path} holds no sentence: write one on each line, or ID|TEXT")
    if len({line.clip_id for line in lines}) < len(lines):
        raise CorpusError(f"{path} uses an id twice: give each sentence its own")
    if outside := next((line.clip_id for line in lines if leaves_folder(line.clip_id)), None):
        raise CorpusError(f"{path} has the id {outside!r}, which leads out of the folder of recordings: use another")
    return lines
