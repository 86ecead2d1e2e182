"""Only usable cores count; items are made ahead, in order, up to the limit."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator

import pytest

from tts.common.threads import prefetch, usable_cores


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system cannot confine a process to some cores")
def test_cores_that_a_process_may_not_run_on_do_not_count() -> None:
    before = os.sched_getaffinity(0)
    assert usable_cores() == len(before)
    try:
        os.sched_setaffinity(0, {min(before)})
        assert usable_cores() == 1
    finally:
        os.sched_setaffinity(0, before)


def test_the_items_are_the_same() -> None:
    assert list(prefetch(iter(range(100)), 3)) == list(range(100))
    assert list(prefetch(iter([]), 3)) == []


def test_items_are_made_ahead_by_another_thread_but_not_all() -> None:
    made: list[int] = []
    threads = set()

    def items() -> Iterator[int]:
        for number in range(100):
            threads.add(threading.get_ident())
            made.append(number)
            yield number

    ahead = prefetch(items(), 3)
    assert next(ahead) == 0
    while len(made) < 3:  # the first item, and the items made ahead
        time.sleep(0.001)
    assert next(ahead) == 1
    ahead.close()
    assert len(made) <= 5
    assert threading.get_ident() not in threads


def test_an_error_is_raised_in_its_place() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise ValueError("no more")

    ahead = prefetch(items(), 3)
    assert next(ahead) == 1
    with pytest.raises(ValueError, match="no more"):
        next(ahead)
