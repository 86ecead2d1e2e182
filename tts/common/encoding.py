"""Decode texts: UTF-8, or the UTF-16 or UTF-32 that a byte order mark names."""

from __future__ import annotations

import codecs

from tts.errors import TextError

BEGINNING = 4096
"""Bytes that tell the encoding."""
_MARKS = (  # the longer first: UTF-32's little-endian mark begins with UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNMARKED = {"UTF-16LE": slice(1, None, 2), "UTF-16BE": slice(0, None, 2)}
"""Encoding -> the bytes that are mostly zero in English text."""


def encoding_of(beginning: bytes, source: str) -> str:
    """Return the encoding of a text, from its first bytes; utf-8-sig without a byte order mark.

    Raises TextError for UTF-16 without a mark.
    """
    for mark, encoding in _MARKS:
        if beginning.startswith(mark):
            return encoding
    for name, places in _UNMARKED.items():
        halves = beginning[places]
        if len(beginning) > 1 and 2 * halves.count(0) > len(halves):
            raise TextError(
                f"{source} is UTF-16 without a byte order mark: convert it, as with 'iconv -f {name} -t UTF-8'"
            )
    return "utf-8-sig"


def decode(data: bytes, source: str) -> str:
    """Decode a text. Raises TextError with the source, the byte and the remedy."""
    encoding = encoding_of(data[:BEGINNING], source)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise TextError(undecodable(source, data, error.start, encoding)) from error


def undecodable(source: str, data: bytes, start: int, encoding: str = "utf-8-sig", offset: int | None = None) -> str:
    """Return the message about data[start], which does not fit the encoding. offset: of that byte in the source."""
    offset = start if offset is None else offset
    if encoding != "utf-8-sig":
        return f"{source} is damaged {encoding.upper()} (at byte {offset}): save it again as UTF-8"
    if b"\0" in data:
        return f"{source} is no text (it has zero bytes): name a text file in UTF-8"
    return (
        f"{source} is not UTF-8 (byte 0x{data[start]:02x} at offset {offset}): convert it, as with "
        "'iconv -f WINDOWS-1252 -t UTF-8'"
    )
