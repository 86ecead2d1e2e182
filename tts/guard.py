"""Was every word read, without a stall, and did the reading end? Judged from the attention alignment alone.

Repeating a word needs no check: the attention's prior looks only forward (`tts/model/attention.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

STEPS_PER_SYMBOL = 12  # no phoneme of natural speech, and no pause at a mark, fills as many decoder steps
SPARE_STEPS = 60
MIN_ATTENTION = 0.1  # a symbol that never had this share of the attention, summed over steps, was passed over
MAX_STALL = 45.0  # steps' worth of attention on one symbol: longer than any pause that a mark asks for


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


def judge(alignment: NDArray[np.float32], words: NDArray[np.int64], stopped: bool) -> Verdict:
    """Judge one reading by its alignment (T_step, T_text).

    words: (T_text,), which word each symbol belongs to, -1 for marks and boundaries. stopped: whether the model itself
    ended the reading.
    """
    attention = alignment.sum(axis=0)  # (T_text,), in steps
    heard = set(words[attention >= MIN_ATTENTION].tolist())
    skipped = [word for word in np.unique(words[words >= 0]).tolist() if word not in heard]
    if not stopped:
        return Verdict(f"speech did not end within {step_limit(len(words))} steps", 1.0 + len(skipped))
    if skipped:
        return Verdict(f"{len(skipped)} of {len(np.unique(words[words >= 0]))} words were skipped", float(len(skipped)))
    if attention[:-1].max(initial=0.0) > MAX_STALL:
        return Verdict(f"speech stalled for {attention[:-1].max():.0f} steps", 0.5)
    return Verdict("", 0.0)
