"""Make the next items of an iterator while the latest one is in use."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def prefetch(items: Iterator[T], depth: int) -> Iterator[T]:
    """The same items in the same order, made in a thread of its own, which is up to `depth` of them ahead.

    What `items` raises is raised in its place. Whoever leaves early waits for the item that is being made, no longer.
    """
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
