"""Function words are weak inside a phrase, and strong where they carry the meaning."""

from __future__ import annotations

from pathlib import Path

import pytest

from tts.text.frontend import Frontend
from tts.text.pronunciation.lexicon import Lexicon
from tts.text.pronunciation.user_lexicon import UserLexicon
from tts.text.pronunciation.weak_forms import FUNCTION_WORDS, weaken


@pytest.fixture(scope="module")
def frontend() -> Frontend:
    return Frontend()


def spoken(frontend: Frontend, text: str, word: str) -> list[str]:
    """Return how each occurrence of the word is pronounced in the text."""
    return [" ".join(token.phonemes) for token in frontend.tokens(text) if token.text == word]


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("I was looking for you.", "for", "F AO0 R"),
        ("I was looking for you.", "was", "W AH0 Z"),
        ("I was looking for you.", "i", "AY2"),
        ("the end of it", "of", "AH0 V"),
        ("He went to Rome.", "to", "T AH0"),
        ("He went to Asia.", "to", "T UH0"),
        ("an egg and a spoon", "an", "AH0 N"),
        ("an egg and a spoon", "and", "AH0 N D"),
        ("I told him so.", "him", "HH IH2 M"),
        ("I know that he left.", "that", "DH AE0 T"),
        ("There is a house.", "there", "DH EH0 R"),
        ("It can be done.", "can", "K AE0 N"),
        ("what are you doing", "what", "W AH2 T"),
        ("Will you come?", "will", "W IH0 L"),
        ("Will the train stop?", "will", "W IH0 L"),
        ("This will do.", "will", "W IH0 L"),
        ("Those can go.", "can", "K AE0 N"),
        ("The man can go.", "can", "K AE0 N"),
        ("No one will come.", "will", "W IH0 L"),
        ("The old man might come.", "might", "M AY2 T"),
        ("His might be better.", "might", "M AY2 T"),
        ("Is there a doctor here?", "there", "DH EH0 R"),
        ("There seems to be a fault.", "there", "DH EH0 R"),
        ("I have to go.", "to", "T AH0"),
        ("I have to go.", "have", "HH AE2 V"),
        ("We had to eat.", "had", "HH AE2 D"),
        ("He used to live here.", "to", "T AH0"),
        ('He said to "go away".', "to", "T AH0"),
        ('an "old" house', "an", "AH0 N"),
        ("the king of (old) France", "of", "AH0 V"),
        ("He told her what to do.", "what", "W AH2 T"),
        ("He told her if he knew.", "if", "IH0 F"),
        ("Plan A and plan B", "and", "AH0 N D"),
        ("He works as a cook.", "as", "AE0 Z"),
    ],
)
def test_within_a_phrase_the_form_is_weak(frontend: Frontend, text: str, word: str, expected: str) -> None:
    assert spoken(frontend, text, word) == [expected]


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("What are you waiting for?", "for", "F AO1 R"),
        ("Do it as well as I could.", "could", "K UH1 D"),
        ("He came in, and left.", "in", "IH1 N"),
        ("I was, and I am.", "was", "W AH1 Z"),
        ("I will if I want to.", "to", "T UW1"),
        ("That is the house.", "that", "DH AE1 T"),
        ("It was late at that time.", "that", "DH AE1 T"),
        ("The house over there has burned.", "there", "DH EH0 R"),
        ("Put it there now.", "there", "DH EH1 R"),
        ("Who?", "who", "HH UW1"),
        ("It WAS him.", "was", "W AH1 Z"),
        ("I told Will about it.", "will", "W IH1 L"),
        ("I *was* there.", "was", "W AH1 Z"),
        ("Open the can of beans.", "can", "K AE1 N"),
        ("He had a tin can full of coins.", "can", "K AE1 N"),
        ("a can of beans", "can", "K AE1 N"),
        ("The can is empty.", "can", "K AE1 N"),
        ("My can of paint was red.", "can", "K AE1 N"),
        ("His last will was read.", "will", "W IH1 L"),
        ("Her will is strong.", "will", "W IH1 L"),
        ("the will to live", "will", "W IH1 L"),
        ("an iron will and a heart", "will", "W IH1 L"),
        ("of her own free will she left", "will", "W IH1 L"),
        ("Against his will he came.", "will", "W IH1 L"),
        ("the might of the army", "might", "M AY1 T"),
        ("It is a must for all.", "must", "M AH1 S T"),
        ("the how and the why", "how", "HH AW1"),
        ("The for loop ends.", "for", "F AO1 R"),
        ('the so-called "for" loop', "for", "F AO1 R"),
        ("I like that one.", "that", "DH AE1 T"),
        ("I was there a week.", "there", "DH EH1 R"),
        ("Were you there when it fell?", "there", "DH EH1 R"),
        ("Will Smith came.", "will", "W IH1 L"),
        ("What for?", "for", "F AO1 R"),
        ("I used to.", "to", "T UW1"),
        ("Turn it on.", "on", "AA1 N"),
        ("Where from?", "from", "F R AH1 M"),
    ],
)
def test_where_a_word_carries_the_meaning_the_form_is_strong(
    frontend: Frontend, text: str, word: str, expected: str
) -> None:
    assert spoken(frontend, text, word) == [expected]


def test_a_pronoun_at_the_end_keeps_a_secondary_stress(frontend: Frontend) -> None:
    assert [spoken(frontend, text, word) for text, word in (("Thank you.", "you"), ("Tell her.", "her"))] == [
        ["Y UW2"],
        ["HH ER2"],
    ]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("mother-in-law", "M AH1 DH ER0 IH0 N L AO2"),
        ("black-and-white", "B L AE1 K AH0 N D W AY1 T"),
        ("up-to-date", "AH1 P T AH0 D EY1 T"),
        ("in-house", "IH0 N HH AW1 S"),
        ("drive-in", "D R AY1 V IH1 N"),
    ],
)
def test_hyphenated_words(frontend: Frontend, word: str, expected: str) -> None:
    assert spoken(frontend, f"a {word} now", word) == [expected]


def test_a_user_lexicon_is_not_weakened(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.txt"
    path.write_text("for  F AO1\n", encoding="utf-8")
    frontend = Frontend(user_lexicon=UserLexicon.load(path))
    assert spoken(frontend, "It is for you.", "for") == ["F AO1"]


def test_every_function_word_has_a_strong_form_in_the_lexicon() -> None:
    lexicon = Lexicon.load()
    for word in FUNCTION_WORDS:
        strong = lexicon.lookup(word)[0]
        assert any(phoneme.endswith("1") for phoneme in strong), word
        assert not any(phoneme.endswith("1") for phoneme in weaken(["so", word, "is"], 1, strong, ("IH1",))), word
