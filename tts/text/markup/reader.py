"""Read a text of any kind, whole or in pieces, into segments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from tts.text.markup.detect import detect
from tts.text.markup.inline import read_inline
from tts.text.markup.segments import Boundary, Segment, Settled
from tts.text.regex import regex
from tts.text.sentences import complete_length, ends_paragraph

if TYPE_CHECKING:
    from tts.options import Code, Markup

_SIGN = regex(r"[*_`\[<&~\\|]|\$\S|^[^\S\n]*(?:[#>+=-]|\d{1,9}[.)]\s)", re.MULTILINE)
"""A sign that may be markup or a part of it. A text without one is plain."""
_LINE_START = regex(r"\n[^\S\n]*\Z")


class PiecewiseReader(Protocol):
    """Reads a text of one kind. A span counts from the start of the text."""

    def push(self, piece: str) -> Iterator[Segment | Settled]:
        """Yield the segments that are complete, whatever follows the piece."""

    def finish(self, piece: str) -> Iterator[Segment | Settled]:
        """Yield the segments left, after the last piece."""


class TextReader:
    """Reads a text whose kind is given or detected. Raises MarkupError for invalid SSML; no other text is invalid."""

    def __init__(self, markup: Markup = "auto", code: Code = "announce") -> None:
        self._code = code
        self._begun = ""
        self._reader: PiecewiseReader | None = None if markup == "auto" else _reader(markup, code)

    def push(self, piece: str) -> Iterator[Segment | Settled]:
        """Return the segments that are complete, whatever follows the piece. The piece is taken at once."""
        if self._reader is None:
            piece = self._detect(piece, is_whole=False)
        return iter([*self._reader.push(piece)] if self._reader else ())

    def finish(self, piece: str = "") -> Iterator[Segment | Settled]:
        """Yield the segments left, after the last piece."""
        if self._reader is None:
            piece = self._detect(piece, is_whole=True)
        assert self._reader
        return self._reader.finish(piece)

    def _detect(self, piece: str, is_whole: bool) -> str:
        """Choose the reader if the text up to here tells its kind, and return the part to be read."""
        self._begun += piece
        document = detect(self._begun, is_whole)
        if document is None:
            return ""
        self._reader = _reader("auto" if document == "text" else document, self._code)
        return self._begun


def _reader(markup: Markup, code: Code) -> PiecewiseReader:
    # Each reader is imported on first use: plain text needs no parser.
    if markup == "ssml":
        return _SsmlReader()
    if markup == "html":
        from tts.text.markup.html import HtmlReader

        return HtmlReader(code)
    if markup == "markdown":
        from tts.text.markup.markdown import MarkdownReader

        return MarkdownReader(code, is_strict=False)
    return _PlainReader() if markup == "plain" else _AutoReader(code)


class _PlainReader:
    """Text with no markup except controls in braces and brackets."""

    def __init__(self) -> None:
        self.left, self.start = "", 0  # text that is not read yet, and its place
        self.in_line = False  # whether that text begins inside a line

    def push(self, piece: str) -> Iterator[Segment | Settled]:
        self.left += piece
        if length := complete_length(self.left):
            sentences, self.left = self.left[:length], self.left[length:]
            yield from read_inline(sentences, self.start)
            self.start += length
            self.in_line = not _LINE_START.search(sentences)
            if ends_paragraph(sentences):
                yield Boundary(True, self.start)
            yield Settled()

    def finish(self, piece: str) -> Iterator[Segment | Settled]:
        return read_inline(self.left + piece, self.start)


class _AutoReader:
    """Text that may be Markdown: it is read as plain text up to a sign that may be markup."""

    def __init__(self, code: Code) -> None:
        self._code = code
        self._plain = _PlainReader()
        self._markdown: PiecewiseReader | None = None

    def push(self, piece: str) -> Iterator[Segment | Settled]:
        reader, piece = self._choose(piece)
        return reader.push(piece)

    def finish(self, piece: str) -> Iterator[Segment | Settled]:
        reader, piece = self._choose(piece)
        return reader.finish(piece)

    def _choose(self, piece: str) -> tuple[PiecewiseReader, str]:
        """Return the reader for a piece, and what it has to read."""
        if self._markdown:
            return self._markdown, piece
        left = self._plain.left + piece
        if not _SIGN.search(left):
            return self._plain, piece
        from tts.text.markup.markdown import MarkdownReader

        self._markdown = MarkdownReader(self._code, True, self._plain.start, self._plain.in_line)
        return self._markdown, left


class _SsmlReader:
    """SSML, which is parsed once it is whole."""

    def __init__(self) -> None:
        self._left = ""

    def push(self, piece: str) -> Iterator[Segment | Settled]:
        self._left += piece
        return iter(())

    def finish(self, piece: str) -> Iterator[Segment | Settled]:
        from tts.text.markup.ssml import read_ssml

        yield from read_ssml(self._left + piece)
