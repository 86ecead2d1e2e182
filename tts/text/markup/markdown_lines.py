"""What the lines of Markdown are: the signs at their beginning, and which of these are clear in any text."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from tts.text.regex import regex

DEEPEST = 32
"""Maximum number of quotes and list items that begin on one line. What follows them is text."""

_QUOTE = regex(r"[^\S\n]*>")
_BULLET = regex(r"[^\S\n]*[-*+][^\S\n]+(?=\S)")
_NUMBER = regex(r"[^\S\n]*(?P<number>\d{1,9})(?P<mark>[.)])[^\S\n]+(?=\S)")
_TASK = regex(r"\[[ xX]\][^\S\n]+")
_CLEAR_QUOTE = regex(r"[^\S\n]*>[^\S\n]?[^\S\n]*(?:[A-Za-z\"'“‘*_`\[(#>]|[-+]\s|\d{1,2}\.\s|\s*\Z)")
_CLEAR_BULLET = regex(r"[^\S\n]*[-*+][^\S\n]+(?:[^\W\d]|[*_`\[(\"'“‘<!#~]|\\)")
FENCE = regex(r"(`{3,})[^`\n]*\Z|(~{3,})[^~\n]*\Z")
_HEADING = regex(r"(#{1,6})(?:[^\S\n]+|\Z)")
_HEADING_END = regex(r"(?:(?<=\s)|\A)#+[^\S\n]*\Z")
_CLEAR_HEADING = regex(r"#{2,6}[^\S\n]+\S|#[^\S\n]+[A-Z\"'“‘*_`\[(<]")
UNDERLINE = regex(r"(?:=+|-+)[^\S\n]*\Z")
RULE = regex(r"(?:(?:-[^\S\n]*){3,}|(?:\*[^\S\n]*){3,}|(?:_[^\S\n]*){3,})\Z")
DELIMITER_ROW = regex(r"\|?[^\S\n]*:?-+:?[^\S\n]*(?:\|[^\S\n]*:?-+:?[^\S\n]*)*\|?[^\S\n]*\Z")
DEFINITION = regex(r"\[(?!\^)(?:[^\[\]\\]|\\.){1,300}\]:[^\S\n]*(?:<[^<>\n]*>|\S*[./#:@]\S*)[^\S\n]*(?:[\"'(].*)?\Z")
ALERT = regex(r"\[!(?P<name>[A-Za-z]{2,20})\][+-]?[^\S\n]*")
"""The beginning of an alert in a quote: "> [!NOTE]"."""
FOOTNOTE = regex(r"\[\^[^\[\]\s]{1,100}\]:[^\S\n]*")
_FRONT_MATTER = regex(r"[A-Za-z][\w-]*:(?:\s|\Z)|\s|#|-\s|\Z|\.\.\.")
_FIRST_KEY = regex(r"[A-Za-z][\w-]*:(?:\s|\Z)|#")
_LONGEST_FRONT = 200
CERTAIN_TEXT = regex(r"(?:[^\S\n]*(?:[-*+]|\d{1,9}[.)])[^\S\n]+)?(?:\*{0,3}|_{0,3}|[\"'“‘(]{0,2})[A-Za-z][^\n|]{8}")
"""The beginning of a line that is text, alone or after the mark of a list item, however the line goes on."""


class Prefix(NamedTuple):
    """The signs at the beginning of a line."""

    length: int
    """Where the content begins."""
    is_quote: bool = False
    is_item: bool = False
    number: str = ""
    """Number of the item as it is written, of an ordered list."""
    number_start: int = 0


class ItemNumbers:
    """The numbers of the items of a list. Markdown counts items itself: all of them may be written as 1."""

    def __init__(self) -> None:
        self._written, self._read = "", 0

    def read(self, number: str) -> str:
        """Return the number of an item as it is read. number: as it is written, with its mark, such as "1."."""
        if number == self._written:
            self._read += 1
            return f"{self._read}{number[-1]}"
        self._written, self._read = number, int(number[:-1])
        return number

    def restart(self) -> None:
        """End the list."""
        self._written, self._read = "", 0


class FrontMatter:
    """Collects the lines of metadata at the start of a text. Without an end they are no metadata, but text."""

    def __init__(self) -> None:
        self.is_open = False
        self._lines: list[tuple[str, int]] = []

    def open(self, line: str, start: int) -> None:
        """Begin with the line "---"."""
        self.is_open, self._lines = True, [(line, start)]

    def add(self, line: str, start: int) -> list[tuple[str, int]]:
        """Add a line. Return all lines if they prove to be text, the last one among them; else none."""
        self._lines.append((line, start))
        content = line.rstrip("\r\n")
        if content.strip() in ("---", "...") and len(self._lines) > 2:
            self.is_open, self._lines = False, []
            return []
        pattern = _FIRST_KEY if len(self._lines) == 2 else _FRONT_MATTER
        if pattern.match(content) and len(self._lines) <= _LONGEST_FRONT:
            return []
        return self.close()

    def close(self) -> list[tuple[str, int]]:
        """End without an end line, and return the lines, which are text."""
        lines, self.is_open, self._lines = self._lines, False, []
        return lines


def read_prefix(line: str, is_strict: bool, in_quote: bool, in_text: bool, in_list: bool) -> Prefix:
    """Read the signs of quotes and list items.

    `in_quote`, `in_text`, `in_list`: what the line before is. A number begins an item inside a paragraph only if it is
    1. In strict mode, a sign has to be clear unless the line goes on with a quote.
    """
    length, number, number_start, is_quote, is_item = 0, "", 0, False, False
    for _ in range(DEEPEST):
        rest = line[length : length + 400]
        if found := _QUOTE.match(rest):
            if is_strict and not in_quote and not _CLEAR_QUOTE.match(rest):
                break
            is_quote = True
        elif (found := _BULLET.match(rest)) and not RULE.match(line[length:].strip()):
            if is_strict and not _CLEAR_BULLET.match(rest):
                break
            is_item = True
        elif found := _NUMBER.match(rest):
            interrupts = in_text and not (in_list or is_item or is_quote)
            if (interrupts and found["number"] != "1") or (is_strict and len(found["number"]) > 3):
                break
            is_item, number, number_start = True, found["number"] + found["mark"], length + found.start("number")
        else:
            break
        length += found.end()
    space = len(line) - len(line[length:].lstrip(" \t\f\v"))
    length = max(length, space)
    if is_item and (task := _TASK.match(line, length)):
        length = task.end()
    return Prefix(length, is_quote, is_item, number, number_start)


def is_heading(content: str, is_strict: bool) -> bool:
    """Return whether the content of a line is a heading: "# of items" is none in strict mode."""
    return (_CLEAR_HEADING if is_strict else _HEADING).match(content) is not None


def heading_text(content: str) -> tuple[int, str]:
    """Return the place and the text of a heading, without its signs."""
    sign = _HEADING.match(content)
    assert sign
    return sign.end(), _HEADING_END.sub("", content[sign.end() :]).rstrip()


def ends_fence(content: str, fence: str) -> bool:
    """Return whether a line ends a code block. fence: the signs that opened the block."""
    signs = content.strip(" \t>")
    return bool(signs) and set(signs) == {fence[0]} and len(signs) >= len(fence)


def split_cells(row: str) -> list[tuple[int, int]]:
    """Return the spans of the cells of a table's row, without outer white space. A bar after a backslash is text."""
    bars = [match.start() for match in _BAR.finditer(row)]
    edges = [-1, *bars, len(row)]
    spans = []
    for left, right in pairwise(edges):
        cell = row[left + 1 : right]
        inner = cell.strip()
        if inner:
            start = left + 1 + len(cell) - len(cell.lstrip())
            spans.append((start, start + len(inner)))
    return spans


_BAR = regex(r"(?<!\\)\|")
