"""Read one document in HTML or XHTML into blocks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from tts.books import elements
from tts.books.book import Block, to_text
from tts.books.inline import InlineText
from tts.books.open_elements import OpenElements
from tts.books.tokens import tokens
from tts.errors import BookError
from tts.text.markup.html_tags import CELLS, PARAGRAPHS, SENTENCES, VOID, Tag

MOST_BLOCKS = 200_000
"""Maximum number of blocks of one document. War and Peace has 12,000 paragraphs."""

_WORD = re.compile(r"[^\W_]")
_BLOCKS = (PARAGRAPHS | SENTENCES) - {"html", "body"}
_AUTHORS = ("author", "dc.creator", "dcterms.creator")
_ANCHORS = ("id", "name", "xml:id")
_IDENTIFIED = re.compile(r"\s(?:id|name)\s*=", re.IGNORECASE)


@dataclass
class Document:
    """One document. Its blocks have numbers, by which anchors and notes name them."""

    title: str = ""
    author: str = ""
    language: str = ""
    blocks: list[Block] = field(default_factory=list)
    anchors: dict[str, int] = field(default_factory=dict)
    """Identifier -> number of the first block that begins at or after the element."""
    links: set[int] = field(default_factory=set)
    """Blocks that are nothing but links into the book, as in a table of contents."""
    notes: dict[int, str] = field(default_factory=dict)
    """Blocks that are notes by their element -> identifier of the note, "" if it has none."""
    marked: set[int] = field(default_factory=set)
    """Blocks that begin with the mark of a note: they are notes if something refers to them."""


def read_document(source: str, resolve: Callable[[str], str] = lambda href: href) -> Document:
    """Read a document. resolve: turns the target of a link into the place of a note."""
    reader = _Reader(resolve)
    for token in tokens(source):
        if isinstance(token, str):
            reader.text(token)
        else:
            reader.tag(token)
    return reader.finish()


class _Reader:
    """Reads tags and text in order."""

    def __init__(self, resolve: Callable[[str], str]) -> None:
        self._document = Document()
        self._resolve = resolve
        self._inline = InlineText()
        self._open = OpenElements()
        self._silent = ("", 0)  # name of the element that is not read, and the number of open elements of this name
        self._in_title = False
        self._anchors: list[str] = []  # that wait for a block
        self._link: tuple[int, elements.Attributes] | None = None  # the place of its text, and its attributes
        self._references: list[str] = []  # of the block
        self._linked = 0  # characters of the block in links
        self._has_mark = False  # whether the block begins with the mark of a note

    def text(self, text: str) -> None:
        """Read text."""
        if self._in_title:
            self._document.title += text
        elif self._silent[0]:
            return
        elif self._open.are_preformatted:
            first, *lines = text.replace("\r", "").split("\n")
            self._inline.text(first)
            for line in lines:
                self._flush()
                self._inline.text(line)
        else:
            self._inline.text(text)

    def tag(self, tag: Tag) -> None:
        """Read a tag."""
        if self._silent[0]:
            self._silent_tag(tag)
        elif tag.is_end:
            self._end(tag.name)
        else:
            self._start(tag)

    def finish(self) -> Document:
        """Return the document."""
        self._flush()
        self._settle_anchors()
        self._document.title = " ".join(self._document.title.split())
        return self._document

    def _silent_tag(self, tag: Tag) -> None:
        """Read a tag in an element that is not read: the head has the title and the author."""
        name, depth = self._silent
        if tag.name == name and not tag.source.endswith("/>"):
            depth += -1 if tag.is_end else 1
            self._silent = (name, depth) if depth else ("", 0)
        self._in_title = self._in_title and bool(self._silent[0])
        if name != "head":
            if not tag.is_end:
                self._anchor(tag)
        elif tag.name == "title":
            self._in_title = not tag.is_end and not self._document.title
        elif tag.name == "meta":
            attributes = tag.attributes()
            if attributes.get("name", "").lower() in _AUTHORS and not self._document.author:
                self._document.author = " ".join(attributes.get("content", "").split())

    def _anchor(self, tag: Tag) -> None:
        if _IDENTIFIED.search(tag.source):
            attributes = tag.attributes()
            self._anchors += [attributes[name] for name in _ANCHORS if attributes.get(name)]

    def _start(self, tag: Tag) -> None:
        name, attributes = tag.name, tag.attributes()
        if name in _BLOCKS:
            self._flush()
        self._anchor(tag)
        is_empty = name in VOID or tag.source.endswith("/>")
        if not is_empty and elements.is_silent(name, attributes):
            self._silent = (name, 1)
            self._in_title = name == "title" and not (self._document.title or self._document.blocks)  # no <head>
        elif name == "br":
            self._inline.line_break()
        elif name == "hr":
            self._add(Block("break"))
        elif name in ("img", "image"):
            self._inline.picture(elements.description(attributes))
        elif name == "html":
            self._document.language = attributes.get("lang") or attributes.get("xml:lang", "")
        elif name in CELLS and self._inline.has_text_before(self._inline.length):
            self._inline.comma()
        elif name in _BLOCKS and not is_empty:
            self._open_block(name, attributes)
        elif name == "a" and not is_empty:
            self._link = (self._inline.length, attributes)
        elif not is_empty:
            self._inline.open(name)

    def _open_block(self, name: str, attributes: elements.Attributes) -> None:
        number = self._open.open(name, attributes)
        if number is not None:
            self._inline.text(f"{number}. ")

    def _end(self, name: str) -> None:
        if name == "a":
            self._end_link()
        elif name in _BLOCKS:
            self._flush()
            self._open.close(name)
        else:
            self._inline.close(name)

    def _end_link(self) -> None:
        """Remove the mark of a note, and remember to which note it refers."""
        if self._link is None:
            return
        (place, attributes), self._link = self._link, None
        text, href = to_text(self._inline.since(place)).strip(), attributes.get("href", "")
        if "#" in href and (elements.is_reference(attributes) or elements.is_mark(text)):
            if self._inline.has_text_before(place):
                self._references.append(self._resolve(href))
            else:
                self._has_mark = True
            self._inline.cut(place)
        elif elements.is_back_mark(text):
            self._inline.cut(place)
        elif href and ":" not in href.partition("/")[0]:
            self._linked += len(text)

    def _flush(self) -> None:
        """End the block."""
        self._link = None
        html = self._inline.take()
        if html:
            kind, level = self._open.kind()
            is_licence = self._open.are_licence
            text = to_text(html).strip()
            if _WORD.search(text):
                self._add(Block(kind, html, level, tuple(self._references), is_licence))
                if 0 < self._linked >= len(text) - 2:
                    self._document.links.add(len(self._document.blocks) - 1)
            else:
                self._add(Block("break", is_licence=is_licence))
        self._references, self._linked, self._has_mark = [], 0, False

    def _add(self, block: Block) -> None:
        if block.kind == "heading" and self._open.are_notes:
            return
        number = len(self._document.blocks)
        if number >= MOST_BLOCKS:
            raise BookError(f"a document has more than {MOST_BLOCKS:,} paragraphs: split it")
        note = self._open.note
        if note is not None:
            self._document.notes[number] = note
        elif self._has_mark:
            self._document.marked.add(number)
        self._settle_anchors()
        self._document.blocks.append(block)

    def _settle_anchors(self) -> None:
        for anchor in self._anchors:
            self._document.anchors.setdefault(anchor, len(self._document.blocks))
        self._anchors = []
