"""Only the cores that are ours are counted."""

from __future__ import annotations

import os

import pytest

from tts.cores import usable_cores


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system cannot confine a process to some cores")
def test_cores_that_a_process_may_not_run_on_do_not_count() -> None:
    before = os.sched_getaffinity(0)
    assert usable_cores() == len(before)
    try:
        os.sched_setaffinity(0, {min(before)})
        assert usable_cores() == 1
    finally:
        os.sched_setaffinity(0, before)
