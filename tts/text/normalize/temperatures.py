"""Verbalize temperatures and angles: 98.6°F, 20C, 5 degrees C, 40°26'46"N."""

from __future__ import annotations

import re

from tts.text.normalize.numbers import AMOUNTS, amount, amounts
from tts.text.normalize.rule import PLACES, is_adjective, rule, word_before
from tts.text.regex import regex

_HEAT_BEFORE = regex(
    r"(?:\b(?:temps?|temperatures?|to|at|of|is|was|below|above|over|under|around|about|reached|hit|hits|oven|highs?|lows?|"
    r"fever|degrees|from|between|and|T)[:=]?\s|[-~(<>=+])\Z",
    re.IGNORECASE,
)
_DIRECTIONS = {"N": "north", "S": "south", "E": "east", "W": "west"}


def _temperature(match: re.Match[str]) -> str:
    scale = {"C": " celsius", "F": " fahrenheit", "K": " kelvin"}.get(match["scale"] or "", "")
    one = (match["number"] == "1" and not match["last"]) or is_adjective(match.string, match.start(), match.end())
    return f"{amounts(match)} degree{'' if one else 's'}{scale}"


def _bare_fahrenheit(match: re.Match[str]) -> str | None:
    if word_before(match.string, match.start()).lower() in PLACES:
        return None
    return f"{amounts(match)} degrees fahrenheit"


def _bare_celsius(match: re.Match[str]) -> str | None:
    """Verbalize 20C, and 37.2 C or -5C where the words or signs before tell a temperature; seat 12C is none."""
    text, start = match.string, match.start()
    if word_before(text, start).lower() in PLACES:
        return None
    told = _HEAT_BEFORE.search(text[max(0, start - 14) : start])
    if not told and (match["gap"] or len(match["number"].partition(".")[0]) < 2):
        return None
    return f"{amounts(match)} degrees celsius"


def _named_scale(match: re.Match[str]) -> str:
    scale = {"C": "celsius", "F": "fahrenheit"}[match["scale"]]
    return f"{amounts(match)} {match['degrees']} {scale}"


def _angle(match: re.Match[str]) -> str:
    words = f"{amount(match['degrees'])} degree{'' if match['degrees'] == '1' else 's'}"
    for part, name in (("minutes", "minute"), ("seconds", "second")):
        if match[part]:
            words += f" {amount(match[part])} {name}{'' if match[part] == '1' else 's'}"
    return f"{words} {_DIRECTIONS[match['direction']]}" if match["direction"] else words


RULES = (
    rule(
        "measure",
        r"(?P<degrees>\d{1,3}(?:\.\d+)?)°(?:\s?(?P<minutes>\d{1,2}(?:\.\d+)?)')?(?:(?P<seconds>\d{1,2}(?:\.\d+)?)(?:\"|'')\s?)?"
        r"(?:\s?(?P<direction>[NSEW]))?(?![A-Za-z0-9])",
        lambda match: _angle(match) if match["minutes"] or match["direction"] else None,
        sign="°",
    ),
    rule("temperature", rf"{AMOUNTS}\s?°(?:\s?(?P<scale>[CFK])(?!\w))?", _temperature, sign="°"),
    rule(
        "temperature",
        r"(?P<number>\d{2,3}(?:\.\d)?)(?:\s?[-—]\s?(?P<last>\d{2,3}(?:\.\d)?))?\s?F(?![\w'-])",
        _bare_fahrenheit,
        sign="F",
    ),
    rule(
        "temperature",
        r"(?<!\^)(?P<number>\d{1,3}(?:\.\d{1,2})?)(?:\s?[-—]\s?(?P<last>\d{2,3}(?:\.\d)?))?(?P<gap>\s?)C(?![\w'+#·-]|\.[A-Z]|:\d)",
        _bare_celsius,
        sign="C",
    ),
    rule(
        "temperature",
        rf"{AMOUNTS}\s(?P<degrees>degrees?)\s(?P<scale>[CF])(?!\w)",
        _named_scale,
        sign="d",
    ),
)
