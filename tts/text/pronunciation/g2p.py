"""Pronounce single words in ARPAbet: by the lexicons, else by rules on known stems, by spelling, or by the network."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from tts.text.normalize.fold import fold
from tts.text.pronunciation.derivation import PREFIXES, Derivation, Deriver
from tts.text.pronunciation.inflections import Ending, appending, past, plural
from tts.text.pronunciation.letters import LETTERS
from tts.text.pronunciation.lexicon import Lexicon, Pronunciation
from tts.text.pronunciation.weak_forms import FUNCTION_WORDS, weaken
from tts.text.token import Origin

if TYPE_CHECKING:
    from tts.text.pronunciation.user_lexicon import UserLexicon

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
_LONGEST_SPELLED = 5
_LONGEST_WORD = 64
_VOWEL_LETTERS = frozenset("aeiouy")
_CACHED_WORDS = 16_384


class Pronounced(NamedTuple):
    """A pronunciation and its origin."""

    phonemes: Pronunciation
    origin: Origin


class Pronouncer:
    """Pronounces single words without context. Safe to share between threads."""

    def __init__(self, lexicon: Lexicon, user: UserLexicon | None = None) -> None:
        self._lexicon = lexicon
        self._user = user
        self._deriver = Deriver(lexicon, user)
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
        """Derive the word from known stems. None if that fails."""
        return self._deriver.derive(word)

    def _join(self, parts: list[str]) -> Pronounced:
        """Pronounce a hyphenated word part by part. One part from the network makes the origin "network"."""
        parts = [part for part in parts if part]
        spoken = [self.pronounce(part) for part in parts]
        for place in range(1, len(parts) - 1):  # "mother-in-law", "up-to-date"
            if parts[place] in FUNCTION_WORDS and spoken[place].origin == "lexicon":
                weak = weaken(parts, place, spoken[place].phonemes, spoken[place + 1].phonemes)
                spoken[place] = Pronounced(weak, "lexicon")
        if len(spoken) > 1 and parts[0] in PREFIXES and not (self._user and self._user.get(parts[0])):
            spoken[0] = Pronounced(PREFIXES[parts[0]], "derived")
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
