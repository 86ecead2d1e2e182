"""File names of chapters."""

from __future__ import annotations

import re

from tts.books.book import Book, Chapter

_FORBIDDEN = re.compile(r'[/\\<>:"|?*\x00-\x1f\x7f]+')
_LONGEST = 60  # characters: at most 240 bytes, with the number and the suffix less than file systems allow


def chapter_stem(chapter: Chapter, book: Book) -> str:
    """Return the name of a chapter's file without its suffix: its number, so that files sort, and its title."""
    width = max(2, len(str(book.n_chapters)))
    return f"{chapter.number:0{width}} {file_name(chapter.title)}".strip()


def file_name(title: str) -> str:
    """Return a title as a file name without a suffix. Characters that some systems forbid are spaces."""
    name = " ".join(_FORBIDDEN.sub(" ", title).split())[:_LONGEST]
    while len(name.encode()) > 4 * _LONGEST - 20:
        name = name[:-1]
    return name.strip(" .")
