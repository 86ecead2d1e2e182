"""Verbalize Roman numerals that their context confirms: George III, Chapter IV, World War II, MCMXCIV."""

from __future__ import annotations

from tts.text.normalize.numbers import cardinal, ordinal, year
from tts.text.normalize.rule import Verbalized
from tts.text.regex import regex

_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_NUMERAL = regex(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_COUNTED = frozenset(
    "act appendix article book bowl canto chapter class figure grade level mark no number page pages part phase scene "
    "section stage table title tome type vol volume war psalm pp p ch art cl amend amendment apollo saturn titan "
    "rocky terminator fantasy godfather pilot factor division corps category schedule annex quadrant tier generation "
    "model series unit verse stanza item exhibit clause paragraph lesson round step trek episode chap vatican".split()
)
_SERIAL = frozenset(("no", "number"))  # a single letter after these belongs to a serial number: "No. V510210"
_RULERS = frozenset(
    "alexander alfonso benedict boniface catherine charles christian clement darius edward elizabeth ferdinand francis "
    "frederick george gregory gustav henry innocent ivan james john leo leopold louis mary napoleon nicholas otto paul "
    "peter philip pius pope ramses rameses richard rudolf sixtus thutmose urban victor wilhelm william umberto franz "
    "joseph xerxes seti constantine justinian theodosius harald haakon olav albert juan carlos pedro maria karl".split()
)
_BEFORE = regex(r"([A-Z]?[A-Za-z]+)\.?\s{1,2}$")
_COUNTED_BEFORE = regex(r"\b(?:Wars|Parts|Chapters|Acts|Books|Volumes) (?:[IVX]+, )*[IVX]+(?:,|,? (?:and|to|or)) \Z")
_RANKED = regex(r"([IVXL]{2,})(?:st|nd|rd|th)")
_CENTURY = regex(r"(?:-| )(?:century|centuries)\b")
_ONLY_NUMERALS = frozenset("II III VII VIII XII XIII XIV XVI XVII XVIII XIX XXI XXII XXIII XXIV XXV".split())
# "George I" is a king only before these; elsewhere I is the pronoun: "by George I think".
_KING_BEFORE = regex(r"\s*(?:$|[^\w\s]|(?:of|and|was|had|in|to|the|is|made|did|who|became|died|reigned)\b)")
_LETTER_AFTER = regex(r"\s[A-Z](?!\w)")
_LOOK_BACK = 32


def read_roman(word: str, text: str, start: int) -> Verbalized | None:
    """Verbalize the numeral `word` at text[start]; None if it is no numeral or its context does not confirm one."""
    possessive = "'s" if word.endswith("'s") else ""
    ranked = _RANKED.fullmatch(word)
    if ranked:
        return Verbalized("roman", ordinal(str(_value(ranked[1]))), start + len(word))
    word = word.removesuffix("'s")
    small = word.islower()
    numeral = word.upper()
    if not word or numeral[0] not in _VALUES or not _NUMERAL.fullmatch(numeral):
        return None
    end = start + len(word) + len(possessive)
    value = str(_value(numeral))
    before = _BEFORE.search(text[max(0, start - _LOOK_BACK) : start])
    name = before[1] if before else ""
    if not small and _COUNTED_BEFORE.search(text[max(0, start - _LOOK_BACK) : start]):
        return Verbalized("roman", cardinal(value) + possessive, end)
    if {name.lower(), name.lower().removesuffix("s")} & _COUNTED and name not in ("P", "PS"):
        is_letter = _is_letter(word, value, name) or (len(word) == 1 and _LETTER_AFTER.match(text, end))
        return None if is_letter else Verbalized("roman", cardinal(value) + possessive, end)
    if small:
        enumerates = text.startswith(")", end) and word not in ("mi", "di", "mix", "xi", "vi", "li", "xx")
        return Verbalized("roman", cardinal(value), end) if enumerates else None
    if len(word) > 1 and _CENTURY.match(text, end):
        return Verbalized("roman", ordinal(value), end)
    if len(word) > 3 and word[:2] in ("MC", "MD", "MM") and 1100 <= int(value) < 2100:
        return Verbalized("roman", year(value), end)
    if word in _ONLY_NUMERALS and not name[:1].isupper():
        return Verbalized("roman", cardinal(value) + possessive, end)
    ruler = name.lower() in _RULERS and name[0].isupper()
    if not name[:1].isupper() or (not ruler and (len(word) == 1 or set("LCDM") & set(word) or name.isupper())):
        return None
    if set("LCDM") & set(word) and len(word) == 1:
        return None
    if word in ("I", "V", "X") and not _KING_BEFORE.match(text, end):
        return None
    return Verbalized("roman", f"the {ordinal(value)}{possessive}", end)


def _is_letter(word: str, value: str, name: str) -> bool:
    """Return whether `word` after a counted name is a letter or a word, not a numeral: Appendix C, phase mix."""
    if word in ("C", "D", "L", "M"):
        return True
    if word.islower() and (
        len(word) == 1 or len(value) > 2 or word in ("mi", "di", "mix", "mm", "cm", "ml", "xi", "dim")
    ):
        return True
    return len(word) == 1 and (name.lower() in _SERIAL or not name[0].isupper())


def numeral_value(written: str) -> int | None:
    """Return the value of a Roman numeral in capitals; None for anything else."""
    return _value(written) if written and _NUMERAL.fullmatch(written) else None


def _value(numeral: str) -> int:
    values = [_VALUES[letter] for letter in numeral]
    return sum(-value if value < max(values[index:]) else value for index, value in enumerate(values))
