"""Word and character error rates: how much of a text a listener did not get."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import jiwer
import numpy as np

from tts.evaluation.spelling import match_spacing, spoken_words

N_RESAMPLES = 10_000


@dataclass(frozen=True)
class Errors:
    """The fewest edits that make a reference of its transcript, in words and again in characters."""

    substitutions: int
    """Words heard as another word."""
    deletions: int
    """Words not heard."""
    insertions: int
    """Words heard that are not in the reference."""
    n_words: int
    """Words of the reference."""
    character_errors: int
    """Substitutions, deletions and insertions of characters, spaces among them."""
    n_characters: int
    """Characters of the reference, spaces among them."""

    @property
    def word_errors(self) -> int:
        """Substitutions, deletions and insertions of words."""
        return self.substitutions + self.deletions + self.insertions


class Rate(NamedTuple):
    """An error rate as a fraction (1 is as many errors as words) and its 95 % confidence interval."""

    value: float
    low: float
    high: float


def word_errors(reference: str, hypothesis: str) -> Errors:
    """Compare what was to be said with what was heard, both in one spelling (`spelling.spoken_words`).

    Raises ValueError for a reference without a word: an error rate has nothing to divide by.
    """
    wanted = spoken_words(reference)
    if not wanted:
        raise ValueError(f"no word in the reference {reference!r}: give a text that can be spoken")
    heard = match_spacing(wanted, spoken_words(hypothesis))
    words = jiwer.process_words(" ".join(wanted), " ".join(heard))
    characters = jiwer.process_characters(" ".join(wanted), " ".join(heard))
    return Errors(
        words.substitutions,
        words.deletions,
        words.insertions,
        len(wanted),
        characters.substitutions + characters.deletions + characters.insertions,
        len(" ".join(wanted)),
    )


def word_error_rate(errors: Sequence[Errors], seed: int = 0) -> Rate:
    """All word errors over all words, long sentences counting for more, with a bootstrap interval."""
    return _rate([e.word_errors for e in errors], [e.n_words for e in errors], seed)


def character_error_rate(errors: Sequence[Errors], seed: int = 0) -> Rate:
    """All character errors over all characters, with a bootstrap interval."""
    return _rate([e.character_errors for e in errors], [e.n_characters for e in errors], seed)


def _rate(counts: Sequence[int], sizes: Sequence[int], seed: int) -> Rate:
    """Ratio of sums, and the 2.5th and 97.5th percentile of it over sentences drawn anew, with replacement.

    Source: Bisani and Ney 2004, "Bootstrap estimates for confidence intervals in ASR performance evaluation". Whole
    sentences are drawn, because errors within one are not independent.
    """
    if not counts:
        raise ValueError("no sentence to take an error rate of: give at least one")
    drawn = np.random.default_rng(seed).integers(len(counts), size=(N_RESAMPLES, len(counts)))
    rates = np.asarray(counts)[drawn].sum(axis=1) / np.asarray(sizes)[drawn].sum(axis=1)  # (N_RESAMPLES,)
    low, high = np.percentile(rates, [2.5, 97.5])
    return Rate(sum(counts) / sum(sizes), float(low), float(high))
