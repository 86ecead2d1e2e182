"""Where a sentence is split."""

from __future__ import annotations

import numpy as np
import pytest

from tts.decoding.alignment import Alignment, ClauseBoundary
from tts.decoding.clauses import MIN_CLAUSE, clause_boundaries, split_in_half
from tts.text.frontend import Frontend
from tts.text.symbols import SYMBOLS, SymbolTable
from tts.text.token import Token


def texts(tokens: tuple) -> str:
    return " ".join(token.text for token in tokens)


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("One two, three four five six.", "one two ,", "three four five six ."),
        ("One two three four.", "one two ,", "three four ."),
        ('She said, "no, not me".', 'she said , " no ,', 'not me " .'),
        ("It is 1984.", "it is ,", "nineteen eighty-four ."),
    ],
)
def test_split_in_half(text: str, first: str, second: str) -> None:
    parts = split_in_half(Frontend().tokens(text))
    assert parts is not None
    assert tuple(map(texts, parts)) == (first, second)


@pytest.mark.parametrize("text", ["One.", "1984", "(One)"])
def test_what_cannot_be_split(text: str) -> None:
    assert split_in_half(Frontend().tokens(text)) is None


def align(tokens: tuple[Token, ...], table: SymbolTable) -> Alignment:
    encoded = table.encode(tokens)
    names = tuple(table.symbols[phoneme_id] for phoneme_id in encoded.phoneme_ids)
    return Alignment(tokens, names, np.array(encoded.token_indices), np.empty((0, len(names)), np.float32), 3, 86.0)


def aligned(*phonemes: int) -> Alignment:
    """Words of so many phonemes, each with a comma after it."""
    tokens: list[Token] = []
    for number, count in enumerate(phonemes):
        tokens += [
            Token("word", 10 * number, 10 * number + 4, ("AH0",) * count, "lexicon"),
            Token(",", 10 * number + 4, 10 * number + 5, (",",), "mark"),
        ]
    return align(tuple(tokens), SymbolTable())


def test_a_boundary_is_after_a_mark_between_two_clauses_that_are_long_enough() -> None:
    least = MIN_CLAUSE - 2  # the start and the comma are symbols too
    assert clause_boundaries(aligned(least, 50)) == [ClauseBoundary(2, MIN_CLAUSE)]
    assert clause_boundaries(aligned(least - 1, 50)) == []
    # After the comma come a boundary, the last word, its comma and the end.
    assert clause_boundaries(aligned(50, MIN_CLAUSE - 3)) == [ClauseBoundary(2, 52)]
    assert clause_boundaries(aligned(50, MIN_CLAUSE - 4)) == []


def test_short_clauses_are_joined() -> None:
    boundaries = clause_boundaries(aligned(20, 20, 20, 20, 20, 20))
    assert [boundary.token for boundary in boundaries] == [4, 8]


def test_a_mark_without_a_symbol_is_no_boundary() -> None:
    table = SymbolTable([symbol for symbol in SYMBOLS if symbol not in (",", ".")])
    tokens = aligned(50, 50).tokens
    assert clause_boundaries(align(tokens, table)) == []
