"""Pronounce single words in ARPAbet: by the lexicons, else by rules on known stems, by spelling, or by the network."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from tts.text.normalize.fold import fold
from tts.text.pronunciation.homographs import Homographs
from tts.text.pronunciation.inflections import (
    Ending,
    Stems,
    adverb,
    appending,
    past,
    plural,
    stems_before_consonant,
    stems_before_s,
    stems_before_vowel,
)
from tts.text.pronunciation.lexicon import Lexicon, Pronunciation
from tts.text.pronunciation.weak_forms import FUNCTION_WORDS, weaken
from tts.text.token import Origin

if TYPE_CHECKING:
    from tts.text.pronunciation.user_lexicon import UserLexicon

LETTERS: dict[str, Pronunciation] = {
    name[0]: tuple(name.split()[1:])
    for name in (
        *("a EY1", "b B IY1", "c S IY1", "d D IY1", "e IY1", "f EH1 F", "g JH IY1", "h EY1 CH", "i AY1", "j JH EY1"),
        *("k K EY1", "l EH1 L", "m EH1 M", "n EH1 N", "o OW1", "p P IY1", "q K Y UW1", "r AA1 R", "s EH1 S", "t T IY1"),
        *("u Y UW1", "v V IY1", "w D AH1 B AH0 L Y UW0", "x EH1 K S", "y W AY1", "z Z IY1"),
    )
}
_CONTRACTIONS: dict[str, Ending] = {
    "'s": plural,
    "'d": past,
    "'ll": appending("AH0 L"),
    "'ve": appending("AH0 V"),
    "'re": appending("ER0"),
    "'m": appending("AH0 M"),
    "'ing": appending("IH0 NG"),
    "'er": appending("ER0"),
    "'ers": appending("ER0 Z"),
    "n't": appending("AH0 N T"),
}
_ACCENTED_ENDINGS: dict[str, Ending] = {"": tuple, "s": plural, "'s": plural, "'": tuple}
# Only suffixes and prefixes whose derivations are correct more often than the network's guess for the whole word,
# as measured by scripts/checks/evaluate_derivation.py.
_SUFFIXES: dict[str, tuple[Stems, Ending]] = {
    "s": (stems_before_s, plural),
    "ed": (stems_before_vowel, past),
    "ing": (stems_before_vowel, appending("IH0 NG")),
    "er": (stems_before_vowel, appending("ER0")),
    "est": (stems_before_vowel, appending("AH0 S T")),
    "ly": (stems_before_consonant, adverb),
    "ness": (stems_before_consonant, appending("N AH0 S")),
    "less": (stems_before_consonant, appending("L AH0 S")),
    "ful": (stems_before_consonant, appending("F AH0 L")),
}
_VERB_SUFFIXES = frozenset(("ed", "ing", "er"))
_NAME_SUFFIXES = frozenset(("er", "est"))  # names also end in these, without being forms of other names
_COMMON_ENDINGS = ("ed", "ing", "ly", "ers", "ies")
_PREFIXES: dict[str, Pronunciation] = {
    "un": ("AH0", "N"),
    "re": ("R", "IY0"),
    "non": ("N", "AA2", "N"),
    "over": ("OW2", "V", "ER0"),
}
_SHORTEST_STEM = 3
_SHORTEST_PART = 4
_LONGEST_COMPOUND = 32
_LONGEST_SPELLED = 5
_LONGEST_WORD = 64
_VOWEL_LETTERS = frozenset("aeiouy")
_CACHED_WORDS = 16_384


class Pronounced(NamedTuple):
    """A pronunciation and its origin."""

    phonemes: Pronunciation
    origin: Origin


class Derivation(NamedTuple):
    """A pronunciation derived from known pronunciations, and the rule that derived it."""

    rule: str
    phonemes: Pronunciation


class Pronouncer:
    """Pronounces single words without context. Safe to share between threads."""

    def __init__(self, lexicon: Lexicon, user: UserLexicon | None = None) -> None:
        self._lexicon = lexicon
        self._user = user
        self._homographs = Homographs.load()
        self._cached = lru_cache(_CACHED_WORDS)(self._pronounce)
        self._cached_accented = lru_cache(_CACHED_WORDS)(self._accented)

    def pronounce(self, word: str) -> Pronounced:
        """Pronounce a lower-case word of letters, apostrophes and hyphens. Empty only for a word without letters."""
        if len(word) > _LONGEST_WORD:
            # Too long for the rules and the cache: only its parts can be words.
            return self._join(word.split("-")) if "-" in word else _guess(word)
        return self._cached(word)

    def _pronounce(self, word: str) -> Pronounced:
        entry = self._user.get(word) if self._user else None
        if entry and None in entry:
            return Pronounced(entry[None], "user")
        known = self._lexicon.lookup(word) or self._lexicon.lookup_name(word)
        if known:
            return Pronounced(known[0], "lexicon")
        if word in LETTERS:
            return Pronounced(LETTERS[word], "spelled")
        if "-" in word:
            return self._join(word.split("-"))
        if "'" in word:
            return self._contracted(word)
        derived = self.derive(word)
        return Pronounced(derived.phonemes, "derived") if derived else self._spelled(word) or _guess(word)

    def accented(self, written: str, word: str) -> Pronounced | None:
        """Pronounce a word as written with accents, if the lexicon knows them: "résumé" is not "resume".

        `word`: the same word in lower case, without accents. None if the accents tell nothing.
        """
        spelling = unicodedata.normalize("NFC", written.lower().replace("’", "'"))
        if spelling.isascii() or len(word) > _LONGEST_WORD or fold(spelling).text != word:
            return None
        return self._cached_accented(spelling)

    def _accented(self, spelling: str) -> Pronounced | None:
        """Pronounce an accented word, a plural or possessive of one, or a hyphenated word with one in it."""
        for written, ending in _ACCENTED_ENDINGS.items():
            stem = spelling.removesuffix(written)
            known = self._lexicon.lookup_accented(stem) if stem + written == spelling else ()
            if known:
                return Pronounced(ending(known[0]), "derived" if written else "lexicon")
        parts = spelling.split("-")
        if len(parts) == 1 or fold(spelling).text in self._lexicon:
            return None
        spoken = [None if part.isascii() else self._accented(part) for part in parts]
        if not any(spoken):
            return None
        whole = [known or self._cached(fold(part).text) for known, part in zip(spoken, parts, strict=True)]
        return Pronounced(tuple(phoneme for part in whole for phoneme in part.phonemes), "derived")

    def derive(self, word: str) -> Derivation | None:
        """Derive the word from known stems: as an inflection, a prefixed word or a compound. None if that fails."""
        return self._inflected(word) or self._prefixed(word) or self._compound(word)

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

    def _join(self, parts: list[str]) -> Pronounced:
        """Pronounce a hyphenated word part by part. One part from the network makes the origin "network"."""
        parts = [part for part in parts if part]
        spoken = [self.pronounce(part) for part in parts]
        for place in range(1, len(parts) - 1):  # "mother-in-law", "up-to-date"
            if parts[place] in FUNCTION_WORDS and spoken[place].origin == "lexicon":
                weak = weaken(parts, place, spoken[place].phonemes, spoken[place + 1].phonemes)
                spoken[place] = Pronounced(weak, "lexicon")
        if len(spoken) > 1 and parts[0] in _PREFIXES and not (self._user and self._user.get(parts[0])):
            spoken[0] = Pronounced(_PREFIXES[parts[0]], "derived")
        origin: Origin = "network" if any(part.origin == "network" for part in spoken) else "derived"
        return Pronounced(tuple(phoneme for part in spoken for phoneme in part.phonemes), origin)

    def _contracted(self, word: str) -> Pronounced:
        """Pronounce a possessive or contraction of any word. Other apostrophes are silent."""
        for contraction, ending in _CONTRACTIONS.items():
            if word.endswith(contraction) and len(word) > len(contraction):
                written = word[: -len(contraction)]
                stem = Pronounced(LETTERS[written], "spelled") if written in LETTERS else self.pronounce(written)
                return Pronounced(ending(stem.phonemes), "network" if stem.origin == "network" else "derived")
        return self.pronounce(word.replace("'", ""))

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
        for written, sound in _PREFIXES.items():
            rest = word[len(written) :]
            if word.startswith(written) and len(rest) >= _SHORTEST_PART:
                inflected = None if self._stem(rest) else self._inflected(rest)
                stem = self._stem(rest) or (inflected.phonemes if inflected else None)
                if stem:
                    return Derivation(f"{written}-", sound + stem)
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

    def _spelled(self, word: str) -> Pronounced | None:
        """Spell a short word without a vowel letter: "xkcd", "kg"."""
        if len(word) > _LONGEST_SPELLED or not LETTERS.keys() >= set(word) or _VOWEL_LETTERS & set(word):
            return None
        return Pronounced(tuple(phoneme for letter in word for phoneme in LETTERS[letter]), "spelled")


def _guess(word: str) -> Pronounced:
    """Pronounce a word by our network, else by g2p_en's, or letter by letter if both return nothing."""
    # Imported on first use: most texts have no word that only a network can pronounce.
    from tts.text.pronunciation import guesser

    phonemes = guesser.guess(word)
    if not phonemes and any(letter in LETTERS for letter in word):
        from tts.text.pronunciation.network import guess

        phonemes = guess(word)
    if phonemes:
        return Pronounced(phonemes, "network")
    return Pronounced(tuple(phoneme for letter in word for phoneme in LETTERS.get(letter, ())), "spelled")
