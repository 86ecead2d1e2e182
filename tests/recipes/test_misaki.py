"""Our symbols in misaki's alphabet: all of them, each as itself."""

from __future__ import annotations

import pytest

from recipes.shared.misaki import EDGE, encode, to_misaki
from tts.text.frontend import Frontend
from tts.text.pronunciation.arpabet import VOWELS
from tts.text.symbols import END, PAD, START, SYMBOLS, SymbolTable

SPOKEN = [symbol for symbol in SYMBOLS if symbol not in (PAD, START, END)]
KOKORO = set(
    ';:,.!?—…"()“” AIOQSTWYᵊabcdefhijklmnopqrstuvwxyzɑɐɒæβɔɕçɖðʤəɚɛɜɟɡɥɨɪʝɯɰŋɳɲɴøɸθœɹɾɻʁɽʂʃʈʧʊʋʌɣɤχʎʒʔˈˌːʰʲ↓→↗↘ᵻ'
)
"""The letters that Kokoro's voices know."""


@pytest.mark.parametrize(
    ("symbol", "letters"),
    [
        ("AA1", "ˈɑ"), ("AE2", "ˌæ"), ("AH0", "ə"), ("AH1", "ˈʌ"), ("AO0", "ɔ"), ("AW1", "ˈW"), ("AY2", "ˌI"),
        ("EH1", "ˈɛ"), ("ER0", "əɹ"), ("ER1", "ˈɜɹ"), ("ER2", "ˌɜɹ"), ("EY1", "ˈA"), ("IH0", "ɪ"), ("IY0", "i"),
        ("OW1", "ˈO"), ("OY1", "ˈY"), ("UH1", "ˈʊ"), ("UW2", "ˌu"), ("CH", "ʧ"), ("DH", "ð"), ("G", "ɡ"), ("HH", "h"),
        ("JH", "ʤ"), ("NG", "ŋ"), ("R", "ɹ"), ("SH", "ʃ"), ("TH", "θ"), ("Y", "j"), ("ZH", "ʒ"), (" ", " "), ("-", "—"),
        ("…", "…"), ('"', ""), ("?", "?"),
    ],
)  # fmt: skip
def test_a_symbol_in_misakis_letters(symbol: str, letters: str) -> None:
    assert to_misaki(symbol) == letters


def test_every_symbol_has_letters_of_its_own() -> None:
    letters = [to_misaki(symbol) for symbol in SPOKEN]
    assert len(set(letters)) == len(SPOKEN)
    assert set("".join(letters)) <= KOKORO
    assert {to_misaki(f"{vowel}1")[0] for vowel in VOWELS} == {"ˈ"}


@pytest.mark.parametrize("symbol", ["_", "^", "$", "X", "AA3", ""])
def test_what_is_no_spoken_symbol_has_none(symbol: str) -> None:
    with pytest.raises((KeyError, IndexError)):
        to_misaki(symbol)


def test_a_text_becomes_tokens_and_each_knows_its_symbol() -> None:
    vocabulary = {letter: number for number, letter in enumerate(sorted(KOKORO), 1)}
    ids = SymbolTable().encode(Frontend().tokens("Third bird - gone."), strict=True).phoneme_ids
    symbols = [SYMBOLS[index] for index in ids]
    tokens, owners = encode(symbols, vocabulary)
    letters = {number: letter for letter, number in vocabulary.items()}
    assert tokens[0] == tokens[-1] == EDGE
    assert "".join(letters[token] for token in tokens[1:-1]) == "θˈɜɹd bˈɜɹd— ɡˈɔn."
    assert owners[0] == 0
    assert owners[-1] == len(symbols) - 1
    assert sorted(set(owners)) == list(range(len(symbols)))
    assert [symbols[owner] for owner in owners[1:5]] == ["TH", "ER1", "ER1", "ER1"]


def test_a_letter_that_the_teacher_lacks_is_an_error() -> None:
    with pytest.raises(KeyError):
        encode(["^", "K", "$"], {"t": 1})
