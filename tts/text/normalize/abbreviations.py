"""Expand abbreviations with a full stop by their context: No. 5, Dr. Lee, Main St., sq. mi."""

from __future__ import annotations

import re

from tts.text.normalize.abbreviation_tables import (
    AFTER_NAME,
    ANYWHERE,
    BEFORE_NAME,
    BEFORE_NUMBER,
    BY_PLACE,
    CLIPPED_BEFORE_WORD,
    OPENERS,
    RANKS,
    SCRIPTURE,
    as_listed,
)
from tts.text.normalize.history import vital_date
from tts.text.normalize.law import is_circuit
from tts.text.normalize.rule import Verbalized
from tts.text.regex import regex

_AUTHORED = {"ed": "edited", "Ed": "edited", "trans": "translated", "Trans": "translated", "illus": "illustrated"}
_BY_AHEAD = regex(r"\sby\b")
_EDITION_BEFORE = regex(r"(?:\d(?:st|nd|rd|th|d)|\b(?:rev|first|second|third|new|intl))\.?\s\Z")
_VERSE_AFTER = regex(r"\s\d{1,3}:\d")
_BARE = {name: BEFORE_NAME[name] for name in (*RANKS, "Mt", "Ft")}
_BARE |= {"Dr": "doctor", "St": "saint", "Prof": "professor", "Jr": "junior", "Sr": "senior", "Mk": "mark"}
_BARE_BEFORE_NUMBER = frozenset("Hwy Rte Apt Ste Rm apt rm Fl Vol Fig Figs Eq".split())
BARE_NUMBERED = frozenset("pp vol vols fig figs eq".split())
"""Abbreviations in small letters that are expanded before a number even without their full stop."""
_FLOORS = frozenset(("Fl", "fl", "Flr", "flr"))
_AFTER_ORDINAL = {**dict.fromkeys(_FLOORS, "floor"), "Amend": "amendment", "Cong": "congress"}
_STATE_BEFORE = regex(r"(?<!\w)(?:[A-Z][a-z]{1,5}|[A-Z]\.[A-Z])\.\s\Z")
_ORDINAL_BEFORE = regex(r"\d(?:st|nd|rd|th)\s\Z")
_DIGIT_AFTER = regex(r"\s\d")
BARE = frozenset((*_BARE, "Figs", "Ave", "Blvd", "Rd", "Ln", "Pkwy", "Hwy"))
_ABBREVIATION = regex(
    r"(?:[Ee]\.\s?g|[Ii]\.\s?e|Ph\.D|[BM]\.Sc|[A-Za-z]{1,6})\.(?!\w)|(?:[Nn]os?|pp?|[Vv]ols?|[Ff]igs?|[Cc]h)\.(?=\d)"
)
_NAME_AFTER = regex(r"\s{1,3}([A-Z][A-Za-z'-]*)")
_NUMBER_AFTER = regex(r"\s{0,3}#?[A-Z]{0,4}-?\d|\s\(\d|\s(?:[IVXLC]{2,}|[VX])\b|\sI(?=[,;.]|\s§|\s*\Z)|\s[ivxl]{2,}\b")
_LETTER_AFTER = regex(r"\s[A-Z](?!\w)")
_LETTERED = frozenset("App Appx Fig Tbl Ex".split())
_SEVERAL = regex(r"\s?(?P<first>\d{1,3})[a-z]?(?:[-—](?P<last>\d{1,3})|,? (?:and|&|or) (?P<other>\d{1,3}))(?![\d-])")
_MANY = frozenset("p ch Ch vol Vol fig Fig sec Sec eq Eq l v para par n chap Chap art Art cl".split())
_NAME_BEFORE = regex(r"([A-Z][A-Za-z'-]{0,30}),?\s{1,3}(?:(?:&|and) )?$|\d(?:st|nd|rd|th)?\s$")
_ADDRESS_BEFORE = regex(r"\d[A-Z]?\s(?:[NSEW]\.?\s)?(?:[A-Z][A-Za-z'-]+\s){1,3}$|\d(?:st|nd|rd|th)\s$")
_SPACED = regex(r"(?P<kind>[Ss]q|[Cc]u|[Ff]l)\. ?(?P<unit>mi|ft|in|yd|km|cm|m|oz)\b\.?")
_SPACED_KINDS = {"sq": "square", "cu": "cubic", "fl": "fluid"}
_SPACED_UNITS = {
    "mi": ("mile", "miles"), "ft": ("foot", "feet"), "in": ("inch", "inches"), "yd": ("yard", "yards"),
    "km": ("kilometer", "kilometers"), "cm": ("centimeter", "centimeters"), "m": ("meter", "meters"),
    "oz": ("ounce", "ounces"),
}  # fmt: skip
_PER_BEFORE = regex(r"\b(?:per|a|an|each|every)\s\Z")
_LATIN_BEFORE = regex(r"\b(?:[Oo]p|[Ll]oc)\.\s\Z")
_SMALL_AHEAD = regex(r"[,;]|\s(?:at|cit|§|¶|[a-z]{2,})")
_RANK_AFTER = regex(r"\s\d{1,3}\b(?!,\d)")
_RANKED_BEFORE = regex(r"\b(?:the|at|her|his|their|our|my|world|ranked|became|Platform|flat)\s\Z")
_RANKED_AFTER = regex(
    r"\s\d{1,3}\s(?:Downing|seed|song|single|hit|pick|spot|player|fan|enemy|ranked|[A-Z][a-z]+\s(?:Street|Road|St|Rd)\b)"
)
_VERSUS = regex(r"v\.(?=\s[A-Z])")
_LOOK_BACK = 48


def read_abbreviation(text: str, position: int) -> Verbalized | None:
    """Expand the abbreviation at `position`, including its full stop; None if there is none."""
    match = _ABBREVIATION.match(text, position)
    if match is None:
        return None
    spaced = _SPACED.match(text, position) if match[0].lower() in ("sq.", "cu.", "fl.") else None
    if spaced:
        singular = _PER_BEFORE.search(text[max(0, position - 6) : position])
        unit = _SPACED_UNITS[spaced["unit"]][0 if singular else 1]
        return Verbalized("measure", f"{_SPACED_KINDS[spaced['kind'].lower()]} {unit}", spaced.end())
    words = _expand(as_listed(match[0][:-1].replace(" ", "")), text, position, match.end())
    return Verbalized("abbreviation", words, match.end()) if words else None


def read_bare(text: str, word: str, start: int) -> Verbalized | None:
    """Expand a title without its full stop before a name: Dr Smith, St Paul, Mt Everest."""
    end = start + len(word)
    if word in _BARE_BEFORE_NUMBER | BARE_NUMBERED and _DIGIT_AFTER.match(text, end):
        return Verbalized("abbreviation", BEFORE_NUMBER[word], end)
    if word in _FLOORS and _ORDINAL_BEFORE.search(text[max(0, start - 4) : start]):
        return Verbalized("abbreviation", "floor", end)
    if word == "No" and _RANK_AFTER.match(text, end) and _ranks(text, start, end):
        return Verbalized("abbreviation", "number", end)
    words = _BARE.get(word)
    if words and (_NAME_AFTER.match(text, end) or word in ("Jr", "Sr")):
        return Verbalized("abbreviation", words, end)
    return Verbalized("abbreviation", "telephone", end) if word == "Tel" and text.startswith(":", end) else None


def _ranks(text: str, start: int, end: int) -> bool:
    """Return whether "No" before a number is "number": the No 1 song, No 10 Downing Street."""
    return bool(_RANKED_BEFORE.search(text[max(0, start - 9) : start]) or _RANKED_AFTER.match(text, end))


def _expand(written: str, text: str, start: int, end: int) -> str | None:
    if (
        written == "v"
        and _VERSUS.match(text, start)
        and re.search(r"(?:[A-Z][\w.']*,?|\bal\.,?)\s\Z", text[max(0, start - 20) : start])
    ):
        return "versus"
    if (
        written == "def"
        and _NAME_AFTER.match(text, end)
        and _NAME_BEFORE.search(text[max(0, start - _LOOK_BACK) : start])
    ):
        return "defeated"
    if vital := vital_date(written, text, end):
        return vital
    if written in ("c", "ca") and not re.match(r"\s?\d{3}", text[end : end + 5]):
        return None
    if written in SCRIPTURE and _VERSE_AFTER.match(text, end):
        return SCRIPTURE[written]
    ordered = _AFTER_ORDINAL.get(written)
    if ordered and _ORDINAL_BEFORE.search(text[max(0, start - 4) : start]):
        return ordered
    if written == "App" and _STATE_BEFORE.search(text[max(0, start - 8) : start]):
        return "appeals"
    if written in BEFORE_NUMBER and _NUMBER_AFTER.match(text, end):
        return BEFORE_NUMBER[written] + ("s" if written in _MANY and _are_several(text, end) else "")
    if written in _LETTERED and _LETTER_AFTER.match(text, end):
        return BEFORE_NUMBER[written]
    if written in _AUTHORED and _BY_AHEAD.match(text, end):
        return _AUTHORED[written]
    if written == "ed" and _EDITION_BEFORE.search(text[max(0, start - 8) : start]):
        return "edition"
    if written.lower() in ("id", "op", "loc", "cit", "ibid", "trans") and written in CLIPPED_BEFORE_WORD | {"Op"}:
        return _clipped_latin(written, text, start, end)
    if written in ANYWHERE:
        if written in ("al", "seq") and not text[max(0, start - 3) : start].endswith("et "):
            return None
        return ANYWHERE[written] if written != "max" else None
    named = _NAME_AFTER.match(text, end)
    if written in BEFORE_NAME and (named or written in RANKS):
        return BEFORE_NAME[written]
    before = _NAME_BEFORE.search(text[max(0, start - _LOOK_BACK) : start])
    if before and (before[1] or "").lower() in OPENERS:
        before = None
    if written in AFTER_NAME:
        if written == "Cir" and is_circuit(text, start):
            return "circuit"
        return AFTER_NAME[written] if before else None
    if written in BY_PLACE:
        return _by_place(written, text, start, before, named)
    return None


def _are_several(text: str, end: int) -> bool:
    """Return whether a range or a pair of numbers follows, so that the noun is in the plural: "ch. 4-6"."""
    several = _SEVERAL.match(text, end)
    if several is None:
        return False
    last = several["last"]
    return last is None or int(last) > int(several["first"]) or len(last) < len(several["first"])


def _clipped_latin(written: str, text: str, start: int, end: int) -> str | None:
    """Keep "Id." and "op. cit." as words without a pause, inside a sentence."""
    if written.lower() == "cit":
        return "cit" if _LATIN_BEFORE.search(text[max(0, start - 5) : start]) else None
    return written.lower() if _SMALL_AHEAD.match(text, end) or written == "ibid" else None


def _by_place(written: str, text: str, start: int, before: re.Match[str] | None, named: re.Match[str] | None) -> str:
    """Expand St. or Dr.: a title before a name, a street after a name.

    Between two names it is the title, unless a house number makes the phrase an address.
    """
    title, place = BY_PLACE[written]
    if named is None:
        return place if before or written == "St" else title
    opener = named[1].lower() in OPENERS
    address = bool(_ADDRESS_BEFORE.search(text[max(0, start - _LOOK_BACK) : start]))
    return place if address or (before and opener) else title
