"""A class of token: what it looks like, how it is said, and which neighbours decide the doubtful cases."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

from tts.text.regex import regex


class Reading(NamedTuple):
    """A token put into words."""

    semiotic: str
    words: str
    """Lower-case words and marks with spaces between them; a single capital is a letter said by its name."""
    end: int
    """Where in the text the token ends."""


class Rule(NamedTuple):
    """One class of token; `verbalize` may decline with None, and the next rule is tried.

    Every quantifier of a pattern is bounded or unambiguous, so that hostile text costs linear time.
    """

    semiotic: str
    pattern: re.Pattern[str]
    verbalize: Callable[[re.Match[str]], str | None]
    after: frozenset[str] = frozenset()
    """What may follow its first digits, any space being " "; empty for anything."""
    sign: frozenset[str] = frozenset()
    """What may be the first after them that neither is a digit nor separates digits, as a unit does; empty likewise."""


_WORD_BEFORE = regex(r"([A-Za-z][A-Za-z']*)\.?[\s(\"'-]{0,3}\Z")
_WORD_AFTER = regex(r"[\s-]{0,3}([A-Za-z][A-Za-z']{0,30})")
_NOUN_AFTER = regex(r"[\s-]([a-z]+)")
_LOOK_BACK = 28
PLACES = frozenset(
    "seat row room rm gate flight apt suite unit section building apartment class grade page level exit bus route "
    "figure fig table platform pier lot box block lane form item door".split()
)
"""Words before a number with a letter, such as "seat 12C", that is neither a quantity nor a magnitude."""
_ARTICLES = frozenset(("a", "an", "another", "each", "every"))
_NO_NOUN = frozenset(
    "a an the of or and to for in on at per from by with is was than as that which if but so were are has had will "
    "each apiece ago later away more less off extra into out up down long tall high wide deep old".split()
)


def rule(
    semiotic: str, pattern: str, verbalize: Callable[[re.Match[str]], str | None], *, after: str = "", sign: str = ""
) -> Rule:
    """A rule from the text of its pattern; `after` and `sign` spare most rules a look at most numbers."""
    return Rule(semiotic, regex(pattern), verbalize, frozenset(after), frozenset(sign))


def read(rules: Iterable[Rule], text: str, position: int) -> Reading | None:
    """What the first rule that accepts the text at `position` makes of it."""
    for semiotic, pattern, verbalize, _, _ in rules:
        match = pattern.match(text, position)
        if match and match.end() > position:
            words = verbalize(match)
            if words:
                return Reading(semiotic, words, match.end())
    return None


def word_before(text: str, position: int) -> str:
    """The word that ends at `position`, a full stop and a little space past it; "" where there is none."""
    return _last_word(text[max(0, position - _LOOK_BACK) : position])


@lru_cache(256)
def _last_word(text: str) -> str:
    # Cached because one rule after the other asks for the word before the same number.
    match = _WORD_BEFORE.search(text)
    return match[1] if match else ""


def word_after(text: str, position: int) -> str:
    """The word that begins at `position` or a little space after it; "" where there is none."""
    match = _WORD_AFTER.match(text, position)
    return match[1] if match else ""


def describes(text: str, start: int, end: int) -> bool:
    """Whether the quantity there is an adjective, and so singular: "a $5 bill", "a 10 km run", "a 6-foot man"."""
    noun = _NOUN_AFTER.match(text, end)
    if noun is None or noun[1] in _NO_NOUN:
        return False
    return text[end] == "-" or word_before(text, start).lower() in _ARTICLES


def spell(letters: str) -> str:
    """Each letter by its name."""
    return " ".join(letters.upper())
