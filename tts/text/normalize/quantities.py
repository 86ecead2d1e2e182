"""All rules for tokens that start with a digit, or with a sign before a digit, in the order they are tried.

Narrow rules come first.
"""

from __future__ import annotations

import re
from functools import lru_cache

from tts.text.normalize import (
    cardinals,
    codes,
    company,
    dates,
    fractions,
    grouped,
    identifiers,
    kitchen,
    law,
    magnitudes,
    maths,
    measures,
    models,
    money,
    notations,
    numbers,
    plurals,
    ranges,
    serials,
    shillings,
    streets,
    telephone,
    times,
    versions,
    years,
)
from tts.text.normalize.rule import Rule, Verbalized, verbalize_first
from tts.text.regex import regex

RULES: tuple[Rule, ...] = (
    *law.RULES,
    *models.RULES,
    *identifiers.FIRST_RULES,
    *notations.RULES,
    *versions.RULES,
    *ranges.SEASON_RULES,
    *telephone.RULES,
    *dates.RULES,
    *grouped.RULES,
    *shillings.RULES,
    *plurals.RULES,
    *years.DECADE_RULES,
    *ranges.DIMENSION_RULES,
    *codes.RULES,
    *identifiers.RULES,
    *serials.RULES,
    *versions.LAST_RULES,
    *times.RULES,
    *money.RULES,
    *magnitudes.RULES,
    *company.RULES,
    *measures.POWER_RULES,
    *maths.RULES,
    *streets.RULES,
    *magnitudes.LAST_RULES,
    *kitchen.RULES,
    *measures.RULES,
    *fractions.RULES,
    *ranges.RULES,
    *models.LAST_RULES,
    *cardinals.RULES,
    *years.RULES,
    *cardinals.LAST_RULES,
)
_START = regex(
    rf"\d|-?[{re.escape(money.SIGN_CHARACTERS)}]\s?-?\.?\d|(?<![\w.])\.\d|(?<![\w'])'\d\d|[+*]\d"
    r"|\((?=\d{3}\)[-.\s]?\d{3}[-.\s]\d{4}|0\)\s?\d{2,5}[ -]\d{3,4}[ -]\d)"
)

# A dozen numbers in a row are a list, not a date or telephone number: most rules need not be tried on them.
_LISTED = regex(r"(?<!\S)(0|[1-9]\d{0,2})(?:[,;]?\s(?:0|[1-9]\d{0,2})){11}(?=[,;]?\s)")
_CHAINED = regex(r"(?<=\d([-/:,]))(0|[1-9]\d?)(?=(?:\1\d{1,2}){12}\1\d)")
# The first digits with any signs before them, and the characters of one numeric quantity. Bounded, like the rules.
_DIGITS = regex(r"\W{0,5}\d{1,16}")
_NUMERIC = regex(r"[\d\s.,:/—-]{1,120}")


def read_quantity(text: str, position: int) -> Verbalized | None:
    """Verbalize the quantity at `position`; None if there is none."""
    listed = _LISTED.match(text, position) or _CHAINED.match(text, position)
    if listed:
        number = listed[listed.lastindex or 1]
        return Verbalized("cardinal", numbers.cardinal(number), position + len(number))
    return verbalize_first(_rules_at(text, position), text, position) if _START.match(text, position) else None


def _rules_at(text: str, position: int) -> tuple[Rule, ...]:
    """Select the rules that can match where _START matches, by two characters after the number.

    A test checks that the selection leaves out no rule that matches.
    """
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
