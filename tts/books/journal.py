"""Keep `chapters.jsonl` in a folder of chapters: what is in each file, and what the file depends on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import IO, NamedTuple

from tts.common.files import atomic_write_text, lock_file, read_json_lines
from tts.errors import StorageError

NAME = "chapters.jsonl"


class FinishedChapter(NamedTuple):
    """The file of one chapter."""

    chapter: int
    title: str
    file: str
    seconds: float
    words: int
    warnings: int
    """Parts that are not spoken, or may not be spoken right."""
    bytes: int
    request: str


class Journal:
    """The finished chapters of a folder."""

    def __init__(self, folder: Path) -> None:
        """Raises StorageError if the file is not such a journal."""
        self._folder = folder
        rows = read_json_lines(folder / NAME, "'tts book'", FinishedChapter._fields)
        entries = [FinishedChapter(**{name: row[name] for name in FinishedChapter._fields}) for _, row in rows]
        self._entries = {entry.file: entry for entry in entries}

    def find(self, file: str, request: str) -> FinishedChapter | None:
        """Return the entry of a finished file, if the file is still what it was."""
        entry, path = self._entries.get(file), self._folder / file
        if entry is None or entry.request != request or not path.is_file() or path.stat().st_size != entry.bytes:
            return None
        return entry

    def add(self, entry: FinishedChapter) -> None:
        """Add a finished file. The journal on the disk is whole at any time."""
        self._entries[entry.file] = entry
        entries = sorted(self._entries.values())
        atomic_write_text(self._folder / NAME, "".join(json.dumps(row._asdict()) + "\n" for row in entries))


def lock(folder: Path) -> IO[bytes]:
    """Lock a folder until the file is closed. Raises StorageError if another run writes to it."""
    file = (folder / "lock").open("ab")
    try:
        lock_file(file, "another 'tts book' is writing this book: wait for it, or name another OUT")
    except StorageError:
        file.close()
        raise
    return file
