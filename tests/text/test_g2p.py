"""Pronunciations of single words, and where each comes from."""

from __future__ import annotations

import pytest

from tts.text.g2p import LETTERS, Pronouncer
from tts.text.lexicon import Lexicon
from tts.text.symbols import PHONEMES

PRONOUNCER = Pronouncer(Lexicon.load())


@pytest.mark.parametrize(
    ("word", "phonemes", "origin"),
    [
        ("speech", "S P IY1 CH", "lexicon"),
        ("b", "B IY1", "lexicon"),
        ("speech's", "S P IY1 CH IH0 Z", "derived"),
        ("cactus's", "K AE1 K T AH0 S IH0 Z", "derived"),
        ("tacotrons", None, "network"),
        ("hairdryers", None, "derived"),
        ("gravelled", "G R AE1 V AH0 L D", "derived"),
        ("defragging", None, "network"),
        ("wombatted", None, "derived"),
        ("eighty-four", "EY1 T IY0 F AO1 R", "derived"),
        ("cat-speech", "K AE1 T S P IY1 CH", "derived"),
        ("roominghouse", "R UW1 M IH0 NG HH AW2 S", "derived"),
        ("xkcd", "EH1 K S K EY1 S IY1 D IY1", "spelled"),
        ("speech'll", "S P IY1 CH AH0 L", "derived"),
        ("f's", "EH1 F S", "lexicon"),
    ],
)
def test_table(word: str, phonemes: str | None, origin: str) -> None:
    spoken = PRONOUNCER.pronounce(word)
    assert spoken.origin == origin
    assert phonemes is None or " ".join(spoken.phonemes) == phonemes


@pytest.mark.parametrize(("base", "plural", "past"), [("blorp", "S", "T"), ("griff", "S", "T"), ("zogd", "Z", "IH0 D")])
def test_possessives_and_contractions_follow_the_last_sound(base: str, plural: str, past: str) -> None:
    stem = PRONOUNCER.pronounce(base).phonemes
    assert PRONOUNCER.pronounce(base + "'s").phonemes == (*stem, *plural.split())
    assert PRONOUNCER.pronounce(base + "'d").phonemes == (*stem, *past.split())


@pytest.mark.parametrize(
    "word", ["x" * 10_000, "ab-" * 3_000 + "c", "a" + "'s" * 5_000, "z" * 17, "'", "-", "aaaa-'", "qqq"]
)
def test_hostile_words_are_read_somehow(word: str) -> None:
    phonemes = PRONOUNCER.pronounce(word).phonemes
    assert set(phonemes) <= set(PHONEMES)
    assert bool(phonemes) == any(letter.isalpha() for letter in word)


def test_letters_are_complete() -> None:
    assert "".join(LETTERS) == "abcdefghijklmnopqrstuvwxyz"
    assert {phoneme for name in LETTERS.values() for phoneme in name} <= set(PHONEMES)
