"""Make audiobooks of a short and of a very long book: memory must not grow with the length.

    python scripts/checks/long_book.py [--words 300000] [--workers 2] [--voice NAME]

Both books consist of chapters of 3,000 words, and become an .m4b with SubRip beside it. The short one has a tenth of
the words. A stand-in for the voice makes a tone of a twentieth of a second for each word, in no time, so that hundreds
of thousands of words take minutes; with --voice the book is really spoken. The table has the largest resident memory of
the process of `tts book` and of its largest worker. The exit status is 1 if one of them grows by more than MOST_GROWTH.
`tests/books/test_m4b.py` joins many hours.
"""

from __future__ import annotations

import argparse
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

from prose import prose

from tts import AudioChunk
from tts.books import run
from tts.books.book import Book
from tts.books.read import read_book
from tts.books.speaking import ChapterReading, ChapterSpeaker
from tts.books.target import Target
from tts.books.tasks import Done, Task, begin
from tts.common.processes import Work
from tts.options import SynthesisOptions
from tts.prosody.timing import WordTiming
from tts.voice import DEFAULT, Voice

CHAPTER = 3000  # words
MOST_GROWTH = 24.0
"""MiB: 10 for the index of 30 hours of speech, 5 for the text, and what the allocator rounds up."""
SECONDS = 0.05  # of a word
_WORD = re.compile(r"\w+")


class Usage(NamedTuple):
    """What making a book took."""

    hours: float
    elapsed: float
    own: float
    """MiB of the main process."""
    worker: float
    """MiB of the largest worker."""


class Humming:
    """A stand-in for `Synthesizer`: a tone for each word."""

    def __init__(self, sample_rate: int) -> None:
        time = np.arange(round(SECONDS * sample_rate)) / sample_rate
        fade = np.sin(np.pi * time / SECONDS)
        self.sample_rate = sample_rate
        self._tone = (0.3 * fade * np.sin(2 * np.pi * 200 * time)).astype(np.float32)

    def stream(self, html: str, options: SynthesisOptions, *, early: bool, markup: str) -> Iterator[AudioChunk]:
        for number, word in enumerate(_WORD.finditer(html)):
            start = number * SECONDS
            timing = WordTiming(word[0], word.start(), word.end(), start, start + SECONDS, ())
            yield AudioChunk(self._tone, self.sample_rate, word.start(), word.end(), words=(timing,))


class _HummingSpeaker(ChapterSpeaker):
    def _load(self, voice: str) -> Humming:  # type: ignore[override]
        return Humming(Voice.load(voice).card.audio.sample_rate)


def begin_humming(reading: ChapterReading) -> Work[Task, Done]:
    """Do what `tts.books.tasks.begin` does, with tones. The worker imports this script to find it."""
    patch("tts.books.tasks.ChapterSpeaker", _HummingSpeaker).start()
    return begin(reading)


def write_book(path: Path, n_words: int) -> None:
    """Write a book of chapters, the last of which may be shorter."""
    with path.open("w", encoding="utf-8") as file:
        for number, start in enumerate(range(0, n_words, CHAPTER), 1):
            file.write(f"# Chapter {number}\n\n{prose(min(CHAPTER, n_words - start), number)}\n\n")


def make(n_words: int, workers: int, voice: str | None) -> Usage:
    """Make an audiobook. Call this in a process of its own."""
    if voice is None:
        patch("tts.books.run.begin", begin_humming).start()
    with tempfile.TemporaryDirectory() as folder:
        write_book(Path(folder) / "book.md", n_words)
        book = read_book(Path(folder) / "book.md")
        begun = time.perf_counter()
        entries = run.make_audiobook(
            book,
            Target(Path(folder) / "book.m4b", "m4a", "srt"),
            ChapterReading(voice or DEFAULT, None, SynthesisOptions()),
            report_to_stderr(book),
            workers=workers,
        )
    assert entries is not None
    own, worker = (resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    hours = sum(entry.seconds for entry in entries) / 3600
    return Usage(hours, time.perf_counter() - begun, own, worker)


def report_to_stderr(book: Book) -> Callable[[run.BookProgress], None]:
    """Return a function that prints each finished chapter."""

    def report(progress: run.BookProgress) -> None:
        if progress.chapter:
            print(f"chapter {progress.chapter.number} of {len(book.chapters)}", file=sys.stderr, flush=True)

    return report


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--words", type=int, default=300_000, help="of the long book (default: %(default)s)")
    parser.add_argument("--workers", type=int, default=2, help="processes (default: %(default)s)")
    parser.add_argument("--voice", help="bundled name or folder that speaks (default: tones)")
    parser.add_argument("--one", action="store_true", help="make the long book alone, in this process")
    options = parser.parse_args()
    if options.one:
        print(*make(options.words, options.workers, options.voice))
        return 0
    print("| words | speech, h | elapsed, min | memory, MiB | of a worker, MiB |\n|---|---|---|---|---|")
    found = []
    for words in (options.words // 10, options.words):
        command = [sys.executable, __file__, "--one", "--words", str(words), "--workers", str(options.workers)]
        command += ["--voice", options.voice] if options.voice else []
        printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        usage = Usage(*map(float, printed.split()))
        hours, minutes = f"{usage.hours:.2f}", f"{usage.elapsed / 60:.1f}"
        print(f"| {words:,} | {hours} | {minutes} | {usage.own:.0f} | {usage.worker:.0f} |", flush=True)
        found.append(usage)
    return int(any(found[1][kind] - found[0][kind] > MOST_GROWTH for kind in (2, 3)))


if __name__ == "__main__":
    sys.exit(main())
