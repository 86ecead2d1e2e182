"""Does memory stay flat, and playing never wait? An hour of text through the command, and a player on one core.

    python scripts/checks/long_text.py [--minutes 60] [--voice joe]

First the sentences of `recipes/shared/heldout.csv`, over and over, go into `tts synthesize - -`, and the table has the
resident memory of that process as its speech grows longer. Then, on one core, each chunk of short, ordinary and long
sentences is timed, in seconds of that core, so that what else the machine does is not counted: a player that holds no
more than the chunk it plays must have the next before that ends.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import numpy as np

from tts import Synthesizer
from tts.evaluation.sentences import read_sentences

SENTENCES = [line.text for line in read_sentences(Path(__file__).parents[2] / "recipes" / "shared" / "heldout.csv")]
BYTES_PER_SECOND = 2 * 22050
SHORT = "No. Yes. Come in. Sit down. Who is it? Nobody."
LONG = (
    "When the sun had gone down behind the hills, and the last of the carts had left the market, the old woman who "
    "sold apples at the corner took up her basket, looked once more along the empty street, and walked slowly home "
    "through the narrow lanes to the little house by the river, where her sister was waiting."
)
BREATHLESS = LONG.replace(",", "")
ROUNDS = 3


def resident(pid: int) -> float:
    """MiB of a process's memory that are in use."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def grow(minutes: int, voice: str) -> Iterator[tuple[float, float]]:
    """Minutes of speech made and MiB in use, twelve times."""
    command = [sys.executable, "-m", "tts", "synthesize", "-", "-", "--voice", voice]
    with subprocess.Popen(command, bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        threading.Thread(target=feed, args=(process.stdin,), daemon=True).start()
        made, step = 0, max(1, minutes * 60 * BYTES_PER_SECOND // 12)
        for mark in range(step, 12 * step + 1, step):
            while made < mark:
                made += len(process.stdout.read(1 << 16))
            yield made / BYTES_PER_SECOND / 60, resident(process.pid)
        process.terminate()


def feed(pipe: object) -> None:
    """Sentences without end, until nobody reads them."""
    try:
        for sentence in cycle(SENTENCES):
            pipe.write(f"{sentence}\n".encode())  # type: ignore[attr-defined]
    except OSError:
        pass


def play(synthesizer: Synthesizer, text: str) -> tuple[float, float, float]:
    """First audio, the longest wait for a chunk, and the least time in hand as one arrives: milliseconds."""
    waits, lengths = [], []
    begin = time.process_time()
    for chunk in synthesizer.stream(text):
        waits.append(time.process_time() - begin)
        lengths.append(len(chunk.samples) / chunk.sample_rate)
        begin = time.process_time()
    spare = min(length - wait for length, wait in zip(lengths, waits[1:], strict=False))
    return 1000 * waits[0], 1000 * max(waits[1:]), 1000 * spare


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=int, default=60, help="of speech (default: %(default)s)")
    parser.add_argument("--voice", default="joe", help="bundled name or folder (default: %(default)s)")
    options = parser.parse_args()
    if options.minutes:
        print("| speech, minutes | memory, MiB |\n|---|---|")
        for minutes, size in grow(options.minutes, options.voice):
            print(f"| {minutes:.0f} | {size:.0f} |", flush=True)
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:1])
    synthesizer = Synthesizer(options.voice)
    texts = {
        "short sentences": SHORT,
        "ordinary": " ".join(SENTENCES[:10]),
        "clauses": LONG,
        "breathless": BREATHLESS,
    }
    print("\n| one core, ms | first audio | longest wait for a chunk | least time in hand |\n|---|---|---|---|")
    for name, text in texts.items():
        synthesizer.synthesize(text)
        first, wait, spare = np.median([play(synthesizer, text) for _ in range(ROUNDS)], axis=0)
        print(f"| {name} | {first:.0f} | {wait:.0f} | {spare:.0f} |")


if __name__ == "__main__":
    main()
