"""Rules for one class of token each: its pattern, its verbalization, and helpers that look at its neighbours."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

from tts.text.regex import regex


class Verbalized(NamedTuple):
    """A written token in spoken words."""

    semiotic: str
    """The token's class: "date", "money", "cardinal", …"""
    words: str
    """Lower-case words and marks, separated by spaces. A single capital is a letter spoken by its name."""
    end: int
    """End of the token in the text."""


class Rule(NamedTuple):
    """One class of token. If `verbalize` returns None, the next rule is tried.

    Every quantifier in a pattern is bounded or unambiguous, so that hostile text costs linear time.
    """

    semiotic: str
    pattern: re.Pattern[str]
    verbalize: Callable[[re.Match[str]], str | None]
    after: frozenset[str] = frozenset()
    """Characters allowed after the first digits, with " " for any white space. Empty: any."""
    sign: frozenset[str] = frozenset()
    """Allowed first character after the whole number (for example of a unit). Empty: any."""


_WORD_BEFORE = regex(r"([A-Za-z][A-Za-z']*)\.?[\s(\"'-]{0,3}\Z")
_WORD_AFTER = regex(r"[\s-]{0,3}([A-Za-z][A-Za-z']{0,30})")
_NOUN_AFTER = regex(r"[\s-]([a-z]+|[A-Z]{2,}\b)")
_LOOK_BACK = 28
PLACES = frozenset(
    "seat row room rm gate flight apt suite unit section building apartment class grade page level exit bus route "
    "figure fig table platform pier lot box block lane form item door f fol folio ch chapter sec § chap figs "
    "rule article stage phase step question annex note".split()
)
"""Words before a number and a letter that form a name, such as "seat 12C": the letter is no unit or magnitude."""
_ARTICLES = frozenset(("a", "an", "another", "each", "every"))
_NO_NOUN = frozenset(
    "a an the of or and to for in on at per from by with is was than as that which if but so were are has had will "
    "each apiece ago later away more less off extra into out up down long tall high wide deep old".split()
)


def rule(
    semiotic: str, pattern: str, verbalize: Callable[[re.Match[str]], str | None], *, after: str = "", sign: str = ""
) -> Rule:
    """Make a rule from its pattern. `after` and `sign` exclude the rule cheaply, before its pattern is tried."""
    return Rule(semiotic, regex(pattern), verbalize, frozenset(after), frozenset(sign))


def verbalize_first(rules: Iterable[Rule], text: str, position: int) -> Verbalized | None:
    """Apply the first rule that accepts the text at `position`; None if no rule does."""
    for semiotic, pattern, verbalize, _, _ in rules:
        match = pattern.match(text, position)
        if match and match.end() > position:
            words = verbalize(match)
            if words:
                return Verbalized(semiotic, words, match.end())
    return None


def word_before(text: str, position: int) -> str:
    """Return the word before `position`, ignoring a full stop and a little space between; "" if there is none."""
    return _last_word(text[max(0, position - _LOOK_BACK) : position])


@lru_cache(256)
def _last_word(text: str) -> str:
    # Cached because many rules ask for the word before the same number.
    match = _WORD_BEFORE.search(text)
    return match[1] if match else ""


def word_after(text: str, position: int) -> str:
    """Return the word at `position`, ignoring a little space before it; "" if there is none."""
    match = _WORD_AFTER.match(text, position)
    return match[1] if match else ""


def is_adjective(text: str, start: int, end: int) -> bool:
    """Return whether text[start:end] is an adjective, and so singular: "a $5 bill", "a 10 km run", "a 6-foot man"."""
    noun = _NOUN_AFTER.match(text, end)
    if noun is None or noun[1] in _NO_NOUN:
        return False
    return text[end] == "-" or word_before(text, start).lower() in _ARTICLES


def spell(letters: str) -> str:
    """Spell a word: separate its letters, in capitals, so that each is spoken by its name. Apostrophes are silent."""
    return " ".join(letters.upper().replace("'", ""))
