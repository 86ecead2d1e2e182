"""Make chapters of the blocks of documents."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from tts.books.book import Block, Chapter, to_text
from tts.books.document import Document
from tts.books.notes import Footnotes, Place
from tts.errors import BookError

Starts = Mapping[str, Sequence[tuple[int, str]]]
"""Path of a document -> numbers of the blocks with which chapters begin, and the titles of these, or ""."""

_NO_TEXT = ("heading", "break")
_FEWEST_LINKS = 3  # in a row that are a table of contents
_CONTENTS = re.compile(r"(?:table of )?contents|index|list of (?:illustrations|chapters|figures|tables)", re.IGNORECASE)
_PART = re.compile(r"(?:part|book|volume)\b", re.IGNORECASE)
_LONGEST_TITLE = 80
_START = re.compile(r"\*\*\* ?START OF TH(?:E|IS) PROJECT GUTENBERG", re.IGNORECASE)
_END = re.compile(r"\*\*\* ?END OF TH(?:E|IS) PROJECT GUTENBERG|^End of (?:the )?Project Gutenberg", re.IGNORECASE)


def make_chapters(
    documents: Mapping[str, Document], auxiliary: Mapping[str, Document], starts: Starts, *, read_notes: bool
) -> list[Chapter]:
    """Return the chapters that have more to read than notes of others, with their notes at the end if `read_notes`.

    documents: in reading order. auxiliary: documents that may hold notes. A document without a start goes on with the
    chapter before it, if any document has one. Raises BookError if there is nothing to read.
    """
    notes = Footnotes({**documents, **auxiliary})
    chapters = list[Chapter]()
    for given, places in _stretches(documents, starts):
        blocks = [documents[path].blocks[number] for path, number in places if (path, number) not in notes]
        read = notes.following(places) if read_notes and any(block.html for block in blocks) else []
        had_only_notes = len(blocks) < len(places) and not any(block.kind not in _NO_TEXT for block in blocks)
        if not any(block.html for block in blocks) or (had_only_notes and not read):
            continue
        title = _short(given or _title_of(blocks))
        blocks += read
        chapters.append(Chapter(len(chapters) + 1, title, _without_outer_breaks(blocks)))
    if not chapters:
        raise BookError("the book has no text to read: it may be a book of pictures")
    return chapters


def heading_starts(document: Document) -> list[tuple[int, str]]:
    """Return the chapters of a document by its headings.

    They are of the highest level that has two or more headings which are not those of parts, and of the levels above.
    """
    headings = [
        (number, block.level, to_text(block.html))
        for number, block in enumerate(document.blocks)
        if block.kind == "heading" and number not in document.notes
    ]
    counts = Counter(level for _, level, _ in headings)
    parts = Counter(level for _, level, title in headings if _PART.match(title))
    chapters = [level for level, count in counts.items() if count > 1 and 2 * parts[level] < count]
    lowest = min(chapters, default=6)
    return [(number, title) for number, level, title in headings if level <= lowest]


def mark_licences(blocks: Sequence[Block]) -> list[Block]:
    """Mark what stands before and after the text of a book of Project Gutenberg as licence."""
    first, last = 0, len(blocks)
    for number, block in enumerate(blocks):
        text = to_text(block.html)
        if _START.search(text):
            first = number + 1
        elif _END.search(text):
            last = min(last, number)
    return [block if first <= number < last else replace(block, is_licence=True) for number, block in enumerate(blocks)]


def _stretches(documents: Mapping[str, Document], starts: Starts) -> Iterator[tuple[str, list[Place]]]:
    """Yield the title and the places of each chapter."""
    title, places = "", list[Place]()
    has_starts = any(starts.values())
    for path, document in documents.items():
        skipped = _contents(document)
        begins = dict(sorted(starts.get(path, ()), reverse=True))  # of two titles at one place, the first
        if not has_starts:
            begins = {0: ""}
        for number in range(len(document.blocks)):
            if number in begins:
                yield title, places
                title, places = begins[number], []
            if number not in skipped:
                places.append((path, number))
    yield title, places


def _contents(document: Document) -> set[int]:
    """Return the blocks that are a table of contents: several links in a row, and the heading above them."""
    found, row = set[int](), list[int]()
    for number in range(len(document.blocks) + 1):
        if number in document.links:
            row.append(number)
            continue
        if len(row) >= _FEWEST_LINKS:
            found.update(row)
            above = row[0] - 1
            if above >= 0 and _CONTENTS.fullmatch(to_text(document.blocks[above].html).strip(" .:")):
                found.add(above)
        row = []
    return found


def _without_outer_breaks(blocks: list[Block]) -> list[Block]:
    spoken = [number for number, block in enumerate(blocks) if block.kind != "break"]
    return blocks[spoken[0] : spoken[-1] + 1]


def _title_of(blocks: Sequence[Block]) -> str:
    """Return the first heading, or else the first words."""
    first = next((block for block in blocks if block.kind == "heading"), None) or next(b for b in blocks if b.html)
    return to_text(first.html)


def _short(title: str) -> str:
    title = " ".join(title.split())
    if len(title) <= _LONGEST_TITLE:
        return title
    return title[:_LONGEST_TITLE].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
