"""Abbreviations with a full stop, by table and by what stands around them, and initials such as U.S. and J. F."""

from __future__ import annotations

import re

_ANYWHERE = {
    "Mr": "mister", "Mrs": "missus", "Messrs": "messieurs", "Mme": "madame", "Mlle": "mademoiselle",
    "Prof": "professor", "Jr": "junior", "Sr": "senior", "Esq": "esquire", "Inc": "incorporated",
    "Corp": "corporation", "Ltd": "limited", "Bros": "brothers", "Dept": "department", "Assn": "association",
    "Ave": "avenue", "Blvd": "boulevard", "vs": "versus", "etc": "et cetera", "approx": "approximately",
    "e.g": "for example", "i.e": "that is", "Ph.D": "p h d",
}  # fmt: skip
_BEFORE_NAME = {
    "Gen": "general", "Col": "colonel", "Capt": "captain", "Lt": "lieutenant", "Sgt": "sergeant", "Cpl": "corporal",
    "Maj": "major", "Adm": "admiral", "Cmdr": "commander", "Rev": "reverend", "Hon": "honorable", "Gov": "governor",
    "Sen": "senator", "Rep": "representative", "Pres": "president", "Mt": "mount", "Ft": "fort",
}  # fmt: skip
_AFTER_NAME = {"Co": "company", "Rd": "road", "Sq": "square", "Ct": "court", "Pl": "place", "Hwy": "highway"}
_BEFORE_NUMBER = {
    "No": "number", "Nos": "numbers", "no": "number", "nos": "numbers", "p": "page", "pp": "pages", "vol": "volume",
    "Vol": "volume", "ch": "chapter", "Ch": "chapter", "fig": "figure", "Fig": "figure", "sec": "section",
    "Jan": "january", "Feb": "february", "Mar": "march", "Apr": "april", "Jun": "june", "Jul": "july",
    "Aug": "august", "Sep": "september", "Sept": "september", "Oct": "october", "Nov": "november", "Dec": "december",
}  # fmt: skip
_BY_PLACE = {"St": ("saint", "street"), "Dr": ("doctor", "drive")}
_WITHOUT_STOP = {"mr": "mister", "mrs": "missus", "vs": "versus", "etc": "et cetera"}
_TITLES = frozenset({*_BEFORE_NAME, *_BY_PLACE, "Mr", "Mrs", "Ms", "Messrs", "Prof", "Mme", "Mlle"})

_ABBREVIATION = re.compile(r"(?:[A-Za-z]{1,6}|e\.g|i\.e|Ph\.D)\.(?!\w)")
_INITIALS = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z](?:\.|(?!\w))(?!\w)")
_ONE_INITIAL = re.compile(r"[A-Z]\.(?=\s{1,3}[A-Z])")
_NAME_AFTER = re.compile(r"\s{1,3}[A-Z]")
_NUMBER_AFTER = re.compile(r"\s{0,3}[A-Z]{0,2}\d")
_NAME_BEFORE = re.compile(r"[A-Z][A-Za-z'-]{0,30},?\s{1,3}(?:(?:&|and) )?$|\d(?:st|nd|rd|th)?\s$")
_LOOK_BACK = 36


def read_abbreviation(text: str, position: int) -> tuple[str, int] | None:
    """The words for the abbreviation at `position` and where it ends, its full stop included; None if there is none."""
    match = _ABBREVIATION.match(text, position)
    if match is None:
        return None
    written, end = match[0][:-1], match.end()
    words = _expand(written, text, position, end)
    return (words, end) if words else None


def read_initials(text: str, position: int) -> int | None:
    """Where the initials at `position` end ("U.S.", the "J." of "J. F. Kennedy"), or None; their letters are named."""
    match = _INITIALS.match(text, position) or _ONE_INITIAL.match(text, position)
    return match.end() if match else None


def without_stop(word: str) -> str:
    """The small word as it is said: some abbreviations are unambiguous even without their full stop."""
    return _WITHOUT_STOP.get(word, word)


def is_title(word: str) -> bool:
    """Whether the word with a full stop announces a name, and so never ends a sentence before one."""
    return word in _TITLES


def is_abbreviation(word: str) -> bool:
    """Whether the word with a full stop is an abbreviation of any kind."""
    return word in _TITLES or word in _ANYWHERE or word in _AFTER_NAME or word in _BEFORE_NUMBER


def announces_number(word: str) -> bool:
    """Whether the word with a full stop is an abbreviation only before a number, such as "No. 5"."""
    return word in _BEFORE_NUMBER


def _expand(written: str, text: str, start: int, end: int) -> str | None:
    if written in _ANYWHERE:
        return _ANYWHERE[written]
    if written in _BEFORE_NUMBER:
        return _BEFORE_NUMBER[written] if _NUMBER_AFTER.match(text, end) else None
    named = _NAME_AFTER.match(text, end)
    if written in _BEFORE_NAME:
        return _BEFORE_NAME[written] if named else None
    before = _NAME_BEFORE.search(text[max(0, start - _LOOK_BACK) : start])
    if written in _AFTER_NAME:
        return _AFTER_NAME[written] if before else None
    if written in _BY_PLACE:
        title, place = _BY_PLACE[written]
        return place if before and not (named and written == "Dr") else title if named else place
    return None
