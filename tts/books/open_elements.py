"""The elements around a place in a document: what kind of block stands there, and whether it is a note or a licence."""

from __future__ import annotations

import re
from typing import NamedTuple

from tts.books import elements
from tts.books.book import Kind
from tts.text.markup.html_tags import SENTENCES

DEEPEST = 200
"""Maximum number of open elements whose end matters."""

_HEADING = re.compile(r"h([1-6])")
_NOTE_ELEMENTS = frozenset("aside dd div li p section".split())


class _Open(NamedTuple):
    """An open element that is a block or holds blocks."""

    name: str
    is_licence: bool
    is_notes: bool
    note: str | None
    number: int = 1
    """Number of the next item of an ordered list."""


class OpenElements:
    """The open elements that are blocks or hold blocks, from the outermost one."""

    def __init__(self) -> None:
        self._open: list[_Open] = []

    def open(self, name: str, attributes: elements.Attributes) -> int | None:
        """Open an element. Return the number of an item of an ordered list."""
        if len(self._open) >= DEEPEST:
            return None
        if name in ("li", "p") and self._open and self._open[-1].name == name:
            self._open.pop()  # an element without an end tag
        in_notes, identifier = self.are_notes, attributes.get("id", "")
        is_note = elements.is_note(attributes) or (in_notes and bool(identifier) and name in _NOTE_ELEMENTS)
        start, number = attributes.get("start", ""), None
        if name == "li" and self._open and self._open[-1].name == "ol" and not in_notes:
            number = self._open[-1].number
            self._open[-1] = self._open[-1]._replace(number=number + 1)
        opened = _Open(
            name,
            elements.is_licence(attributes),
            elements.holds_notes(attributes),
            identifier if is_note else None,
            int(start) if start.isdecimal() and len(start) < 9 else 1,
        )
        self._open.append(opened)
        return number

    def close(self, name: str) -> None:
        """Close the innermost element of this name, and those inside it."""
        places = [place for place, element in enumerate(self._open) if element.name == name]
        if places:
            del self._open[places[-1] :]

    def kind(self) -> tuple[Kind, int]:
        """Return the kind of a block here, and the level of a heading."""
        for element in reversed(self._open):
            if match := _HEADING.fullmatch(element.name):
                return "heading", int(match[1])
            if element.name in SENTENCES:
                return "item", 0
            if element.name == "blockquote":
                return "quote", 0
            if element.name == "pre":
                return "line", 0
        return "paragraph", 0

    @property
    def are_preformatted(self) -> bool:
        """Whether white space here stands as it is written."""
        return any(element.name == "pre" for element in self._open)

    @property
    def are_licence(self) -> bool:
        """Whether a licence or a statement of copyright is open."""
        return any(element.is_licence for element in self._open)

    @property
    def are_notes(self) -> bool:
        """Whether an element that holds notes is open."""
        return any(element.is_notes for element in self._open)

    @property
    def note(self) -> str | None:
        """Identifier of the innermost note, "" for a note without one, None outside of notes."""
        return next((element.note for element in reversed(self._open) if element.note is not None), None)
