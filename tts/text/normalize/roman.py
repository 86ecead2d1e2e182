"""Roman numerals where something calls for one: George III, Chapter IV, World War II, MCMXCIV; never the word I."""

from __future__ import annotations

from tts.text.normalize.numbers import cardinal, ordinal, year
from tts.text.normalize.rule import Reading
from tts.text.regex import regex

_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_NUMERAL = regex(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_COUNTED = frozenset(
    "act appendix article book bowl canto chapter class figure grade level mark no number page pages part phase scene "
    "section stage table title tome type vol volume war psalm pp p ch apollo saturn titan rocky terminator fantasy "
    "godfather pilot factor division corps category schedule annex quadrant tier generation model series unit verse "
    "stanza item exhibit clause paragraph lesson round step trek episode chap vatican".split()
)
_SERIAL = frozenset(("no", "number"))  # what follows as one letter belongs to a serial number: "No. V510210"
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
# "George I" is a king before these and a speaker before anything else: "by George I think".
_KING_BEFORE = regex(r"\s*(?:$|[^\w\s]|(?:of|and|was|had|in|to|the|is|made|did|who|became|died|reigned)\b)")
_LETTER_AFTER = regex(r"\s[A-Z](?!\w)")
_LOOK_BACK = 32


def read_roman(word: str, text: str, start: int) -> Reading | None:
    """Words for the numeral `word` found at text[start]; None when it is no numeral or its context asks for none."""
    possessive = "'s" if word.endswith("'s") else ""
    ranked = _RANKED.fullmatch(word)
    if ranked:
        return Reading("roman", ordinal(str(_value(ranked[1]))), start + len(word))
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
        return Reading("roman", cardinal(value) + possessive, end)
    if {name.lower(), name.lower().removesuffix("s")} & _COUNTED and name != "P":
        if word in ("C", "D", "L", "M"):  # Appendix C is the third
            return None
        if small and (len(word) == 1 or len(value) > 2 or word in ("mi", "di", "mix", "mm", "cm", "ml", "xi", "dim")):
            return None
        serial = len(word) == 1 and (name.lower() in _SERIAL or not name[0].isupper() or _LETTER_AFTER.match(text, end))
        return None if serial else Reading("roman", cardinal(value) + possessive, end)
    if small:
        enumerates = text.startswith(")", end) and word not in ("mi", "di", "mix", "xi", "vi", "li", "xx")
        return Reading("roman", cardinal(value), end) if enumerates else None
    if len(word) > 1 and _CENTURY.match(text, end):
        return Reading("roman", ordinal(value), end)
    if len(word) > 3 and word[:2] in ("MC", "MD", "MM") and 1100 <= int(value) < 2100:
        return Reading("roman", year(value), end)
    if word in _ONLY_NUMERALS and not name[:1].isupper():
        return Reading("roman", cardinal(value) + possessive, end)
    ruler = name.lower() in _RULERS and name[0].isupper()
    if not name[:1].isupper() or (not ruler and (len(word) == 1 or set("LCDM") & set(word) or name.isupper())):
        return None
    if set("LCDM") & set(word) and len(word) == 1:
        return None
    if word in ("I", "V", "X") and not _KING_BEFORE.match(text, end):
        return None
    return Reading("roman", f"the {ordinal(value)}{possessive}", end)


def numeral_value(written: str) -> int | None:
    """The number that a Roman numeral in capitals stands for; None for anything else."""
    return _value(written) if written and _NUMERAL.fullmatch(written) else None


def _value(numeral: str) -> int:
    values = [_VALUES[letter] for letter in numeral]
    return sum(-value if value < max(values[index:]) else value for index, value in enumerate(values))
