"""Common words whose sound their neighbours change: "the apple", and "used to" as a habit."""

from __future__ import annotations

from collections.abc import Sequence

from tts.text.pronunciation.homographs import word_class
from tts.text.pronunciation.lexicon import Pronunciation

_VOWELS = frozenset("AEIOU")
_THE_BEFORE_VOWEL: Pronunciation = ("DH", "IY0")
_THE: Pronunciation = ("DH", "AH0")
_USED_TO: Pronunciation = ("Y", "UW1", "S", "T")
_BECOMING = frozenset("get gets got getting gotten become becomes became grow grew".split())
_OBJECTS = frozenset(("det", "poss", "obj", "subj", "ing"))


def by_neighbors(words: Sequence[str], index: int, following: Pronunciation) -> Pronunciation | None:
    """How words[index] is said before a word, or () a mark, that is said as `following`; None for most words.

    `words` holds lower-case words and marks.
    """
    if words[index] == "the":
        return _THE_BEFORE_VOWEL if following and following[0][0] in _VOWELS else _THE
    return _USED_TO if words[index] == "used" and _is_habit(words, index) else None


def _is_habit(words: Sequence[str], index: int) -> bool:
    """Whether "used" is that of "he used to go" and "I am used to it", not of "it is used to cut"."""
    if index == 0 or words[index + 1 : index + 2] != ["to"]:
        return False
    before, after = words[index - 1], words[index + 2] if index + 2 < len(words) else ""
    accustomed = before in _BECOMING or (word_class(before) == "be" and word_class(after) in _OBJECTS)
    return accustomed or word_class(before) == "subj" or before == "there" or after == "be"
