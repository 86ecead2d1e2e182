"""Test the seconds outside all words, in transcripts with known times."""

from __future__ import annotations

import pytest

pytest.importorskip("jiwer", reason="needs the extra [eval]")

from tts.evaluation.recognizer import HeardWord
from tts.evaluation.unaligned import unaligned_seconds


def heard(*words: tuple[str, float, float]) -> list[HeardWord]:
    return [HeardWord(*word) for word in words]


SPOKEN = heard(("The", 0.1, 0.4), ("cat", 0.4, 1.0), ("sat.", 1.0, 1.8))


def test_a_fair_reading_has_none() -> None:
    assert unaligned_seconds("The cat sat.", SPOKEN, 2.0) == 0


def test_babble_after_the_text_counts_and_so_does_failing_to_stop() -> None:
    babble = heard(("la", 1.8, 2.5), ("la", 2.5, 4.3))
    assert unaligned_seconds("The cat sat.", SPOKEN + babble, 4.3) == pytest.approx(2.5)
    assert unaligned_seconds("The cat sat.", SPOKEN, 6.0) == pytest.approx(4.2)


def test_up_to_a_second_is_nothing_unusual() -> None:
    assert unaligned_seconds("The cat sat.", SPOKEN, 2.7) == 0


def test_a_word_misheard_is_aligned_and_a_number_is_one_word() -> None:
    assert unaligned_seconds("The bat sat.", SPOKEN, 2.0) == 0
    words = heard(("It", 0.0, 0.3), ("cost", 0.3, 0.8), ("$500.", 0.8, 3.0))
    assert unaligned_seconds("It cost five hundred dollars.", words, 3.0) == 0


def test_where_nothing_was_heard_all_is_unaligned() -> None:
    assert unaligned_seconds("The cat sat.", [], 3.0) == pytest.approx(3.0)
