"""Decode the documents of a book as reading systems do: what they declare is a hint."""

from __future__ import annotations

import codecs
import logging
import re

logger = logging.getLogger(__name__)

_DECLARED = re.compile(
    rb"""\A[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']|<meta[^>]{1,200}charset\s*=\s*["']?([A-Za-z0-9._-]{1,40})""",
    re.IGNORECASE,
)
_TEXTS = re.compile(
    r"ascii|big5|cp\d{3,4}|euc_\w+|gb\w+|iso8859-\d+|koi8-\w|mac-\w+|shift_jis|utf-(?:8|16|32)(?:-\w+)?"
)
"""Encodings of texts, by Python's names. Others are hostile: punycode takes quadratic time."""
_BEGINNING = 1024  # bytes in which an encoding is declared
_WESTERN = "cp1252"
_UTF_8, _WITHOUT_MARK = "utf-8-sig", ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")
_READ_AS = {"utf-8": _UTF_8, "ascii": _UTF_8, "iso8859-1": _WESTERN} | dict.fromkeys(_WITHOUT_MARK, _UTF_8)
"""Encodings that are read as another: Windows-1252 has everything that Latin-1 has, and UTF-16 shows itself."""


def decode(data: bytes, name: str) -> str:
    """Decode a document: UTF-16 as its first bytes show, else as declared, else UTF-8, else Windows-1252.

    Warns if the document is not what it declares, or not UTF-8.
    """
    encoding = _encoding(data)
    try:
        return data.decode(encoding)
    except UnicodeError:
        text = data.decode(_UTF_8, errors="replace")
    lost = text.count("\ufffd")
    if 2 * lost < sum(character > "\x7f" for character in text):  # most of what is not ASCII is UTF-8
        logger.warning("%s has bytes that are not UTF-8, and left out: save it again as UTF-8", name)
        return text.replace("\ufffd", "")
    logger.warning("%s is not UTF-8, and read as Windows-1252: save it as UTF-8 if letters are wrong", name)
    return data.decode(_WESTERN, errors="ignore")


def _encoding(data: bytes) -> str:
    """Return the encoding of a document, from its first bytes and its declaration."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if data[:1] == b"<" and data[1:2] == b"\0":
        return "utf-16-le"
    if data[:2] == b"\0<":
        return "utf-16-be"
    declared = _DECLARED.search(data[:_BEGINNING])
    try:
        encoding = codecs.lookup((declared[1] or declared[2]).decode("ascii")).name if declared else _UTF_8
    except LookupError:
        return _UTF_8
    return _READ_AS.get(encoding, encoding) if _TEXTS.fullmatch(encoding) else _UTF_8
