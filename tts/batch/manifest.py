"""Read rows to speak from csv or tsv, JSON Lines, LJSpeech's metadata or plain lines, one at a time.

A csv has a header; its columns are separated by commas, semicolons, tabs or bars. Only the column `text` is required.
`id` names the file (default: the line number). The other columns are `voice` and the fields of `SynthesisOptions`; an
empty cell keeps the default. Unknown columns are ignored, unless the name looks like a misspelt one of these.
"""

from __future__ import annotations

import contextlib
import csv
import dataclasses
import io
import json
import logging
import os
import sys
import typing
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from tts.common.encoding import BEGINNING, encoding_of
from tts.errors import CorpusError, TTSError
from tts.options import SynthesisOptions

logger = logging.getLogger(__name__)

LAYOUTS = ("csv", "jsonl", "ljspeech", "lines")
SEPARATORS = ",;\t|"
COLUMNS = {"id": str, "text": str, "voice": str, **typing.get_type_hints(SynthesisOptions)}
"""Column name -> type of its values."""

_BY_SUFFIX = {".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}
_ALIKE = 0.82  # similarity in difflib: "sped" counts as speed, "speaker" does not
_LONGEST_NAME = 255  # bytes, the limit of common file systems
_FORBIDDEN = '/\\<>:"|?*' if sys.platform == "win32" else "/\\"


class ManifestRow(NamedTuple):
    """A text with its id, voice and options."""

    line: int
    """Last line of the row in the manifest, counted from 1."""
    id: str
    text: str
    voice: str
    options: SynthesisOptions


class Fault(NamedTuple):
    """A row that cannot be spoken."""

    line: int
    id: str | None
    reason: str


class Manifest:
    """A manifest in a file, or on standard input for "-". Iterating yields its rows and faults, in order."""

    def __init__(self, path: str, layout: str | None, voice: str, options: SynthesisOptions, suffix: str) -> None:
        """layout: one of LAYOUTS; None takes it from the file name. voice, options: defaults for the rows.

        suffix: of the files to write. Raises CorpusError if the manifest does not exist.
        """
        if path != "-" and not Path(path).is_file():
            raise CorpusError(f"no manifest {path!r}: name a file, or - for standard input")
        self.path, self.layout, self.suffix = path, layout, suffix
        self.voice, self.options = voice, options
        self.name = "standard input" if path == "-" else path
        self._ignored: set[str] = set()

    def __iter__(self) -> Iterator[ManifestRow | Fault]:
        """Raises CorpusError for a csv without `text` or with a misspelt column, TextError for unmarked UTF-16."""
        lines_of: dict[str, int] = {}
        with self._open() as file:
            for line, values in self._values(file):
                row = values if isinstance(values, Fault) else self._row(line, values)
                if isinstance(row, ManifestRow):
                    before = lines_of.setdefault(os.path.normcase(row.id), line)
                    if before != line:
                        row = Fault(line, row.id, f"id {row.id!r} is used on line {before} too: give each row its own")
                yield row

    @contextlib.contextmanager
    def _open(self) -> Iterator[TextIO]:
        """Open the manifest as text. Undecodable bytes become surrogates, so that only their row is at fault."""
        stream = sys.stdin.buffer if self.path == "-" else open(self.path, "rb")  # noqa: PTH123, SIM115
        beginning = stream.peek(BEGINNING)[:BEGINNING] if isinstance(stream, io.BufferedReader) else b""
        file = io.TextIOWrapper(stream, encoding_of(beginning, self.name), errors="surrogateescape", newline="")
        try:
            yield file
        finally:
            (file.detach if self.path == "-" else file.close)()

    def _values(self, file: TextIO) -> Iterator[tuple[int, Mapping[str, Any] | Fault]]:
        layout = self.layout or _BY_SUFFIX.get(Path(self.path).suffix.lower(), "lines")
        if layout != "csv":
            read = {"jsonl": _json_values, "ljspeech": _ljspeech_values, "lines": _line_values}[layout]
            for line, text in enumerate(file, 1):
                if text.strip():
                    yield line, read(line, text.rstrip("\r\n"))
            return
        first = next((line for line in file if line.strip()), "")
        names, separator = _header(first)
        if "text" in names:
            self._check(names)
            yield from _cells(file, names, separator, first.count("\n"))
        elif "|" in first and self.layout is None:
            yield 1, _ljspeech_values(1, first.rstrip("\r\n"))
            yield from ((n, _ljspeech_values(n, line.rstrip("\r\n"))) for n, line in enumerate(file, 2) if line.strip())
        else:
            raise CorpusError(
                f"{self.name} has no column 'text' in its first line, {first[:60].rstrip()!r}: begin it with a header, "
                "as 'id,text'"
            )

    def _check(self, columns: Iterable[str]) -> None:
        """Warn once about each unknown column. Raises CorpusError for a misspelt one."""
        import difflib  # imported late: the command starts faster

        for name in columns:
            if name in COLUMNS or name in self._ignored:
                continue
            if nearest := difflib.get_close_matches(name, COLUMNS, n=1, cutoff=_ALIKE):
                raise CorpusError(f"unknown column {name!r}: did you mean {nearest[0]!r}? known: {', '.join(COLUMNS)}")
            logger.warning("%s: unknown column %r is ignored", self.name, name)
            self._ignored.add(name)

    def _row(self, line: int, values: Mapping[str, Any]) -> ManifestRow | Fault:
        name = None
        try:
            self._check(values)
            given = {key: value for key, value in values.items() if value is not None and value != ""}
            name = _name(given.pop("id", f"{line:06}"), self.suffix)
            text, voice = given.pop("text", ""), given.pop("voice", self.voice)
            for column, value in (("text", text), ("voice", voice)):
                _require_text(column, value)
            if not text.strip():
                raise CorpusError("the text is empty: write one, or remove the row")
            changes: dict[str, Any] = {key: _option(key, given[key]) for key in given if key in COLUMNS}
            options = dataclasses.replace(self.options, **changes) if changes else self.options
            return ManifestRow(line, name, text, voice, options)
        except TTSError as error:
            return Fault(line, name, str(error))


def _header(line: str) -> tuple[list[str], str]:
    """Return the column names and their separator. Raises CorpusError for a column that occurs twice."""
    names, separator = [line], ","
    for separator in SEPARATORS:
        names = [_column(name) for name in next(csv.reader([line], delimiter=separator), [])]
        if "text" in names:
            break
    else:
        return [], ","
    for name in names:
        if name in COLUMNS and names.count(name) > 1:
            raise CorpusError(f"the column {name!r} occurs twice: remove one")
    return names, separator


def _column(name: str) -> str:
    return name.strip().lower().replace(" ", "_")


def _cells(
    file: TextIO, names: list[str], separator: str, before: int
) -> Iterator[tuple[int, Mapping[str, Any] | Fault]]:
    """Yield the rows of a csv after its header of `before` lines."""
    reader = csv.reader(file, delimiter=separator, strict=True)
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            line = before + reader.line_num
            yield line, Fault(line, None, f"the row cannot be read ({error}): quote cells as a spreadsheet does")
            continue
        line = before + reader.line_num
        if cells is None:
            return
        if len(cells) > len(names):
            reason = f"{len(cells)} cells under {len(names)} columns: quote a text that has {separator!r} in it"
            yield line, Fault(line, None, reason)
        elif any(cells):
            yield line, dict(zip(names, cells, strict=False))


def _json_values(line: int, text: str) -> Mapping[str, Any] | Fault:
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        return Fault(line, None, f"not JSON ({error}): each line is an object of its own")
    if not isinstance(values, dict):
        return Fault(line, None, 'not a row: write an object, as {"text": "Hello."}')
    return {_column(key): value for key, value in values.items()}


def _ljspeech_values(line: int, text: str) -> Mapping[str, Any] | Fault:
    """Split into id and text. The text is the last of the two or three cells, in which numbers are written out."""
    cells = text.split("|")
    if len(cells) not in (2, 3):
        return Fault(line, None, "expected 'id|text' or 'id|text|normalised text'")
    return {"id": cells[0], "text": cells[-1]}


def _line_values(line: int, text: str) -> Mapping[str, Any]:
    return {"text": text}


def _name(value: Any, suffix: str) -> str:
    """Check that an id is a file name without a folder. The suffix of the files may be part of it."""
    name: str = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    _require_text("id", name)
    if name.lower().endswith(suffix) and len(name) > len(suffix):
        name = name[: -len(suffix)]
    remedy = "use a file name without folder and suffix"
    if not name.isprintable() or any(mark in name for mark in _FORBIDDEN):
        raise CorpusError(f"id {name!r} has a character that is not allowed in a file name: {remedy}")
    if name.startswith(".") or name != name.strip():
        raise CorpusError(f"id {name!r} begins with a dot, or begins or ends with a space: {remedy}")
    if len(os.fsencode(name + suffix)) > _LONGEST_NAME:
        raise CorpusError(f"id {name[:20] + '…'!r} is too long for a file name: shorten it")
    return str(name)


def _require_text(column: str, value: Any) -> None:
    if not isinstance(value, str):
        raise CorpusError(f"{column} is {value!r}, but text is needed")
    try:
        value.encode()
    except UnicodeEncodeError:
        remedy = "convert the manifest, as with 'iconv -f WINDOWS-1252 -t UTF-8'"
        raise CorpusError(f"{column} is not UTF-8: {remedy}") from None


def _option(column: str, value: Any) -> float | int | str:
    """A field of SynthesisOptions: one of its choices, or a number, which may be written as text.

    Spreadsheets write a whole number as 7.0. SynthesisOptions checks the choices.
    """
    if typing.get_origin(COLUMNS[column]) is typing.Literal:
        return str(value).strip()
    is_whole = COLUMNS[column] is int
    try:
        if isinstance(value, bool):
            raise TypeError
        return int(str(value).strip().removesuffix(".0")) if is_whole else float(value)
    except (TypeError, ValueError):
        raise CorpusError(f"{column} is {value!r}, but a {'whole ' * is_whole}number is needed") from None
