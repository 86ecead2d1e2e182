"""Reduce function words: within a phrase "for", "was" and "him" have less stress than content words, or none.

At the end of a phrase prepositions and auxiliaries keep their stress ("What is it for?", "I said I could."), and
pronouns keep a secondary one ("I told him."). A word that is a phrase of its own keeps its stress ("Who?").
Sources: Wells, *Longman Pronunciation Dictionary*, 3rd edition, "Weak forms"; Roach, *English Phonetics and
Phonology*, 4th edition, chapter 12.
"""

from __future__ import annotations

from collections.abc import Sequence

from tts.text.pronunciation.lexicon import Pronunciation
from tts.text.symbols import PUNCTUATION

_PRONOUNS = frozenset(
    (
        "i me you he him she it we us they them my your his her its our their "
        "i'm i've i'll i'd you're you've you'll you'd he's he'll he'd she's she'll she'd "
        "it's it'll we're we've we'll we'd they're they've they'll they'd"
    ).split()
)
_UNSTRESSED = frozenset(
    (
        "you he she it we they my your his her its their you're you've you'll you'd he's he'll he'd she's she'll she'd "
        "it's it'll we're we've we'll we'd they're they've they'll they'd "
        "an and of to for in from at by with through as than or if this these those that "
        "is am are was were be been have has had can could will would"
    ).split()
)
_SECONDARY = frozenset(
    (
        "i me him us them our i'm i've i'll i'd "
        "on up down but some so not shall should might who which what when where why how"
    ).split()
)
_EXISTENTIAL = frozenset("there there's".split())
_BE = frozenset("is are was were isn't aren't wasn't weren't will has have had can may might must".split())
_DEMONSTRATIVE_AFTER = frozenset(
    "of to for from in on at by with through as than is was and or but at about after before all".split()
)
"""Words after which "that" points at something ("at that time"). After others it begins a clause."""
_REDUCED: dict[str, Pronunciation] = {
    "an": ("AH0", "N"),
    "and": ("AH0", "N", "D"),
}
_TO_BEFORE_VOWEL: Pronunciation = ("T", "UH0")
_TO: Pronunciation = ("T", "AH0")
_VOWELS = frozenset("AEIOU")
FUNCTION_WORDS = _UNSTRESSED | _SECONDARY | _EXISTENTIAL
"""The words that have a weak form."""


def weaken(words: Sequence[str], index: int, strong: Pronunciation, following: Pronunciation) -> Pronunciation:
    """Return the pronunciation of words[index] in its phrase: `strong`, its dictionary form, or a weaker form.

    `words`: lower-case words and marks. `following`: the pronunciation of the next word, or () before a mark.
    """
    word = words[index]
    before = words[index - 1] if index else ""
    begins, ends = not before or before in PUNCTUATION, not following
    if (ends and (begins or word not in _PRONOUNS)) or _is_stressed(words, index, before, begins):
        return strong
    if word == "to":
        return _TO_BEFORE_VOWEL if following[0][0] in _VOWELS else _TO
    if not ends and word in _REDUCED:
        return _REDUCED[word]
    stress = "0" if word not in _SECONDARY and not ends else "2"
    return tuple(phoneme.replace("1", stress) for phoneme in strong)


def _is_stressed(words: Sequence[str], index: int, before: str, begins: bool) -> bool:
    """Return whether the word is a demonstrative "that" or a "there" that names a place."""
    if words[index] == "that":
        return begins or before in _DEMONSTRATIVE_AFTER
    if words[index] == "there":
        return words[index + 1] not in _BE
    return False


def is_emphasized(written: str, volume: float) -> bool:
    """Return whether a word keeps its stress: it is louder, in capitals ("It WAS him"), or the name "Will"."""
    return volume > 0 or (len(written) > 1 and written.isupper()) or written == "Will"
