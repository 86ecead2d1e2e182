"""Roman numerals after a word that calls for one: George III, Chapter IV, World War II."""

from __future__ import annotations

import re

from tts.text.normalize.numbers import cardinal, ordinal

_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50}
_NUMERAL = re.compile(r"X{0,3}(?:IX|IV|V?I{0,3})|(?:XL|LX{0,3})(?:IX|IV|V?I{0,3})")
_COUNTED = frozenset(
    "act appendix article book bowl canto chapter class figure grade level mark no number page part phase scene "
    "section stage table title tome type vol volume war".split()
)
_SERIAL = frozenset(("no", "number"))  # what follows as one letter belongs to a serial number: "No. V510210"
_RULERS = frozenset(
    "alexander alfonso benedict boniface catherine charles christian clement darius edward elizabeth ferdinand francis "
    "frederick george gregory gustav henry innocent ivan james john leo leopold louis mary napoleon nicholas otto paul "
    "peter philip pius pope ramses rameses richard rudolf sixtus thutmose urban victor wilhelm william".split()
)
_BEFORE = re.compile(r"([A-Z]?[A-Za-z]+)\.?\s{1,2}$")
# "George I" is a king before these and a speaker before anything else: "by George I think".
_KING_BEFORE = re.compile(r"\s*(?:$|[^\w\s]|(?:of|and|was|had|in|to|the|is|made|did)\b)")
_LOOK_BACK = 24


def read_roman(word: str, text: str, start: int) -> str | None:
    """Words for the numeral `word` found at text[start]; None when it is no numeral or its context asks for none."""
    if not word or word[0] not in _VALUES or not _NUMERAL.fullmatch(word):
        return None
    before = _BEFORE.search(text[max(0, start - _LOOK_BACK) : start])
    if before is None:
        return None
    name = before[1]
    value = str(_value(word))
    if name.lower() in _COUNTED and (len(word) > 1 or (name[0].isupper() and name.lower() not in _SERIAL)):
        return cardinal(value)
    ruler = name.lower() in _RULERS and name[0].isupper()
    if not name[0].isupper() or (not ruler and (len(word) == 1 or "L" in word or name.isupper())):
        return None
    if word == "I" and not _KING_BEFORE.match(text, start + 1):
        return None
    return f"the {ordinal(value)}"


def _value(numeral: str) -> int:
    values = [_VALUES[letter] for letter in numeral]
    return sum(-value if value < max(values[index:]) else value for index, value in enumerate(values))
