"""Write the text of one block with its inline elements as well-formed XHTML."""

from __future__ import annotations

import re
from html import escape

from tts.books.book import to_text

_NAMES = {"em": "em", "i": "em", "strong": "strong", "b": "strong", "mark": "mark", "sup": "sup", "sub": "sub"}
"""Elements that are kept, and what they are called."""
_EMPHASES = frozenset("em strong mark".split())
_MOST_EMPHASIZED = 6  # words; a longer stretch keeps its look and is spoken as usual
_COMMA = ", "
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPACES = re.compile(r"\s+")
_EMPTY = re.compile(r"<(\w+)(?: class=\"\w+\")?>(\s*)</\1>")
_OUTER_BREAKS = re.compile(r"\A(?:\s|<br/>)+|(?:\s|<br/>)+\Z")


class InlineText:
    """The text of a block."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._open: list[tuple[str, int]] = []  # open elements, with the places of their tags
        self._is_after_picture = False

    @property
    def length(self) -> int:
        """The place at which the next part is written."""
        return len(self._parts)

    def text(self, text: str) -> None:
        """Add text. Each run of white space is one space."""
        text = _SPACES.sub(" ", _ILLEGAL.sub("", text))
        if self._is_after_picture and text[:1].isalnum():
            text = f" {text}"
        self._is_after_picture = False
        if text.startswith(" ") and (not self._parts or self._parts[-1].endswith((" ", "<br/>"))):
            text = text[1:]
        if text:
            self._parts.append(escape(text, quote=False))

    def picture(self, description: str) -> None:
        """Add the description of a picture, apart from the words around it."""
        if description.strip():
            self.text(f" {description.strip()}")
            self._is_after_picture = True

    def comma(self) -> None:
        """Add a comma, between the cells of a table. Empty cells have none."""
        if self._parts[-1] != _COMMA:
            self._parts[-1] = self._parts[-1].rstrip()
            self._parts.append(_COMMA)

    def line_break(self) -> None:
        """Add a line break."""
        self._parts.append("<br/>")

    def open(self, name: str) -> None:
        """Begin an element if it is one that is kept; a quotation gets quotation marks."""
        if name == "q":
            self.text("“")
        elif name in _NAMES and len(self._open) < 16:
            self._open.append((name, len(self._parts)))
            self._parts.append(f"<{_NAMES[name]}>")

    def close(self, name: str) -> None:
        """End an element, and those inside it that are still open."""
        if name == "q":
            self.text("”")
        elif any(opened == name for opened, _ in self._open):
            while self._close_last() != name:
                pass

    def since(self, place: int) -> str:
        """Return the XHTML that was written from a place on."""
        return "".join(self._parts[place:])

    def has_text_before(self, place: int) -> bool:
        """Return whether there is text before a place."""
        return bool(to_text("".join(self._parts[:place])).strip())

    def cut(self, place: int) -> None:
        """Remove what was written from a place on."""
        del self._parts[place:]
        self._open = [(name, start) for name, start in self._open if start < place]

    def take(self) -> str:
        """Return the block, and begin the next one."""
        while self._open:
            self._close_last()
        if self._parts[-1:] == [_COMMA]:
            self._parts.pop()
        html, self._parts = "".join(self._parts), []
        while (without := _EMPTY.sub(r"\2", html)) != html:
            html = without
        return _OUTER_BREAKS.sub("", html)

    def _close_last(self) -> str:
        name, start = self._open.pop()
        written = _NAMES[name]
        if written in _EMPHASES and len(to_text(self.since(start)).split()) > _MOST_EMPHASIZED:
            self._parts[start] = f'<span class="{written}">'
            written = "span"
        self._parts.append(f"</{written}>")
        return name
