"""Verbalize ranges, scores, ratios and dimensions: 5-10, 1914-18, pp. 12-15, won 3-2, 16:9, odds of 3:1, 5x5."""

from __future__ import annotations

import re

from tts.text.normalize.history import is_historic
from tts.text.normalize.maths import SUPERSCRIPT
from tts.text.normalize.numbers import (
    AMOUNT,
    INTEGER,
    amount,
    cardinal,
    house_number,
    ordinal,
    plural,
    two_digits,
    year,
)
from tts.text.normalize.rule import rule, word_before
from tts.text.regex import regex

_YEARS = regex(r"(?:1[1-9]|20)\d\d")
_ANCIENT = regex(r"[1-9]\d\d|1[01]\d\d")
_NAMED_BEFORE = regex(r"[A-Z][A-Za-z]*\s\((?:r\.\s|c\.\s)?\Z")
_REIGNED = frozenset("reigned ruled lived r fl".split())


def _number(written: str, is_year: bool) -> str:
    return year(written) if is_year else amount(written)


def _range(match: re.Match[str]) -> str | None:
    first, last = match["first"], match["last"]
    years = _are_years(match)
    if years and len(last) == 2 and last[0] == "0":
        return f"{year(first)} to oh {cardinal(last[1])}"
    if not years and last[0] == "0" and len(last) > 1 and "." not in last:
        return None
    return f"{_number(first, years)} to {_number(last, years)}"


def _are_years(match: re.Match[str]) -> bool:
    """Return whether the range is one of years: 1914-18, 1981-2, and of long ago if the words around it say so."""
    first, last = match["first"], match["last"]
    if _YEARS.fullmatch(first):
        return bool(_YEARS.fullmatch(last)) or (len(last) < 3 and last > first[-len(last) :])
    if not (_ANCIENT.fullmatch(first) and _ANCIENT.fullmatch(last) and int(first) < int(last)):
        return False
    text, start, end = match.string, match.start(), match.end()
    lived = _NAMED_BEFORE.search(text[max(0, start - 24) : start]) and text[end : end + 1] == ")"
    return bool(lived) or is_historic(text, start, end) or word_before(text, start) in _REIGNED


def _season(match: re.Match[str]) -> str | None:
    """Verbalize two consecutive years: 2021/22, and 2021-22 before "season"."""
    first, last = match["first"], match["last"]
    if (int(first) + 1) % 10 ** len(last) != int(last):
        return None
    if len(last) == 1:
        return f"{year(first)} {cardinal(last)}"
    return f"{year(first)} {two_digits(last) if len(last) == 2 else year(last)}"


def _ordinals(match: re.Match[str]) -> str:
    return f"{ordinal(match['first'])} to {ordinal(match['last'])}"


def _ratio(match: re.Match[str]) -> str:
    return f"{amount(match['first'])} to {amount(match['last'])}"


def _side(match: re.Match[str]) -> str:
    """Verbalize the first side of 4x4, 1920x1080 or 8.5 x 11. The last side is a separate number or measure."""
    side = match["side"]
    return f"{house_number(side) if match['pixels'] else amount(side)} by"


_EQUATION = rf"(?!{AMOUNT}\s?=|10(?:\^|{SUPERSCRIPT}))"
DIMENSION_RULES = (
    rule("measure", r"(?<![A-Za-z])(?P<side>\d{3,4})(?P<pixels>[xX×]|\sx\s)(?=\d{3,4}(?!\d|\s?=))", _side, sign="xX×"),
    rule(
        "measure",
        rf"(?<![A-Za-z])(?!0[xX])(?P<side>{AMOUNT})(?P<pixels>)(?:x\s?|\sx\s|[X×]){_EQUATION}(?!3D\b)(?=\d)",
        _side,
        sign="xX×",
    ),
    rule("measure", r"(?<=\dx)\d{1,2}s(?!\w)", lambda match: plural(cardinal(match[0][:-1])), after="s"),
    rule("measure", r"(?<=[xX×])\d{3,4}(?![\d.,])", lambda match: house_number(match[0])),
)
_PANELS = frozenset("fig figs figure figures table tables panel panels plate plates ex exhibit".split())


def _panels(match: re.Match[str]) -> str | None:
    """Verbalize the panels of a figure: Fig. 2A-C."""
    if word_before(match.string, match.start()).lower() not in _PANELS or match["last"] <= match["first"]:
        return None
    return f"{cardinal(match['number'])} {match['first'].upper()} to {match['last'].upper()}"


_TERM = (
    r"\s(?:[A-Z]\w{1,12}\s|regular\s|school\s|academic\s|fiscal\s|financial\s|tax\s){0,2}"
    r"(?:season|school year|year|campaign|term|tour|session|winter|budget)s?\b"
)
SEASON_RULES = (
    rule("year", r"(?P<first>(?:19|20)\d\d)/(?P<last>\d\d)(?![\d/])", _season, after="/"),
    rule("year", rf"(?P<first>(?:1[89]|20)\d\d)[-—](?P<last>\d\d(?:\d\d)?|\d)(?={_TERM})", _season, after="-—"),
)
RULES = (
    rule("range", r"(?P<number>\d{1,2})(?P<first>[A-Za-z])[-—](?P<last>[A-Za-z])(?!\w)", _panels),
    rule(
        "range",
        r"(?P<first>\d{1,4})(?:st|nd|rd|th)?\s?[-—]\s?(?P<last>\d{1,4})(?:st|nd|rd|th)(?!\w)",
        _ordinals,
        sign="snrt",
    ),
    rule("ratio", r"50-50(?![\d-])", lambda match: "fifty-fifty", after="-"),
    rule("ratio", r"24-7(?![\d-])", lambda match: "twenty-four seven", after="-"),
    rule("ratio", rf"(?P<first>{INTEGER}):(?P<last>{INTEGER})(?![\d:])", _ratio, after=":,"),
    rule("range", rf"(?P<first>{AMOUNT})(?:-|\s?—\s?| - )(?P<last>{AMOUNT})(?![\d:-]|,\d)", _range, after="-— ,./"),
)
