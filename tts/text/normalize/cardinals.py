"""Verbalize plain numbers: cardinals, decimals, ordinals and digit strings. `marks` reads a minus sign."""

from __future__ import annotations

import re

from tts.text.normalize.numbers import INTEGER, cardinal, decimal, digits, is_round, ordinal, plural
from tts.text.normalize.rule import PLACES, rule, word_before

_MAGNITUDES = {"m": "million", "mn": "million", "mln": "million", "bn": "billion", "tn": "trillion", "b": "billion"}


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
    rule(
        "decimal",
        rf"(?P<whole>{INTEGER})?\.(?P<fraction>\d+)",
        lambda match: decimal(match["whole"], match["fraction"]),
    ),
)
LAST_RULES = (
    rule("cardinal", INTEGER, lambda match: cardinal(match[0])),
    rule("digits", r"\d+", lambda match: cardinal(match[0]) if is_round(match[0]) else digits(match[0])),
)
