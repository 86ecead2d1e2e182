"""Test where sentences end and where they do not."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tts.text.sentences import LONGEST, split

# A bar marks each cut.
TABLE = [
    "One.| Two.",
    "Dr. Smith met Mr. and Mrs. Jones.| They left.",
    "Is it 3.5 or 4?| It is 3.5.",
    "What?!| No!",
    "Wait... what?",
    "Wait...| What?",
    "Well\N{HORIZONTAL ELLIPSIS} maybe.",
    "“Stop!” he said.| “Why?”| She left.",
    '"I am here." He sat.'.replace('." ', '."| '),
    "J. F. Kennedy spoke.| He sat.",
    "the U.S. Army came.",
    "He is in the U.S.| He stays.",
    "It was 5 p.m.| Then we left.",
    "at 5 p.m. on Monday",
    "See No. 5 there.| Yes.",
    "He said no.| Five left.",
    "He said no. 5 left.",
    "cats, dogs, etc.| Birds sing.",
    "cats, dogs, etc. and birds",
    "i went home.| then i slept.",
    "First line\nsecond line",
    "A heading\n\n|A paragraph.",
    "Buy:\n|- milk\n|- eggs",
    "Two\n|1. one\n|2. two",
    "1. First.| 2. Second.",
    "It ended.\n|New line.",
    "example.com is up.",
    "So do I.| He left.",
    "Acme Inc. makes it.",
    "He works at Acme Inc.| The pay is good.",
    "(It rained.)| We left.",
    "It leaves at 5 p.m. Monday.| Be there.",
    "It leaves at 5 p.m. EST.| Be there.",
    "Eat vitamin C.| Sleep well.",
    "A book by J. Smith came.",
    "Pi is 3.14.| It is.",
    "It cost $5.| We paid.",
    "He won.[1]| She lost.",
    "“Is it?” “No.” “Oh.”".replace("?” ", "?”| ").replace(".” “", ".”| “"),
    'He asked, "Why?" and left.',
    "Yes!!!| No???| What?!",
    "# A heading\n|Some text follows here.",
    "The Long Road Home\n|It was late in the year when the first of them came down.",
    "This line of a letter was wrapped by hand at some width that is\nThe End of it.",
    "He met Mrs.\nSmith there.",
    "Buy:\n|a) milk\n|b) eggs\n|(1) tea",
    "First.\n\n\n|Second.\r\n\r\n|Third.",
    "See www.example.com.| It is up.",
    "The U.S. and the U.K. agreed.| So did the E.U.",
    "He paid 5,000.50 dollars at 10 a.m. on Jan. 5, 2021, in St. Louis.| Then he left.",
    "Wait . . . what?",
    "Is this it? yes.".replace("? ", "?| "),
    "one",
    "",
    "   ",
]


@pytest.mark.parametrize("marked", TABLE)
def test_table(marked: str) -> None:
    text = marked.replace("|", "")
    expected = [piece.strip() for piece in marked.split("|") if piece.strip()]
    assert [text[start:end] for start, end in split(text)] == expected


def test_a_long_paragraph_is_cut_into_its_sentences() -> None:
    paragraph = "Dr. Smith paid $3.50 at 5 p.m. in the U.S. for it. " * 200
    spans = list(split(paragraph))
    assert {paragraph[start:end] for start, end in spans} == {"Dr. Smith paid $3.50 at 5 p.m. in the U.S. for it."}
    assert len(spans) == 200


def test_without_a_mark_a_conjunction_is_where_it_is_cut() -> None:
    text = "word " * 40 + "because " + "word " * 40
    assert [text[start:end].split()[0] for start, end in split(text)] == ["word", "because"]


def test_long_sentences_are_cut_at_clauses_then_spaces_then_anywhere() -> None:
    clauses = "word " * 40 + "word, " + "word " * 40 + "word."
    assert [clauses[start:end][-5:] for start, end in split(clauses)] == ["word,", "word."]
    assert all(text == "word" for start, end in split("word " * 500) for text in ("word " * 500)[start:end].split())
    assert [end - start for start, end in split("x" * 10_000)] == [LONGEST] * 33 + [100]


@pytest.mark.parametrize("unit", [".", '!"', "\n", "\n ", " ", "a.", "a. ", "Dr. ", "1. ", "x, ", ". . ", ".\n", "—"])
def test_hostile_repetition_takes_linear_time(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    spans = list(split(text))
    assert sum(len(text[start:end].split()) for start, end in spans) >= len(text.split())


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from(" \n.!?\"'aA1,")), max_size=60), st.integers(1, 20))
def test_spans_are_ordered_and_cover_all_but_space(text: str, longest: int) -> None:
    spans = list(split(text, longest))
    assert spans == sorted(spans)
    assert all(0 < end - start <= longest for start, end in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
    assert "".join("".join(text[start:end].split()) for start, end in spans) == "".join(text.split())
