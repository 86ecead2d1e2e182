"""Capitals: which are spelled (FBI), which are spoken (NASA), and words glued together (YouTube, PDFs)."""

from __future__ import annotations

import re

from tts.text.g2p import LETTERS
from tts.text.lexicon import Lexicon

_LONGEST_ACRONYM = 5
# Also words when written small; in capitals, among small letters, the abbreviation is meant.
_SPELLED = frozenset("us un eu uk ai id iq it ad am pm ma pa la ok tv er os ip io ie eg".split())
_PLURAL_ACRONYM = re.compile(r"(?P<letters>[A-Z]{2,5})(?P<ending>'?s)")
_HUMPS = re.compile(r"(?:[A-Z]+(?![a-z])|[A-Z]?[a-z]+)(?:'[A-Za-z]+)*")


def is_spelled(word: str, lexicon: Lexicon, shouting: bool) -> bool:
    """Whether a word all in capitals is read letter by letter; `shouting` says that its neighbours are capitals too."""
    small = word.lower()
    if not word.isalpha() or len(word) < 2 or len(word) > _LONGEST_ACRONYM:
        return False
    known = lexicon.lookup(small)
    if not known:
        return not shouting or not set(small) & set("aeiouy")
    if not shouting and small in _SPELLED:
        return True
    letters = [phoneme.rstrip("012") for letter in small for phoneme in LETTERS[letter]]
    return [phoneme.rstrip("012") for phoneme in known[0]] == letters


def plural_acronym(word: str) -> re.Match[str] | None:
    """The letters and the ending of "PDFs" or "FBI's"; None for anything else."""
    return _PLURAL_ACRONYM.fullmatch(word)


def humps(word: str) -> list[tuple[int, int]]:
    """Spans of the parts of a word written like YouTube or JSONData."""
    return [match.span() for match in _HUMPS.finditer(word)]
