"""Verbalize house numbers and street types: 12 Main St., 221B Baker Street, 350 5th Ave, 456 oak ave."""

from __future__ import annotations

import re

from tts.text.normalize.numbers import house_number
from tts.text.normalize.rule import Verbalized, rule
from tts.text.regex import regex

STREETS = {
    "St": "street", "Ave": "avenue", "Av": "avenue", "Blvd": "boulevard", "Rd": "road", "Dr": "drive", "Ln": "lane",
    "Ct": "court", "Pl": "place", "Sq": "square", "Hwy": "highway", "Pkwy": "parkway", "Ter": "terrace",
    "Cir": "circle",
    "Expy": "expressway", "Tpke": "turnpike", "Rte": "route",
}  # fmt: skip
_TYPE = "|".join(
    (*STREETS, *sorted({name.capitalize() for name in STREETS.values()}, key=len, reverse=True), "Way", "Broadway")
)
_NAMES = r"(?:(?:[A-Z][A-Za-z']+|\d{1,3}(?:st|nd|rd|th))\.?\s)"
_STREET = rf"(?:(?:NE|NW|SE|SW|[NSEW])\.?\s)?{_NAMES}{{1,4}}(?:{_TYPE})\b"
_QUARTER = r"(?:North|South|East|West|[NSEW]\.)\s[A-Z][a-z]"
STREET_AHEAD = regex(rf"\.?\s{_NAMES}{{0,3}}(?:{_TYPE})\b")
HOUSE_BEFORE = regex(r"\d[A-Z]?\s\Z")
STREET_BEFORE = regex(rf"(?:{_TYPE})\.?,?\s\Z")
_NAME_BEFORE = regex(r"(?:[A-Z][A-Za-z'-]{0,30}|\d(?:st|nd|rd|th))\s{1,2}\Z")
SMALL_TYPES = frozenset("st ave av blvd rd ln ct hwy pkwy dr".split())
"""Street types that are recognised in small letters too."""
_SMALL_NAME = (
    r"(?:(?!(?:of|to|from|in|at|on|the|a|for|and|or|by|with)\b)[A-Za-z]{2,20}|\d{1,3}(?:st|nd|rd|th))"
    r"(?:\s[a-z]{3,20})?\s"
)
_SMALL_NAMES = rf"(?:(?:[nsewNSEW]|[ns][ew])\.?\s)?{_SMALL_NAME}"
_SMALL_ENDS = r"\b\.?(?=[,;)]|\.?\s*\Z|\s(?:apt|suite|unit|ste|in|and|near|[ns][ew]|[nsew])\b|\.\s[A-Z])"
_SMALL_STREET = rf"{_SMALL_NAMES}(?:{'|'.join(sorted(SMALL_TYPES))}){_SMALL_ENDS}"
_SMALL_BEFORE = regex(
    rf"(?:\d[A-Za-z]?\s{_SMALL_NAMES}|\d(?:st|nd|rd|th)\s|\b(?:on|onto|at|near|off|along|to)\s[a-z]{{3,20}}\s)\Z"
)
SMALL_STREET_AHEAD = regex(rf"\.?\s{_SMALL_NAME}(?:{'|'.join(sorted(SMALL_TYPES))}){_SMALL_ENDS}")
_SMALL_END = regex(_SMALL_ENDS)
_POINT_AHEAD = regex(r"\s(?:NE|NW|SE|SW|[NSEW])\b")
_LOOK_BACK = 48


def _house(match: re.Match[str]) -> str:
    return f"{house_number(match['number'])} {(match['letter'] or '').upper()}".strip()


RULES = (
    rule(
        "address",
        rf"(?P<number>\d{{1,5}})(?P<letter>[A-Z])?(?=\s(?:{_STREET}|{_QUARTER}))",
        _house,
        sign="ABCDEFGHIJKLMNOPQRSTUVWXYZsnrt",
    ),
    rule("address", rf"(?P<number>\d{{1,5}})(?P<letter>[A-Za-z])?(?=\s{_SMALL_STREET})", _house),
)


def read_street(text: str, word: str, start: int) -> Verbalized | None:
    """Expand a street type without its full stop, after a name: 5th Ave, 12 Main St, 456 oak ave."""
    before, end = text[max(0, start - _LOOK_BACK) : start], start + len(word)
    if word in SMALL_TYPES:
        ends = _SMALL_END.match(text, end)
        if not (ends and _SMALL_BEFORE.search(before)):
            return None
        return Verbalized("address", STREETS[word.capitalize()], end + (text[end : end + 1] == "."))
    if word not in STREETS or not _NAME_BEFORE.search(before):
        return None
    if word in ("St", "Dr") and re.match(r"\s[A-Z]", text[end : end + 2]) and not _POINT_AHEAD.match(text, end):
        return None
    return Verbalized("address", STREETS[word], end)
