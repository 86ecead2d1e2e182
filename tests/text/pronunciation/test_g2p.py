"""Test pronunciations of single words and their sources."""

from __future__ import annotations

import pytest

from tts.text.pronunciation.arpabet import PHONEMES
from tts.text.pronunciation.g2p import Pronouncer
from tts.text.pronunciation.inflections import past, plural, stems_before_vowel
from tts.text.pronunciation.letters import LETTERS
from tts.text.pronunciation.lexicon import Lexicon

PRONOUNCER = Pronouncer(Lexicon.load())


@pytest.mark.parametrize(
    ("word", "phonemes", "origin"),
    [
        ("speech", "S P IY1 CH", "lexicon"),
        ("b", "B IY1", "lexicon"),
        ("speech's", "S P IY1 CH IH0 Z", "derived"),
        ("cactus's", "K AE1 K T AH0 S IH0 Z", "derived"),
        ("tacotrons", None, "network"),
        ("hairdryers", "HH EH1 R D R AY2 ER0 Z", "derived"),
        ("gravelled", "G R AE1 V AH0 L D", "derived"),
        ("wombatted", "W AA1 M B AE2 T IH0 D", "derived"),
        ("retweeted", "R IY0 T W IY1 T IH0 D", "derived"),
        ("unfriended", "AH0 N F R EH1 N D IH0 D", "derived"),
        ("influencer", "IH1 N F L UW0 AH0 N S ER0", "derived"),
        ("touchscreen", "T AH1 CH S K R IY2 N", "derived"),
        ("livestream", None, "derived"),
        ("defragging", None, "network"),
        ("zorbulous", None, "network"),
        ("eighty-four", "EY1 T IY0 F AO1 R", "derived"),
        ("re-elected", "R IY0 IH0 L EH1 K T AH0 D", "derived"),
        ("un-american", "AH0 N AH0 M EH1 R AH0 K AH0 N", "derived"),
        ("cat-speech", "K AE1 T S P IY1 CH", "derived"),
        ("roominghouse", "R UW1 M IH0 NG HH AW2 S", "derived"),
        ("xkcd", "EH1 K S K EY1 S IY1 D IY1", "spelled"),
        ("speech'll", "S P IY1 CH AH0 L", "derived"),
        ("f's", "EH1 F S", "lexicon"),
        ("resignedly", "R IH0 Z AY1 N IH0 D L IY0", "derived"),
        ("tiredly", "T AY1 ER0 D L IY0", "derived"),
        ("soooo", "S OW1", "derived"),
        ("goooood", "G UH1 D", "derived"),
        ("loooong", "L AO1 NG", "derived"),
        ("pleeease", "P L IY1 Z", "derived"),
        ("www", "D AH1 B AH0 L Y UW0 D AH1 B AH0 L Y UW0 D AH1 B AH0 L Y UW0", "spelled"),
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


@pytest.mark.parametrize(
    ("stem", "forms"),
    [
        ("K AE1 T", "K AE1 T S"),
        ("D AO1 G", "D AO1 G Z"),
        ("B AH1 S", "B AH1 S IH0 Z"),
        ("JH AH1 JH", "JH AH1 JH IH0 Z"),
        ("B IY1", "B IY1 Z"),
    ],
)
def test_plurals_follow_the_last_sound(stem: str, forms: str) -> None:
    assert " ".join(plural(tuple(stem.split()))) == forms


@pytest.mark.parametrize(
    ("stem", "forms"), [("W AO1 K", "W AO1 K T"), ("P L EY1", "P L EY1 D"), ("W EY1 T", "W EY1 T IH0 D")]
)
def test_pasts_follow_the_last_sound(stem: str, forms: str) -> None:
    assert " ".join(past(tuple(stem.split()))) == forms


@pytest.mark.parametrize(
    ("rest", "stem"),
    [("tam", "tame"), ("plann", "plan"), ("fall", "fall"), ("carri", "carry"), ("walk", "walk"), ("agre", "agre")],
)
def test_spelling_says_which_stem_is_likeliest(rest: str, stem: str) -> None:
    assert stems_before_vowel(rest)[0] == stem
