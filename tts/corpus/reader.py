"""Read a corpus in LJSpeech's layout. Every error names the file and the line of the clip."""

from __future__ import annotations

import math
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tts.audio.files import read
from tts.common.files import leaves_folder
from tts.errors import CorpusError

_FULL_SCALE = 0.999
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # which some editors put before the first id


class Row(NamedTuple):
    """One line of `metadata.csv`."""

    clip_id: str
    text: str
    wav: Path
    line: int

    @property
    def where(self) -> str:
        """File and line of the clip, for messages."""
        return f"{self.wav.parents[1] / 'metadata.csv'}, line {self.line}"


def read_metadata(corpus: Path, skipped: list[str] | None = None) -> list[Row]:
    """Read `metadata.csv` (id|transcript|normalised transcript, UTF-8). The last column is the spoken text.

    skipped: collects the errors of malformed lines, repeated ids and empty texts. If it is None, the first error raises
    CorpusError with file and line.
    """
    path = corpus / "metadata.csv"
    if not path.is_file():
        raise CorpusError(f"{path} is missing: a corpus is a folder with metadata.csv and wavs/, as LJSpeech's")
    rows: dict[str, Row] = {}
    for number, line in enumerate(path.read_bytes().removeprefix(_BYTE_ORDER_MARK).splitlines(), 1):
        try:
            row = _parse(line, number, corpus)
            if row.clip_id in rows:
                raise CorpusError(f"clip {row.clip_id} is on line {rows[row.clip_id].line} already: remove one of them")
            rows[row.clip_id] = row
        except CorpusError as error:
            problem = f"{path}, line {number}: {error}"
            if skipped is None:
                raise CorpusError(problem) from error
            skipped.append(problem)
    if not rows:
        raise CorpusError(f"{path} has no clip: add one line 'id|text' for each")
    return list(rows.values())


def _parse(line: bytes, number: int, corpus: Path) -> Row:
    try:
        fields = line.decode("utf-8").split("|")
    except UnicodeDecodeError as error:
        raise CorpusError(f"byte {line[error.start]:#04x} is not UTF-8: convert the file") from error
    if len(fields) not in (2, 3) or not fields[0] or b"\0" in line:
        raise CorpusError("expected 'id|text' or 'id|text|normalised text'")
    clip_id, text = fields[0], fields[-1]
    if leaves_folder(clip_id):
        raise CorpusError(f"clip {clip_id!r} is outside wavs/: use an id without '..', drive or leading slash")
    if not text.strip():
        raise CorpusError(f"clip {clip_id} has no text: write what it says, or remove the line")
    return Row(clip_id, text, corpus / "wavs" / f"{clip_id}.wav", number)


class Recording(NamedTuple):
    """The content of a wav file."""

    samples: NDArray[np.float32]  # (T,), at the requested rate
    sample_rate: int  # of the file, in hertz
    n_clipped: int  # clipped samples of the file


def read_recording(wav: Path, sample_rate: int) -> Recording:
    """Read a clip and resample it to `sample_rate` hertz if necessary.

    Raises FileNotFoundError; AudioError for a file that is not audio or has several channels, because a program cannot
    guess which of them speaks; CorpusError for a file without samples, or with samples that are not numbers.
    """
    samples, recorded_rate = read(wav)
    if not samples.size or not np.isfinite(samples).all():
        raise CorpusError(f"{wav} is empty, or has samples that are not numbers: record or convert it again")
    n_clipped = count_clipped(samples)
    if recorded_rate != sample_rate:
        from librosa import resample

        samples = resample(samples, orig_sr=recorded_rate, target_sr=sample_rate, res_type="soxr_hq")
    return Recording(samples, recorded_rate, n_clipped)


def count_clipped(samples: NDArray[np.float32]) -> int:
    """Count samples of `(T,)` at full scale beside another one. A single one may be a normal peak."""
    at_limit = np.abs(samples) >= _FULL_SCALE
    beside = np.zeros_like(at_limit)
    beside[1:] |= at_limit[:-1]
    beside[:-1] |= at_limit[1:]
    return int(np.count_nonzero(at_limit & beside))


def level(samples: NDArray[np.float32]) -> float:
    """Return the root mean square of samples `(T,)` in decibels of full scale; at least -120."""
    power = float(np.mean(samples.astype(np.float64) ** 2))
    return round(10 * math.log10(max(power, 1e-12)), 1)
