"""Recognise respellings of a pronunciation, such as (ba-lah-LIGH-kah): their capitals are a stressed syllable."""

from __future__ import annotations

from tts.text.normalize.initialisms import SPELLED, SPOKEN
from tts.text.normalize.rule import word_before
from tts.text.pronunciation.lexicon import Lexicon
from tts.text.regex import regex

_OPENED = regex(r"[(\[/][A-Za-z' -]{0,40}\Z")
_CLOSED = regex(r"[A-Za-z' -]{0,40}(?=[)\]/,;:])")
_HYPHENS_BEFORE = regex(r"[A-Za-z]{1,7}(?:-[A-Za-z]{1,7}){0,6}-\Z")
_HYPHENS_AFTER = regex(r"-[A-Za-z]{1,7}(?:-[A-Za-z]{1,7}){0,6}")
_SYLLABLE = regex(r"[A-Za-z]{1,6}\Z")
_VOWELS = frozenset("aeiouy")
_SAID = frozenset("pronounced pronounce pronounces say says said sounds spoken rhymes".split())
_INTERJECTIONS = frozenset("ah eh ih oh uh ur er ee ay yoo luh".split())
"""In the lexicon, but rarely next to an initialism."""
_FEWEST_HYPHENATED = 3


def is_stressed_syllable(text: str, start: int, end: int, lexicon: Lexicon) -> bool:
    """Return whether the capitals text[start:end] are a syllable of a respelling, and so no initialism.

    The other syllables are lower-case letters that form no words, in brackets, after "pronounced" or hyphenated.
    """
    small = text[start:end].lower()
    if not _VOWELS & set(small) or small in SPELLED or small in SPOKEN:
        return False
    before, after = _OPENED.search(text[max(0, start - 42) : start]), _CLOSED.match(text, end)
    if before and after:
        group = before[0][1:] + after[0]
    else:
        hyphens = _HYPHENS_BEFORE.search(text[max(0, start - 56) : start])
        following = _HYPHENS_AFTER.match(text, end)
        group = f"{hyphens[0] if hyphens else ''}{following[0] if following else ''}"
        first = start - len(hyphens[0]) if hyphens else start
        told = word_before(text, first).lower() in _SAID
        if group.count("-") < _FEWEST_HYPHENATED - 1 - told:
            return False
    parts = group.replace("-", " ").split()
    others = [part for part in parts if part.islower()]
    fragments = all(_SYLLABLE.match(part) for part in parts)
    if before and after and "-" in group:
        return fragments and bool(others)
    return fragments and any(part not in lexicon or part in _INTERJECTIONS for part in others)
