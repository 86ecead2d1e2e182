"""Word and character error rates: how much of a text a listener did not get."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import jiwer

from tts.errors import TextError
from tts.evaluation.intervals import Estimate, Share, estimate
from tts.evaluation.spelling import match_spacing, spoken_words


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


def word_errors(reference: str, hypothesis: str) -> Errors:
    """Compare what was to be said with what was heard, both in one spelling (`spelling.spoken_words`).

    Raises TextError for a reference without a word: an error rate has nothing to divide by.
    """
    wanted = spoken_words(reference)
    if not wanted:
        raise TextError(f"no word in the reference {reference!r}: give a text that can be spoken")
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


def word_error_rate(errors: Sequence[Errors], seed: int = 0) -> Estimate:
    """All word errors over all words (1 is as many errors as words), long sentences counting for more."""
    return estimate([Share(e.word_errors, e.n_words) for e in errors], seed)


def character_error_rate(errors: Sequence[Errors], seed: int = 0) -> Estimate:
    """All character errors over all characters."""
    return estimate([Share(e.character_errors, e.n_characters) for e in errors], seed)
