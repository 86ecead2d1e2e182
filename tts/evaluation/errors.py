"""Word and character error rates of a transcript."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import jiwer

from tts.errors import TextError
from tts.evaluation.intervals import Estimate, Share, estimate
from tts.evaluation.spelling import match_spacing, spoken_words


@dataclass(frozen=True)
class ErrorCounts:
    """The fewest edits between a transcript and its reference, in words and in characters."""

    substitutions: int
    """Words that were heard as another word."""
    deletions: int
    """Words that were not heard."""
    insertions: int
    """Words heard that are not in the reference."""
    n_words: int
    """Words of the reference."""
    character_errors: int
    """Substitutions, deletions and insertions of characters, including spaces."""
    n_characters: int
    """Characters of the reference, including spaces."""

    @property
    def word_errors(self) -> int:
        """Substitutions, deletions and insertions of words."""
        return self.substitutions + self.deletions + self.insertions


def word_errors(reference: str, hypothesis: str) -> ErrorCounts:
    """Compare a text with its transcript, both in one spelling (`spelling.spoken_words`).

    Raises TextError for a reference without a word, because the error rate would be undefined.
    """
    wanted = spoken_words(reference)
    if not wanted:
        raise TextError(f"no word in the reference {reference!r}: give a text that can be spoken")
    heard = match_spacing(wanted, spoken_words(hypothesis))
    words = jiwer.process_words(" ".join(wanted), " ".join(heard))
    characters = jiwer.process_characters(" ".join(wanted), " ".join(heard))
    return ErrorCounts(
        words.substitutions,
        words.deletions,
        words.insertions,
        len(wanted),
        characters.substitutions + characters.deletions + characters.insertions,
        len(" ".join(wanted)),
    )


def word_error_rate(errors: Sequence[ErrorCounts], seed: int = 0) -> Estimate:
    """Divide all word errors by all words. 1 means as many errors as words; long sentences weigh more."""
    return estimate([Share(e.word_errors, e.n_words) for e in errors], seed)


def character_error_rate(errors: Sequence[ErrorCounts], seed: int = 0) -> Estimate:
    """Divide all character errors by all characters."""
    return estimate([Share(e.character_errors, e.n_characters) for e in errors], seed)
