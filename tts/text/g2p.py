"""Words to ARPAbet: the lexicon, then rules on known stems, then spelling, then g2p_en's network."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from tts.text.lexicon import Lexicon, Pronunciation
from tts.text.network import guess
from tts.text.token import Origin

LETTERS: dict[str, Pronunciation] = {
    name[0]: tuple(name.split()[1:])
    for name in (
        *("a EY1", "b B IY1", "c S IY1", "d D IY1", "e IY1", "f EH1 F", "g JH IY1", "h EY1 CH", "i AY1", "j JH EY1"),
        *("k K EY1", "l EH1 L", "m EH1 M", "n EH1 N", "o OW1", "p P IY1", "q K Y UW1", "r AA1 R", "s EH1 S", "t T IY1"),
        *("u Y UW1", "v V IY1", "w D AH1 B AH0 L Y UW0", "x EH1 K S", "y W AY1", "z Z IY1"),
    )
}
_Ending = Callable[[Pronunciation], Pronunciation]
_SIBILANTS = frozenset("S Z SH ZH CH JH".split())
_VOICELESS = frozenset("P T K F TH".split())
_CONTRACTIONS: dict[str, Pronunciation] = {
    "'ll": ("AH0", "L"),
    "'ve": ("AH0", "V"),
    "'re": ("ER0",),
    "'m": ("AH0", "M"),
    "n't": ("AH0", "N", "T"),
}
_ENDINGS: dict[str, Pronunciation] = {
    "ing": ("IH0", "NG"),
    "ly": ("L", "IY0"),
    "ness": ("N", "AH0", "S"),
    "less": ("L", "AH0", "S"),
    "ful": ("F", "AH0", "L"),
    "er": ("ER0",),
}
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


class Pronouncer:
    """Pronunciations of single words without context; safe to share between threads."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._cached = lru_cache(_CACHED_WORDS)(self._pronounce)

    def pronounce(self, word: str) -> Spoken:
        """ARPAbet for a lower-case word of letters, apostrophes and hyphens; empty only for a word without letters."""
        if len(word) > _LONGEST_WORD:
            # Too long for any rule, and for the cache: only its parts can be words.
            return self._join(word.split("-")) if "-" in word else _guess(word)
        return self._cached(word)

    def _pronounce(self, word: str) -> Spoken:
        known = self._lexicon.lookup(word)
        if known:
            return Spoken(known[0], "lexicon")
        if word in LETTERS:
            return Spoken(LETTERS[word], "spelled")
        if "-" in word:
            return self._join(word.split("-"))
        return self._inflected(word) or self._compound(word) or self._spelled(word) or _guess(word)

    def _join(self, parts: list[str]) -> Spoken:
        """A hyphenated word is its parts; one guessed part makes the whole a guess."""
        spoken = [self.pronounce(part) for part in parts if part]
        origin: Origin = "network" if any(part.origin == "network" for part in spoken) else "derived"
        return Spoken(tuple(phoneme for part in spoken for phoneme in part.phonemes), origin)

    def _inflected(self, word: str) -> Spoken | None:
        """Possessives and contractions of anything; other endings only on stems that the lexicon knows."""
        if word.endswith("'s") and len(word) > 2:
            return self._extend(word[:-2], _plural)
        if word.startswith("'") or word.endswith("'"):
            return self.pronounce(word.strip("'"))
        if word.endswith("'d"):
            return self._extend(word[:-2], _past)
        for contraction, sound in _CONTRACTIONS.items():
            if word.endswith(contraction) and len(word) > len(contraction):
                return self._extend(word[: -len(contraction)], _appending(sound))
        if word.endswith("s") and not word.endswith("ss"):
            return self._from_stem(_stems(word[:-1]), _plural)
        if word.endswith("ed"):
            return self._from_stem(_stems(word[:-2]), _past)
        for ending, sound in _ENDINGS.items():
            if word.endswith(ending):
                found = self._from_stem(_stems(word[: -len(ending)]), _appending(sound))
                if found:
                    return found
        return None

    def _extend(self, stem: str, ending: _Ending) -> Spoken:
        spoken = self.pronounce(stem)
        return Spoken(ending(spoken.phonemes), "network" if spoken.origin == "network" else "derived")

    def _from_stem(self, stems: tuple[str, ...], ending: _Ending) -> Spoken | None:
        for stem in stems:
            known = self._lexicon.lookup(stem) if len(stem) > 2 else ()
            if known:
                return Spoken(ending(known[0]), "derived")
        return None

    def _compound(self, word: str) -> Spoken | None:
        """Two known words written as one, cut as near the middle as possible; the first keeps the main stress."""
        if len(word) > _LONGEST_COMPOUND:
            return None
        cuts = range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1)
        for cut in sorted(cuts, key=lambda cut: abs(2 * cut - len(word))):
            first, second = self._lexicon.lookup(word[:cut]), self._lexicon.lookup(word[cut:])
            if first and second:
                return Spoken(first[0] + tuple(phoneme.replace("1", "2") for phoneme in second[0]), "derived")
        return None

    def _spelled(self, word: str) -> Spoken | None:
        """Short words without a vowel letter are read letter by letter, as people do: "xkcd", "kg"."""
        if len(word) > _LONGEST_SPELLED or not LETTERS.keys() >= set(word) or _VOWEL_LETTERS & set(word):
            return None
        return Spoken(tuple(phoneme for letter in word for phoneme in LETTERS[letter]), "spelled")


def _guess(word: str) -> Spoken:
    """The network's reading; letter by letter should it have nothing to say."""
    phonemes = guess(word)
    if phonemes:
        return Spoken(phonemes, "network")
    return Spoken(tuple(phoneme for letter in word for phoneme in LETTERS.get(letter, ())), "spelled")


def _appending(sound: Pronunciation) -> _Ending:
    return lambda stem: stem + sound


def _plural(stem: Pronunciation) -> Pronunciation:
    if stem[-1:] and stem[-1] in _SIBILANTS:
        return (*stem, "AH0", "Z")
    return (*stem, "S" if stem[-1:] and stem[-1] in _VOICELESS else "Z")


def _past(stem: Pronunciation) -> Pronunciation:
    if stem[-1:] and stem[-1] in ("T", "D"):
        return (*stem, "AH0", "D")
    return (*stem, "T" if stem[-1:] and (stem[-1] in _VOICELESS or stem[-1] in ("S", "SH", "CH")) else "D")


def _stems(rest: str) -> tuple[str, ...]:
    """What may stand before an ending: the rest itself, with a silent e, with y for i, with one consonant less."""
    stems = [rest, rest + "e"]
    if rest.endswith("ie"):
        stems.append(rest[:-2] + "y")
    if rest.endswith("i"):
        stems.append(rest[:-1] + "y")
    if rest.endswith("e"):
        stems.append(rest[:-1])
    if len(rest) > 2 and rest[-1] == rest[-2]:
        stems.append(rest[:-1])
    return tuple(stems)
