"""Test pronunciations written by users, and the messages for invalid ones."""

from __future__ import annotations

import pytest

from tts.text.pronunciation.alphabets import from_arpabet, from_ipa
from tts.text.pronunciation.arpabet import PHONEMES
from tts.text.pronunciation.lexicon import Lexicon


def test_every_phoneme_is_arpabet() -> None:
    assert from_arpabet("  ".join(PHONEMES[:60])) == PHONEMES[:60]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("HH XX1", "'XX1' is not an ARPAbet phoneme: use vowels AA AE"),
        ("HH AH L OW1", "'AH' is not an ARPAbet phoneme: write AH0, AH1 or AH2"),
        ("hh AH0", "'hh' is not an ARPAbet phoneme: write HH"),
        ("HH1", "'HH1' is not an ARPAbet phoneme: use"),
        ("", "no phonemes"),
        ("AH0 " * 65, "a word of 65 phonemes: at most 64 make a word"),
    ],
)
def test_what_is_no_arpabet(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        from_arpabet(text)


@pytest.mark.parametrize(
    ("ipa", "word"),
    [
        ("həˈloʊ", "hello"),
        ("/həˈləʊ/", "hello"),
        ("kæt", "cat"),
        ("ˈt͡ʃɜːt͡ʃ", "church"),
        ("ʧɝʧ", "church"),
        ("ˈdʒʌdʒ", "judge"),
        ("ˈwɔtɚ", "water"),
        ("ˈwɔːtər", "water"),
        ("ˈwɔtə˞", "water"),
        ("ˈkæməɹə", "camera"),
        ("ˈbʌtn̩", "button"),
        ("ˈmɛʒɚ", "measure"),
        ("θɪŋ", "thing"),
        ("ˈðoʊ", "though"),
        ("bɔɪ", "boy"),
        ("haʊs", "house"),
        ("jɛs", "yes"),
        ("ʃʊd", "should"),
        ("əˈɡoʊ", "ago"),
        ("ə.ˈgoʊ", "ago"),
        ("ˌɪn.təˈnæʃ.ə.nəl", None),
        ("ç", None),
    ],
)
def test_ipa(ipa: str, word: str | None) -> None:
    expected = {
        "ˌɪn.təˈnæʃ.ə.nəl": tuple("IH2 N T AH0 N AE1 SH AH0 N AH0 L".split()),
        "ç": ("HH",),
    }
    known = Lexicon.load().lookup(word) if word else (expected[ipa],)
    assert from_ipa(ipa) in known


def test_ipa_without_a_stress_mark_has_the_stress_on_its_first_full_vowel() -> None:
    assert from_ipa("əɡoʊ") == ("AH0", "G", "OW1")
    assert from_ipa("ə") == ("AH0",)


@pytest.mark.parametrize("ipa", ["hɤ", "qat", "日", "n̩̩", "̩n", "h3"])
def test_what_is_no_english_ipa(ipa: str) -> None:
    with pytest.raises(ValueError, match=r"is not an IPA symbol of English: use ˈ"):
        from_ipa(ipa)


@pytest.mark.parametrize("ipa", ["", "ˈ", "//", " . "])
def test_ipa_without_a_sound(ipa: str) -> None:
    with pytest.raises(ValueError, match="no phonemes"):
        from_ipa(ipa)
