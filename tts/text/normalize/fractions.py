"""Verbalize fractions and mixed numbers (3/4, 1 1/2) and fixed phrases of the same form (24/7, 9/11, 50/50)."""

from __future__ import annotations

import re

from tts.text.normalize.numbers import amount, cardinal, fraction
from tts.text.normalize.rule import rule, word_before
from tts.text.regex import regex

_NAMES = {"24/7": "twenty-four seven", "9/11": "nine eleven", "7/7": "seven seven", "50/50": "fifty-fifty"}
_NAMES |= {"20/20": "twenty twenty", "4/20": "four twenty", "24/7/365": "twenty-four seven three sixty-five"}
_BEATS = regex(r"[24]/4")
_RATED_AFTER = regex(r"\s(?:stars?|rating|would|on\s(?:the\s)?(?:IMDb|Metacritic|Rotten))\b")
_OVER = frozenset(("pressure", "bp", "vision"))
_SENTENCE_END = regex(r"(?:\A|[.!?…\n]\s?)\(\Z")
_MARKED = frozenset("score scored scores scoring rate rated rates rating".split())


def _meter(match: re.Match[str]) -> str | None:
    """Verbalize the meter of music: 3/4 time, in 6/8 time."""
    return f"{cardinal(match['top'])} {cardinal(match['bottom'])}"


def _small(match: re.Match[str]) -> str:
    """Verbalize a half or a quarter after an article: a 1/4 mile is "a quarter mile"."""
    return "half" if match["bottom"] == "2" else "quarter"


def _named(match: re.Match[str]) -> str | None:
    return _NAMES.get(match[0])


def _over(match: re.Match[str]) -> str | None:
    """Verbalize "top over bottom": blood pressure (120/80), eyesight, and numbers too large for a fraction."""
    top, bottom = match["top"], match["bottom"]
    named = word_before(match.string, match.start()).lower() in _OVER
    if named or (int(top) > int(bottom) > 40) or len(top) > 4 or len(bottom) > 4:
        return f"{cardinal(top)} over {cardinal(bottom)}"
    return None


def _mark(match: re.Match[str]) -> str | None:
    """Verbalize a score as "out of": 9.8/10 anywhere, 8/10 after a word such as "scored" or "rated"."""
    text = match.string
    marked = "." in match["mark"] or (
        match["mark"] == match["best"] and not _BEATS.search(text[max(0, match.start() - 4) : match.end() + 9])
    )
    marked = (
        marked
        or bool(_RATED_AFTER.match(text, match.end()))
        or word_before(match.string, match.start()).lower() in _MARKED
    )
    if not marked or float(match["mark"]) > float(match["best"]):
        return None
    return f"{amount(match['mark'])} out of {cardinal(match['best'])}"


def _part_of_series(match: re.Match[str]) -> str | None:
    """Verbalize the number of a message in a series, in brackets at its beginning or end: (2/14)."""
    text, number, count = match.string, int(match["number"]), int(match["count"])
    begins = _SENTENCE_END.search(text[max(0, match.start() - 3) : match.start()]) is not None
    return f"{cardinal(match['number'])} of {cardinal(match['count'])}" if begins and 0 < number <= count else None


def _parts(match: re.Match[str]) -> str | None:
    if not fraction(match["top"], match["bottom"]):
        return None
    return amount(match[0].rstrip("thrdns"))


RULES = (
    rule(
        "fraction",
        r"(?P<top>[2-9]|1[25])/(?P<bottom>[248]|16)(?=\s(?:time|meter|metre|signature|beat|groove|bar|bars|waltz|rhythm)\b)",
        _meter,
        after="/",
    ),
    rule(
        "fraction",
        r"(?<=\ba )1/(?P<bottom>[24])(?=[\s-](?:mile|inch|hour|cup|pound|ton|acre|century|share|turn|teaspoon|"
        r"tablespoon)\b)",
        _small,
        after="/",
    ),
    rule("ordinal", r"(?<=\()(?P<number>\d{1,2})/(?P<count>\d{1,2})(?=\)(?:\s|\Z))", _part_of_series, after="/"),
    rule("fraction", r"\d{1,2}/\d{1,2}(?:/365)?(?![\d/])", _named, after="/"),
    rule("fraction", r"(?P<mark>\d{1,3}(?:\.\d{1,2})?)/(?P<best>5|10|20|100)(?![\d/%]|[.,]\d)", _mark, after="./"),
    rule("fraction", r"(?<!/)(?P<top>\d{1,5})/(?P<bottom>\d{1,5})(?![\d/])", _over, after="/"),
    rule(
        "fraction",
        r"(?<!/)(?:\d{1,9}[ -])?(?P<top>\d{1,4})/(?P<bottom>\d{1,4})(?![\d/])(?:ths?|rds?|nds?)?(?!\w)",
        _parts,
        after="/ -",
    ),
)
