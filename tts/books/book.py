"""A book in memory: chapters of blocks of text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Literal, NamedTuple

from tts.text.markup.html_tags import ENTITY

Kind = Literal["heading", "paragraph", "item", "quote", "line", "break", "note"]
"""A heading, a paragraph, an item of a list, a paragraph of a quotation, a line of verse or of preformatted text, a
break between scenes, or a note."""

_MARKUP = re.compile(rf"<[^>]*>|{ENTITY.pattern}")
_WORD = re.compile(r"[^\W_]+(?:['’.,-][^\W_]+)*")
_BREAK = "<br/>"


@dataclass(frozen=True)
class Block:
    """A stretch of text that is spoken between two pauses."""

    kind: Kind
    html: str = ""
    """Well-formed XHTML with inline elements only. Each tag is as short as it can be."""
    level: int = 0
    """Level of a heading, 1 to 6."""
    notes: tuple[str, ...] = ()
    """Places of the notes to which the block refers."""
    is_licence: bool = False
    """Whether the block is a licence or a statement of copyright."""


@dataclass
class Chapter:
    """A chapter with its number in the book, counted from 1."""

    number: int
    title: str
    blocks: list[Block] = field(default_factory=list)

    @property
    def n_words(self) -> int:
        """Number of written words."""
        return sum(count_words(block) for block in self.blocks)


class Cover(NamedTuple):
    """The picture on the cover: a JPEG or a PNG."""

    data: bytes
    suffix: Literal[".jpg", ".png"]


@dataclass
class Book:
    """A book without its files."""

    title: str
    authors: tuple[str, ...] = ()
    language: str = "en"
    cover: Cover | None = None
    chapters: list[Chapter] = field(default_factory=list)
    """Those that are read."""
    n_chapters: int = 0
    """Number of chapters of the whole book."""


def count_words(block: Block) -> int:
    """Return the number of written words of a block."""
    return len(_WORD.findall(to_text(block.html)))


def to_text(html: str) -> str:
    """Return the text of a block."""
    return _MARKUP.sub(lambda match: _text_of(match[0]), html)


def place_text(html: str) -> tuple[str, list[int]]:
    """Return the text of a block, and for each place in the source the place in the text."""
    text, places, done = "", list[int](), 0
    for match in _MARKUP.finditer(html):
        places += range(len(text), len(text) + match.start() - done)
        text += html[done : match.start()]
        places += [len(text)] * len(match[0])
        text += _text_of(match[0])
        done = match.end()
    places += range(len(text), len(text) + len(html) - done + 1)
    return text + html[done:], places


def _text_of(markup: str) -> str:
    if markup.startswith("&"):
        return unescape(markup)
    return " " if markup == _BREAK else ""
