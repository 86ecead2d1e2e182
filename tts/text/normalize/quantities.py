"""The order in which the classes that start with a digit, or with a sign before one, are tried: the narrowest first."""

from __future__ import annotations

import re

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
    *maths.RULES,
    *addresses.RULES,
    *measures.RULES,
    *fractions.RULES,
    *ranges.RULES,
    *cardinals.RULES,
    *years.RULES,
    *cardinals.LAST_RULES,
)
_START = regex(
    rf"\d|-?[{re.escape(money.SIGN_CHARACTERS)}]\s?-?\.?\d|(?<![\w.])\.\d|(?<![\w'])'\d\d|\+\d|\((?=\d{{3}}\)\s?\d{{3}}[-.\s]\d{{4}})"
)

# A dozen in a row are a list, no date or telephone number: the many rules need not be tried on each of them.
_LISTED = regex(r"(?<!\S)(0|[1-9]\d{0,2})(?:[,;]?\s(?:0|[1-9]\d{0,2})){11}(?=[,;]?\s)")


def read_quantity(text: str, position: int) -> Reading | None:
    """What is at `position`, where a digit or the sign before one may stand; None when there is no quantity."""
    listed = _LISTED.match(text, position)
    if listed:
        return Reading("cardinal", numbers.cardinal(listed[1]), listed.end(1))
    return read(RULES, text, position) if _START.match(text, position) else None
