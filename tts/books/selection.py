"""Choose what of a book is read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tts.books.book import Block, Book, Chapter, count_words
from tts.errors import BookError, ConfigError

WORDS_PER_MINUTE = 165
"""Of written words, at speed 1: to estimate how long a chapter takes."""

_RANGE = re.compile(r"(\d{1,6})(?:(-)(\d{1,6})?)?")


def select_chapters(book: Book, ranges: str | None) -> Book:
    """Return the book with the chapters of some ranges, such as "3", "3-5", "7-" or "1,3-5". None is all of them.

    Raises ConfigError for a range that is malformed or has no chapter.
    """
    if ranges is None:
        return book
    last = book.chapters[-1].number
    wanted = set[int]()
    for part in ranges.split(","):
        match = _RANGE.fullmatch(part.strip())
        if not match:
            raise ConfigError(f"chapters {ranges!r}: write numbers and ranges, such as 3, 3-5 or 1,7-")
        start = int(match[1])
        end = int(match[3]) if match[3] else last if match[2] else start
        if not 1 <= start <= end <= last:
            raise ConfigError(
                f"chapters {part.strip()!r}: the book has chapters 1 to {last}; 'tts book --list' shows them"
            )
        wanted |= set(range(start, end + 1))
    return replace(book, chapters=[chapter for chapter in book.chapters if chapter.number in wanted])


def without_licence(book: Book) -> Book:
    """Return the book without licences and statements of copyright. Raises BookError if nothing is left."""
    chapters = list[Chapter]()
    for chapter in book.chapters:
        blocks = [block for block in chapter.blocks if not block.is_licence]
        if any(block.html for block in blocks):
            chapters.append(replace(chapter, number=len(chapters) + 1, blocks=blocks))
    if not chapters:
        raise BookError("the book has nothing but its licence: read it without --skip licence")
    return replace(book, chapters=chapters, n_chapters=len(chapters))


def sample(book: Book, seconds: float, speed: float) -> Book:
    """Return the beginning of the book that takes at least so long, or the whole book if it is shorter."""
    chapters, words = list[Chapter](), 0
    for chapter in book.chapters:
        blocks = list[Block]()
        for block in chapter.blocks:
            if estimated_seconds(words, speed) < 1.5 * seconds:
                blocks.append(block)
                words += count_words(block)
        if blocks:
            chapters.append(replace(chapter, blocks=blocks))
    return replace(book, chapters=chapters)


def estimated_seconds(words: int, speed: float) -> float:
    """Return about how long so many written words take."""
    return words / WORDS_PER_MINUTE * 60 / speed


def total_words(chapters: Sequence[Chapter]) -> int:
    """Return the number of written words of some chapters."""
    return sum(chapter.n_words for chapter in chapters)
