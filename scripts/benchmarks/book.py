"""Measure how many hours of a book are spoken in a minute, beside hibari-tts and Piper.

    python scripts/benchmarks/book.py METADATA [--words 100000] [--workers 2] [--voice NAME]

METADATA is LJSpeech's metadata.csv: the transcripts of seven books. The first lines with so many words become a book
with the corpus's fifty chapters. griffon makes an .m4b of it with the whole command, from the start of Python to the
finished file. Each peer reads the same chapters in as many processes of one thread, and its sound is thrown away: it
neither writes nor encodes a file. The systems take turns in one run.
"""

from __future__ import annotations

import argparse
import multiprocessing
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from peers import HIBARI, PIPER, Speak, is_installed

from tts.common.threads import usable_cores
from tts.voice import DEFAULT

PEERS = {"hibari-tts": HIBARI, "Piper": PIPER}
LINES_PER_PARAGRAPH = 6

_speak: Speak  # of a process that reads for a peer


def chapters(metadata: Path, n_words: int) -> Iterator[tuple[str, list[str]]]:
    """Yield the name and the lines of each chapter, up to a number of words."""
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
            yield name, lines


def write_book(path: Path, found: list[tuple[str, list[str]]]) -> None:
    """Write the chapters as Markdown, in paragraphs."""
    parts = ["# LJSpeech\n"]
    for name, lines in found:
        parts.append(f"## {name}\n")
        starts = range(0, len(lines), LINES_PER_PARAGRAPH)
        parts += [" ".join(lines[start : start + LINES_PER_PARAGRAPH]) + "\n" for start in starts]
    path.write_text("\n".join(parts), encoding="utf-8")


def griffon(book: Path, out: Path, workers: int, voice: str) -> tuple[float, float]:
    """Make an audiobook with the command: return seconds of speech and of time."""
    import av

    command = [sys.executable, "-m", "tts", "book", str(book), str(out), "--workers", str(workers), "--voice", voice]
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    elapsed = time.perf_counter() - start
    with av.open(str(out)) as file:
        return float(file.duration or 0) / 1e6, elapsed


def peer(name: str, texts: list[str], workers: int) -> tuple[float, float]:
    """Read the chapters with a peer: return seconds of speech and of time, the start of the processes included."""
    start = time.perf_counter()
    with multiprocessing.get_context("spawn").Pool(workers, _load, (name,)) as pool:
        speech = sum(pool.imap_unordered(_read, texts))
    return speech, time.perf_counter() - start


def _load(name: str) -> None:
    global _speak
    _speak = PEERS[name].load(1)


def _read(text: str) -> float:
    return sum(len(samples) / rate for samples, rate in _speak(text))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("metadata", type=Path)
    parser.add_argument("--words", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=usable_cores())
    parser.add_argument("--voice", default=DEFAULT)
    options = parser.parse_args()
    found = list(chapters(options.metadata, options.words))
    texts = [" ".join(lines) for _, lines in found]
    n_words = sum(len(text.split()) for text in texts)
    print(f"{n_words:,} words in {len(found)} chapters, {options.workers} processes")
    print("| system | speech, h | elapsed, min | h of speech per minute |")
    print("|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "book.md"
        write_book(book, found)
        show("griffon", *griffon(book, Path(folder) / "book.m4b", options.workers, options.voice))
    for name, system in PEERS.items():
        if is_installed(name, system):
            show(name, *peer(name, texts, options.workers))


def show(name: str, speech: float, elapsed: float) -> None:
    hours, minutes = speech / 3600, elapsed / 60
    print(f"| {name} | {hours:.2f} | {minutes:.2f} | {hours / minutes:.2f} |", flush=True)


if __name__ == "__main__":
    main()
