"""Count how often our normaliser reads an LJSpeech transcript like LJSpeech's own normalised column.

    python scripts/checks/compare_ljspeech_normalization.py LJSPEECH/metadata.csv [--show 40]

Only lines whose two columns differ count: other lines contain nothing to normalise. Both columns go through our
normaliser, so only words are compared, not marks, capitals or hyphens. LJSpeech reads days of the month as cardinals
("November twenty-two"). The second figure accepts them for the ordinals that Americans say.
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
    parser.add_argument("metadata", type=Path, help="metadata.csv of LJSpeech: id|written|spoken")
    parser.add_argument("--show", type=int, default=0, help="most disagreements to print (default: %(default)s)")
    options = parser.parse_args()
    lines = [line.split("|") for line in options.metadata.read_text(encoding="utf-8").splitlines()]
    lines = [line for line in lines if line[1] != line[2]]
    wrong = [line for line in lines if words(line[1]) != words(line[2])]
    left = [line for line in wrong if spoken_words(line[1]) != spoken_words(line[2])]
    for name, written, spoken in left[: options.show]:
        print(f"{name}\n  written  {written}")
        print(f"  ours     {' '.join(words(written))}\n  theirs   {' '.join(words(spoken))}")
    for label, count in (("word for word", len(wrong)), ("days of the month and spellings equalised", len(left))):
        agreed = len(lines) - count
        print(f"{agreed} of {len(lines)} lines agree, {label}: {100 * agreed / max(1, len(lines)):.1f} %")


if __name__ == "__main__":
    main()
