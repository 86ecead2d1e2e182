"""Recognise the abbreviations of prescriptions after a dose: 500 mg BID, 10 mL po, 1 tab q4-6h PRN."""

from __future__ import annotations

import re

from tts.text.normalize.numbers import cardinal
from tts.text.normalize.rule import Verbalized, spell
from tts.text.regex import regex

_CODES = frozenset(
    "ac bd bid hs im inh iv npo od pc po pr prn qam qd qds qhs qid qod qpm sc sl sq subq tds tid".split()
)
DOSE_CODES = _CODES - {"im"}
"""Abbreviations in small letters that follow a dose."""
_FORMS = (
    "mg|mcg|μg|g|ml|units?|iu|meq|tabs?|tablets?|caps?|capsules?|puffs?|drops?|gtts?|sprays?|tsp|tbsp|doses?|cc|%|once|"
    "twice"
)
_BETWEEN = rf"(?:{'|'.join(sorted(_CODES))}|daily|q\d+(?:-\d+)?h)"
_DOSE_BEFORE = regex(rf"(?:\b|\d)(?:{_FORMS})\.?(?:[ ,]+{_BETWEEN}){{0,4}}[ ,]+\Z", re.IGNORECASE)
_EVERY = regex(r"[qQ](?P<first>\d{1,2})(?:[-—](?P<last>\d{1,2}))?[hH](?!\w)")
_LENGTH = regex(r"[xX]\s?\d{1,3}\s?(?:d|days?|wks?|weeks?|months?|doses?)(?!\w)")
_FACTOR_BEFORE = regex(r"\d\s?\Z")
_LOOK_BACK = 48


def read_dose(text: str, word: str, start: int) -> Verbalized | None:
    """Spell a word such as BID or po after a dose; None elsewhere."""
    if word.lower() not in _CODES or not _DOSE_BEFORE.search(text[max(0, start - _LOOK_BACK) : start]):
        return None
    return Verbalized("acronym", spell(word), start + len(word))


def read_length(text: str, start: int) -> Verbalized | None:
    """Verbalize the x of a prescription: "x 7 days" and "x10d" are "for seven days" and "for ten days"."""
    if not _LENGTH.match(text, start) or _FACTOR_BEFORE.search(text[max(0, start - 3) : start]):
        return None
    return Verbalized("measure", "for", start + 1)


def read_interval(text: str, start: int) -> Verbalized | None:
    """Verbalize q8h and q4-6h: every eight hours, every four to six hours."""
    match = _EVERY.match(text, start)
    if match is None:
        return None
    words = cardinal(match["first"]) + (f" to {cardinal(match['last'])}" if match["last"] else "")
    return Verbalized("measure", f"every {words} hours", match.end())
