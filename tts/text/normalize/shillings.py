"""Verbalize money in pounds, shillings and pence, as old books write it: £5 10s. 6d., 2s. 6d., at 3d. each."""

from __future__ import annotations

import re

from tts.text.normalize.numbers import amount, cardinal
from tts.text.normalize.rule import rule
from tts.text.regex import regex

_SHILLINGS = r"(?P<shillings>\d{1,2})s\b\.?"
_PENCE = r"(?P<pence>\d{1,2}(?:\s?[½¼¾]|\s\d/\d)?)d\b\.?"
_PRICED_BEFORE = regex(r"(?:\b(?:at|for|cost|costs|price|priced|paid|worth|of|only|sum)\s(?:only\s)?|\()\Z")
_PRICED_AFTER = regex(r"\s?(?:[,;)]|each\b|per\b|a\s[a-z]+\b|the\s[a-z]+\b|\Z)")


def _named(number: str, singular: str, plural: str) -> str:
    return f"{cardinal(number)} {singular if number == '1' else plural}"


def _sum(match: re.Match[str]) -> str:
    """Verbalize pounds, shillings and pence, as far as they are written."""
    named = match.groupdict()
    pounds, shillings, pence = named.get("pounds"), named.get("shillings"), named.get("pence")
    parts = [_named(pounds.replace(",", ""), "pound", "pounds")] if pounds else []
    parts += [_named(shillings, "shilling", "shillings")] if shillings else []
    if pence:
        small = f"{amount(pence)} {'penny' if pence == '1' else 'pence'}"
        parts += ["and", small] if parts else [small]
    elif len(parts) > 1:
        parts.insert(1, "and")
    return " ".join(parts)


def _priced(match: re.Match[str]) -> str | None:
    """Verbalize shillings or pence alone, where the words around them tell a price."""
    text, start = match.string, match.start()
    if not (_PRICED_BEFORE.search(text[max(0, start - 14) : start]) and _PRICED_AFTER.match(text, match.end())):
        return None
    return _sum(match)


RULES = (
    rule("money", rf"£(?P<pounds>\d{{1,3}}(?:,\d{{3}})*|\d{{4}}),?\s{_SHILLINGS}(?:\s{_PENCE})?", _sum),
    rule("money", rf"{_SHILLINGS}\s{_PENCE}", _sum, sign="s"),
    rule("money", r"(?P<shillings>\d{1,2})s\.", _priced, sign="s"),
    rule("money", r"(?P<pence>\d{1,2})d\.", _priced, sign="d"),
)
