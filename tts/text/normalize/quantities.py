"""The order in which the classes that start with a digit, or with a sign before one, are tried: the narrowest first."""

from __future__ import annotations

import re
from functools import lru_cache

from tts.text.normalize import (
    addresses,
    cardinals,
    dates,
    fractions,
    maths,
    measures,
    money,
    numbers,
    ranges,
    serials,
    telephone,
    times,
    years,
)
from tts.text.normalize.rule import Reading, Rule, read
from tts.text.regex import regex

RULES: tuple[Rule, ...] = (
    *telephone.RULES,
    *dates.RULES,
    *years.DECADE_RULES,
    *ranges.DIMENSION_RULES,
    *serials.RULES,
    *times.RULES,
    *money.RULES,
    *measures.POWER_RULES,
    *maths.RULES,
    *addresses.RULES,
    *measures.RULES,
    *ranges.SEASON_RULES,
    *fractions.RULES,
    *ranges.RULES,
    *cardinals.RULES,
    *years.RULES,
    *cardinals.LAST_RULES,
)
_START = regex(
    rf"\d|-?[{re.escape(money.SIGN_CHARACTERS)}]\s?-?\.?\d|(?<![\w.])\.\d|(?<![\w'])'\d\d|[+*]\d|\((?=\d{{3}}\)\s?\d{{3}}[-.\s]\d{{4}})"
)

# A dozen in a row are a list, no date or telephone number: the many rules need not be tried on each of them.
_LISTED = regex(r"(?<!\S)(0|[1-9]\d{0,2})(?:[,;]?\s(?:0|[1-9]\d{0,2})){11}(?=[,;]?\s)")
_CHAINED = regex(r"(?<=\d([-/:,]))(0|[1-9]\d?)(?=(?:\1\d{1,2}){12}\1\d)")
# The first digits with signs before them, and all that may stand between digits in one quantity; bounded, as the rules.
_DIGITS = regex(r"\W{0,5}\d{1,16}")
_NUMERIC = regex(r"[\d\s.,:/—-]{1,120}")


def read_quantity(text: str, position: int) -> Reading | None:
    """What is at `position`, where a digit or the sign before one may stand; None when there is no quantity."""
    listed = _LISTED.match(text, position) or _CHAINED.match(text, position)
    if listed:
        number = listed[listed.lastindex or 1]
        return Reading("cardinal", numbers.cardinal(number), position + len(number))
    return read(_rules_at(text, position), text, position) if _START.match(text, position) else None


def _rules_at(text: str, position: int) -> tuple[Rule, ...]:
    """The rules that can match where _START does, by two characters near it; a test holds that none is left out."""
    digits = _DIGITS.match(text, position)
    assert digits is not None  # _START ends with one
    numeric = _NUMERIC.match(text, digits.end() - 1)
    assert numeric is not None
    after = text[digits.end() : digits.end() + 1]
    return _rules_for(" " if after.isspace() else after, text[numeric.end() : numeric.end() + 1])


@lru_cache(1024)
def _rules_for(after: str, sign: str) -> tuple[Rule, ...]:
    return tuple(
        rule for rule in RULES if (not rule.after or after in rule.after) and (not rule.sign or sign in rule.sign)
    )
