"""The supplement: words that CMUdict lacks or gets wrong, in supplement.tsv beside this file."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from tts.text.pronunciation.alphabets import from_arpabet

PATH = Path(__file__).with_name("supplement.tsv")
CLASSES = frozenset("brand drug food name place science software word".split())


class Entry(NamedTuple):
    """A word, what kind of word it is, and its phonemes."""

    word: str
    kind: str
    phonemes: tuple[str, ...]


def read_supplement(path: Path = PATH) -> list[Entry]:
    """Read the entries. Raises ValueError with the line for an invalid or repeated one."""
    entries: dict[str, Entry] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("#"):
            continue
        try:
            word, kind, phonemes = line.split("\t")
            if kind not in CLASSES:
                raise ValueError(f"{kind!r} is not a class; use one of {', '.join(sorted(CLASSES))}")
            if word in entries:
                raise ValueError(f"{word!r} occurs twice; keep one of the lines")
            entries[word] = Entry(word, kind, from_arpabet(phonemes))
        except ValueError as error:
            raise ValueError(f"{path.name}, line {number}: {error}") from None
    return list(entries.values())
