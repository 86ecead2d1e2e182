"""Was every symbol read, once, and did the reading end? Judged from the attention alignment alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

STEPS_PER_SYMBOL = 12  # no phoneme of natural speech, and no pause at a mark, fills as many decoder steps
SPARE_STEPS = 60
MIN_ATTENTION = 0.1  # a symbol that never had this share of the attention, summed over steps, was passed over
MAX_SKIPPED_RUN = 4  # symbols in a row; single ones are elided in natural speech too ("and", "asked")


@dataclass(frozen=True)
class Verdict:
    """What went wrong in one reading, if anything; a lower `badness` is a better reading."""

    problem: str
    badness: float

    @property
    def is_good(self) -> bool:
        """Whether nothing went wrong."""
        return not self.problem


def step_limit(n_symbols: int) -> int:
    """Decoder steps after which a reading of `n_symbols` symbols has run away."""
    return SPARE_STEPS + STEPS_PER_SYMBOL * n_symbols


def judge(alignment: NDArray[np.float32], stopped: bool) -> Verdict:
    """Judge one reading by its alignment (T_step, T_text); `stopped` says whether the model itself ended it."""
    n_symbols = alignment.shape[1]
    passed_over = alignment.sum(axis=0) < MIN_ATTENTION  # (T_text,)
    longest = _longest_run(passed_over[1:-1])  # start and end symbols are silent
    if not stopped:
        return Verdict(f"speech did not end within {step_limit(n_symbols)} steps", 1.0 + longest / n_symbols)
    if longest > MAX_SKIPPED_RUN:
        return Verdict(f"{longest} symbols in a row were skipped", longest / n_symbols)
    return Verdict("", 0.0)


def _longest_run(flags: NDArray[np.bool_]) -> int:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return int(np.max(edges[1::2] - edges[::2], initial=0))
