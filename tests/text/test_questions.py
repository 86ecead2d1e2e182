"""Test which questions rise, and from which word."""

from __future__ import annotations

import pytest

from tts.text.frontend import Frontend

FRONTEND = Frontend()


def rising(text: str) -> list[str]:
    return [token.text for sentence in FRONTEND.sentences(text) for token in sentence.tokens if token.rises]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("You are coming with us tonight?", "tonight"),
        ("Is it 1984?", "eighty-four"),
        ("Did you remember it?", "remember"),
        ("Can they?", "can"),
        ("Him?", "him"),
        ("When the rain stopped, did you walk home?", "home"),
        ("Where the road ends, is there a house?", "house"),
        ("Is this, what you wrote?", None),
        ("It's all over, isn't it?", "isn't"),
        ('"Will you come?" she asked.', "come"),
        ("He left; did she stay (with him)?", None),
        ("Really?!", "really"),
    ],
)
def test_yes_no_questions_rise_from_their_last_accent(text: str, word: str | None) -> None:
    assert rising(text) == ([word] if word else [])


@pytest.mark.parametrize(
    "text",
    [
        "Where did you go?",
        "And why not?",
        "When?",
        "When is it?",
        "At what time, exactly, is it?",
        "For whom is this?",
        "If it rains, what do we do?",
        "Do you want tea or coffee?",
        "It is late.",
        "Come here!",
        '"Who came?" he asked, "and when?"',
    ],
)
def test_other_questions_and_statements_do_not(text: str) -> None:
    assert rising(text) == []


def test_each_question_of_a_sentence_is_judged_by_itself() -> None:
    assert rising('"Did he go?" "Who?" "Was it John?"') == ["go", "john"]
    assert rising("Or is it true?") == ["true"]
