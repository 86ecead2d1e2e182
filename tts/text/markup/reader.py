"""Read a text of any kind, whole or in pieces, into segments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from tts.options import Markup
from tts.text.markup.detect import detect
from tts.text.markup.inline import read_inline
from tts.text.markup.segments import Boundary, Segment, Settled
from tts.text.sentences import complete_length, ends_paragraph


class PiecewiseReader(Protocol):
    """Reads a text of one kind. A span counts from the start of the text."""

    def push(self, piece: str) -> Iterator[Segment | Settled]:
        """Yield the segments that are complete, whatever follows the piece. The first `next` takes the whole piece."""

    def finish(self, piece: str) -> Iterator[Segment | Settled]:
        """Yield the segments left, after the last piece."""


class TextReader:
    """Reads a text whose kind is given or detected. Raises MarkupError for invalid SSML; no other text is invalid."""

    def __init__(self, markup: Markup = "auto") -> None:
        self._markup = markup
        self._begun = ""
        self._reader: PiecewiseReader | None = None if markup == "auto" else _reader(markup)

    def push(self, piece: str) -> Iterator[Segment | Settled]:
        """Yield the segments that are complete, whatever follows the piece."""
        if self._reader is None:
            piece = self._detect(piece, is_whole=False)
        return self._reader.push(piece) if self._reader else iter(())

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
        self._reader = _reader("ssml" if document == "ssml" else "auto")
        return self._begun


def _reader(markup: Markup) -> PiecewiseReader:
    # Each reader is imported on first use: plain text needs no parser.
    if markup == "ssml":
        return _SsmlReader()
    return _PlainReader()


class _PlainReader:
    """Text with no markup except controls in braces and brackets."""

    def __init__(self) -> None:
        self._left, self._start = "", 0

    def push(self, piece: str) -> Iterator[Segment | Settled]:
        self._left += piece
        if length := complete_length(self._left):
            sentences, self._left = self._left[:length], self._left[length:]
            start, self._start = self._start, self._start + length
            yield from read_inline(sentences, start)
            if ends_paragraph(sentences):
                yield Boundary(True, start + length)
            yield Settled()

    def finish(self, piece: str) -> Iterator[Segment | Settled]:
        return read_inline(self._left + piece, self._start)


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
