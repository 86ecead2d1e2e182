"""Derive the pronunciation of a word from known stems: as an inflection, a prefixed word, a compound or a drawl."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tts.text.pronunciation.homographs import Homographs
from tts.text.pronunciation.inflections import (
    Ending,
    Stems,
    adverb,
    appending,
    past,
    past_adverb,
    plural,
    stems_before_consonant,
    stems_before_s,
    stems_before_vowel,
)
from tts.text.pronunciation.lexicon import Lexicon, Pronunciation
from tts.text.regex import regex

if TYPE_CHECKING:
    from tts.text.pronunciation.user_lexicon import UserLexicon

# Only suffixes and prefixes whose derivations are correct more often than the network's guess for the whole word,
# as measured by scripts/checks/evaluate_derivation.py.
_SUFFIXES: dict[str, tuple[Stems, Ending]] = {
    "s": (stems_before_s, plural),
    "ed": (stems_before_vowel, past),
    "ing": (stems_before_vowel, appending("IH0 NG")),
    "er": (stems_before_vowel, appending("ER0")),
    "est": (stems_before_vowel, appending("AH0 S T")),
    "edly": (stems_before_vowel, past_adverb),
    "ly": (stems_before_consonant, adverb),
    "ness": (stems_before_consonant, appending("N AH0 S")),
    "less": (stems_before_consonant, appending("L AH0 S")),
    "ful": (stems_before_consonant, appending("F AH0 L")),
}
_VERB_SUFFIXES = frozenset(("ed", "ing", "er"))
_NAME_SUFFIXES = frozenset(("er", "est"))  # names also end in these, without being forms of other names
_COMMON_ENDINGS = ("ed", "ing", "ly", "ers", "ies")
PREFIXES: dict[str, Pronunciation] = {
    "un": ("AH0", "N"),
    "re": ("R", "IY0"),
    "non": ("N", "AA2", "N"),
    "over": ("OW2", "V", "ER0"),
}
_SHORTEST_STEM = 3
_SHORTEST_PART = 4
_LONGEST_COMPOUND = 32
_DRAWN_OUT = regex(r"([a-z])\1{2,}")


class Derivation(NamedTuple):
    """A pronunciation derived from known pronunciations, and the rule that derived it."""

    rule: str
    phonemes: Pronunciation


class Deriver:
    """Derives words from the stems of a lexicon and of the user's lexicon."""

    def __init__(self, lexicon: Lexicon, user: UserLexicon | None) -> None:
        self._lexicon = lexicon
        self._user = user
        self._homographs = Homographs.load()

    def derive(self, word: str) -> Derivation | None:
        """Derive the word from known stems. None if that fails."""
        return self._inflected(word) or self._prefixed(word) or self._drawled(word) or self._compound(word)

    def _stem(self, word: str, as_verb: bool = False) -> Pronunciation | None:
        """Look up a stem in the user's lexicon or the lexicon; None if unknown. `as_verb` picks a homograph's verb."""
        entry = self._user.get(word) if self._user else None
        if entry and None in entry:
            return entry[None]
        known = self._lexicon.lookup(word)
        if as_verb and known:
            verbs = (reading for reading in self._homographs.readings.get(word, ()) if reading.role == "verb")
            return next((reading.phonemes for reading in verbs), known[0])
        return known[0] if known else None

    def _is_common(self, word: str) -> bool:
        """Return whether the lexicon has inflected forms of the word that names do not have."""
        return any(self._lexicon.lookup(word.removesuffix("e") + ending) for ending in _COMMON_ENDINGS)

    def _inflected(self, word: str) -> Derivation | None:
        """Derive a known stem with a suffix."""
        for written, (stems, ending) in _SUFFIXES.items():
            if not word.endswith(written):
                continue
            for stem in stems(word[: -len(written)]):
                if len(stem) < _SHORTEST_STEM or (written in _NAME_SUFFIXES and not self._is_common(stem)):
                    continue
                known = self._stem(stem, written in _VERB_SUFFIXES)
                if known:
                    return Derivation(f"-{written}", ending(known))
        return None

    def _prefixed(self, word: str) -> Derivation | None:
        """Derive a prefix before a known or inflected word, which keeps its stress."""
        for written, sound in PREFIXES.items():
            rest = word[len(written) :]
            if word.startswith(written) and len(rest) >= _SHORTEST_PART:
                inflected = None if self._stem(rest) else self._inflected(rest)
                stem = self._stem(rest) or (inflected.phonemes if inflected else None)
                if stem:
                    return Derivation(f"{written}-", sound + stem)
        return None

    def _drawled(self, word: str) -> Derivation | None:
        """Pronounce a word with a letter three or more times in a row as the word meant: "soooo", "goooood".

        It is the word with the letter twice if that word is common ("good", not "god"), else with the letter once.
        """
        if not _DRAWN_OUT.search(word):
            return None
        twice, once = _DRAWN_OUT.sub(r"\1\1", word), _DRAWN_OUT.sub(r"\1", word)
        for meant in (twice, once) if self._is_common(twice) else (once, twice):
            known = self._stem(meant) if len(meant) > 1 else None
            if known:
                return Derivation("drawl", known)
        return None

    def _compound(self, word: str) -> Derivation | None:
        """Derive a compound of two known words, split as near the middle as possible.

        The first word keeps the primary stress.
        """
        if len(word) > _LONGEST_COMPOUND:
            return None
        cuts = range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1)
        for cut in sorted(cuts, key=lambda cut: abs(2 * cut - len(word))):
            first, second = self._stem(word[:cut]), self._stem(word[cut:])
            if (
                first
                and second
                and all(self._is_common(part) or self._inflected(part) for part in (word[:cut], word[cut:]))
            ):
                return Derivation("compound", first + tuple(phoneme.replace("1", "2") for phoneme in second))
        return None
