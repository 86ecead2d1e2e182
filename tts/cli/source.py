"""Read texts from arguments, files and standard input."""

from __future__ import annotations

import codecs
import io
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

from tts.common.encoding import BEGINNING, decode, encoding_of, undecodable
from tts.errors import StorageError, TextError

STDIN = "standard input"
_READ = 1 << 16  # bytes read from standard input at once, at most


def read_text(source: str | Path) -> str | Iterable[str]:
    """Return the text of a file, standard input as it arrives for "-", or the text of an argument.

    Raises StorageError for a file that cannot be read, TextError for one that is neither UTF-8 nor marked as UTF-16.
    """
    if str(source) == "-":
        return _arriving()
    if isinstance(source, str):
        return argument(source)
    try:
        return decode(source.read_bytes(), str(source))
    except FileNotFoundError as error:
        raise StorageError(f"no such file {str(source)!r}: check the path") from error
    except OSError as error:
        raise StorageError(
            f"cannot read {str(source)!r} ({error.strerror}): name a text file that you may read"
        ) from error


def argument(text: str) -> str:
    """Return a text from the command line. Where Python takes arguments for ASCII, as in C locales, it is UTF-8."""
    try:
        return os.fsencode(text).decode("utf-8") if not text.isprintable() else text
    except UnicodeError:
        return text  # what cannot be spoken is reported


def read_lines() -> Iterator[bytes]:
    """Yield the lines of standard input, each as it arrives, in UTF-8. Raises TextError for UTF-16 without a mark."""
    source = cast(BinaryIO, sys.stdin.buffer)
    first = source.readline()
    encoding = encoding_of(first, STDIN)
    if encoding == "utf-8-sig":
        yield from (line for line in [first] if line)
        yield from source
    else:
        yield from decode(first + source.read(), STDIN).encode().splitlines(keepends=True)


def _arriving() -> Iterator[str]:
    """Yield standard input as it arrives."""
    source, taken = cast(io.BufferedReader, sys.stdin.buffer), 0
    data = source.read1(_READ)
    while len(data) == 1 and (more := source.read1(_READ)):  # less than a byte order mark
        data += more
    encoding = encoding_of(data[:BEGINNING], STDIN)
    decoder = codecs.getincrementaldecoder(encoding)()
    while data:
        yield _decoded(decoder, data, taken, encoding)
        taken += len(data)
        data = source.read1(_READ)
    yield _decoded(decoder, b"", taken, encoding)


def _decoded(decoder: codecs.IncrementalDecoder, data: bytes, taken: int, encoding: str) -> str:
    """Decode the next bytes of standard input, after `taken` earlier bytes."""
    begun = len(decoder.getstate()[0])  # bytes of an incomplete character
    try:
        return decoder.decode(data, final=not data)
    except UnicodeDecodeError as error:
        offset = taken - begun + error.start
        raise TextError(undecodable(STDIN, error.object, error.start, encoding, offset)) from error
