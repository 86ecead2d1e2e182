"""Where a sentence may be split: at clause boundaries while it is decoded, or into halves if decoding it fails."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tts.decoding.alignment import Alignment, ClauseBoundary
from tts.text.token import Token

MIN_CLAUSE = 40
"""Symbols of a clause that may be heard before the next clause is decoded: some 2.5 seconds."""


def can_split(tokens: Sequence[Token], index: int) -> bool:
    """Whether a sentence can be split before tokens[index]: a word whose span the token before it does not share."""
    before, after = tokens[index - 1], tokens[index]
    return not after.is_mark and before.end <= after.start and before.text not in ("(", '"')


def clause_boundaries(alignment: Alignment) -> list[ClauseBoundary]:
    """Return the places after a mark with at least MIN_CLAUSE symbols on both sides, in order."""
    tokens, n_symbols = alignment.tokens, len(alignment.symbols)
    boundaries, start = [], 0
    for index in range(1, len(tokens)):
        of_mark = np.flatnonzero(alignment.token_indices == index - 1)
        if not (tokens[index - 1].is_mark and can_split(tokens, index) and len(of_mark)):
            continue
        symbol = int(of_mark[0]) + 1
        if symbol - start >= MIN_CLAUSE and n_symbols - symbol >= MIN_CLAUSE:
            boundaries.append(ClauseBoundary(index, symbol))
            start = symbol
    return boundaries


def split_in_half(tokens: Sequence[Token]) -> tuple[tuple[Token, ...], tuple[Token, ...]] | None:
    """Split a sentence at the mark nearest to its middle, or else between two words.

    The first half always ends in a mark. Return None if the sentence has no two words with spans of their own.
    """
    words = [index for index, token in enumerate(tokens) if not token.is_mark]
    if not words:
        return None
    middle = (words[0] + words[-1] + 1) / 2
    places = [index for index in range(words[0] + 1, words[-1] + 1) if can_split(tokens, index)]
    if not places:
        return None
    place = min(places, key=lambda index: (not tokens[index - 1].is_mark, abs(index - middle)))
    first, second = tuple(tokens[:place]), tuple(tokens[place:])
    if not first[-1].is_mark:
        end = first[-1].end
        first = (*first, Token(",", end, end, (",",), "mark"))
    return first, second
