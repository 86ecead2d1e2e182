"""The user's words come first in any form, and an invalid line is named."""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tts.text.frontend import Frontend
from tts.text.pronunciation.arpabet import PHONEMES
from tts.text.pronunciation.user_lexicon import UserLexicon

LEXICON = UserLexicon.parse(
    """# names
    nvidia EH0 N V IH1 D IY0 AH0   # a company
    NVDA N AH0 V IY1 D AH0
    tomato /təˈmɑːtəʊ/
    gif JH IH1 F
    lead noun L EH1 D
    hi HH AY2
    XIV Z IH1 V
    K8s K EY1 T S
    tweeb T W IY1 B
    Polish P AA1
    """
)
FRONTEND = Frontend(user_lexicon=LEXICON)


def said(text: str, frontend: Frontend = FRONTEND) -> list[tuple[str, str, str]]:
    tokens = [token for token in frontend.tokens(text) if not token.is_mark]
    return [(text[token.start : token.end], " ".join(token.phonemes), token.origin) for token in tokens]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nvidia", "EH0 N V IH1 D IY0 AH0"),
        ("Nvidia", "EH0 N V IH1 D IY0 AH0"),
        ("NVIDIA", "EH0 N V IH1 D IY0 AH0"),
        ("Nvidia's", "EH0 N V IH1 D IY0 AH0 Z"),
        ("nVidia’s", "EH0 N V IH1 D IY0 AH0 Z"),
        ("NVDA", "N AH0 V IY1 D AH0"),
        ("tomatoes", "T AH0 M AA1 T OW0 Z"),
        ("GIFs", "JH IH1 F S"),
        ("XIV", "Z IH1 V"),
        ("K8s", "K EY1 T S"),
        ("Polish", "P AA1"),
    ],
)
def test_a_word_in_every_dress(text: str, expected: str) -> None:
    assert said(text) == [(text, expected, "user")]
    assert (text, expected, "user") in said(f"We saw {text}, and left.")


@pytest.mark.parametrize("text", ["nvda", "polish", "his", "leading"])
def test_other_spellings_and_other_words_are_left_alone(text: str) -> None:
    assert said(text) == said(text, Frontend())


def test_part_of_speech() -> None:
    assert ("lead", "L EH1 D", "user") in said("The lead of the team is here.")
    assert ("lead", "L IY1 D", "homograph") in said("They will lead us.")


def test_other_inflections_are_derived() -> None:
    assert said("tweebing") == [("tweebing", "T W IY1 B IH0 NG", "derived")]


def test_parts_of_hyphenated_words() -> None:
    assert ("NVDA", "N AH0 V IY1 D AH0", "user") in said("a post-NVDA world")


def test_it_goes_to_another_process() -> None:
    assert said("NVDA", pickle.loads(pickle.dumps(FRONTEND))) == said("NVDA")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("word", "no pronunciation"),
        ("word noun", "no pronunciation"),
        ("word B EH D", "EH0, EH1 or EH2"),
        ("word B QX1", "'QX1' is not an ARPAbet phoneme"),
        ("word /bɤd/", "'ɤ'"),
        ("new york N UW1", "'york' is neither a part of speech"),
        ("word adverb B EH1", "noun, verb"),
        ("c++ S IY1", "is not a word"),
        ("12 T UW1", "is not a word"),
        ("ok OW1\nok OW1", "line 3: 'ok' occurs twice"),
    ],
)
def test_a_bad_line_is_named(line: str, message: str) -> None:
    with pytest.raises(ValueError, match=message) as error:
        UserLexicon.parse(f"# a comment\n{line}\n", "my.txt")
    assert str(error.value).startswith("my.txt, line ")


@settings(deadline=None)
@given(st.text() | st.lists(st.sampled_from("w noun verb EH1 B /ˈb/ # ' - \n é".split(" "))).map(" ".join))
def test_any_text_gives_entries_or_an_error_that_names_a_line(text: str) -> None:
    try:
        lexicon = UserLexicon.parse(text, "f")
    except ValueError as error:
        line = re.match(r"f, line (\d+): ", str(error))
        assert line
        assert 1 <= int(line[1]) <= text.count("\n") + text.count("\r") + 1
    else:
        for entry in lexicon.entries.values():
            assert {phoneme for sound in entry.values() for phoneme in sound} <= set(PHONEMES)


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.txt"
    path.write_text("\ufeffgif JH IH1 F\r\n", encoding="utf-8")
    assert UserLexicon.load(path).get("GIF") == {None: ("JH", "IH1", "F")}
    path.write_bytes(b"# ok\n\xff")
    with pytest.raises(ValueError, match=r"is not UTF-8 \(byte 0x.. at offset \d+\): convert it"):
        UserLexicon.load(path)
    with pytest.raises(ValueError, match="cannot read the lexicon"):
        UserLexicon.load(tmp_path / "none.txt")
