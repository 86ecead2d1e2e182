"""Rows to be spoken, from csv or tsv, JSON Lines, LJSpeech's metadata or plain lines, one at a time.

A csv has a header; commas, semicolons, tabs or bars separate its columns. Of these only `text` is needed. `id` names
the file (the number of the line where there is none); then there are `voice` and the fields of `SynthesisOptions`,
whose defaults empty cells leave as they are. Columns of other names are left alone, unless they look like one of these
misspelt.
"""

from __future__ import annotations

import contextlib
import csv
import dataclasses
import difflib
import io
import json
import logging
import os
import sys
import typing
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from tts.errors import CorpusError, TTSError
from tts.options import SynthesisOptions

logger = logging.getLogger(__name__)

LAYOUTS = ("csv", "jsonl", "ljspeech", "lines")
SEPARATORS = ",;\t|"
COLUMNS = {"id": str, "text": str, "voice": str, **typing.get_type_hints(SynthesisOptions)}
"""Name of a column -> type of what is in it."""

_BY_SUFFIX = {".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}
_ALIKE = 0.82  # as difflib measures it: "sped" is speed, "speaker" is not
_LONGEST_NAME = 255  # bytes, on every file system in use
_FORBIDDEN = '/\\<>:"|?*' if sys.platform == "win32" else "/\\"


class Row(NamedTuple):
    """A text, how to speak it and what to call it."""

    line: int
    """Where the row ends in the manifest, counted from 1."""
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
    """A manifest on disk, or on standard input for "-"; iterated, its rows, and the faults among them, in order."""

    def __init__(self, path: str, layout: str | None, voice: str, options: SynthesisOptions, suffix: str) -> None:
        """layout: one of LAYOUTS, or None to go by the name. voice, options: where a row does not say. suffix: of the
        files to be written. Raises CorpusError where there is no such file.
        """
        if path != "-" and not Path(path).is_file():
            raise CorpusError(f"no manifest {path!r}: name a file, or - for standard input")
        self.path, self.layout, self.suffix = path, layout, suffix
        self.voice, self.options = voice, options
        self.name = "standard input" if path == "-" else path
        self._left_alone: set[str] = set()

    def __iter__(self) -> Iterator[Row | Fault]:
        """Raises CorpusError for a csv without a column `text`, or with a column that is misspelt."""
        lines_of: dict[str, int] = {}
        with self._open() as file:
            for line, values in self._values(file):
                row = values if isinstance(values, Fault) else self._row(line, values)
                if isinstance(row, Row):
                    before = lines_of.setdefault(os.path.normcase(row.id), line)
                    if before != line:
                        row = Fault(line, row.id, f"id {row.id!r} is that of line {before} too: give each its own")
                yield row

    @contextlib.contextmanager
    def _open(self) -> Iterator[TextIO]:
        """Text whose undecodable bytes are left for the row that has them to complain of."""
        options: dict[str, Any] = {"encoding": "utf-8-sig", "errors": "surrogateescape", "newline": ""}
        if self.path == "-":
            file = io.TextIOWrapper(sys.stdin.buffer, **options)
            try:
                yield file
            finally:
                file.detach()
        else:
            with open(self.path, **options) as file:  # noqa: PTH123
                yield file

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
        """Say once of each column that means nothing here that it is left alone; CorpusError for one misspelt."""
        for name in columns:
            if name in COLUMNS or name in self._left_alone:
                continue
            if nearest := difflib.get_close_matches(name, COLUMNS, n=1, cutoff=_ALIKE):
                raise CorpusError(f"unknown column {name!r}: did you mean {nearest[0]!r}? known: {', '.join(COLUMNS)}")
            logger.warning("%s: the column %r is left alone", self.name, name)
            self._left_alone.add(name)

    def _row(self, line: int, values: Mapping[str, Any]) -> Row | Fault:
        name = None
        try:
            self._check(values)
            given = {key: value for key, value in values.items() if value is not None and value != ""}
            name = _name(given.pop("id", f"{line:06}"), self.suffix)
            text, voice = given.pop("text", ""), given.pop("voice", self.voice)
            for column, value in (("text", text), ("voice", voice)):
                _require_text(column, value)
            if not text.strip():
                raise CorpusError("there is no text: give it a word, or take the row out")
            changes: dict[str, Any] = {key: _option(key, given[key]) for key in given if key in COLUMNS}
            options = dataclasses.replace(self.options, **changes) if changes else self.options
            return Row(line, name, text, voice, options)
        except TTSError as error:
            return Fault(line, name, str(error))


def _header(line: str) -> tuple[list[str], str]:
    """Names of the columns, and what separates them. Raises CorpusError for one that is there twice."""
    names, separator = [line], ","
    for separator in SEPARATORS:
        names = [_column(name) for name in next(csv.reader([line], delimiter=separator), [])]
        if "text" in names:
            break
    else:
        return [], ","
    for name in names:
        if name in COLUMNS and names.count(name) > 1:
            raise CorpusError(f"the column {name!r} is there twice: take one out")
    return names, separator


def _column(name: str) -> str:
    return name.strip().lower().replace(" ", "_")


def _cells(
    file: TextIO, names: list[str], separator: str, before: int
) -> Iterator[tuple[int, Mapping[str, Any] | Fault]]:
    """The rows of a csv after its header, which had `before` lines."""
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
    """The last of the two or three cells is what is spoken: numbers and the like are written out there."""
    cells = text.split("|")
    if len(cells) not in (2, 3):
        return Fault(line, None, "expected 'id|text' or 'id|text|normalised text'")
    return {"id": cells[0], "text": cells[-1]}


def _line_values(line: int, text: str) -> Mapping[str, Any]:
    return {"text": text}


def _name(value: Any, suffix: str) -> str:
    """An id that is the name of a file in the folder, and nowhere else."""
    name = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    _require_text("id", name)
    remedy = "name a file, without its folder and suffix"
    if not name.isprintable() or any(mark in name for mark in _FORBIDDEN):
        raise CorpusError(f"id {name!r} has a character that no file's name can have: {remedy}")
    if name.startswith(".") or name != name.strip():
        raise CorpusError(f"id {name!r} begins with a dot, or begins or ends with a space: {remedy}")
    if len(os.fsencode(name + suffix)) > _LONGEST_NAME:
        raise CorpusError(f"id {name[:20] + '…'!r} is longer than the name of a file can be: shorten it")
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
