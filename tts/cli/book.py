"""`tts book`: turn a book into an audiobook."""

from __future__ import annotations

import argparse
import hashlib
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tts.cli.parser import examples
from tts.cli.speak import add_delivery, synthesis_options
from tts.errors import ConfigError

if TYPE_CHECKING:
    from tts.books.book import Book
    from tts.books.run import BookProgress
    from tts.books.speaking import ChapterReading
    from tts.books.target import Target
    from tts.text.pronunciation.user_lexicon import UserLexicon

logger = logging.getLogger(__name__)

FORMATS = ("mp3", "flac", "opus")
SAMPLE_SECONDS = 60.0

_DESCRIPTION = """Chapters come from the table of contents or the headings of BOOK. OUT is a file NAME.m4b with
chapters, or a folder with a file for each chapter. After an interruption the same command continues with the same
bytes in the end. Footnote marks, page numbers and navigation are silent; a picture says its description."""


def add_commands(commands: Any) -> None:
    """Add this module's command to the parser."""
    command = commands.add_parser(
        "book",
        help="turn a book into an audiobook, on all cores",
        description=_DESCRIPTION,
        epilog=examples("book novel.epub novel.m4b", "book novel.epub --list", "book novel.epub out --format opus"),
    )
    command.add_argument("book", type=Path, metavar="BOOK", help="EPUB, HTML, Markdown or text")
    command.add_argument(
        "out",
        type=Path,
        nargs="?",
        metavar="OUT",
        help="NAME.m4b, or a folder (default: BOOK's name with .m4b, or .sample.m4b)",
    )
    command.add_argument("--list", action="store_true", help="list the chapters with words and minutes, and exit")
    command.add_argument(
        "--words",
        action="store_true",
        help="print the words whose pronunciation is guessed, most frequent first, as lines for --lexicon, and exit",
    )
    command.add_argument("--sample", action="store_true", help="speak the first minute only")
    command.add_argument("--chapters", metavar="RANGES", help="chapters to read, such as 3, 3-5 or 1,7-")
    command.add_argument("--format", choices=FORMATS, help="of the files in a folder (default: mp3)")
    command.add_argument(
        "--subtitles", choices=("srt", "epub"), help="also write SubRip, or an EPUB whose words light up"
    )
    command.add_argument(
        "--notes",
        choices=("end", "skip"),
        default="end",
        help="read notes at the end of their chapter, or not at all (default: end)",
    )
    command.add_argument("--skip", choices=("licence",), help="leave out licences and statements of copyright")
    command.add_argument("--dialogue-voice", metavar="NAME|FOLDER", help="another voice for what is in quotation marks")
    command.add_argument("--overwrite", action="store_true", help="make OUT again, or in place of another .m4b")
    command.add_argument("--workers", type=int, metavar="N", help="processes of one thread each (default: all cores)")
    add_delivery(command)
    command.set_defaults(run=book, markup="html", code="announce")


def book(options: argparse.Namespace) -> None:
    """Read a book, then list it or its guessed words, or speak it."""
    found = _read(options)
    if options.list:
        _list(found, options.speed)
    elif options.words:
        _print_words(found, options)
    else:
        _speak(found, options)


def _read(options: argparse.Namespace) -> Book:
    """Read the chapters that are asked for."""
    from tts.books.read import read_book
    from tts.books.selection import sample, select_chapters, without_licence

    found = read_book(options.book, read_notes=options.notes == "end")
    if not found.language.lower().startswith(("en", "und")):
        logger.warning("the book says that its language is %r: griffon speaks English only", found.language)
    if options.skip == "licence":
        found = without_licence(found)
    found = select_chapters(found, options.chapters)
    return sample(found, SAMPLE_SECONDS, options.speed) if options.sample else found


def _list(book: Book, speed: float) -> None:
    """Print the title, the authors and the chapters."""
    from tts.books.selection import estimated_seconds, total_words

    print(f"{book.title}{' by ' if book.authors else ''}{', '.join(book.authors)}")
    width = len(str(book.chapters[-1].number))
    for chapter in book.chapters:
        minutes, seconds = divmod(round(estimated_seconds(chapter.n_words, speed)), 60)
        print(f"{chapter.number:{width}}  {chapter.n_words:7,} words {minutes:4}:{seconds:02}  {chapter.title}")
    words, count = total_words(book.chapters), len(book.chapters)
    length = _hours(estimated_seconds(words, speed))
    print(f"{count} chapter{'s' * (count != 1)}, {words:,} words, about {length}")


def _hours(seconds: float) -> str:
    """Return a time in hours and minutes, or in seconds if it is less than a minute."""
    hours, minutes = divmod(round(seconds / 60), 60)
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min" if seconds >= 60 else f"{seconds:.0f} s"


def _speak(book: Book, options: argparse.Namespace) -> None:
    """Make the audiobook, with a progress bar on a terminal."""
    from tts.books.run import make_audiobook

    target, reading = _target(options), _reading(options)
    limit = SAMPLE_SECONDS if options.sample else None
    lexicon_digest = hashlib.sha256(Path(options.lexicon).read_bytes()).hexdigest() if options.lexicon else ""
    with _Bar(book) as bar:
        entries = make_audiobook(
            book,
            target,
            reading,
            bar.report,
            workers=options.workers,
            limit=limit,
            lexicon_digest=lexicon_digest,
            overwrite=options.overwrite,
        )
    if entries is None:
        print(f"{target.path} is finished: nothing was done; --overwrite makes it again")
        return
    warned = sum(entry.warnings for entry in entries)
    remark = f", {warned} parts may not be spoken right" if warned else ""
    count = f"{len(entries)} chapter{'s' * (len(entries) != 1)}"
    print(f"{target.path}: {_hours(sum(entry.seconds for entry in entries))} of speech in {count}{remark}")


def _reading(options: argparse.Namespace) -> ChapterReading:
    from tts.books.speaking import ChapterReading
    from tts.bundled import DEFAULT

    return ChapterReading(
        options.voice or DEFAULT, options.dialogue_voice, synthesis_options(options), _lexicon(options)
    )


def _lexicon(options: argparse.Namespace) -> UserLexicon | None:
    from tts.text.pronunciation.user_lexicon import UserLexicon

    return UserLexicon.load(options.lexicon) if options.lexicon else None


def _print_words(book: Book, options: argparse.Namespace) -> None:
    """Print a lexicon of the guessed words, to edit before hours of speech are made."""
    from tts.books.words import guessed_words

    for guess in guessed_words(book.chapters, _lexicon(options)):
        print(f"{guess.word:20} {' '.join(guess.phonemes):40} # {guess.frequency}")


def _target(options: argparse.Namespace) -> Target:
    """Return what to write. Raises ConfigError for a name that fits neither a book nor a folder."""
    from tts.books.target import Target

    out = options.out or Path(f"{options.book.stem}{'.sample' * options.sample}.m4b")
    suffix = out.suffix.lower()
    if suffix == ".m4b" and not out.is_dir():
        if options.format:
            raise ConfigError(f"--format {options.format} is for a folder: name one in place of {str(out)!r}")
        return Target(out, "m4a", options.subtitles)
    if suffix in (".mp3", ".flac", ".opus", ".wav", ".ogg", ".m4a", ".epub", ".aac") and not out.is_dir():
        raise ConfigError(f"{str(out)!r} is neither NAME.m4b nor a folder: a folder has a file for each chapter")
    if out.is_file():
        raise ConfigError(f"{str(out)!r} is a file: name NAME.m4b, or a folder")
    return Target(out, options.format or "mp3", options.subtitles)


class _Bar:
    """A progress bar of words, with the number of finished chapters. A context manager."""

    def __init__(self, book: Book) -> None:
        from tqdm import tqdm

        from tts.books.selection import total_words

        self._n_chapters, self._finished = len(book.chapters), 0
        self._left = total_words(book.chapters)  # words that earlier runs did not speak
        self._bar: tqdm[Any] = tqdm(
            total=self._left,
            unit="word",
            unit_scale=True,
            disable=not sys.stderr.isatty(),
            smoothing=0,
        )
        self.report: Callable[[BookProgress], None] = self._report

    def __enter__(self) -> _Bar:
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.close()

    def _report(self, progress: BookProgress) -> None:
        if progress.chapter:
            self._finished += 1
            self._bar.set_description(f"{self._finished}/{self._n_chapters} chapters", refresh=False)
        if progress.is_new:
            self._bar.update(progress.words)
        else:  # what was done before does not count for the time left
            self._left -= progress.words
            self._bar.total = self._left
            self._bar.refresh()
