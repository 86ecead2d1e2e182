"""Compare our normaliser with espeak-ng, keithito-style cleaners and num2words alone, class by class.

    apt-get install espeak-ng    # without it espeak-ng is left out
    python scripts/benchmarks/compare_normalizers.py
    python scripts/benchmarks/compare_normalizers.py --lines docs/reading.md > docs/parts/readings.md

There are two samples: the table that our normaliser is tested against, which it passes by construction, and a smaller
sample written before any system was run on it. Marks, capitals and hyphens do not count. espeak-ng gives phonemes, not
words: its phonemes for the written text are compared with its own phonemes for the expected words, without stress and
pauses, so its pronunciation of a word is not judged. The cleaners follow the documented rules of the keithito family.

--lines reads the table "written | spoken" of a Markdown file instead and prints where each system differs from it.
"""

from __future__ import annotations

import argparse
import difflib
import itertools
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from num2words import num2words

from tts.text.normalize.fold import fold
from tts.text.normalize.normalizer import normalize

ROOT = Path(__file__).parents[2]
ABBREVIATIONS = {
    "mrs": "misess", "mr": "mister", "dr": "doctor", "st": "saint", "co": "company", "jr": "junior", "maj": "major",
    "gen": "general", "drs": "doctors", "rev": "reverend", "lt": "lieutenant", "hon": "honorable", "sgt": "sergeant",
    "capt": "captain", "esq": "esquire", "ltd": "limited", "col": "colonel", "ft": "fort",
}  # fmt: skip
Line = tuple[str, str, str]  # class, written, spoken
ESPEAK = "espeak-ng"


def words(text: str) -> str:
    """Return the words of a reading without marks, capitals and hyphens."""
    return " ".join(re.sub(r"[^a-z' ]", " ", text.lower().replace("-", " ")).split())


def ours(text: str) -> str:
    return words(" ".join(word.text for word in normalize(text) if word.kind != "mark"))


def cardinal(number: int) -> str:
    return str(num2words(number)).replace(" and ", " ").replace(",", "")


def cleaners(text: str) -> str:
    """Expand commas in numbers, pounds, dollars, decimals, ordinals, years by size and eighteen abbreviations."""
    text = fold(text).text.lower()
    text = re.sub(r"\b(\w+)\.", lambda match: ABBREVIATIONS.get(match[1], match[0]), text)
    text = re.sub(r"\d[\d,]+\d", lambda match: match[0].replace(",", ""), text)
    text = re.sub(r"£(\d*\d)", r"\1 pounds", text)
    text = re.sub(r"\$(\d+)(?:\.(\d\d))?", _dollars, text)
    text = re.sub(r"(\d+)\.(\d+)", r"\1 point \2", text)
    text = re.sub(r"(\d+)(?:st|nd|rd|th)", lambda match: str(num2words(int(match[1]), to="ordinal")), text)
    return words(re.sub(r"\d+", lambda match: _number(int(match[0])), text))


def _dollars(match: re.Match[str]) -> str:
    units, cents = int(match[1]), int(match[2] or 0)
    spoken = [f"{units} dollar{'s' * (units != 1)}"] if units or not cents else []
    return ", ".join(spoken + [f"{cents} cent{'s' * (cents != 1)}"] * bool(cents))


def _number(number: int) -> str:
    if not 1000 < number < 3000 or 2000 <= number < 2010:
        return cardinal(number) if number < 10**18 else str(number)
    century, rest = divmod(number, 100)
    if rest == 0:
        return f"{cardinal(century)} hundred"
    return f"{cardinal(century)} {'oh ' if rest < 10 else ''}{cardinal(rest)}"


def numbers_alone(text: str) -> str:
    return words(re.sub(r"\d+", lambda match: f" {cardinal(int(match[0]))} ", fold(text).text))


def phonemes(text: str, between: str = "") -> str:
    """Return espeak-ng's phonemes without stress and pauses, with `between` between words."""
    command = [ESPEAK, "-q", "-x", "-v", "en-us", "--", text]
    spoken = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return re.sub(r"\s+", between, re.sub(r"[',_:|;%=]", "", spoken).strip())


def espeak_agrees(written: str, spoken: str) -> bool:
    return phonemes(written) == phonemes(spoken)


def read_sample(path: Path) -> Iterator[Line]:
    """Yield the lines of a folder with a file for each class, or of a file with a heading for each class."""
    for file in sorted(path.glob("*.txt")) if path.is_dir() else [path]:
        semiotic = file.stem
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.startswith("[") and line.endswith("]") and " => " not in line:
                semiotic = line[1:-1]
            elif " => " in line and not line.startswith("# "):
                written, spoken = line.replace("⏎", "\n").rsplit(" => ", 1)
                yield semiotic, written, spoken


def written_and_spoken(path: Path) -> list[tuple[str, str]]:
    """Return the rows of the table "written | spoken" in a Markdown file."""
    _, _, table = path.read_text(encoding="utf-8").partition("| written | spoken |\n|---|---|\n")
    rows = itertools.takewhile(lambda line: line.startswith("|"), table.splitlines())
    return [(written.strip(), spoken.strip()) for _, written, spoken, _ in (row.split("|") for row in rows)]


def differences(expected: list[str], said: list[str]) -> str:
    """Return the differing words with the expected words in brackets; "" if the readings agree."""
    parts = []
    for _, first, last, start, end in difflib.SequenceMatcher(None, expected, said, False).get_opcodes():
        if "".join(said[start:end]) != "".join(expected[first:last]):  # espeak-ng writes some words as one
            parts.append(f"{' '.join(said[start:end]) or 'nothing'} ({' '.join(expected[first:last]) or 'nothing'})")
    return "; ".join(parts)


def compare_lines(path: Path) -> None:
    """Print a table: written text, system, and its differences from the expected reading."""
    print("| written | system | reads (expected) |\n|---|---|---|")
    for written, spoken in written_and_spoken(path):
        expected = words(spoken).split()
        readings = {
            "griffon": differences(expected, ours(written).split()),
        }
        if shutil.which(ESPEAK):
            readings[ESPEAK] = differences(phonemes(spoken, " ").split(), phonemes(written, " ").split())
        readings |= {
            "cleaners": differences(expected, cleaners(written).split()),
            "num2words": differences(expected, numbers_alone(written).split()),
        }
        first = written
        for system, reading in readings.items():
            print(f"| {first} | {system} | {reading or 'as expected'} |")
            first = ""


def compare_sample(path: Path, show: bool) -> None:
    """Print a table: how many lines of each class each system reads as expected."""
    systems: dict[str, Callable[[str, str], bool]] = {
        "ours": lambda written, spoken: ours(written) == words(spoken),
        ESPEAK: espeak_agrees,
        "cleaners": lambda written, spoken: cleaners(written) == words(spoken),
        "num2words": lambda written, spoken: numbers_alone(written) == words(spoken),
    }
    if not shutil.which(ESPEAK):
        del systems[ESPEAK]
    right: dict[str, list[int]] = defaultdict(lambda: [0] * (len(systems) + 1))
    for semiotic, written, spoken in read_sample(path):
        answers = [agrees(written, spoken) for agrees in systems.values()]
        if show and not answers[0]:
            print(f"{written!r}: {ours(written)!r}, not {words(spoken)!r}")
        for row in (right[semiotic], right["all"]):
            row[:] = [count + answer for count, answer in zip(row, [True, *answers], strict=True)]
    total, *counts = right.pop("all")
    print(f"\n{path.name}\n\n| class | lines | {' | '.join(systems)} |\n|---|---|{'---|' * len(systems)}")
    for semiotic, (lines, *correct) in right.items():
        print(f"| {semiotic} | {lines} | {' | '.join(map(str, correct))} |")
    print(f"| all | {total} | {' | '.join(f'{100 * count / total:.1f} %' for count in counts)} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--table", type=Path, default=ROOT / "tests/text/normalize/table")
    parser.add_argument("--sample", type=Path, default=ROOT / "scripts/benchmarks/normalization_sample.txt")
    parser.add_argument("--show", action="store_true", help="print the lines that our normaliser reads differently")
    parser.add_argument("--lines", type=Path, help="compare the readings in the table of this Markdown file")
    options = parser.parse_args()
    if not shutil.which(ESPEAK):
        print(f"{ESPEAK} is left out: apt-get install {ESPEAK}", file=sys.stderr)
    if options.lines:
        compare_lines(options.lines)
        return
    for path in (options.table, options.sample):
        compare_sample(path, options.show)


if __name__ == "__main__":
    main()
