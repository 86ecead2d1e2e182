"""Faults that an alignment shows."""

from __future__ import annotations

import numpy as np

from tts.guard import MAX_STALL, judge, step_limit

# ^ a a a _ b b b _ c c . $ : three words, of three, three and two symbols
WORDS = np.array([-1, 0, 0, 0, -1, 1, 1, 1, -1, 2, 2, -1, -1])


def reading(*skipped: int) -> np.ndarray:
    """Two steps on each symbol, but for those skipped."""
    symbols = [s for s in range(len(WORDS)) if s not in skipped for _ in range(2)]
    return np.eye(len(WORDS), dtype=np.float32)[symbols]


def test_a_full_reading_is_good() -> None:
    assert judge(reading(), WORDS, stopped=True).is_good


def test_elided_symbols_of_a_word_are_natural() -> None:
    assert judge(reading(1, 2, 4, 5, 9), WORDS, stopped=True).is_good


def test_a_skipped_word_is_a_fault() -> None:
    assert judge(reading(5, 6, 7), WORDS, stopped=True).problem == "1 of 3 words were skipped"


def test_a_short_last_word_lost_to_an_early_stop_is_a_fault() -> None:
    assert judge(reading()[:18], WORDS, stopped=True).problem == "1 of 3 words were skipped"


def test_a_stall_is_a_fault() -> None:
    stalled = np.concatenate([reading(), np.tile(reading()[4], (int(MAX_STALL), 1))])
    assert judge(stalled, WORDS, stopped=True).problem == "speech stalled for 47 steps"


def test_a_runaway_is_worse_than_any_skip() -> None:
    runaway = judge(reading(9, 10), WORDS, stopped=False)
    assert runaway.problem == f"speech did not end within {step_limit(len(WORDS))} steps"
    assert runaway.badness > judge(reading(9, 10), WORDS, stopped=True).badness
