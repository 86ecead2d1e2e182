"""Write files whole or not at all, and keep journals of JSON lines."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path, PureWindowsPath
from typing import IO, Any

from tts.errors import StorageError

try:
    import fcntl
except ImportError:  # Windows has no such locks
    fcntl = None  # type: ignore[assignment]


@contextlib.contextmanager
def atomic_write(path: Path) -> Iterator[Path]:
    """Yield a new path in the same folder to write. Leaving normally puts that file in the place of `path`.

    On an exception the new file is removed and an earlier one at `path` stays as it was. A symbolic link stays a link.
    An OSError names `path`, not the temporary file.
    """
    path = Path(os.path.realpath(path))
    aside = name_aside(path)
    try:
        yield aside
        put_in_place(aside, path)
    except OSError as error:
        if error.errno is not None and error.filename in (None, str(aside)):
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise
    finally:
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)


def atomic_write_text(path: Path, text: str) -> None:
    """Write a UTF-8 text file with `atomic_write`."""
    with atomic_write(path) as aside:
        aside.write_text(text, encoding="utf-8", newline="\n")


def name_aside(path: Path) -> Path:
    """Return an unused name beside `path` for a file or folder in progress, short enough for every file system."""
    return path.with_name(f".tts-{secrets.token_hex(6)}.part")


def put_in_place(aside: Path, path: Path) -> None:
    """Flush a complete file to the disk, then rename it to `path`. The permissions of an earlier file are kept."""
    with aside.open("r+b") as file:
        os.fsync(file.fileno())
    with contextlib.suppress(FileNotFoundError):
        aside.chmod(path.stat().st_mode & 0o777)
    aside.replace(path)


def remove_unfinished(folder: Path) -> None:
    """Remove files that a killed process left in progress. Another process must not be writing to the folder."""
    for leftover in folder.glob(".tts-*.part"):
        leftover.unlink(missing_ok=True)


def lock_file(file: IO[bytes], refusal: str) -> None:
    """Lock an open file until it is closed. Raises StorageError with the refusal if another process holds the lock."""
    if fcntl is not None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StorageError(refusal) from None


def leaves_folder(name: str) -> bool:
    """Whether a name that a file gives, such as the id of a clip, may lead out of the folder that it belongs to."""
    path = PureWindowsPath(name)  # separates at both slashes
    return bool(path.drive or path.root) or ".." in path.parts


def append_json_line(file: IO[bytes], row: Mapping[str, Any]) -> int:
    """Append a row to a journal opened in binary append mode, flush it, and return the offset of its line."""
    with naming(file):
        offset = file.seek(0, os.SEEK_END)
        file.write(json.dumps(row).encode() + b"\n")
        file.flush()
    return offset


@contextlib.contextmanager
def naming(file: IO[bytes]) -> Iterator[None]:
    """Add the name of an open file to the OSError of a write. The system gives none."""
    try:
        yield
    except OSError as error:
        if error.errno is None or error.filename is not None:
            raise
        raise OSError(error.errno, error.strerror, file.name) from error


def read_json_lines(path: Path, owner: str, required: Collection[str] = ()) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the offset and the row of each line of a journal; nothing for a missing file.

    A last line without its line end was cut short by a crash: it is removed from the file. Raises StorageError for any
    other line that is not a JSON object with the `required` keys. Empty lines are skipped. owner: the command that
    writes the journal, for the message.
    """
    if not path.exists():
        return
    offset = 0
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not line.endswith(b"\n"):
                os.truncate(path, offset)
                return
            if line.strip():
                yield offset, _parse(line, f"{path}, line {number}, is not of {owner}", required)
            offset += len(line)


def _parse(line: bytes, complaint: str, required: Collection[str]) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise StorageError(f"{complaint}: move the file away, or choose another folder") from error
    if not isinstance(row, dict) or not row.keys() >= set(required):
        raise StorageError(f"{complaint}: move the file away, or choose another folder")
    return row
