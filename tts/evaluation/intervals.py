"""Metrics over many sentences: a ratio of sums, and how far to trust it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

N_RESAMPLES = 10_000


class Share(NamedTuple):
    """What one sentence brings to a metric: of `size` words, frames, seconds or scores, `total`."""

    total: float
    size: float = 1.0


class Estimate(NamedTuple):
    """A metric over sentences and its 95 % confidence interval."""

    value: float
    low: float
    high: float


def estimate(shares: Sequence[Share], seed: int = 0) -> Estimate:
    """All totals over all sizes, and the 2.5th and 97.5th percentile of it over sentences drawn anew.

    Where each size is 1 that is a mean. Whole sentences are drawn, with replacement, because what befalls one word
    depends on its neighbours. Source: Bisani and Ney 2004, "Bootstrap estimates for confidence intervals in ASR
    performance evaluation". Raises ValueError for no sentences, or sizes of zero in all.
    """
    totals, sizes = np.array([*shares], np.float64).reshape(-1, 2).T
    if not sizes.sum() > 0:
        raise ValueError("no sentence to take a metric of: give at least one")
    drawn = np.random.default_rng(seed).integers(len(totals), size=(N_RESAMPLES, len(totals)))
    drawn_sizes = sizes[drawn].sum(axis=1)  # (N_RESAMPLES,)
    ratios = totals[drawn].sum(axis=1)[drawn_sizes > 0] / drawn_sizes[drawn_sizes > 0]
    low, high = np.percentile(ratios, [2.5, 97.5])
    return Estimate(float(totals.sum() / sizes.sum()), float(low), float(high))
