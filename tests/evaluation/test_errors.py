"""Test known error counts, equalised spellings, and the interval of a rate."""

from __future__ import annotations

import pytest

pytest.importorskip("jiwer", reason="needs the extra [eval]")

from tts.evaluation.errors import ErrorCounts, character_error_rate, word_error_rate, word_errors
from tts.evaluation.spelling import match_spacing, spoken_words

REFERENCE = "The quick brown fox jumps."


@pytest.mark.parametrize(
    ("hypothesis", "substitutions", "deletions", "insertions"),
    [
        ("the quick brown fox jumps", 0, 0, 0),
        ("The QUICK, brown... fox jumps!", 0, 0, 0),
        ("the quick brown dog jumps", 1, 0, 0),
        ("the brown fox jumps", 0, 1, 0),
        ("the very quick brown fox jumps", 0, 0, 1),
        ("a quick fox jumps over", 1, 1, 1),
        ("", 0, 5, 0),
    ],
)
def test_counts_words(hypothesis: str, substitutions: int, deletions: int, insertions: int) -> None:
    errors = word_errors(REFERENCE, hypothesis)
    assert (errors.substitutions, errors.deletions, errors.insertions) == (substitutions, deletions, insertions)
    assert errors.word_errors == substitutions + deletions + insertions
    assert errors.n_words == 5


def test_counts_characters() -> None:
    errors = word_errors("the cat sat", "the bat sat on")
    assert (errors.character_errors, errors.n_characters) == (1 + len(" on"), len("the cat sat"))


SAME = [
    ("It cost five dollars in eighteen thirty-four.", "It cost $5 in 1834."),
    ("thirty-four of them", "34 of them"),
    ("boot-laces and work rooms", "boot laces and workrooms"),
    ("shoe-strings in a passbook", "shoestrings in a pass book"),
    ("Good-by to my mother-in-law", "Goodby to my mother in law"),
    ("the colour of labour at the centre", "the color of labor at the center"),
    ("civilisation was organised; they travelled", "civilization was organized; they traveled"),
    ("On November eight, nineteen sixty-three", "On November 8, 1963"),
    ("on November twenty-three", "on November 23rd"),
    ("O'Connor's files", "O’Connor's files"),
    ("the FBI at one p.m.", "the F.B.I. at 1 PM"),
    ("Mr. Buxton", "mister Buxton"),
]
DIFFERENT = [
    ("jail", "gaol"),
    ("did not", "didn't"),
    ("in jails", "and jails"),
    ("four hours", "for hours"),
    ("the first of all", "the one of all"),
    ("he advised", "he advized"),
    ("toward", "towards"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_forgives_spelling_in_both_directions(one: str, other: str) -> None:
    assert word_errors(one, other).word_errors == 0
    assert word_errors(other, one).word_errors == 0


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_counts_what_is_another_word_in_both_directions(one: str, other: str) -> None:
    assert word_errors(one, other).word_errors == word_errors(other, one).word_errors > 0


@pytest.mark.parametrize("text", [text for pair in SAME + DIFFERENT for text in pair])
def test_a_text_has_no_errors_against_itself(text: str) -> None:
    assert word_errors(text, text).character_errors == 0
    once = spoken_words(text)
    assert match_spacing(once, once) == once


def test_spacing_follows_the_reference_alone() -> None:
    assert match_spacing(["pass", "book"], ["passbook"]) == ["pass", "book"]
    assert match_spacing(["passbook"], ["pass", "book"]) == ["passbook"]
    assert match_spacing(["a", "way", "away"], ["a", "way", "away"]) == ["a", "way", "away"]


def test_reference_without_words_is_refused() -> None:
    with pytest.raises(ValueError, match="no word in the reference"):
        word_errors("...", "something")


def sentence(wrong: int, words: int) -> ErrorCounts:
    return ErrorCounts(wrong, 0, 0, words, wrong, 5 * words)


def test_rate_is_total_errors_over_total_words() -> None:
    errors = [sentence(1, 2), sentence(0, 18)]
    assert word_error_rate(errors).value == pytest.approx(1 / 20)
    assert character_error_rate(errors).value == pytest.approx(1 / 100)


def test_interval_contains_the_rate_and_narrows_with_more_sentences() -> None:
    few, many = (word_error_rate([sentence(i % 4, 10) for i in range(n)]) for n in (20, 500))
    assert few.low < few.value < few.high
    assert few.high - few.low > 3 * (many.high - many.low)
    # The standard error of the mean of 0, 1, 2, 3 over ten words each is known: 0.1 * sqrt(1.25 / n).
    assert many.high - many.low == pytest.approx(2 * 1.96 * 0.1 * (1.25 / 500) ** 0.5, rel=0.05)


def test_interval_is_a_point_where_nothing_varies_and_the_same_for_the_same_seed() -> None:
    assert word_error_rate([sentence(1, 10)] * 30) == pytest.approx((0.1, 0.1, 0.1))
    errors = [sentence(i % 3, 10) for i in range(30)]
    assert word_error_rate(errors, seed=3) == word_error_rate(errors, seed=3)


def test_no_sentences_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        word_error_rate([])
