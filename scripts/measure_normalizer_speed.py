"""Words per second of the normaliser and of the whole front end on a text file, on one core, warm.

python scripts/measure_normalizer_speed.py FILE
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

from tts.text.frontend import Frontend
from tts.text.normalize.normalizer import analyze
from tts.text.sentences import split


def measure(name: str, work: Callable[[], object], words: int) -> None:
    """Print the best of three runs after one that warms the caches."""
    seconds = []
    for _ in range(4):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    print(f"{name}: {words / min(seconds[1:]):,.0f} words per second")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, help="UTF-8 text")
    text = parser.parse_args().file.read_text(encoding="utf-8")
    words = len(text.split())
    frontend = Frontend()
    measure("sentences", lambda: list(split(text)), words)
    measure("normaliser", lambda: [analyze(text[start:end]) for start, end in split(text)], words)
    measure("whole front end", lambda: list(frontend.sentences(text)), words)


if __name__ == "__main__":
    main()
