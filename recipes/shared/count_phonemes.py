"""Count how often a corpus has each phoneme at the beginning, in the middle and at the end of a word.

    python recipes/shared/count_phonemes.py FEATURES > phonemes.md

FEATURES is a folder that `tts prepare` wrote. The script prints a Markdown table, rarest phoneme first: a voice cannot
learn a phoneme that its corpus hardly has.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tts.corpus.features import Features
from tts.text.pronunciation.arpabet import PHONEMES

PLACES = ("alone", "first", "within", "last")
HEADER = "| phoneme | total | first | within | last | alone |\n|---|---|---|---|---|---|"


def count(readings: Iterable[list[str]]) -> Counter[tuple[str, str]]:
    """Count phonemes by their place in the word. Any other symbol ends a word."""
    counts: Counter[tuple[str, str]] = Counter()
    for symbols in readings:
        word: list[str] = []
        for symbol in [*symbols, ""]:
            if symbol in PHONEMES:
                word.append(symbol)
                continue
            for index, phoneme in enumerate(word):
                counts[phoneme, place(index, len(word))] += 1
            word = []
    return counts


def place(index: int, length: int) -> str:
    if length == 1:
        return "alone"
    return "first" if index == 0 else "last" if index == length - 1 else "within"


def table(counts: Counter[tuple[str, str]]) -> str:
    totals = {phoneme: sum(counts[phoneme, where] for where in PLACES) for phoneme in PHONEMES}
    lines = [HEADER]
    for phoneme in sorted(PHONEMES, key=lambda name: (totals[name], name)):
        cells = [totals[phoneme], *(counts[phoneme, where] for where in ("first", "within", "last", "alone"))]
        lines.append(f"| {phoneme} | {' | '.join(f'{cell:,}' for cell in cells)} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("features", type=Path, help="folder that tts prepare wrote")
    arguments = parser.parse_args()
    try:
        features = Features(arguments.features)
    except (ValueError, OSError) as error:
        parser.error(str(error))
    print(table(count([features.symbols[index] for index in clip.phoneme_ids] for clip in features.clips)))


if __name__ == "__main__":
    main()
