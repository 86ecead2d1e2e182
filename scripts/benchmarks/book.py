"""Measure how many hours of a book are spoken in a minute, beside hibari-tts and Piper.

    python scripts/benchmarks/book.py METADATA [--words 100000] [--workers 2] [--every 20]

METADATA is LJSpeech's metadata.csv: the transcripts of seven books. The first lines with so many words become a book
with the corpus's chapters. `tts book` makes an .m4b of it, from the start of Python to the finished file. Each system
then reads the same paragraphs in as many processes of one thread, and its sound is thrown away: it neither writes nor
encodes a file. The systems take turns in one run. Piper would take half an hour, so it reads every twentieth
paragraph, the start of its processes included, and the table has its speech and its time for the whole book, scaled by
the number of words.
"""

from __future__ import annotations

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as the command does; a second thread would spin beside the other process

import argparse
import multiprocessing
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from peers import HIBARI, PIPER, Speak, griffon, is_installed

from tts.common.threads import usable_cores
from tts.voice import DEFAULT

SYSTEMS = {"griffon": griffon(DEFAULT), "hibari-tts": HIBARI, "Piper": PIPER}
SLOW = ("Piper",)
"""Systems that read only a part of the book."""
LINES_PER_PARAGRAPH = 6

_speak: Speak  # of a process that reads


def chapters(metadata: Path, n_words: int) -> Iterator[tuple[str, list[str]]]:
    """Yield the name and the paragraphs of each chapter, up to a number of words."""
    with metadata.open(encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("|") for line in file]
    left = n_words
    for name, group in groupby(rows, lambda row: row[0].partition("-")[0]):
        lines = list[str]()
        for row in group:
            if left > 0:
                lines.append(row[1])
                left -= len(row[1].split())
        if lines:
            starts = range(0, len(lines), LINES_PER_PARAGRAPH)
            yield name, [" ".join(lines[start : start + LINES_PER_PARAGRAPH]) for start in starts]


def write_book(path: Path, found: list[tuple[str, list[str]]]) -> None:
    """Write the chapters as Markdown."""
    parts = ["# LJSpeech", *(part for name, paragraphs in found for part in (f"## {name}", *paragraphs))]
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def make_audiobook(book: Path, out: Path, workers: int) -> tuple[float, float]:
    """Make an audiobook with the command: return seconds of speech and of time."""
    import av

    command = [sys.executable, "-m", "tts", "book", str(book), str(out), "--workers", str(workers)]
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    elapsed = time.perf_counter() - start
    with av.open(str(out)) as file:
        return float(file.duration or 0) / 1e6, elapsed


def read(name: str, paragraphs: list[str], every: int, workers: int) -> tuple[float, float]:
    """Read one paragraph of so many with a system: return seconds of speech and of time for all of them."""
    part = paragraphs[::every]
    start = time.perf_counter()
    with multiprocessing.get_context("spawn").Pool(workers, _load, (name,)) as pool:
        speech = sum(pool.imap_unordered(_read, part))
    elapsed = time.perf_counter() - start
    scale = count_words(paragraphs) / count_words(part)
    return scale * speech, scale * elapsed


def count_words(paragraphs: list[str]) -> int:
    return sum(len(text.split()) for text in paragraphs)


def _load(name: str) -> None:
    global _speak
    _speak = SYSTEMS[name].load(1)


def _read(text: str) -> float:
    return sum(len(samples) / rate for samples, rate in _speak(text))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("metadata", type=Path)
    parser.add_argument("--words", type=int, default=100_000, help="default: %(default)s")
    parser.add_argument("--workers", type=int, default=usable_cores(), help="processes (default: one per core)")
    parser.add_argument("--every", type=int, default=20, help="paragraph that Piper reads (default: %(default)s)")
    options = parser.parse_args()
    found = list(chapters(options.metadata, options.words))
    paragraphs = [text for _, texts in found for text in texts]
    chapter_count, workers = len(found), options.workers
    print(f"{count_words(paragraphs):,} words in {chapter_count} chapters, {workers} processes\n")
    print("| system | reads | speech, h | elapsed, min | hours of speech per minute |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "book.md"
        write_book(book, found)
        show("griffon, to an .m4b", 1, *make_audiobook(book, Path(folder) / "book.m4b", workers))
    for name, system in SYSTEMS.items():
        every = options.every if name in SLOW else 1
        if is_installed(name, system):
            show(name, every, *read(name, paragraphs, every, workers))


def show(name: str, every: int, speech: float, elapsed: float) -> None:
    reads = "the whole book" if every == 1 else f"1 paragraph of {every}, scaled"
    hours, minutes = speech / 3600, elapsed / 60
    print(f"| {name} | {reads} | {hours:.2f} | {minutes:.2f} | {hours / minutes:.2f} |", flush=True)


if __name__ == "__main__":
    main()
