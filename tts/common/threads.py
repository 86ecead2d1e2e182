"""How many threads there is room for, and one that makes the next items of an iterator while the latest is in use."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future

T = TypeVar("T")


def usable_cores() -> int:
    """Cores that this process may run on: a container, a scheduler or taskset may have left it fewer than there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def prefetch(items: Iterator[T], depth: int) -> Iterator[T]:
    """The same items in the same order, made in a thread of its own, which is up to `depth` of them ahead.

    What `items` raises is raised in its place. Whoever leaves early waits for the item that is being made, no longer.
    """
    from concurrent.futures import ThreadPoolExecutor  # which commands that read nothing ahead need not wait for

    with ThreadPoolExecutor(1) as thread:
        coming: deque[Future[T]] = deque()
        try:
            while True:
                while len(coming) < depth:
                    coming.append(thread.submit(next, items))
                try:
                    item = coming.popleft().result()
                except StopIteration:
                    return
                yield item
        finally:
            thread.shutdown(wait=False, cancel_futures=True)
