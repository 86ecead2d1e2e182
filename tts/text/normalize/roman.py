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
    "model series unit verse stanza item exhibit clause paragraph lesson round step trek episode chap vatican mk "
    "gta cn sata complex group cycle wave symphony sonata "
    "photosystem region zone nerve protocol variant edition diablo civilization thunderbolt".split()
)
_SERIAL = frozenset(("no", "number"))  # a single letter after these belongs to a serial number: "No. V510210"
_RULERS = frozenset(
    "alexander alfonso benedict boniface catherine charles christian clement darius edward elizabeth ferdinand "
    "francis frederick george gregory gustav henry innocent ivan james john leo leopold louis mary napoleon "
    "nicholas otto paul nebuchadnezzar tiglath shalmaneser sargon ptolemy seleucus antiochus mehmed murad selim "
    "bayezid amenhotep amenemhat mentuhotep artaxerxes cyrus cambyses theodoric baldwin bohemond casimir "
    "sigismund ladislaus bela valdemar magnus sverre kamehameha menelik moctezuma montezuma humbert manuel afonso "
    "sancho ramiro constans valentinian honorius basil nikephoros celestine callixtus adrian hadrian anastasius "
    "sergius lucius sylvester tokugawa rama peter philip pius pope ramses rameses richard rudolf sixtus thutmose "
    "urban victor wilhelm william umberto franz joseph xerxes seti constantine justinian theodosius harald haakon "
    "olav albert juan carlos pedro maria karl".split()
)
_GIVEN = frozenset(
    "aaron abraham adam adolph albert alexander alfred allen amos andrew anthony archibald arnold arthur augustus "
    "barry benjamin bernard bertrand brandon brian bruce calvin carl carlton cecil chester christopher clarence "
    "clark clayton clifford clinton colin cornelius craig cyrus daniel darren david dennis donald douglas dwight "
    "earl edgar edmund edwin eli elias elliott eric ernest eugene ezra floyd francis franklin fred gary gene gerald "
    "gilbert glenn gordon graham grant gregory guy harold harrison harry harvey hector herbert herman hiram horace "
    "howard hubert hugh isaac ivan jack jackson jacob jason jay jeffrey jeremy jerome jesse jim joe joel johnny "
    "jonathan joshua julian julius karl keith kenneth kevin lance larry lawrence lee leonard leslie lester lewis "
    "lincoln lionel lloyd loudon lucas luther malcolm marcus mark marshall martin marvin matthew maurice max "
    "maxwell melvin michael mike miles milton mitchell mohammed morris moses nathan nathaniel neil nelson noah "
    "norman oliver oscar owen patrick percy perry pierre preston quincy ralph randolph raymond reginald robert "
    "robin rodney roger roland ronald ross roy russell samuel scott sean seth seymour sherman sidney simon stanley "
    "stephen steven stuart sylvester ted terrence theodore thomas thurston timothy todd tom tony troy vernon victor "
    "vincent wallace walter warren wayne wesley willard willis winston zachary alan ben bill bob charlie chuck dan "
    "dave ed frank jimmy johan josef jose kurt luis manuel miguel otto pablo ricardo will nigel trevor rupert "
    "dominic felix hugo".split()
)
"""Given names: a numeral after a surname is an ordinal if one of them, or the name of a ruler, is before it."""
_PERSON_BEFORE = regex(
    r"\b(?:King|Queen|Pope|Emperor|Empress|Tsar|Czar|Kaiser|Prince|Princess|Sultan|Shah|Pharaoh|Duke|Count|Earl|Saint|St\.|"
    r"Sir|Lord|Mr\.?|Dr\.?|[A-Z]\.)\s(?:[A-Z][\w'-]+\s){1,3}\Z"
)
_NAMES_BEFORE = regex(r"((?:[A-Z][A-Za-z'-]+\s){2,4})\Z")
_STOPPED_BEFORE = regex(r"\b(?:[Aa]rts?|[Cc]hs?|[Vv]ols?|[Pp]ts?|[Ss]ecs?|[Bb]k|[Aa]mend|cl|[Aa]pp|[Mm]k|[Ff]ig)\.\s\Z")
_STUDIED = regex(
    r"\s(?:errors?|diabet\w+|trials?|stud(?:y|ies)|clinical|cancers?|superconduct\w+|hypersensitiv\w+|collagen|interferons?|"
    r"civili[sz]ations?|supernovae?|tumou?rs?|lesions?|diseases?|devices?|(?:and|or|to)\sII|survival|half)\b"
)
_STUDIED_KINDS = frozenset("type phase stage class grade level tier category factor division schedule".split())
_CHAINED = regex(r"(?:[IVX]{1,4}|[ivx]{1,4})(?:-(?:[IVX]{1,4}|[ivx]{1,4})){1,5}(?![\w-])")
_BEFORE = regex(r"([A-Z]?[A-Za-z]+)\.?\s{1,2}$")
_COUNTED_BEFORE = regex(r"\b(?:Wars|Parts|Chapters|Acts|Books|Volumes) (?:[IVX]+, )*[IVX]+(?:,|,? (?:and|to|or)) \Z")
_RANKED = regex(r"([IVXL]{2,})(?:st|nd|rd|th)")
_CENTURY = regex(r"(?:-| )(?:century|centuries)\b")
_ONLY_NUMERALS = frozenset("II III VII VIII XII XIII XIV XVI XVII XVIII XIX XXI XXII XXIII XXIV XXV".split())
# "George I" is a king only before these; elsewhere I is the pronoun: "by George I think".
_KING_BEFORE = regex(r"\s*(?:$|[^\w\s]|(?:of|and|was|had|in|to|the|is|made|did|who|became|died|reigned)\b)")
_BEFORE_X = ("generation", "model", "series")
_DROPPED = regex(r"(?:\A|\n)[\s*#>(\"']{0,6}([A-Z]) ([A-Za-z]{2,12})\.?\s\Z")
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
    if _in_oxide(text, start, word):
        return Verbalized("roman", cardinal(str(_value(numeral))), start + len(word))
    end = start + len(word) + len(possessive)
    value = str(_value(numeral))
    before = _BEFORE.search(text[max(0, start - _LOOK_BACK) : start])
    name = before[1] if before else ""
    dropped = _DROPPED.search(text[max(0, start - _LOOK_BACK) : start])
    if dropped and "".join(dropped.groups()).lower() in _COUNTED:
        name = "".join(dropped.groups())  # C HAPTER IV
    if not small and _COUNTED_BEFORE.search(text[max(0, start - _LOOK_BACK) : start]):
        return Verbalized("roman", cardinal(value) + possessive, end)
    if {name.lower(), name.lower().removesuffix("s")} & _COUNTED and name not in ("P", "PS"):
        is_letter = _is_letter(word, value, name) or (len(word) == 1 and _LETTER_AFTER.match(text, end))
        is_letter = is_letter and not _is_first(text, start, name, end)
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
    if not ruler and not _is_person(text, start, name):
        return Verbalized("roman", cardinal(value) + possessive, end)
    return Verbalized("roman", f"the {ordinal(value)}{possessive}", end)


def read_chain(text: str, start: int) -> Verbalized | None:
    """Verbalize numerals with hyphens, such as the chords I-IV-V and pages ix-xii; None for other tokens."""
    match = _CHAINED.match(text, start)
    if match is None:
        return None
    parts = match[0].split("-")
    values = [_value(part.upper()) if _NUMERAL.fullmatch(part.upper()) else None for part in parts]
    before = _BEFORE.search(text[max(0, start - _LOOK_BACK) : start])
    counted = before is not None and bool({before[1].lower(), before[1].lower().removesuffix("s")} & _COUNTED)
    if None in values or not (counted or (len(parts) > 2 and max(map(len, parts)) > 1)):
        return None
    joint = " to " if counted and len(parts) == 2 else " "
    return Verbalized("roman", joint.join(cardinal(str(value)) for value in values), match.end())


def _is_person(text: str, start: int, name: str) -> bool:
    """Return whether the name before the numeral is a person's: Thurston Howell III, not Street Fighter II."""
    before = text[max(0, start - _LOOK_BACK) : start]
    if name.lower() in _GIVEN or _PERSON_BEFORE.search(before):
        return True
    names = _NAMES_BEFORE.search(before)
    return names is not None and not (_GIVEN | _RULERS).isdisjoint(names[1].lower().split()[:-1])


def _is_first(text: str, start: int, name: str, end: int) -> bool:
    """Return whether I after a counted name is a numeral: type I error, art. I."""
    if _STOPPED_BEFORE.search(text[max(0, start - 9) : start]):
        return True
    return name.lower() in _STUDIED_KINDS and _STUDIED.match(text, end) is not None


def _in_oxide(text: str, start: int, word: str) -> bool:
    """Return whether the numeral is a charge in brackets after a metal: Fe(III), copper(II)."""
    glued = text[start - 1 : start] == "(" and text[max(0, start - 2) : start - 1].isalpha()
    return glued and text[start + len(word) : start + len(word) + 1] == ")" and word.isupper()


def _is_letter(word: str, value: str, name: str) -> bool:
    """Return whether `word` after a counted name is a letter or a word, not a numeral: Appendix C, phase mix."""
    if word in ("C", "D", "L", "M") or (word == "X" and name.lower() in _BEFORE_X):
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
