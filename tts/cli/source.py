"""Read texts from files and standard input."""

from __future__ import annotations

import codecs
import io
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import cast

from tts.errors import StorageError, TextError

_READ = 1 << 16  # bytes read from standard input at once, at most


def read_text(source: str | Path) -> str | Iterable[str]:
    """Return the text of a file, standard input as it arrives for "-", or the text itself.

    Raises StorageError for a file that cannot be read, TextError for one that is not UTF-8.
    """
    if isinstance(source, str):
        return _arriving() if source == "-" else source
    try:
        return decode(source.read_bytes(), str(source))
    except FileNotFoundError as error:
        raise StorageError(f"no such file {str(source)!r}: check the path") from error
    except OSError as error:
        raise StorageError(
            f"cannot read {str(source)!r} ({error.strerror}): name a text file that you may read"
        ) from error


def _arriving() -> Iterator[str]:
    """Yield standard input as it arrives."""
    decoder, taken = codecs.getincrementaldecoder("utf-8-sig")(), 0
    source = cast(io.BufferedReader, sys.stdin.buffer)
    while data := source.read1(_READ):
        yield _decoded(decoder, data, taken)
        taken += len(data)
    yield _decoded(decoder, b"", taken)


def _decoded(decoder: codecs.IncrementalDecoder, data: bytes, taken: int) -> str:
    """Decode the next bytes of standard input, after `taken` earlier bytes."""
    begun = len(decoder.getstate()[0])  # bytes of an incomplete character
    try:
        return decoder.decode(data, final=not data)
    except UnicodeDecodeError as error:
        byte, offset = error.object[error.start], taken - begun + error.start
        raise TextError(_undecodable("standard input", byte, offset)) from error


def decode(data: bytes, source: str) -> str:
    """Decode UTF-8, with or without a byte order mark. Raises TextError with the source and the byte."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TextError(_undecodable(source, data[error.start], error.start)) from error


def _undecodable(source: str, byte: int, offset: int) -> str:
    return (
        f"{source} is not UTF-8 (byte 0x{byte:02x} at offset {offset}): convert it, as with "
        "'iconv -f WINDOWS-1252 -t UTF-8'"
    )
