"""Everything that starts with a digit, a currency sign or a sign before a digit: money, times, years, ranges, numbers.

Each rule is a pattern and a function from its match to words, or None to leave it to the next rule. Every quantifier
is bounded or unambiguous, so that a hostile run of digits costs linear time.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from tts.text.normalize.numbers import cardinal, decade, decimal, digits, ordinal, pair, year


class Rule(NamedTuple):
    """One class of token: what it looks like, and how it is said."""

    pattern: re.Pattern[str]
    verbalize: Callable[[re.Match[str]], str | None]


_NUMBER = r"(?:\d{1,3}(?:,\d{3}){1,4}(?!\d)|\d{1,15}(?!\d))"
_CURRENCIES = {
    "$": ("dollar", "dollars", "cent", "cents"),
    "£": ("pound", "pounds", "penny", "pence"),
    "€": ("euro", "euros", "cent", "cents"),
    "¥": ("yen", "yen", "sen", "sen"),
}
_MAGNITUDES = {"k": "thousand", "m": "million", "mn": "million", "bn": "billion", "b": "billion", "tn": "trillion"}
_HALVES = {2: ("half", "halves"), 4: ("quarter", "quarters")}


def _money(match: re.Match[str]) -> str | None:
    sign, whole, fraction, magnitude = match["sign"], match["whole"] or "0", match["fraction"], match["magnitude"]
    one, many, cent, cents = _CURRENCIES[sign]
    if not (match["whole"] or fraction):
        return None
    if magnitude:
        amount = decimal(whole, fraction) if fraction else cardinal(whole)
        return f"{amount} {_MAGNITUDES.get(magnitude.lower(), magnitude.lower())} {many}"
    if fraction and len(fraction) != 2:
        return f"{decimal(whole, fraction)} {many}"
    units = f"{cardinal(whole)} {one if whole == '1' else many}"
    if not fraction or fraction == "00":
        return units
    small = f"{cardinal(str(int(fraction)))} {cent if int(fraction) == 1 else cents}"
    return small if whole.strip("0") == "" else f"{units} and {small}"


def _time(match: re.Match[str]) -> str | None:
    hour, minute, second, half = match["hour"], match["minute"], match["second"], match["half"]
    if int(hour) > 24 or not (minute or half):
        return None
    words = [cardinal(str(int(hour)))]
    if minute and minute != "00":
        words.append(pair(minute))
    elif minute and not half and not second:
        words.append("o'clock" if 0 < int(hour) <= 12 else "hundred")
    if second:
        words.append(f"and {cardinal(str(int(second)))} seconds")
    if half:
        words.append(f"{half.lower()} m")
    return " ".join(words)


def _fraction(match: re.Match[str]) -> str | None:
    top, bottom = int(match["top"]), int(match["bottom"])
    if bottom < 2 or top == 0:
        return None
    one, many = _HALVES.get(bottom) or (ordinal(str(bottom)), ordinal(str(bottom)) + "s")
    words = f"{cardinal(str(top))} {one if top == 1 else many}"
    return f"{cardinal(match['whole'])} and {words}" if match["whole"] else words


def _points(match: re.Match[str]) -> str | None:
    return " point ".join(cardinal(part) for part in match[0].split("."))


def _telephone(match: re.Match[str]) -> str | None:
    return " ".join(digits(part) for part in match[0].split("-"))


def _rule(pattern: str, verbalize: Callable[[re.Match[str]], str | None]) -> Rule:
    return Rule(re.compile(pattern), verbalize)


RULES: tuple[Rule, ...] = (
    # Serial and box numbers: C2766, P.O. Box 2915.
    _rule(r"(?:(?<=[A-Za-z])|(?<=[Bb]ox ))\d{3,15}(?!\d|[.,]\d)", lambda match: digits(match[0])),
    _rule(
        rf"(?P<sign>[$£€¥])\s?(?=\.?\d)(?P<whole>{_NUMBER})?(?:\.(?P<fraction>\d{{1,15}})(?!\d))?"
        r"(?:\s?(?P<magnitude>hundred|thousand|million|billion|trillion|(?<!\s)(?:[kKmMbB]|[mbtMBT]n))(?!\w))?",
        _money,
    ),
    _rule(r"'?(?P<decade>(?:1[1-9]|20)?\d0)'?s(?!\w)", lambda match: decade(match["decade"])),
    _rule(rf"(?P<rank>{_NUMBER})(?:st|nd|rd|th)(?!\w)", lambda match: ordinal(match["rank"])),
    _rule(
        r"(?P<hour>\d{1,2})(?::(?P<minute>[0-5]\d))?(?::(?P<second>[0-5]\d))?(?![\d:])"
        r"(?:\s?(?:(?P<half>[aApP])(?:\.\s?[mM]\.|\.?[mM](?!\w))))?",
        _time,
    ),
    _rule(r"(?:1-)?\d{3}-(?:\d{3}-)?\d{4}(?![\d-])", _telephone),
    _rule(r"(?:(?P<whole>\d{1,9}) )?(?P<top>\d{1,2})/(?P<bottom>\d{1,3})(?![\d/])", _fraction),
    _rule(r"\d{1,15}(?:\.\d{1,15}){2,}(?!\d)", _points),
    _rule(rf"(?P<whole>{_NUMBER})?\.(?P<fraction>\d+)", lambda match: decimal(match["whole"], match["fraction"])),
    _rule(r"(?:1[1-9]|20)\d\d(?![\d°%])(?!,\d{3})", lambda match: year(match[0])),
    _rule(_NUMBER, lambda match: cardinal(match[0])),
    _rule(r"\d+", lambda match: digits(match[0])),
)


def read_quantity(text: str, position: int) -> tuple[str, int] | None:
    """The words for the quantity at `position` and where it ends; None when there is none."""
    for rule in RULES:
        match = rule.pattern.match(text, position)
        if match and match.end() > position:
            words = rule.verbalize(match)
            if words:
                return words, match.end()
    return None
