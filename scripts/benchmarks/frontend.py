"""Measure the speed of the front end: words per second when warm, and the time to the first word of a cold process.

    python scripts/benchmarks/frontend.py TEXT [--lines 2000] [--starts 9]

TEXT is a text file. Of lines with columns, as in LJSpeech's metadata.csv, the last column is read. The rate is measured
on the lines of which the network guesses no word. A cold start lasts from before `import tts.text.frontend` to the
first tokens, in a process of its own. The figure is the median over the starts; one start before them compiles the
modules, as an installation does.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

from tts.evaluation.speed import environment
from tts.text.frontend import Frontend

COLD = """
import time
start = time.perf_counter()
from tts.text.frontend import Frontend
next(Frontend().sentences("Hello."))
print(1000 * (time.perf_counter() - start))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("text", type=Path)
    parser.add_argument("--lines", type=int, default=2000, help="most lines to read (default: %(default)s)")
    parser.add_argument("--starts", type=int, default=9, help="cold processes (default: %(default)s)")
    options = parser.parse_args()
    lines = options.text.read_text(encoding="utf-8").splitlines()[: options.lines]
    lines = [line.split("|")[-1] for line in lines]
    frontend = Frontend()
    known = [line for line in lines if all(token.origin != "network" for token in frontend.tokens(line))]
    rates = []
    for _ in range(3):
        start = time.perf_counter()
        words = sum(not token.is_mark for line in known for token in frontend.tokens(line))
        rates.append(words / (time.perf_counter() - start))
    print(f"{max(rates):.0f} words/s (best of three, {words} words, {len(known)} of {len(lines)} lines)")
    print(f"first word after {statistics.median(cold_starts(options.starts)):.0f} ms")


def cold_starts(count: int) -> list[float]:
    """Return milliseconds to the first word, each of a new process whose modules are already compiled."""
    command, env = [sys.executable, "-c", COLD], environment(threads=1)
    outputs = [
        subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout for _ in range(count + 1)
    ]
    return [float(output) for output in outputs[1:]]


if __name__ == "__main__":
    main()
