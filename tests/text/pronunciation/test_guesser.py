"""Our network pronounces words that no dictionary has, and g2p_en's is its fallback."""

from __future__ import annotations

import time

import pytest

from tts.text.pronunciation import guesser, network
from tts.text.pronunciation.arpabet import PHONEMES
from tts.text.pronunciation.g2p import Pronouncer
from tts.text.pronunciation.lexicon import Lexicon

GUESSED = (
    ("blorptastic", "B L AO0 R P T AE1 S T IH0 K"),
    ("voip", "V OY1 P"),
    ("strelnikov", "S T R EH1 L N IH0 K AA0 V"),
    ("krishnamurthy", "K R IH1 SH N AH0 M ER2 TH IY0"),
    ("quizzaciously", "K W IH0 Z EY1 SH AH0 S L IY0"),
)


@pytest.mark.parametrize(("word", "sound"), GUESSED)
def test_names_and_new_words(word: str, sound: str) -> None:
    assert " ".join(guesser.guess(word)) == sound


def test_only_letters_count() -> None:
    assert guesser.guess("") == guesser.guess("'-") == ()
    assert guesser.guess("vo-ip") == guesser.guess("voip")


def test_every_sound_is_known() -> None:
    assert {phoneme for chunk in guesser.load().chunks[1:] for phoneme in chunk} <= set(PHONEMES)


def test_a_long_word_takes_bounded_time() -> None:
    start = time.process_time()
    sound = guesser.guess("abcdefghijklmnopqrstuvwxyz" * 385)
    assert len(sound) > 5_000
    assert time.process_time() - start < 20


def test_a_word_of_no_lexicon_is_guessed_by_our_network() -> None:
    pronounced = Pronouncer(Lexicon.load()).pronounce("strelnikov")
    assert pronounced == (guesser.guess("strelnikov"), "network")


def test_the_network_of_g2p_en_is_the_fallback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guesser, "guess", lambda word: ())
    pronounced = Pronouncer(Lexicon.load()).pronounce("zyxoplastic")
    assert pronounced == (network.guess("zyxoplastic"), "network")
