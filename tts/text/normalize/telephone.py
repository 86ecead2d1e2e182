"""Verbalize telephone numbers: digits in groups, with a short pause after each group. 800 is "eight hundred"."""

from __future__ import annotations

import re

from tts.text.normalize.acronyms import is_spelled
from tts.text.normalize.numbers import digits
from tts.text.normalize.rule import rule, spell, word_before
from tts.text.pronunciation.lexicon import Lexicon

_HUNDREDS = {"800": "eight hundred", "900": "nine hundred"}
_EXTENSION = r"(?:,?\s?(?:ext\.?|extension|x)\s?(?P<extension>\d{1,6})(?!\w))?"
_CALLS = frozenset(
    "call calls called calling dial dials dialed dialing phone telephone tel fax text ring hotline".split()
)
_EMERGENCY = frozenset(("911", "411", "311", "211", "511", "611", "811", "988", "999", "112"))


def say_groups(number: str) -> str:
    """Verbalize groups of digits, and of letters as in 1-800-FLOWERS, with a comma between groups."""
    groups = re.findall(r"\d+|[A-Za-z]+", number)
    return " , ".join(
        _HUNDREDS.get(group) or (digits(group) if group[0].isdigit() else _letters(group)) for group in groups
    )


def _letters(group: str) -> str:
    """Verbalize the letters of a telephone number: a word if they can be one, else their names."""
    spelled = len(group) == 1 or is_spelled(group.upper(), Lexicon.load(), False)
    return spell(group) if spelled else group.lower()


def _local(match: re.Match[str]) -> str | None:
    """Verbalize 555-1234; None for two round numbers, which are a range."""
    round_numbers = match["number"][1:3] == "00" and match["number"].endswith("00")
    return None if round_numbers else _telephone(match)


def _telephone(match: re.Match[str]) -> str:
    words = say_groups(match["number"])
    words = f"plus {words}" if match["number"].startswith("+") else words
    extension = match.groupdict().get("extension")
    return f"{words} , extension {digits(extension)}" if extension else words


def _lettered(match: re.Match[str]) -> str | None:
    """Verbalize a number with letters: 1-800-FLOWERS, 1-800-GO-U-HAUL."""
    return _telephone(match) if re.search("[A-Z]", match["number"]) else None


def _called(match: re.Match[str]) -> str | None:
    number = match["number"]
    before = word_before(match.string, match.start()).lower()
    if before not in _CALLS and not (before in ("a", "the", "to") and number == "911"):
        return None
    if number in _EMERGENCY:
        return digits(number)
    if len(number) == 10:
        return " , ".join(digits(part) for part in (number[:3], number[3:6], number[6:]))
    return None


def _starred(match: re.Match[str]) -> str | None:
    """Verbalize a star code: "dial *69"."""
    called = word_before(match.string, match.start()).lower() in _CALLS | {"press"}
    return f"star {digits(match['number'])}" if called else None


def _international(match: re.Match[str]) -> str | None:
    count = sum(character.isdigit() for character in match["number"])
    return _telephone(match) if 8 <= count <= 15 else None


RULES = (
    rule("telephone", r"(?P<number>\+\d{1,3}(?:[ .-]?\(?\d{1,5}\)?){1,6})(?!\d)" + _EXTENSION, _international),
    rule(
        "telephone",
        r"(?P<number>(?:\+?1[ .-]?)?(?:\(\d{3}\)[-.\s]?|\d{3}[-.\s])\d{3}[-.\s]\d{4})(?![\d-]|[.,]\d)" + _EXTENSION,
        _telephone,
        after="()-. ",
    ),
    rule(
        "telephone",
        r"(?P<number>1-\d{3}(?=[-\dA-Z]{5,14}(?![\w-]))(?:-(?:[A-Z]{1,9}|\d{1,4})){1,4})",
        _lettered,
        after="-",
    ),
    rule("telephone", r"(?P<number>\d{3}-\d{4})(?![\d-]|[.,]\d)" + _EXTENSION, _local, after="-"),
    rule(
        "telephone",
        r"(?P<number>0\d{2,4}[ -]\d{3,4}[ -]\d{3,4}|0\d{4}[ -]\d{6})(?![\w-]|[.,]\d)",
        _telephone,
        after=" -",
    ),
    rule("telephone", r"(?P<number>1[38]00[ -]\d{3}[ -]\d{3})(?![\w-]|[.,]\d)", _telephone, after=" -"),
    rule("telephone", r"(?P<number>\(0\)\s?\d{2,5}[ -]\d{3,4}[ -]\d{3,4})(?![\w-]|[.,]\d)", _telephone, after=")"),
    rule("telephone", r"\*(?P<number>\d{1,4})(?![\w*])", _starred),
    rule("telephone", r"(?P<number>9-1-1|4-1-1)(?![\d-])", lambda match: digits(match["number"]), after="-"),
    rule("telephone", r"(?P<number>\d{3}|\d{10})(?![\w-]|[.,:/]\d)", _called),
)
