"""Verbalize dates: ISO, American (3/4/2021 is March fourth), British if the day is over 12, and written dates."""

from __future__ import annotations

import re

from tts.text.normalize.numbers import ordinal, two_digits, year
from tts.text.normalize.rule import Verbalized, rule, word_before
from tts.text.normalize.times import clock
from tts.text.regex import regex

MONTHS = tuple("january february march april may june july august september october november december".split())
_SHORT = {name[:3]: name for name in MONTHS} | {"sept": "september", "june": "june", "july": "july"}
_DAYS = {
    "mon": "monday", "tue": "tuesday", "tues": "tuesday", "wed": "wednesday", "weds": "wednesday", "thu": "thursday",
    "thur": "thursday", "thurs": "thursday", "fri": "friday", "sat": "saturday", "sun": "sunday",
}  # fmt: skip
_MONTH = r"(?P<month>" + "|".join(name.capitalize() for name in [*MONTHS, *_SHORT]) + r")"
_DAY_ALONE = r"(?P<day>3[01]|[12]\d|0?[1-9])"
_AHEAD = regex(rf"(?:{_MONTH})\b\.?(?!\s[a-z]+\s[A-Z])")
_ON = frozenset("on until since by from dated before after due through".split())
_IN = regex(r"\b(?:in|since|last|next|by|until|early|late|mid)\s\Z", re.IGNORECASE)
_NEARBY = regex(r"\.?(?:,?\s{1,2}(?:\d|[A-Z])|\s?[-—/]\s?[A-Z][a-z])")
_BEFORE_DAY = regex(r"[\d,)(—-]\s?\Z|\A\Z|\n\Z|[a-z]\s\Z|[a-z.]?[-—]\Z")


def month_name(word: str) -> str | None:
    """Return the full month name for a capitalised word or abbreviation; None if it is no month."""
    if not word[:1].isupper():
        return None
    small = word.lower()
    return small if small in MONTHS else _SHORT.get(small)


def spoken_date(month: int, day: int, written_year: str = "") -> str | None:
    """Verbalize a date in American English; None if month or day is out of range."""
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    spoken = f"{MONTHS[month - 1]} {ordinal(str(day))}"
    return f"{spoken} {spoken_year(written_year)}" if written_year else spoken


def spoken_year(written: str) -> str:
    """Verbalize a year of four digits, or of two as in 3/4/99."""
    if len(written) == 2:
        return two_digits(written) if written != "00" else "two thousand"
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


def _day_after_month(match: re.Match[str]) -> str | None:
    """Verbalize the day of March 3 and March 3-5. The month is a separate word."""
    if not month_name(word_before(match.string, match.start())):
        return None
    first = ordinal(str(int(match["day"])))
    return f"{first} to {ordinal(str(int(match['last'])))}" if match["last"] else first


def _day_before_month(match: re.Match[str]) -> str | None:
    """Verbalize the day of 3 March and 3-5 March; 3rd March stays as written. The month is a separate word."""
    before = word_before(match.string, match.start()).lower()
    first = ordinal(match["day"])
    if match["suffix"] and not match["last"]:
        return first
    if match["last"]:
        first = f"{first} to {'the ' if before != 'the' else ''}{ordinal(match['last'])}"
    of = "" if match["of"] else " of"
    return f"{first}{of}" if before in ("the", "this") else f"the {first}{of}"


RULES = (
    rule(
        "date",
        r"(?P<year>[12]\d{3})([-/.])(?P<month>0[1-9]|1[0-2])\2(?P<day>0[1-9]|[12]\d|3[01])"
        r"(?:T(?P<hour>[0-2]\d):(?P<minute>[0-5]\d)(?::[0-5]\d(?:\.\d{1,9})?)?(?P<zone>Z)?)?(?!\d|[-/.]\d)",
        _iso,
        after="-/.",
    ),
    rule(
        "date",
        r"(?P<first>\d{1,2})(?P<divider>[-/.])(?P<second>\d{1,2})(?P=divider)(?P<year>[12]\d{3}|\d\d)(?!\d|[-/.:]\d|%)",
        _numeric,
        after="-/.",
    ),
    rule("date", r"(?P<first>\d{1,2})/(?P<second>\d{1,2})(?![\d/%]|\s?[a-z]{0,5}\.?\scup)", _short_numeric, after="/"),
    rule(
        "date",
        rf"{_DAY_ALONE}(?:st|nd|rd|th)?(?:\s?[-—]\s?(?P<last>3[01]|[12]\d|[1-9])(?:st|nd|rd|th)?)?(?![\w%:/°$]|[.,]\d)",
        _day_after_month,
    ),
    rule(
        "date",
        r"(?P<day>3[01]|[12]\d|[1-9])(?P<suffix>st|nd|rd|th)?(?:\s?[-—]\s?(?P<last>3[01]|[12]\d|[1-9])(?:st|nd|rd|th)?)?"
        rf"(?=(?P<of>\sof)?[\s-]{_MONTH}(?!\w))",
        _day_before_month,
        sign="snrtoJFMASOND",
    ),
)


def read_name(text: str, word: str, start: int) -> Verbalized | None:
    """Expand a short month or weekday with a date next to it: Jan. 5, Dec 2020, Mon., Fri."""
    name = _SHORT.get(word.lower()) if word.istitle() and word not in ("May", "June", "July") else None
    day = None if name or not word.istitle() else _DAYS.get(word.lower())
    if not (name or day):
        return None
    end = start + len(word)
    stop = text[end : end + 1] == "."
    before = text[max(0, start - 4) : start]
    dated = bool(_NEARBY.match(text, end)) and (bool(name) or stop or text[end : end + 1] in ",-—/")
    if name:
        near_number = bool(re.match(r"\.?,?\s{1,2}'?\d|\.?\s?[-—/]\s?[A-Z]", text[end : end + 8]))
        dated = near_number or (stop and bool(_IN.search(text[max(0, start - 6) : start])))
        dated = dated or bool(re.search(r"\d(?:st|nd|rd|th)?[\s-]\Z|[A-Z][a-z]{2}[-—/]\Z", before))
    else:
        dated = dated or (stop and bool(re.match(r"\.\s[a-z]|\.,", text[end : end + 3])) and word not in ("Sun", "Sat"))
        dated = dated or bool(re.search(r"[a-z]\.?[-—/]\Z", before))
    return Verbalized("date", name or day or "", end + stop) if dated else None


def calendar_name(word: str) -> str | None:
    """Return the full month or weekday name for a capitalised word, long or short; None if it is neither."""
    if not word[:1].isupper():
        return None
    small = word.lower()
    return month_name(word) or _DAYS.get(small) or (small if small in _DAYS.values() else None)
