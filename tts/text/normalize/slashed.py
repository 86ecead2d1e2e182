"""Expand abbreviations with a slash: w/o, and/or, N/A, A/B test, M/W/F, a 45 y/o man, s/p surgery."""

from __future__ import annotations

from tts.text.normalize.rule import Verbalized, spell
from tts.text.regex import regex

_SLASHED = {
    "w/o": "without", "w/": "with", "w/in": "within", "w/out": "without", "b/w": "between", "b/c": "because",
    "h/t": "hat tip", "c/o": "care of", "n/a": "N A", "N/A": "N A", "and/or": "and or",
    "either/or": "either or", "he/she": "he or she", "she/he": "she or he", "his/her": "his or her",
    "him/her": "him or her", "s/he": "she or he", "w/e": "whatever", "s/o": "shout out", "f/u": "follow up",
    "w/u": "workup", "s/p": "status post", "h/o": "history of", "r/o": "rule out", "d/c": "discharge", "d/t": "due to",
    "a/k/a": "A K A", "f/k/a": "F K A", "d/b/a": "D B A", "AC/DC": "A C D C", "TCP/IP": "T C P I P",
    "OS/2": "O S two", "j/k": "J K", "m/f": "M F",
}  # fmt: skip
_OLD = ("y/o", "yo")
_CLINICAL = frozenset("s/p h/o r/o d/c d/t f/u w/u".split())
_CLINICAL_AHEAD = regex(r"\s[A-Za-z]")
_COMPLAINT = regex(
    r"\b(?:[Pp]ts?\.?|[Pp]atients?|[Mm]ale|[Ff]emale|[Mm]an|[Ww]oman|[MF]|y/o|[Hh]e|[Ss]he|presented|presents)\s\Z"
)
_DAYS = {
    "M": "monday", "Mon": "monday", "T": "tuesday", "Tu": "tuesday", "Tue": "tuesday", "W": "wednesday",
    "Wed": "wednesday", "Th": "thursday", "Thu": "thursday", "R": "thursday", "F": "friday", "Fri": "friday",
    "Sa": "saturday", "Sat": "saturday", "Su": "sunday", "Sun": "sunday",
}  # fmt: skip
_DAY = r"(?:Mon?|Tue?|Wed?|Thu?|Fri?|Sat?|Sun?|[MTWRF])"
_LETTERED_DAYS = regex(rf"{_DAY}(?:/{_DAY}){{1,4}}(?![\w/])")
_SURELY_DAYS = frozenset("W Th Tu Sa Su".split())
_DERIVATIVE = regex(r"d[a-z]?/d[a-z](?![\w/])")
_LETTERS = regex(r"[A-Z](?:/[A-Z]){1,3}(?![\w/])")
_WITH = regex(r"[wW]/(?=[A-Za-z]{4}|(?:my|a|an|the|you|me|him|her|us|all|no|two)\b)")
_TOKEN = regex(r"[A-Za-z]{1,6}(?:/[A-Za-z2]{0,3}){1,2}")
_AGE_BEFORE = regex(r"\d\s?-?\Z")
_PERSON_AHEAD = regex(r"\s(?:[a-z-]+\s)?(?:male|female|man|woman|boy|girl|patient|child|[MF]\b|[a-z]+)")


def read_slashed(text: str, position: int) -> Verbalized | None:
    """Expand the abbreviation with a slash at `position`; None for other slashes."""
    glued = _WITH.match(text, position)
    if glued:
        return Verbalized("abbreviation", "with", glued.end())
    if text[position - 1 : position] == "/" and position:
        return None
    derivative = _DERIVATIVE.match(text, position)
    if derivative and derivative[0] not in _SLASHED:
        return Verbalized("math", spell(derivative[0].replace("/", "")), derivative.end())
    days = _LETTERED_DAYS.match(text, position)
    if days and _are_days(days[0]):
        names = " , ".join(_DAYS[day] for day in days[0].split("/"))
        return Verbalized("date", names, days.end())
    letters = _LETTERS.match(text, position)
    if letters:
        return Verbalized("acronym", spell(letters[0].replace("/", "")), letters.end())
    match = _TOKEN.match(text, position)
    after = text[match.end() : match.end() + 1] if match else ""
    if match is None or after.isalnum() or after == "/":
        return None
    words = _expand(match[0], text, position, match.end())
    return Verbalized("abbreviation", words, match.end()) if words else None


def read_age(text: str, word: str, start: int) -> Verbalized | None:
    """Expand "yo" after a number: a 45 yo man."""
    words = _age(text, start, start + len(word))
    return Verbalized("abbreviation", words, start + len(word)) if words else None


def _are_days(written: str) -> bool:
    parts = written.split("/")
    return bool(_SURELY_DAYS & set(parts)) or (len(parts) > 2 and "M" in parts)


def _expand(written: str, text: str, start: int, end: int) -> str | None:
    small = written.lower()
    if small in _OLD:
        return _age(text, start, end)
    if small in _CLINICAL and not _CLINICAL_AHEAD.match(text, end):
        return None
    if small == "c/o" and _COMPLAINT.search(text[max(0, start - 12) : start]):
        return "complains of"
    return _SLASHED.get(written) or (None if written.isupper() else _SLASHED.get(small))


def _age(text: str, start: int, end: int) -> str | None:
    """Return "year old" after a number and before a noun, else "years old"."""
    if not _AGE_BEFORE.search(text[max(0, start - 3) : start]):
        return "year old" if text[start : start + 3] == "y/o" else None
    return "year old" if _PERSON_AHEAD.match(text, end) else "years old"
