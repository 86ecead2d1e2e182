"""Attention whose alignment is known."""

from __future__ import annotations

import numpy as np


def hard_attention(steps: list[int]) -> np.ndarray:
    """So many steps on each symbol, and no attention elsewhere."""
    return np.repeat(np.eye(len(steps), dtype=np.float32), steps, axis=0)
