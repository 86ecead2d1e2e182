"""Faults that an alignment shows."""

from __future__ import annotations

import numpy as np

from tts.guard import MAX_SKIPPED_RUN, judge, step_limit

N = 20


def diagonal(skip: range = range(0)) -> np.ndarray:
    """Two steps on each symbol, but for those skipped."""
    symbols = [s for s in range(N) if s not in skip for _ in range(2)]
    return np.eye(N, dtype=np.float32)[symbols]


def test_a_full_reading_is_good() -> None:
    assert judge(diagonal(), stopped=True).is_good


def test_single_elided_symbols_are_natural() -> None:
    assert judge(diagonal(range(7, 7 + MAX_SKIPPED_RUN)), stopped=True).is_good


def test_a_skipped_word_is_a_fault() -> None:
    verdict = judge(diagonal(range(7, 13)), stopped=True)
    assert verdict.problem == "6 symbols in a row were skipped"


def test_an_early_stop_is_a_fault() -> None:
    assert not judge(diagonal()[:N], stopped=True).is_good


def test_a_runaway_is_the_worst_fault() -> None:
    runaway = judge(diagonal(), stopped=False)
    assert runaway.problem == f"speech did not end within {step_limit(N)} steps"
    assert runaway.badness > judge(diagonal(range(1, N - 1)), stopped=True).badness
