"""Plain numbers: cardinals, decimals, ordinals, digit strings; negative ones are a minus sign and a number."""

from __future__ import annotations

import re

from tts.text.normalize.numbers import INTEGER, block, cardinal, decimal, digits, ordinal, plural
from tts.text.normalize.rule import PLACES, rule, word_before

_MAGNITUDES = {"m": "million", "mn": "million", "mln": "million", "bn": "billion", "tn": "trillion", "b": "billion"}
# Numbers that are names, read as one names a house.
_IN_BLOCKS = frozenset(
    "boeing airbus flight room suite bus route rte highway hwy interstate gate locker extension area channel "
    "xbox".split()
)
_DIGIT_BY_DIGIT = frozenset("zip box pin password passcode code account isbn id serial pnr dial".split())


def _named(match: re.Match[str]) -> str | None:
    before = word_before(match.string, match.start()).lower()
    if before in _DIGIT_BY_DIGIT:
        return digits(match[0])
    return block(match[0]) if before in _IN_BLOCKS else None


def _magnitude(match: re.Match[str]) -> str | None:
    if word_before(match.string, match.start()).lower() in PLACES:
        return None
    number = decimal(match["whole"], match["fraction"]) if match["fraction"] else cardinal(match["whole"])
    return f"{number} {_MAGNITUDES[match['magnitude'].lower()]}"


RULES = (
    rule("cardinal", r"(?P<number>[1-9])s(?!\w)", lambda match: plural(cardinal(match["number"])), after="s"),
    rule(
        "ordinal",
        rf"(?P<rank>{INTEGER})(?:st|nd|rd|th|ST|ND|RD|TH)(?![A-Za-z])",
        lambda match: ordinal(match["rank"]),
        sign="snrtSNRT",
    ),
    rule(
        "cardinal",
        rf"(?P<whole>{INTEGER})(?:\.(?P<fraction>\d{{1,15}}))?(?P<magnitude>M|[Mm]n|mln|[Bb]n|[Tt]n|B)(?![\w'])",
        _magnitude,
        sign="MmBbTt",
    ),
    rule("digits", r"\d{1,15}(?!\d|[.,:/]\d)", _named),
    rule(
        "decimal",
        rf"(?P<whole>{INTEGER})?\.(?P<fraction>\d+)",
        lambda match: decimal(match["whole"], match["fraction"]),
    ),
)
LAST_RULES = (
    rule("cardinal", INTEGER, lambda match: cardinal(match[0])),
    rule("digits", r"\d+", lambda match: digits(match[0])),
)
