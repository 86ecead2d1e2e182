"""Verbalize K, M, B and T after a number: 70B parameters and 1B views are billions, a 512B block is bytes."""

from __future__ import annotations

import re

from tts.text.normalize.numbers import amount
from tts.text.normalize.rule import PLACES, rule, word_before
from tts.text.regex import regex

_NAMES = {"K": "thousand", "k": "thousand", "M": "million", "B": "billion", "T": "trillion"}
_COUNTED = (
    "people|men|women|children|humans|parameters?|params|tokens?|views|viewers|users|downloads|subscribers|followers|"
    "dollars|euros|pounds|yen|rupees|likes|streams|visits|visitors|impressions|transactions|messages|devices|stars|"
    "cells|barrels|tons|tonnes|units|copies|records|rows|images|words|documents|queries|requests|searches|players|"
    "customers|voters|votes|residents|citizens|members|fans|readers|listeners|installs|sales|shares|jobs|homes|steps|miles|lines|points|episodes|"
    "samples|questions|answers|meters|metres|feet|books|songs|articles|pages|entries|examples|calories|employees|students|"
    "soldiers|workers|migrants|refugees|tickets|orders|cars|vehicles|acres|hectares|kilometers|kilometres|gallons|liters|"
    "litres|tonnes|kg|years|attendees|hits|clicks|posts|tweets|comments|reviews|reads|plays|lives|deaths|infections|km|mi|members|contacts|connections|plays|pageviews|requests|forks|commits|issues|upvotes|karma|retweets|contributors"
)
_WORTH = "revenue|sales|funding|debt|cash|assets|profits?|losses|loans|bonds|savings|fines|damages"
_STORED = (
    "blocks?|pages?|lines?|sectors?|buffers?|packets?|payloads?|headers?|files?|keys?|hash|cache|memory|ram|chunks?|"
    "frames?|struct|alignment|aligned"
)
_COUNTED_AFTER = regex(
    rf"\+?[ -](?:(?:of |more |additional |active |monthly |daily )?(?:{_COUNTED})"
    rf"|in (?:annual |new |net |total )?(?:{_WORTH}))\b"
)
_SHARP_AFTER = regex(r"\s(?:video|footage|resolution|screen|display|monitor|clips?|race|run|walk)\b")
_STORED_AFTER = regex(rf" (?P<adjective>{_STORED})\b| of (?:{_STORED}|storage|data|padding)\b")
_STORED_BEFORE = regex(
    r"\b(?:payload|size|buffer|block|header|offset|length|file|packet|record|key|hash|message) (?:of|is|=|has) \Z"
)
_WORTH_BEFORE = frozenset("worth raised spent valued cost costs".split())
_NETWORK = regex(r"\s(?:networks?|phones?|towers?|coverage|signals?|connections?|service|internet|rollout|sims?|lte)\b")
_NUMBER = r"(?<![\w.,-])(?P<number>\d{1,3}(?:,\d{3})*(?:\.\d{1,3})?|\d{4,5})"


def _magnitude(match: re.Match[str]) -> str | None:
    """Verbalize a magnitude if it counts something; None if nothing shows that it does."""
    text, letter, end = match.string, match["letter"], match.end()
    before = word_before(text, match.start()).lower()
    if before in PLACES or (letter == "B" and _STORED_AFTER.match(text, end)):
        return None
    decimal = "." in match["number"] and not (letter in "Kk" and _SHARP_AFTER.match(text, end))
    large = decimal if letter in "Kk" else letter in "MB" and (decimal or before in _WORTH_BEFORE)
    return f"{amount(match['number'])} {_NAMES[letter]}" if large or _COUNTED_AFTER.match(text, end) else None


def _bytes(match: re.Match[str]) -> str:
    """Verbalize B as bytes where storage is meant, else by its name: "a 7B model"."""
    text = match.string
    stored = _STORED_AFTER.match(text, match.end())
    if stored or _STORED_BEFORE.search(text[max(0, match.start() - 14) : match.start()]):
        singular = match["number"] == "1" or (stored and stored["adjective"])
        return f"{amount(match['number'])} byte{'' if singular else 's'}"
    return f"{amount(match['number'])} B"


def _generation(match: re.Match[str]) -> str | None:
    """Verbalize 5g before a word such as "network"."""
    return f"{amount(match['number'])} G" if _NETWORK.match(match.string, match.end()) else None


RULES = (
    rule("cardinal", _NUMBER + r"(?P<letter>[KkMBT])(?![\w'/])", _magnitude, sign="KkMBT"),
    rule("serial", r"(?P<number>[2-6])g(?!\w)", _generation, sign="g"),
)
LAST_RULES = (rule("measure", _NUMBER + r"B(?![\w'/])", _bytes, sign="B"),)
