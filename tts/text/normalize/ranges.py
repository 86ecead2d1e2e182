"""Verbalize ranges, scores, ratios and dimensions: 5-10, 1914-18, pp. 12-15, won 3-2, 16:9, odds of 3:1, 5x5."""

from __future__ import annotations

import re

from tts.text.normalize.maths import SUPERSCRIPT
from tts.text.normalize.numbers import AMOUNT, INTEGER, amount, cardinal, house_number, ordinal, two_digits, year
from tts.text.normalize.rule import rule
from tts.text.regex import regex

_YEARS = regex(r"(?:1[1-9]|20)\d\d")


def _number(written: str, is_year: bool) -> str:
    return year(written) if is_year else amount(written)


def _range(match: re.Match[str]) -> str | None:
    first, last = match["first"], match["last"]
    years = bool(_YEARS.fullmatch(first)) and (bool(_YEARS.fullmatch(last)) or (len(last) == 2 and last > first[2:]))
    if years and len(last) == 2 and last[0] == "0":
        return f"{year(first)} to oh {cardinal(last[1])}"
    if not years and last[0] == "0" and len(last) > 1 and "." not in last:
        return None
    return f"{_number(first, years)} to {_number(last, years)}"


def _season(match: re.Match[str]) -> str | None:
    """Verbalize two consecutive years: 2021/22."""
    follows = (int(match["first"]) + 1) % 100 == int(match["last"])
    return f"{year(match['first'])} {two_digits(match['last'])}" if follows else None


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
        rf"(?<![A-Za-z])(?!0[xX])(?P<side>{AMOUNT})(?P<pixels>)(?:x\s?|\sx\s|[X×]){_EQUATION}(?=\d)",
        _side,
        sign="xX×",
    ),
    rule("measure", r"(?<=[xX×])\d{3,4}(?![\d.,])", lambda match: house_number(match[0])),
)
SEASON_RULES = (rule("year", r"(?P<first>(?:19|20)\d\d)/(?P<last>\d\d)(?![\d/])", _season, after="/"),)
RULES = (
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
