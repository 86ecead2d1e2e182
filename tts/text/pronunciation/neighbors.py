"""Pronounce words that depend on their neighbours: "the", "used to", the letter "a", "dogged" and the metal lead."""

from __future__ import annotations

from collections.abc import Sequence

from tts.text.pronunciation.context import word_class
from tts.text.pronunciation.lexicon import Pronunciation

BY_NEIGHBORS = frozenset(("the", "used", "a", "dogged", "lead"))
"""The words that depend on their neighbours."""
_VOWELS = frozenset("AEIOU")
_THE_BEFORE_VOWEL: Pronunciation = ("DH", "IY0")
_THE: Pronunciation = ("DH", "AH0")
_USED_TO: Pronunciation = ("Y", "UW1", "S", "T")
_LETTER_A: Pronunciation = ("EY1",)
_DOGGED: Pronunciation = ("D", "AO1", "G", "IH0", "D")
_LEAD_METAL: Pronunciation = ("L", "EH1", "D")
_LEAD_FIRST: Pronunciation = ("L", "IY1", "D")
_OF_LEAD = frozenset("pipe pipes piping paint poisoning acid ore ores bullet bullets mine mines solder smelter".split())
"""Words after the metal lead."""
_LED = frozenset("time times role roles singer singers author authors vocals designer engineer story".split())
"""Words after "lead" that have nothing to do with the metal. The homograph model decides before other words."""
_AFTER_LETTER = frozenset("and are as at be equals for from had has if in is on or than was with".split())
"""Words that follow the letter "a", and never the article: "A is for apple", "from A to Z"."""
_SIGNS = frozenset("plus minus times over to".split())
_HESITATIONS = ("…", "-")
_BECOMING = frozenset("get gets got getting gotten become becomes became grow grew".split())
_OBJECTS = frozenset(("det", "poss", "obj", "subj", "ing"))


def by_neighbors(words: Sequence[str], index: int, following: Pronunciation) -> Pronunciation | None:
    """Pronounce words[index] if it depends on its neighbours; None for most words.

    `words`: lower-case words and marks. `following`: the pronunciation of the next word, or () at the end of a phrase.
    """
    if words[index] == "the":
        return _THE_BEFORE_VOWEL if following and following[0][0] in _VOWELS else _THE
    if words[index] == "a":
        return _LETTER_A if _is_letter(words, index, following) else None
    if words[index] == "lead":
        after = words[index + 1] if index + 1 < len(words) else ""
        return _LEAD_METAL if after in _OF_LEAD else _LEAD_FIRST if after in _LED else None
    if words[index] == "dogged":
        return _DOGGED if _is_stubborn(words, index) else None
    return _USED_TO if words[index] == "used" and _is_habit(words, index) else None


def _is_letter(words: Sequence[str], index: int, following: Pronunciation) -> bool:
    """Return whether "a" is a letter: before a mark, a function word, or a sign and another letter: a + b."""
    after, second = (*words[index + 1 : index + 3], "", "")[:2]
    letter_follows = len(second) == 1 and second.isalpha()
    if after == ",":  # "a, b and c" has letters, "was a, quote, …" a hesitation
        return letter_follows
    if not following:
        return after not in _HESITATIONS
    return after in _AFTER_LETTER or (after in _SIGNS and letter_follows)


def _is_habit(words: Sequence[str], index: int) -> bool:
    """Return whether "used" is as in "he used to go" or "I am used to it", not as in "it is used to cut"."""
    if index == 0 or words[index + 1 : index + 2] != ["to"]:
        return False
    before, after = words[index - 1], words[index + 2] if index + 2 < len(words) else ""
    accustomed = before in _BECOMING or (word_class(before) == "be" and word_class(after) in _OBJECTS)
    return accustomed or word_class(before) == "subj" or before == "there" or after == "be"


def _is_stubborn(words: Sequence[str], index: int) -> bool:
    """Return whether "dogged" is the adjective: "a dogged man", not "dogged by injury" or "scandals dogged him"."""
    before, after = words[index - 1] if index else "", words[index + 1] if index + 1 < len(words) else ""
    persecuted = after == "by" or word_class(after) in ("det", "poss", "obj") or word_class(before) == "have"
    return not persecuted
