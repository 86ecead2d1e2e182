"""Cuts text into sentences, as spans: in linear time, and without losing a character that is not space."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tts.text.normalize.abbreviations import announces_number, is_abbreviation, is_title

Span = tuple[int, int]

LONGEST = 300
"""Characters in a sentence before it is cut at a clause."""

_CLOSERS = "'\")]}”’»"
_CANDIDATE = re.compile(rf"\n[^\S\n]*|[.!?…]+[{re.escape(_CLOSERS)}]*")
_LIST_ITEM = re.compile(r"(?:[-*•]|\d{1,3}[.)])\s")
_ENUMERATOR = re.compile(r"\s*\(?(?:\d{1,3}|[A-Za-z])[.)]*\Z")
_WORD_BEFORE = re.compile(r"(?:[A-Za-z]\.)*[A-Za-z]+\Z")
_NEXT_WORD = re.compile(r"\s*[\"'(\[“‘«]*([^\W_]+)")
_CLAUSE = re.compile(r"[;:,—–)](?=\s)|(?<=\s)[-—–]+(?=\s)")
_LOOK_BACK = 16
# Words that open a sentence and hardly ever follow an abbreviation inside one ("the U.S. Army", "in the U.S. He").
_OPENERS = frozenset(
    "the a an he she it they we you i this that these those there his her its their our my your in on at but and so "
    "if when while what why how who as for from after before then however although yet or not no yes".split()
)


def split(text: str, longest: int = LONGEST) -> Iterator[Span]:
    """Spans of the sentences, in order, without the space around them; those over `longest` characters are cut."""
    start = 0
    for match in _CANDIDATE.finditer(text):
        if _ends_sentence(text, start, match):
            yield from _shorten(text, start, match.end(), longest)
            start = match.end()
    yield from _shorten(text, start, len(text), longest)


def _ends_sentence(text: str, start: int, match: re.Match[str]) -> bool:
    if match[0][0] == "\n":
        return _ends_line(text, match)
    end = match.end()
    if end < len(text) and not text[end].isspace():
        return False
    following = _NEXT_WORD.match(text, end)
    next_word = following[1] if following else ""
    marks = match[0].rstrip(_CLOSERS)
    if marks != ".":
        quoted_or_trailing = len(marks) < len(match[0]) or marks[-1] in ".…"
        return not (next_word[:1].islower() and quoted_or_trailing)
    return _stop_ends(text, start, match.start(), next_word, len(match[0]) > 1)


def _ends_line(text: str, match: re.Match[str]) -> bool:
    """A newline ends a sentence before a blank line, before a list item, and after a mark."""
    end = match.end()
    if text[end : end + 1] == "\n" or _LIST_ITEM.match(text, end):
        return True
    before = text[max(0, match.start() - _LOOK_BACK) : match.start()].rstrip()
    return before[-1:] in (":", ";")


def _stop_ends(text: str, start: int, stop: int, next_word: str, quoted: bool) -> bool:
    """Whether the single full stop at `stop` ends the sentence that began at `start`."""
    if stop - start < _LOOK_BACK and _ENUMERATOR.match(text[start:stop]):
        return not next_word
    before = _WORD_BEFORE.search(text[max(start, stop - _LOOK_BACK) : stop])
    word = before[0] if before else ""
    opener = next_word.lower() in _OPENERS and next_word[:1].isupper()
    if not next_word:
        return True
    if (is_title(word) and word != "St") or word in ("e.g", "i.e", "vs"):
        return False
    if announces_number(word):
        return not next_word[0].isdigit()
    if word[-2:].lower() == ".m" or word == "etc":
        return next_word[0].isupper()
    if is_abbreviation(word) or "." in word or (len(word) == 1 and word.isupper() and word != "I"):
        return opener
    return not (quoted and next_word[0].islower())


def _shorten(text: str, start: int, end: int, longest: int) -> Iterator[Span]:
    """The span without outer space, cut at clauses, else at spaces, else anywhere, while it is too long."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > longest:
        cut = _cut(text, start, start + longest)
        yield start, cut
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        yield start, end


def _cut(text: str, start: int, limit: int) -> int:
    ends = [match.end() for match in _CLAUSE.finditer(text, start, limit)]
    if ends and ends[-1] - start > (limit - start) // 3:
        return ends[-1]
    space = max(text.rfind(" ", start, limit), text.rfind("\n", start, limit))
    while space > start and text[space - 1].isspace():
        space -= 1
    return space if space > start else limit
