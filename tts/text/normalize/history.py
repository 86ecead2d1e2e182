"""Recognise years before 1100 by the words around them: the Battle of Hastings (1066), King Alfred (849-899)."""

from __future__ import annotations

import re

from tts.text.normalize.rule import word_after, word_before
from tts.text.regex import regex

_EVENTS = (
    "battle conquest conquered norman normans king queen emperor empress pope caliph sultan bishop archbishop saint "
    "abbot dynasty reign reigned reigns ruled crowned coronation founded siege sacked treaty empire kingdom crusade "
    "medieval viking vikings saxon saxons byzantine roman rome charlemagne hastings abbey monastery schism born died "
    "death year century council invasion invaded history historian historians tapestry domesday duke earl castles kings"
)
_EVENT = regex(rf"\b(?:{'|'.join(_EVENTS.split())}|middle ages)\b", re.IGNORECASE)
_EVENT_AFTER = regex(rf"\s(?:{'|'.join(_EVENTS.split())})\b", re.IGNORECASE)
_DATES = frozenset("in by of from until till since to before after around about circa between and year".split())
_VITAL = {"b": "born", "d": "died", "r": "reigned", "fl": "flourished"}
_PLACED_BEFORE = regex(r"(?:\(|, |\b(?:born|died|reigned|ruled|year) )\Z")
_VITAL_BEFORE = regex(r"(?<![\w.])[bdr]\.\s?(?:c\.\s?)?\Z")
_YEAR_AFTER = regex(r"\s?(?:c\.\s?)?\d{3,4}\b")
_TOLD_AFTER = regex(r"\s(?:was|is|saw|marked|the)\b|[.!?]\s*\Z")
_COUNTING = frozenset("had has have with than least most over paid cost numbered lost killed took counted only".split())
_UNCOUNTED = frozenset("was is has as this his thus across towards always".split())
_ROUND_OR_BINARY = ("128", "256", "512", "1000", "1024")
_NAMED_BEFORE = regex(r"\b[A-Z][a-z]+ \(\Z")
_LOOK = 60


def is_historic(text: str, start: int, end: int) -> bool:
    """Return whether the number text[start:end], of three or four digits, is a year of history."""
    after = word_after(text, end)
    if text[end : end + 1] == " " and after.islower() and after.endswith("s") and after not in _UNCOUNTED:
        return False
    if _VITAL_BEFORE.search(text[max(0, start - 9) : start]):
        return True
    placed = start == 0 or bool(_PLACED_BEFORE.search(text[max(0, start - 9) : start]))
    before = word_before(text, start).lower()
    placed = placed or before in _DATES or bool(_EVENT_AFTER.match(text, end))
    placed = placed or (end - start == 4 and before not in _COUNTING and _TOLD_AFTER.match(text, end) is not None)
    if _NAMED_BEFORE.search(text[max(0, start - 24) : start]):
        return text[start:end] not in _ROUND_OR_BINARY
    around = f"{text[max(0, start - _LOOK) : start]} {text[end : end + _LOOK]}"
    return placed and bool(_EVENT.search(around))


def vital_date(word: str, text: str, end: int) -> str | None:
    """Return "born", "died" or "reigned" for b., d. and r. before a year; None for other words."""
    return _VITAL.get(word) if _YEAR_AFTER.match(text, end) else None
