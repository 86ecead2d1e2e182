"""Make audiobooks of a tiny book with the tiny voice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from tests.books import epubs
from tts.books.book import Book
from tts.books.journal import FinishedChapter
from tts.books.read import read_book
from tts.books.run import BookProgress, make_audiobook
from tts.books.speaking import ChapterReading
from tts.books.target import Target
from tts.options import SynthesisOptions

Files = dict[str, bytes]


class Maker:
    """Makes audiobooks of a tiny book with the tiny voice."""

    def __init__(self, folder: Path, voice: Path) -> None:
        self.folder, self.reading = folder, ChapterReading(str(voice), None, SynthesisOptions())
        self.book = read_book(epubs.tiny(folder / "book.epub"))

    def make(
        self, name: str, kind: str = "m4a", report: Callable[[BookProgress], None] | None = None, **options: object
    ) -> list[FinishedChapter]:
        """Make an audiobook that is not there."""
        entries = self.make_again(name, kind, report, **options)
        assert entries is not None
        return entries

    def make_again(
        self, name: str, kind: str = "m4a", report: Callable[[BookProgress], None] | None = None, **options: object
    ) -> list[FinishedChapter] | None:
        """Make an audiobook, unless it is finished."""
        book, subtitles = options.pop("book", self.book), options.pop("subtitles", None)
        assert isinstance(book, Book)
        target = Target(self.folder / name, kind, subtitles)  # type: ignore[arg-type]
        reading = options.pop("reading", self.reading)
        return make_audiobook(book, target, reading, report or (lambda progress: None), workers=1, **options)  # type: ignore[arg-type]

    def files(self, name: str) -> Files:
        """Return the bytes of all files of a folder."""
        paths = (path for path in (self.folder / name).rglob("*") if path.is_file())
        return {str(path.relative_to(self.folder / name)): path.read_bytes() for path in paths}


def work_here(tasks: Iterator[object], begin: Callable[[], Callable[..., object]], *rest: object) -> Iterator[object]:
    """Do the tasks in this process: a new one takes seconds to start."""
    work = begin()
    while (task := next(tasks, None)) is not None:
        yield work(task, lambda: False)
