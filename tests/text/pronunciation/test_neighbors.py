"""Test words whose pronunciation depends on their neighbours."""

from __future__ import annotations

import pytest

from tts.text.frontend import Frontend


def said(line: str, word: str) -> list[str]:
    return [" ".join(token.phonemes) for token in Frontend().tokens(line) if token.text == word]


def test_the_by_the_sound_of_the_next_word() -> None:
    assert said("The apple, the hour, the unit, the.", "the") == ["DH IY0", "DH IY0", "DH AH0", "DH AH0"]


@pytest.mark.parametrize(
    "line", ["He used to go.", "Life used to be hard.", "I am used to it.", "She got used to dogs."]
)
def test_used_to_as_a_habit(line: str) -> None:
    assert said(line, "used") == ["Y UW1 S T"]


@pytest.mark.parametrize(
    "line", ["He used two.", "It is used to cut bread.", "Tools used to cut bread.", "Used to it."]
)
def test_used_as_a_tool(line: str) -> None:
    assert said(line, "used") == ["Y UW1 Z D"]
