"""How often our normaliser reads an LJSpeech transcript as its own normalised column does.

    python scripts/checks/compare_ljspeech_normalization.py LJSPEECH/metadata.csv [--show 40]

Only lines whose two columns differ are counted: the others have nothing to normalise. Both columns go through our
normaliser, so that only words are compared, not marks, capitals or hyphens. LJSpeech reads days of the month as
cardinals ("November twenty-two"); the second figure takes these for their ordinals, which Americans say.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tts.evaluation.spelling import spoken_words
from tts.text.normalize.normalizer import normalize


def words(text: str) -> list[str]:
    spoken = " ".join(word.text for word in normalize(text) if word.kind != "mark")
    return spoken.replace("-", " ").replace("'s", " s").split()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("metadata", type=Path, help="metadata.csv of LJSpeech: name|written|spoken")
    parser.add_argument("--show", type=int, default=0, help="disagreements to print")
    options = parser.parse_args()
    lines = [line.split("|") for line in options.metadata.read_text(encoding="utf-8").splitlines()]
    lines = [line for line in lines if line[1] != line[2]]
    wrong = [line for line in lines if words(line[1]) != words(line[2])]
    left = [line for line in wrong if spoken_words(line[1]) != spoken_words(line[2])]
    for name, written, spoken in left[: options.show]:
        print(
            f"{name}\n  written  {written}\n  ours     {' '.join(words(written))}\n  theirs   {' '.join(words(spoken))}"
        )
    for label, count in (("word for word", len(wrong)), ("days of the month and spellings alike", len(left))):
        agreed = len(lines) - count
        print(f"{agreed} of {len(lines)} lines agree, {label}: {100 * agreed / len(lines):.1f} %")


if __name__ == "__main__":
    main()
