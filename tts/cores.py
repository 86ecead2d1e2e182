"""How much of this machine is ours."""

from __future__ import annotations

import os


def usable_cores() -> int:
    """Cores that this process may run on: a container, a scheduler or taskset may have left it fewer than there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
