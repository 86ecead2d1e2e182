"""Keep `results.jsonl`: the result of each row, written at once, and used to skip finished rows in the next run."""

from __future__ import annotations

import math
from pathlib import Path
from typing import IO, NamedTuple

from tts.common.files import append_json_line, atomic_write, lock_file, read_json_lines
from tts.text.token import SpeechWarning

NAME = "results.jsonl"


class Result(NamedTuple):
    """The result of one row."""

    line: int
    """Line in the manifest. The journal has it only for a failed row, since the next manifest may differ."""
    id: str | None
    file: str | None = None
    """File in the output folder; None if the row failed."""
    seconds: float = 0.0
    words: int = 0
    warnings: tuple[SpeechWarning, ...] = ()
    """What could not be spoken, or may be wrong."""
    error: str | None = None
    """Why the row failed."""
    bytes: int = 0
    request: str = ""
    """Fingerprint of everything that the file depends on."""


class _Entry(NamedTuple):
    """The place of a result in the journal, and how to recognise its file."""

    offset: int
    file: str
    bytes: int
    request: str


class ResultJournal:
    """The results of a folder, one JSON line each. Leaving the context sorts them into the manifest's order.

    During a run, results are appended in order of completion, so an interrupted run knows what is done. Rows of other
    manifests are kept and come last.
    """

    def __init__(self, folder: Path) -> None:
        """Raises StorageError if the file is not such a journal, or if another run is writing to it."""
        self.folder, self.path = folder, folder / NAME
        self._file: IO[bytes] = self.path.open("a+b")
        try:
            refusal = f"another 'tts batch' is writing to {str(folder)!r}: wait for it, or choose another folder"
            lock_file(self._file, refusal)
            self._earlier = self._read()
        except BaseException:
            self._file.close()
            raise
        self._places: list[tuple[float, int]] = []  # line of the manifest, offset in the journal

    def __enter__(self) -> ResultJournal:
        return self

    def __exit__(self, *error: object) -> None:
        try:
            self._settle()
        finally:
            self._file.close()

    def has(self, line: int, name: str, request: str) -> bool:
        """Whether an earlier run finished this row and its file still exists."""
        entry = self._earlier.get(name)
        if entry is None or entry.request != request:
            return False
        path = self.folder / entry.file
        if not path.is_file() or path.stat().st_size != entry.bytes:
            return False
        self._places.append((line, entry.offset))
        del self._earlier[name]
        return True

    def add(self, result: Result) -> None:
        """Append a result. Raises OSError, for example if the disk is full."""
        values = result._asdict()
        line = values.pop("line")
        values["warnings"] = [warning._asdict() for warning in result.warnings]
        if result.error is not None:
            values["error"] = f"line {line}: {result.error}"
        self._places.append((line, append_json_line(self._file, values)))
        if result.id is not None and result.request:
            self._earlier.pop(result.id, None)

    def _read(self) -> dict[str, _Entry]:
        """Find the files that earlier runs made, by id."""
        rows = read_json_lines(self.path, "'tts batch'", ("id", "file", "bytes", "request"))
        return {
            row["id"]: _Entry(offset, row["file"], row["bytes"], row["request"]) for offset, row in rows if row["file"]
        }

    def _settle(self) -> None:
        """Sort the lines by the manifest's order; rows of other manifests come last."""
        others = [(math.inf, entry.offset) for entry in self._earlier.values()]
        with atomic_write(self.path) as aside, aside.open("wb") as out:
            for _, offset in sorted(self._places + others):
                self._file.seek(offset)
                out.write(self._file.readline())
