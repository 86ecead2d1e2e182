"""The text of one block of Markdown, with its places in the source."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from html import unescape

from tts.text.markup.html_elements import ElementReader
from tts.text.markup.html_tags import TAG, read_tag
from tts.text.markup.writer import Break
from tts.text.regex import regex

_SIGN = regex(
    r"[*_]\S|`|\]\(|\][^\S\n]?\[|!\[|<[A-Za-z/!?]|&(?:#\w|[A-Za-z][A-Za-z0-9]*;)|~~|\$[^\s$][^$\n]*\$|\$\$"
    r"|\\[^\w\s]| {2}\n"
)
"""What may be markup inside a block."""


@dataclass
class Passage:
    """Text whose parts follow each other in the source."""

    text: str = ""
    places: list[tuple[int, int]] = field(default_factory=list)
    """Where a part begins in the text and in the source."""
    in_line: bool = False
    """Whether the text begins inside a line, after text that has been taken."""

    def add(self, text: str, start: int) -> None:
        """Add a part that begins at `start` of the source."""
        if text:
            self.places.append((len(self.text), start))
            self.text += text

    def parts(self, start: int, end: int) -> list[tuple[str, int]]:
        """Return text[start:end] as parts with their places in the source."""
        found = []
        index = bisect_right(self.places, (start, 1 << 62)) - 1
        while start < end:
            position, source = self.places[index]
            stop = min(end, self.places[index + 1][0]) if index + 1 < len(self.places) else end
            found.append((self.text[start:stop], source + start - position))
            start, index = stop, index + 1
        return found

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the source span of text[start:end], which must not be empty."""
        (_, first), *_ = self.parts(start, start + 1)
        (_, last), *_ = self.parts(end - 1, end)
        return first, last + 1


class Paragraph(Passage):
    """The text of a block that is not complete."""

    is_continued = False
    """Whether a part of the block has been taken."""

    def __bool__(self) -> bool:
        return bool(self.text)

    @property
    def has_bar(self) -> bool:
        """Whether the last line has a bar, as the first row of a table."""
        return "|" in self.text[self.text.rstrip("\n").rfind("\n") + 1 :]

    def take(self, length: int) -> Passage:
        """Remove and return the first characters."""
        return self._split(length)[0]

    def cut(self, length: int) -> tuple[str, int]:
        """Remove and return the last characters, from `length` on, as one part."""
        before, after = self._split(length)
        self.text, self.places, self.in_line = before.text, before.places, before.in_line
        return after.text, after.places[0][1]

    def pop_line(self) -> tuple[str, int]:
        """Remove and return the last line."""
        start = self.text.rstrip("\n").rfind("\n") + 1
        line, place = self.cut(start)
        return line.rstrip("\r\n"), place

    def _split(self, length: int) -> tuple[Passage, Passage]:
        before, after = Passage(in_line=self.in_line), Passage()
        for text, start in self.parts(0, length):
            before.add(text, start)
        for text, start in self.parts(length, len(self.text)):
            after.add(text, start)
        self.text, self.places, self.in_line = after.text, after.places, not before.text.endswith("\n")
        self.is_continued = True
        return before, after


def read_inline_text(passage: Passage, elements: ElementReader, is_strict: bool) -> None:
    """Read the text of a block, with its markup."""
    if not _SIGN.search(passage.text):
        _text(passage, elements, 0, len(passage.text))
        return
    # Imported on first use: plain text needs no parser.
    from tts.text.markup.markdown_inline import Span, parse_inline

    def read(span: Span) -> None:
        token, start, end = span
        kind = token.type
        if kind == "text":
            content = token.content
            if len(content) == end - start:
                _text(passage, elements, start, end)
            else:  # an address in angle brackets
                _text(passage, elements, start + 1, end - 1)
        elif kind == "text_special":
            elements.insert(token.content, *passage.span(start, end))
        elif kind in ("em_open", "strong_open"):
            elements.begin_emphasis(kind.removesuffix("_open"))
        elif kind in ("em_close", "strong_close"):
            elements.end_emphasis(kind.removesuffix("_close"))
        elif kind == "code_inline":
            inner = passage.text[start:end].strip("`")
            begin = start + (end - start - len(inner)) // 2
            _text(passage, elements, begin, begin + len(inner))
        elif kind == "html_inline":
            tag = TAG.match(token.content)
            assert tag
            elements.tag(read_tag(tag, passage.span(start, end)[0]))
        elif kind == "image":
            alternative = "".join(child.content for child in token.children or ())
            elements.insert(unescape(alternative), *passage.span(start, end))
        elif kind == "hardbreak":
            elements.separate(Break.LINE, *passage.span(start, end))
        elif kind == "softbreak":
            _text(passage, elements, start, start + 1)

    for span in parse_inline(passage.text, is_strict, passage.in_line):
        read(span)


def _text(passage: Passage, elements: ElementReader, start: int, end: int) -> None:
    for text, place in passage.parts(start, end):
        elements.text(text, place)
