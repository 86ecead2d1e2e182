"""Check that memory stays flat over an hour of speech and that a player never waits for a chunk.

    python scripts/checks/long_text.py [--minutes 60] [--voice NAME] [--rounds 3]

First the sentences of `recipes/shared/heldout.csv` go into `tts synthesize - -` again and again. The first table shows
the resident memory of that process as the speech grows. Then short, ordinary and long sentences are streamed on one
core, and the second table shows CPU times, so other work on the machine does not count. A player that holds only the
chunk it plays needs the next chunk before that chunk ends.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import cycle
from pathlib import Path
from typing import IO

import numpy as np

from tts import Synthesizer, Voice
from tts.evaluation.sentences import read_sentences
from tts.voice import DEFAULT

SENTENCES = [line.text for line in read_sentences(Path(__file__).parents[2] / "recipes" / "shared" / "heldout.csv")]
BYTES_PER_SAMPLE = 2
SHORT = "No. Yes. Come in. Sit down. Who is it? Nobody."
LONG = (
    "When the sun had gone down behind the hills, and the last of the carts had left the market, the old woman who "
    "sold apples at the corner took up her basket, looked once more along the empty street, and walked slowly home "
    "through the narrow lanes to the little house by the river, where her sister was waiting."
)
BREATHLESS = LONG.replace(",", "")
MARKS = 12  # rows of the table of memory


def resident(pid: int) -> float:
    """Return the resident memory of a process in MiB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def grow(minutes: int, voice: str) -> Iterator[tuple[float, float]]:
    """Yield minutes of speech and MiB of memory, MARKS times."""
    rate = BYTES_PER_SAMPLE * Voice.load(voice).card.audio.sample_rate  # bytes per second
    command = [sys.executable, "-m", "tts", "synthesize", "-", "-", "--voice", voice]
    with subprocess.Popen(command, bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        threading.Thread(target=feed, args=(process.stdin,), daemon=True).start()
        made = 0
        for mark in range(1, MARKS + 1):
            while made < minutes * 60 * rate * mark // MARKS:
                made += len(process.stdout.read(1 << 16))
            yield made / rate / 60, resident(process.pid)
        process.terminate()


def feed(pipe: IO[bytes]) -> None:
    """Write sentences until the pipe is closed."""
    with suppress(OSError):
        for sentence in cycle(SENTENCES):
            pipe.write(f"{sentence}\n".encode())


def play(synthesizer: Synthesizer, text: str) -> tuple[float, float, float]:
    """Return milliseconds: to the first audio, the longest wait for a chunk, and the least slack of a chunk."""
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
    parser.add_argument("--minutes", type=int, default=60, help="minutes of speech (default: %(default)s)")
    parser.add_argument("--voice", default=DEFAULT, help="bundled name or folder (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="times to stream each text (default: %(default)s)")
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
    print("\n| one core, ms | first audio | longest wait for a chunk | least slack |\n|---|---|---|---|")
    for name, text in texts.items():
        synthesizer.synthesize(text)
        first, wait, spare = np.median([play(synthesizer, text) for _ in range(options.rounds)], axis=0)
        print(f"| {name} | {first:.0f} | {wait:.0f} | {spare:.0f} |")


if __name__ == "__main__":
    main()
