"""Metrics over many sentences, with confidence intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

N_RESAMPLES = 10_000


class Share(NamedTuple):
    """The part of one sentence in a metric: the sum `total` over `size` words, frames, seconds or scores."""

    total: float
    size: float = 1.0


class Estimate(NamedTuple):
    """A metric over sentences and its 95 % confidence interval."""

    value: float
    low: float
    high: float


def estimate(shares: Sequence[Share], seed: int = 0) -> Estimate:
    """Divide the sum of totals by the sum of sizes; estimate a 95 % interval by resampling sentences (bootstrap).

    With sizes of 1 the result is a mean. Whole sentences are drawn, with replacement, because errors of neighbouring
    words depend on each other. Source: Bisani and Ney 2004, "Bootstrap estimates for confidence intervals in ASR
    performance evaluation". Raises ValueError if the sum of sizes is zero.
    """
    totals, sizes = np.array([*shares], np.float64).reshape(-1, 2).T
    if not sizes.sum() > 0:
        raise ValueError("the sum of sizes is zero: give at least one sentence")
    drawn = np.random.default_rng(seed).integers(len(totals), size=(N_RESAMPLES, len(totals)))
    drawn_sizes = sizes[drawn].sum(axis=1)  # (N_RESAMPLES,)
    ratios = totals[drawn].sum(axis=1)[drawn_sizes > 0] / drawn_sizes[drawn_sizes > 0]
    low, high = np.percentile(ratios, [2.5, 97.5])
    return Estimate(float(totals.sum() / sizes.sum()), float(low), float(high))
