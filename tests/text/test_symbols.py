"""Test sequences, ids, substitutes and errors of the symbol table."""

from __future__ import annotations

import logging

import pytest

from tts.text.frontend import Frontend
from tts.text.punctuation import PUNCTUATION
from tts.text.symbols import SYMBOLS, SymbolTable
from tts.text.token import Token

TABLE = SymbolTable()


def written(text: str) -> str:
    ids = TABLE.encode(Frontend().tokens(text), strict=True).phoneme_ids
    return "".join(TABLE.symbols[index] for index in ids)


def test_the_order_of_symbols_is_the_meaning_of_every_trained_voice() -> None:
    assert len(SYMBOLS) == 4 + 11 + 24 + 45
    assert SYMBOLS[:16] == ("_", "^", "$", " ", ".", ",", "!", "?", ";", ":", "-", "…", "(", ")", '"', "B")
    assert SYMBOLS[38:42] == ("ZH", "AA0", "AA1", "AA2")
    assert SYMBOLS[-1] == "UW2"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hi.", "^HHAY1.$"),
        ("Hi, you!", "^HHAY1, YUW1!$"),
        ('"Hi," I said.', '^"HHAY1," AY2 SEH1D.$'),
        ("\N{LEFT DOUBLE QUOTATION MARK}Hi\N{RIGHT DOUBLE QUOTATION MARK} you", '^"HHAY1" YUW1.$'),
        ("Hi (you) hi", "^HHAY1 (YUW1) HHAY1.$"),
        ('" Hi " you', '^"HHAY1" YUW1.$'),
        ("Hi - you", "^HHAY1- YUW1.$"),
        ("Hi... you", "^HHAY1… YUW1.$"),
    ],
)
def test_sequence_form(text: str, expected: str) -> None:
    assert written(text) == expected


def test_token_indices_name_the_token_behind_each_symbol() -> None:
    tokens = Frontend().tokens("Hi, you.")
    ids, indices = TABLE.encode(tokens)
    assert indices == [-1, 0, 0, 1, -1, 2, 2, 3, -1]
    assert [TABLE.symbols[i] for i, k in zip(ids, indices, strict=True) if k == 2] == ["Y", "UW1"]


def test_an_unknown_symbol_is_an_error_in_training() -> None:
    table = SymbolTable([symbol for symbol in SYMBOLS if symbol != "…"])
    with pytest.raises(ValueError, match="'…' is not in the voice's table of 83 symbols"):
        table.encode(Frontend().tokens("Hi..."), strict=True)


def test_the_nearest_symbol_stands_in_at_synthesis(caplog: pytest.LogCaptureFixture) -> None:
    table = SymbolTable([symbol for symbol in SYMBOLS if symbol not in ("…", "AY1", "AY2", '"')])
    tokens = [Token("hi", 0, 2, ("HH", "AY1"), "lexicon"), *(Token(m, 2, 3, (m,), "mark") for m in ("…", '"'))]
    with caplog.at_level(logging.WARNING):
        first, second = table.encode(tokens), table.encode(tokens)
    assert [table.symbols[index] for index in first.phoneme_ids] == ["^", "HH", "AY0", ".", "$"]
    assert first == second
    assert len(caplog.records) == 3


@pytest.mark.parametrize("mark", PUNCTUATION)
def test_every_mark_has_a_symbol(mark: str) -> None:
    assert TABLE.encode([Token(mark, 0, 1, (mark,), "mark")], strict=True).token_indices == [-1, 0, -1]


def test_a_table_names_its_faults() -> None:
    with pytest.raises(ValueError, match=r"repeated: \['B'\]"):
        SymbolTable([*SYMBOLS, "B"])
    with pytest.raises(ValueError, match="missing"):
        SymbolTable(SYMBOLS[1:])
