"""Say what an audiobook is written to: one file, or a folder of chapters."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tts.books.book import Book
from tts.books.names import file_name
from tts.errors import ConfigError

Subtitles = Literal["srt", "epub"]
STAGING = ".tts-book"
"""Folder of the pieces that are spoken, in the folder of the chapters."""


@dataclass(frozen=True)
class Target:
    """What to write: an .m4b file, or a folder with a file for each chapter."""

    path: Path
    format: str
    """A key of `FORMATS`; "m4a" writes one .m4b file."""
    subtitles: Subtitles | None = None

    def __post_init__(self) -> None:
        if self.subtitles == "epub" and self.format not in ("m4a", "mp3"):
            raise ConfigError(f"an EPUB cannot hold {self.format}: write an .m4b, or use --format mp3")

    @property
    def is_one_file(self) -> bool:
        """Whether the whole book is one file."""
        return self.format == "m4a"

    @property
    def folder(self) -> Path:
        """Folder of the chapters: of one file, a hidden folder beside it that is removed at the end."""
        return self.path.with_name(f".{self.path.name}{STAGING}") if self.is_one_file else self.path

    def overlays(self, book: Book) -> Path:
        """Return the path of the EPUB with the text and the sound. The book itself is never there."""
        if self.is_one_file:
            return self.path.with_name(f"{self.path.stem}.read-aloud.epub")
        return self.path / f"{file_name(book.title)}.read-aloud.epub"
