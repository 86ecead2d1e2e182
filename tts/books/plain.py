"""Read plain text into blocks: paragraphs between blank lines, and headings by their words."""

from __future__ import annotations

import re
from html import escape
from typing import NamedTuple

from tts.books.book import Block
from tts.books.document import MOST_BLOCKS, Document
from tts.errors import BookError

_ONES = "one|two|three|four|five|six|seven|eight|nine|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth"
_TEENS = "(?:thir|four|fif|six|seven|eigh|nine)teen(?:th)?|ten|eleven|twelve|tenth|eleventh|twelfth"
_TENS = "(?:twen|thir|for|fif|six|seven|eigh|nine)(?:ty|tieth)"
_NUMBER = rf"(?:the )?(?:\d{{1,3}}|[ivxlc]{{1,9}}|{_TEENS}|{_TENS}(?:[- ](?:{_ONES}))?|{_ONES}|last)"
_PART = re.compile(rf"(?:book|part|volume) {_NUMBER}\b", re.IGNORECASE)
_CHAPTER = re.compile(rf"(?:chapter|letter|canto|act|scene|stave|section) {_NUMBER}\b", re.IGNORECASE)
_NAMED = re.compile(
    r"prologue|epilogue|preface|foreword|introduction|afterword|conclusion|(?:appendix|interlude)(?: [a-z\d]{1,3})?",
    re.IGNORECASE,
)
_TITLE = re.compile(r"[^\S\n]*(?:[.:–—-]|\n|\Z|(?=[A-Z“\"]))")  # what may follow the number of a chapter
_NUMERAL = re.compile(r"[IVXLC]{1,9}\.?|\d{1,3}\.?")
_LONGEST_HEADING, _MOST_LINES = 120, 3
_FIELD = re.compile(r"^(Title|Author|Language): *(.+)$", re.MULTILINE)
_PREAMBLE = 5000  # characters in which a title and an author may be named
_BLANK = re.compile(r"\n[^\S\n]*\n\s*")
_WORD = re.compile(r"[^\W_]")
_ILLEGAL = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class _Heading(NamedTuple):
    level: int
    text: str


def read_plain(source: str) -> Document:
    """Read a text. A title and an author are taken from lines as of Project Gutenberg: "Title: …"."""
    document = Document()
    source = _ILLEGAL.sub("", source.replace("\r\n", "\n").replace("\r", "\n"))
    for name, value in _FIELD.findall(source[:_PREAMBLE]):
        attribute = name.lower()
        if attribute != "language" and not getattr(document, attribute):
            setattr(document, attribute, value.strip())
    for paragraph in _BLANK.split(source):
        if len(document.blocks) >= MOST_BLOCKS:
            raise BookError(f"the text has more than {MOST_BLOCKS:,} paragraphs: split it")
        if heading := _heading(paragraph):
            document.blocks.append(Block("heading", escape(heading.text, quote=False), heading.level))
        elif _WORD.search(paragraph):
            document.blocks.append(Block("paragraph", escape(" ".join(paragraph.split()), quote=False)))
        elif paragraph.strip():
            document.blocks.append(Block("break"))
    return document


def _heading(paragraph: str) -> _Heading | None:
    """Return a short paragraph that begins as headings do and is no sentence."""
    paragraph = paragraph.strip()
    lines = paragraph.split("\n")
    text = " ".join(paragraph.split())
    if len(text) > _LONGEST_HEADING or len(lines) > _MOST_LINES or not re.match(r"[A-Z\d]", text):
        return None
    start = _PART.match(paragraph) or _CHAPTER.match(paragraph)
    if start:
        return _Heading(1 if _PART.match(text) else 2, text) if _TITLE.match(paragraph, start.end()) else None
    return _Heading(2, text) if _NAMED.fullmatch(text.rstrip(".:")) or _NUMERAL.fullmatch(text) else None
