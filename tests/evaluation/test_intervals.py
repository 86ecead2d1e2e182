"""Test ratios of sums and intervals of known width."""

from __future__ import annotations

import numpy as np
import pytest

from tts.evaluation.intervals import Share, estimate


def test_a_ratio_is_of_sums_and_a_mean_where_sizes_are_one() -> None:
    assert estimate([Share(1, 2), Share(0, 18)]).value == pytest.approx(1 / 20)
    assert estimate([Share(3.0), Share(5.0)]).value == pytest.approx(4.0)


def test_the_interval_is_that_of_the_mean() -> None:
    values = np.random.default_rng(0).normal(3.0, 1.0, 400)
    found = estimate([Share(value) for value in values])
    assert found.low < found.value < found.high
    assert found.high - found.low == pytest.approx(2 * 1.96 / 20, rel=0.1)


def test_sentences_without_a_share_do_not_count_and_nothing_at_all_is_refused() -> None:
    assert estimate([Share(0, 0), Share(1, 4), Share(1, 4)]).value == pytest.approx(0.25)
    for shares in ([], [Share(0, 0)]):
        with pytest.raises(ValueError, match="at least one"):
            estimate(shares)
