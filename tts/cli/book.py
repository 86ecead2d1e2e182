"""`tts book`: turn a book into an audiobook."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tts.cli.speak import add_delivery

if TYPE_CHECKING:
    from tts.books.book import Book

logger = logging.getLogger(__name__)

_DESCRIPTION = """BOOK is an EPUB, HTML, Markdown or text. Chapters come from its table of contents or its headings."""


def add_commands(commands: Any) -> None:
    """Add this module's command to the parser."""
    command = commands.add_parser("book", help="turn a book into an audiobook, on all cores", description=_DESCRIPTION)
    command.add_argument("book", type=Path, metavar="BOOK", help="EPUB, HTML, Markdown or text")
    command.add_argument("--list", action="store_true", help="list the chapters with words and minutes, and exit")
    command.add_argument("--chapters", metavar="RANGES", help="chapters to read, such as 3, 3-5 or 1,7-")
    command.add_argument(
        "--notes",
        choices=("end", "skip"),
        default="end",
        help="read notes at the end of their chapter, or not at all (default: end)",
    )
    command.add_argument("--skip", choices=("licence",), help="leave out licences and statements of copyright")
    add_delivery(command)
    command.set_defaults(run=book)


def book(options: argparse.Namespace) -> None:
    """Read a book, and list it."""
    _list(_read(options), options.speed)


def _read(options: argparse.Namespace) -> Book:
    """Read the chapters that are asked for."""
    from tts.books.read import read_book
    from tts.books.selection import select_chapters, without_licence

    found = read_book(options.book, read_notes=options.notes == "end")
    if not found.language.lower().startswith(("en", "und")):
        logger.warning("the book says that its language is %r: griffon speaks English only", found.language)
    if options.skip == "licence":
        found = without_licence(found)
    return select_chapters(found, options.chapters)


def _list(book: Book, speed: float) -> None:
    """Print the title, the authors and the chapters."""
    from tts.books.selection import estimated_seconds, total_words

    print(f"{book.title}{' by ' if book.authors else ''}{', '.join(book.authors)}")
    width = len(str(book.chapters[-1].number))
    for chapter in book.chapters:
        print(f"{chapter.number:{width}}  {_length(chapter.n_words, speed)}  {chapter.title}")
    words, count = total_words(book.chapters), len(book.chapters)
    hours, minutes = divmod(round(estimated_seconds(words, speed) / 60), 60)
    print(f"{count} chapter{'s' * (count != 1)}, {words:,} words, about {hours} h {minutes:02} min")


def _length(words: int, speed: float) -> str:
    from tts.books.selection import estimated_seconds

    minutes, seconds = divmod(round(estimated_seconds(words, speed)), 60)
    return f"{words:7,} words {minutes:4}:{seconds:02}"
