"""Read the table of a corpus: LJSpeech's metadata.csv and its relatives. Every error names the file and the line."""

from __future__ import annotations

import csv
import io
import logging
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from tts.common.encoding import BEGINNING, encoding_of
from tts.common.files import leaves_folder
from tts.corpus.recording import FOLDERS, find_recording, without_suffix
from tts.corpus.speakers import has_speakers, keep_speaker
from tts.errors import CorpusError

logger = logging.getLogger(__name__)

TABLES = ("metadata.csv", "dataset.csv", "metadata.txt")
"""Names of tables, in the order in which they are looked for."""
SEPARATORS = "|,;\t"
_FILE_COLUMNS = "file filename file_name audio audio_file audio_path path wav wav_path wav_file clip id".split()
_TEXT_COLUMNS = "normalized_text normalised_text text transcript transcription sentence".split()
_SPEAKER_COLUMNS = "speaker speaker_name speaker_id".split()
_EXPECTED = "expected 'id|text' or 'id|text|normalised text'; other separators need a header, as 'file,text'"


class Row(NamedTuple):
    """One clip of a corpus."""

    clip_id: str
    text: str
    wav: Path
    line: int
    """Of the table, counted from 1."""
    table: Path = Path(TABLES[0])

    @property
    def where(self) -> str:
        """File and line of the clip, for messages."""
        return f"{self.table}, line {self.line}"


class Cells(NamedTuple):
    """What one line says of a clip."""

    line: int
    file: str
    text: str
    speaker: str = ""


Problems = dict[int, str]
"""Line -> what is wrong with it."""


def read_metadata(corpus: Path, skipped: list[str] | None = None, speaker: str | None = None) -> list[Row]:
    """Read the clips of a folder with a table, or of the table itself.

    The table has lines `file|text`, `file|text|normalised text` or `file|speaker|text`, or a header that names its
    columns and any separator. Folder and suffix of a file may be left out. speaker: whose clips are wanted. skipped:
    collects the errors of malformed lines, repeated ids and empty texts. If it is None, the first error raises
    CorpusError with file and line.
    """
    path = corpus if corpus.is_file() else find_table(corpus)
    text = _read(path)
    problems: Problems = {}
    header = _header(text)
    cells = list(_under_header(text, *header, problems) if header else _between_bars(text, speaker, problems))
    rows: dict[str, Row] = {}
    for item in keep_speaker(cells, speaker, str(path)):
        try:
            row = _row(item, path)
            if row.clip_id in rows:
                raise CorpusError(f"clip {row.clip_id} is on line {rows[row.clip_id].line} already: remove one of them")
            rows[row.clip_id] = row
        except CorpusError as error:
            problems[item.line] = str(error)
    told = [f"{path}, line {line}: {problem}" for line, problem in sorted(problems.items())]
    if told and skipped is None:
        raise CorpusError(told[0])
    if skipped is not None:
        skipped += told
    if not rows:
        raise CorpusError(f"{path} has no clip: add one line 'id|text' for each")
    return list(rows.values())


def find_table(corpus: Path) -> Path:
    """Return the table of a corpus folder. Raises CorpusError, with what there is, if there is none."""
    found = next((corpus / name for name in TABLES if (corpus / name).is_file()), None)
    if found:
        return found
    others = sorted(path.name for pattern in ("*.csv", "*.tsv", "*.txt") for path in corpus.glob(pattern))
    missing = f"{corpus / TABLES[0]} is missing"
    if others:
        raise CorpusError(f"{missing}, but there is {', '.join(others[:5])}: name the table, as {corpus / others[0]}")
    if not corpus.exists():
        raise CorpusError(f"there is no folder {str(corpus)!r}: check the path")
    folders = sorted(path.name for path in corpus.iterdir() if path.is_dir() and path.name not in FOLDERS)
    if folders:
        raise CorpusError(
            f"{missing}, but there are folders: name the one that is the corpus: {', '.join(folders[:5])}"
        )
    raise CorpusError(f"{missing}: a corpus is a folder with metadata.csv and wavs/, as LJSpeech's")


def _read(path: Path) -> str:
    """Read a table. Bytes that are not UTF-8 become surrogates, so that only their line is at fault."""
    data = path.read_bytes()
    text = data.decode(encoding_of(data[:BEGINNING], str(path)), errors="surrogateescape")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _check_characters(text: str) -> None:
    """Raise CorpusError for a line that has other bytes than those of a text."""
    if "\0" in text:
        raise CorpusError("a zero byte, which no text has: remove it")
    wrong = next((ord(char) - 0xDC00 for char in text if 0xDC80 <= ord(char) <= 0xDCFF), None)
    if wrong is not None:
        raise CorpusError(f"byte {wrong:#04x} is not UTF-8: convert the file, as with 'iconv -f WINDOWS-1252 -t UTF-8'")


def _between_bars(text: str, speaker: str | None, problems: Problems) -> Iterator[Cells]:
    """Yield the lines of a table without a header. Blank lines are left out."""
    found: dict[int, list[str]] = {}
    for number, line in enumerate(text.split("\n"), 1):
        fields = [field.strip() for field in line.split("|")]
        if not line.strip():
            continue
        try:
            _check_characters(line)
            if len(fields) < 2 or not fields[0]:
                raise CorpusError(_EXPECTED)
            found[number] = fields
        except CorpusError as error:
            problems[number] = str(error)
    if any(len(fields) > 3 for fields in found.values()):
        logger.warning("columns after the third one are not read")
    is_spoken_by = has_speakers([fields[:3] for fields in found.values()], speaker)
    for number, (file, *others) in found.items():
        if is_spoken_by:
            yield Cells(number, file, others[1], others[0])
        else:
            yield Cells(number, file, next((other for other in others[1::-1] if other), ""))


def _header(text: str) -> tuple[str, list[str]] | None:
    """Return the separator and the columns of a table, if its first line names a file and a text."""
    first = text.lstrip().partition("\n")[0]
    for separator in SEPARATORS:
        names = [name.strip(' "\r').lower().replace(" ", "_") for name in first.split(separator)]
        if set(names) & set(_FILE_COLUMNS) and set(names) & set(_TEXT_COLUMNS):
            return separator, names
    return None


def _under_header(text: str, separator: str, names: list[str], problems: Problems) -> Iterator[Cells]:
    """Yield the lines of a table after its header."""
    before = text[: len(text) - len(text.lstrip())].count("\n")
    rows, quotes = io.StringIO(text.lstrip(), newline=""), None if separator == "|" else '"'
    reader = csv.reader(rows, delimiter=separator, quotechar=quotes)
    next(reader)
    for fields in reader:
        number, row = reader.line_num + before, dict(zip(names, map(str.strip, fields), strict=False))
        file, spoken, speaker = (
            next((row[name] for name in columns if row.get(name)), "")
            for columns in (_FILE_COLUMNS, _TEXT_COLUMNS, _SPEAKER_COLUMNS)
        )
        if not any(row.values()):
            continue
        try:
            _check_characters("".join(fields))
            if not file:
                raise CorpusError(f"the row names no file: fill one of the columns {', '.join(names)}")
        except CorpusError as error:
            problems[number] = str(error)
            continue
        yield Cells(number, file, spoken, speaker)


def _row(item: Cells, table: Path) -> Row:
    """Return the clip of a line. Raises CorpusError for a file outside of the corpus, and for an empty text."""
    corpus, name = table.parent, item.file
    if Path(name).is_absolute() and Path(name).is_relative_to(corpus.absolute()):
        name = str(Path(name).relative_to(corpus.absolute()))
    if leaves_folder(name):
        raise CorpusError(
            f"clip {name!r} is outside wavs/: use an id without '..', drive or leading slash, or a file in {corpus}"
        )
    name = PurePosixPath(name.replace("\\", "/")).as_posix()  # without what is empty: ".//b" is no place outside
    clip_id = without_suffix(
        next((name.removeprefix(f"{f}/") for f in FOLDERS if f and name.startswith(f"{f}/")), name)
    )
    if not item.text:
        raise CorpusError(f"clip {clip_id} has no text: write what it says, or remove the line")
    return Row(clip_id, item.text, find_recording(corpus, name), item.line, table)
