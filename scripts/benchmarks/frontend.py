"""How fast the front end is: words a second when warm, and the first word of a cold process.

Usage: python scripts/benchmarks/frontend.py TEXT      (a file; of LJSpeech's metadata.csv the last column is read)

Words whose pronunciation is guessed by the network are counted apart: the rate is over lines without any. A cold start
counts from before `import tts.text.frontend` to the first tokens, in a process of its own; the median of nine, after
one that leaves the modules compiled, as an installation does.
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
    """Print both figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("text", type=Path)
    parser.add_argument("--lines", type=int, default=2000, help="lines to read at most (default: 2000)")
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
    print(f"first word after {statistics.median(cold_starts(9)):.0f} ms")


def cold_starts(count: int) -> list[float]:
    """Milliseconds to the first word, each in a new process; none of them has to compile a module first."""
    command, env = [sys.executable, "-c", COLD], environment(threads=1)
    outputs = [
        subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout for _ in range(count + 1)
    ]
    return [float(output) for output in outputs[1:]]


if __name__ == "__main__":
    main()
