"""Test SSML's say-as: the given class decides how the same digits are read."""

from __future__ import annotations

import pytest

from tts.text.normalize.say_as import INTERPRETATIONS, say_as
from tts.text.normalize.word import join

TABLE = [
    ("12345", "cardinal", None, "twelve thousand three hundred forty-five"),
    ("-5", "cardinal", None, "minus five"),
    ("XIV", "cardinal", None, "fourteen"),
    ("3", "ordinal", None, "third"),
    ("22nd", "ordinal", None, "twenty-second"),
    ("XIV", "ordinal", None, "fourteenth"),
    ("1984", "digits", None, "one nine eight four"),
    ("3.14", "digits", None, "three point one four"),
    ("a1-B", "characters", None, "A one dash B"),
    ("Hi!", "characters", None, "H I exclamation point"),
    ("3/4/2021", "date", "mdy", "march fourth twenty twenty-one"),
    ("3/4/2021", "date", "dmy", "april third twenty twenty-one"),
    ("2021-03-04", "date", "ymd", "march fourth twenty twenty-one"),
    ("2021-03-04", "date", None, "march fourth twenty twenty-one"),
    ("20210304", "date", None, "march fourth twenty twenty-one"),
    ("3/4", "date", "md", "march fourth"),
    ("12/2021", "date", "my", "december twenty twenty-one"),
    ("1984", "date", "y", "nineteen eighty-four"),
    ("4 Mar 2021", "date", "dmy", "march fourth twenty twenty-one"),
    ("13/13/2021", "date", "mdy", "thirteen slash thirteen slash twenty twenty-one"),
    ("2:30pm", "time", None, "two thirty P M"),
    ("14:00", "time", None, "fourteen hundred"),
    ("2125551234", "telephone", None, "two one two, five five five, one two three four"),
    ("+1 (212) 555-1234 ext. 5",
    "telephone", None, "plus one, two one two, five five five, one two three four, extension five"),
    ("$5.20", "currency", None, "five dollars and twenty cents"),
    ("USD 5", "currency", None, "five dollars"),
    ("5km", "unit", None, "five kilometers"),
    ("6'2\"", "unit", None, "six foot two"),
    ("hello", "cardinal", None, "hello"),
    ("", "cardinal", None, ""),
    (" \n", "date", "mdy", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "interpret_as", "format", "expected"), TABLE)
def test_table(text: str, interpret_as: str, format: str | None, expected: str) -> None:
    assert join(say_as(text, interpret_as, format)) == expected


def test_spans_are_relative_to_the_text() -> None:
    assert {(word.start, word.end) for word in say_as("  12 ", "cardinal")} == {(2, 4)}
    assert [(word.start, word.end) for word in say_as(" é1", "characters")] == [(1, 2), (2, 3)]


@pytest.mark.parametrize("interpret_as", INTERPRETATIONS)
@pytest.mark.parametrize("text", ["12", "½", "日本", "a" * 300, "9" * 300, "😀", "1/2/3/4", "XX", "\u00ad", "+", "²"])
def test_any_text_is_read_in_any_way(text: str, interpret_as: str) -> None:
    words = say_as(text, interpret_as)
    assert all(0 <= word.start < word.end <= len(text) for word in words)
    assert all(word.text == word.text.lower() and (word.text.isascii() or word.text == "…") for word in words)


def test_what_is_unknown_is_named_with_what_is_allowed() -> None:
    with pytest.raises(ValueError, match="'money' is unknown; allowed: cardinal, ordinal, digits"):
        say_as("5", "money")
    with pytest.raises(ValueError, match="'xyz' is no order of a date; allowed: mdy, dmy"):
        say_as("5", "date", "xyz")
