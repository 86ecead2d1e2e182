"""Verbalize dates: ISO, American (3/4/2021 is March fourth), British if the day is over 12, and written dates."""

from __future__ import annotations

import re

from tts.text.normalize.calendar_names import ALSO_WORDS, MONTH, MONTHS, any_month
from tts.text.normalize.numbers import ordinal, two_digits, year
from tts.text.normalize.rule import rule, word_before
from tts.text.normalize.times import clock
from tts.text.regex import regex

_DAY_ALONE = r"(?P<day>3[01]|[12]\d|0?[1-9])"
_BEFORE_MONTH = regex(r"\b(?:on|since|until|by|of|from|before|after|dated|every|this|next|last) (?:may|march|mar) \Z")
_YEAR_AFTER = regex(r",?\s(?:1\d|20)\d\d\b")
_MONTH_ENDS = regex(r",?\s(?:1\d|20)\d\d\b|\s*\Z|[.,;)]")
_OWNERS = frozenset("my your his her its our their every each next last".split())
_LONGEST_ALONE = 12
_FIRST_OF_LAST_CENTURY = 40
"""Two digits from this number on are a year of the twentieth century."""
_DAY_BEFORE = regex(
    r"(?:[Dd]ay|Eve|[Ww]eekend|\b(?:Mon|Tues?|Wed|Thurs?|Fri|Sat|Sun|deadline|due|born|birthday|Halloween|Christmas|Easter|"
    r"Thanksgiving|tomorrow|today|tonight|yesterday))\.?,?\s\(\Z"
)
_ON = frozenset("on until since by from dated before after due through".split())


def spoken_date(month: int, day: int, written_year: str = "") -> str | None:
    """Verbalize a date in American English; None if month or day is out of range."""
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    spoken = f"{MONTHS[month - 1]} {ordinal(str(day))}"
    return f"{spoken} {spoken_year(written_year)}" if written_year else spoken


def spoken_year(written: str) -> str:
    """Verbalize a year of four digits, or of two as in 3/4/99."""
    if len(written) == 2:
        return year(f"20{written}") if int(written) < _FIRST_OF_LAST_CENTURY else two_digits(written)
    return year(written)


def _iso(match: re.Match[str]) -> str | None:
    date = spoken_date(int(match["month"]), int(match["day"]), match["year"])
    time = clock(match["hour"], match["minute"], None, None) if match["hour"] else None
    return f"{date} at {time}{' U T C' if match['zone'] else ''}" if time else date


def _numeric(match: re.Match[str]) -> str | None:
    """Verbalize a numeric date, month first, unless the first number is over 12 or full stops divide the date."""
    first, second = int(match["first"]), int(match["second"])
    if first > 12 or (match["divider"] == "." and second <= 12):
        first, second = second, first
    return spoken_date(first, second, match["year"])


def _short_numeric(match: re.Match[str]) -> str | None:
    if match[0] == "9/11" or word_before(match.string, match.start()).lower() not in _ON:
        return None
    return spoken_date(int(match["first"]), int(match["second"]))


def _bracketed(match: re.Match[str]) -> str | None:
    """Verbalize a date in brackets after a day: Valentine's Day (2/14)."""
    if not _DAY_BEFORE.search(match.string[max(0, match.start() - 16) : match.start()]):
        return None
    return spoken_date(int(match["first"]), int(match["second"]))


def _day_after_month(match: re.Match[str]) -> str | None:
    """Verbalize the day of March 3, july 4 and March 3-5. The month is a separate word."""
    month = word_before(match.string, match.start())
    if not any_month(month) or (month in ALSO_WORDS and not _is_date(match)):
        return None
    if _joined_year(match):
        return two_digits(match["day"])
    first = ordinal(str(int(match["day"])))
    return f"{first} to {ordinal(str(int(match['last'])))}" if match["last"] else first


def _joined_year(match: re.Match[str]) -> bool:
    """Return whether two digits after a month and a hyphen are a year: Jan-24."""
    joined = match.string[match.start() - 1 : match.start()] == "-" and not (match["suffix"] or match["last"])
    return joined and len(match["day"]) == 2 and match.string[match.end() : match.end() + 1] != "-"


def _is_date(match: re.Match[str]) -> bool:
    """Return whether a number after "may" or "march" is a day: "on may 5", "march 5, 2021", "march 5th"."""
    before = _BEFORE_MONTH.search(match.string[max(0, match.start() - 16) : match.start()])
    text = match.string
    alone = len(text) < _LONGEST_ALONE and not text[match.end() :].strip() and len(text[: match.start()].split()) == 1
    return bool(before or alone or _YEAR_AFTER.match(match.string, match.end()) or match["suffix"])


def _day_before_month(match: re.Match[str]) -> str | None:
    """Verbalize the day of 3 March and 3-5 March; 3rd March stays as written. The month is a separate word."""
    before = word_before(match.string, match.start()).lower()
    if match["month"] in ALSO_WORDS and not _MONTH_ENDS.match(match.string, match.end("month")):
        return None
    first = ordinal(match["day"])
    small = match["month"].islower() and before not in _OWNERS
    if match["suffix"] and not match["last"] and (match["of"] or not small):
        return first
    if match["last"]:
        first = f"{first} to {'the ' if before != 'the' else ''}{ordinal(match['last'])}"
    of = "" if match["of"] else " of"
    return f"{first}{of}" if before in ("the", "this") else f"the {first}{of}"


def _named(match: re.Match[str]) -> str | None:
    """Verbalize a date whose parts are joined: 25-Jul-2012, 25/Jul/12."""
    month = any_month(match["month"])
    return f"the {ordinal(str(int(match['day'])))} of {month} {spoken_year(match['year'])}" if month else None


def _after_month(match: re.Match[str]) -> str | None:
    """Verbalize the day and the year of Jul-25-2012. The month is a separate word."""
    if not any_month(word_before(match.string, match.start())):
        return None
    return f"{ordinal(str(int(match['day'])))} {spoken_year(match['year'])}"


RULES = (
    rule(
        "date",
        rf"(?P<day>3[01]|[12]\d|0?[1-9])([-/])(?P<month>{MONTH})\2(?P<year>[12]\d{{3}}|\d\d)(?![\w/-])",
        _named,
        after="-/",
        sign="JFMASONDjfmasond",
    ),
    rule("date", rf"(?<=-){_DAY_ALONE}-(?P<year>[12]\d{{3}}|\d\d)(?![\w/-])", _after_month, after="-"),
    rule(
        "date",
        r"(?P<year>[12]\d{3})([-/.])(?P<month>0[1-9]|1[0-2])\2(?P<day>0[1-9]|[12]\d|3[01])"
        r"(?:T(?P<hour>[0-2]\d):(?P<minute>[0-5]\d)(?::[0-5]\d(?:\.\d{1,9})?)?(?P<zone>Z)?)?(?!\d|[-/.]\d)",
        _iso,
        after="-/.",
    ),
    rule(
        "date",
        r"(?P<year>(?:19|20)\d\d)([-/])(?P<month>1[0-2]|0?[1-9])\2(?P<day>[12]\d|3[01]|0?[1-9])(?![\w:]|[-/.]\d)",
        lambda match: spoken_date(int(match["month"]), int(match["day"]), match["year"]),
        after="-/",
    ),
    rule(
        "date",
        r"(?P<first>\d{1,2})(?P<divider>[-/.])(?P<second>\d{1,2})(?P=divider)(?P<year>[12]\d{3}|\d\d)(?!\d|[-/.:]\d|%)",
        _numeric,
        after="-/.",
    ),
    rule("date", r"(?<=\()(?P<first>\d{1,2})/(?P<second>\d{1,2})(?=\))", _bracketed, after="/"),
    rule("date", r"(?P<first>\d{1,2})/(?P<second>\d{1,2})(?![\d/%]|\s?[a-z]{0,5}\.?\scup)", _short_numeric, after="/"),
    rule(
        "date",
        rf"{_DAY_ALONE}(?P<suffix>st|nd|rd|th)?(?:\s?[-—]\s?(?P<last>3[01]|[12]\d|[1-9])(?:st|nd|rd|th)?)?(?![\w%:/°$]|[.,]\d)",
        _day_after_month,
    ),
    rule(
        "date",
        r"(?P<day>3[01]|[12]\d|[1-9])(?P<suffix>st|nd|rd|th)?(?:\s?[-—]\s?(?P<last>3[01]|[12]\d|[1-9])(?:st|nd|rd|th)?)?"
        rf"(?=(?P<of>\sof)?[\s-](?P<month>{MONTH})(?!\w))",
        _day_before_month,
        sign="snrtoJFMASONDjfmad",
    ),
)
