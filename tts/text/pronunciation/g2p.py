"""Words to ARPAbet: the lexicons, then rules on known stems, then spelling, then g2p_en's network."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

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
    "n't": appending("AH0 N T"),
}
# Only endings and beginnings whose derivations are right more often than the network's guess at the whole word:
# scripts/checks/evaluate_derivation.py says how often.
_ENDINGS: dict[str, tuple[Stems, Ending]] = {
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
_OF_VERBS = frozenset(("ed", "ing", "er"))
_OF_NAMES = frozenset(("er", "est"))  # also how names end, which are no forms of other names
_COMMON_ENDINGS = ("ed", "ing", "ly", "ers", "ies")
_BEGINNINGS: dict[str, Pronunciation] = {
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


class Spoken(NamedTuple):
    """A pronunciation and how it was found."""

    phonemes: Pronunciation
    origin: Origin


class Derived(NamedTuple):
    """A pronunciation made of known ones, and the rule that made it."""

    rule: str
    phonemes: Pronunciation


class Pronouncer:
    """Pronunciations of single words without context; safe to share between threads."""

    def __init__(self, lexicon: Lexicon, user: UserLexicon | None = None) -> None:
        self._lexicon = lexicon
        self._user = user
        self._homographs = Homographs.load()
        self._cached = lru_cache(_CACHED_WORDS)(self._pronounce)

    def pronounce(self, word: str) -> Spoken:
        """ARPAbet for a lower-case word of letters, apostrophes and hyphens; empty only for a word without letters."""
        if len(word) > _LONGEST_WORD:
            # Too long for any rule, and for the cache: only its parts can be words.
            return self._join(word.split("-")) if "-" in word else _guess(word)
        return self._cached(word)

    def _pronounce(self, word: str) -> Spoken:
        entry = self._user.get(word) if self._user else None
        if entry and None in entry:
            return Spoken(entry[None], "user")
        known = self._lexicon.lookup(word)
        if known:
            return Spoken(known[0], "lexicon")
        if word in LETTERS:
            return Spoken(LETTERS[word], "spelled")
        if "-" in word:
            return self._join(word.split("-"))
        if "'" in word:
            return self._contracted(word)
        derived = self.derive(word)
        return Spoken(derived.phonemes, "derived") if derived else self._spelled(word) or _guess(word)

    def derive(self, word: str) -> Derived | None:
        """The word from known stems, as an inflection, with a beginning, or as a compound; None without such stems."""
        return self._inflected(word) or self._begun(word) or self._compound(word)

    def _stem(self, word: str, as_verb: bool = False) -> Pronunciation | None:
        """A word that is known as it stands, to the user or to the lexicon; a homograph as the verb, if asked for."""
        entry = self._user.get(word) if self._user else None
        if entry and None in entry:
            return entry[None]
        known = self._lexicon.lookup(word)
        if as_verb and known:
            verbs = (reading for reading in self._homographs.readings.get(word, ()) if reading.role == "verb")
            return next((reading.phonemes for reading in verbs), known[0])
        return known[0] if known else None

    def _is_common(self, word: str) -> bool:
        """Whether the lexicon has forms of the word that names do not have."""
        return any(self._lexicon.lookup(word.removesuffix("e") + ending) for ending in _COMMON_ENDINGS)

    def _join(self, parts: list[str]) -> Spoken:
        """A hyphenated word is its parts, a beginning said as such; one guessed part makes the whole a guess."""
        spoken = [self.pronounce(part) for part in parts if part]
        if len(spoken) > 1 and parts[0] in _BEGINNINGS and not (self._user and self._user.get(parts[0])):
            spoken[0] = Spoken(_BEGINNINGS[parts[0]], "derived")
        origin: Origin = "network" if any(part.origin == "network" for part in spoken) else "derived"
        return Spoken(tuple(phoneme for part in spoken for phoneme in part.phonemes), origin)

    def _contracted(self, word: str) -> Spoken:
        """Possessives and contractions of anything, known or guessed; other apostrophes say nothing."""
        for contraction, ending in _CONTRACTIONS.items():
            if word.endswith(contraction) and len(word) > len(contraction):
                stem = self.pronounce(word[: -len(contraction)])
                return Spoken(ending(stem.phonemes), "network" if stem.origin == "network" else "derived")
        return self.pronounce(word.replace("'", ""))

    def _inflected(self, word: str) -> Derived | None:
        """An ending on a known stem."""
        for written, (stems, ending) in _ENDINGS.items():
            if not word.endswith(written):
                continue
            for stem in stems(word[: -len(written)]):
                if len(stem) < _SHORTEST_STEM or (written in _OF_NAMES and not self._is_common(stem)):
                    continue
                known = self._stem(stem, written in _OF_VERBS)
                if known:
                    return Derived(f"-{written}", ending(known))
        return None

    def _begun(self, word: str) -> Derived | None:
        """A beginning before a word that is known or inflected, which keeps its stress."""
        for written, sound in _BEGINNINGS.items():
            rest = word[len(written) :]
            if word.startswith(written) and len(rest) >= _SHORTEST_PART:
                inflected = None if self._stem(rest) else self._inflected(rest)
                stem = self._stem(rest) or (inflected.phonemes if inflected else None)
                if stem:
                    return Derived(f"{written}-", sound + stem)
        return None

    def _compound(self, word: str) -> Derived | None:
        """Two known words written as one, cut as near the middle as possible; the first keeps the main stress."""
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
                return Derived("compound", first + tuple(phoneme.replace("1", "2") for phoneme in second))
        return None

    def _spelled(self, word: str) -> Spoken | None:
        """Short words without a vowel letter are read letter by letter, as people do: "xkcd", "kg"."""
        if len(word) > _LONGEST_SPELLED or not LETTERS.keys() >= set(word) or _VOWEL_LETTERS & set(word):
            return None
        return Spoken(tuple(phoneme for letter in word for phoneme in LETTERS[letter]), "spelled")


def _guess(word: str) -> Spoken:
    """The network's reading; letter by letter should it have nothing to say."""
    from tts.text.pronunciation.network import (
        guess,  # loaded for the first word that nothing else knows: most texts have none
    )

    phonemes = guess(word)
    if phonemes:
        return Spoken(phonemes, "network")
    return Spoken(tuple(phoneme for letter in word for phoneme in LETTERS.get(letter, ())), "spelled")
