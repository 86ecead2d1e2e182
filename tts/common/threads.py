"""Count the usable cores, and compute the items of an iterator in a thread: ahead, or for asyncio."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import AsyncGenerator, Generator, Iterator
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future

T = TypeVar("T")


def usable_cores() -> int:
    """Return the number of cores that this process may use. A container, a scheduler or taskset may allow fewer."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def prefetch(items: Iterator[T], depth: int) -> Iterator[T]:
    """Yield the same items in the same order, computed in a thread up to `depth` items ahead.

    Exceptions are raised where the item would have been. Closing early waits only for the item in progress.
    """
    from concurrent.futures import ThreadPoolExecutor  # imported late: commands that do not prefetch start faster

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


async def iterate_in_thread(items: Iterator[T]) -> AsyncGenerator[T, None]:
    """Yield the items of a generator in asyncio. A thread computes each item when it is asked for.

    Closing early, or a cancellation, does not wait for the item in progress; the thread closes the generator after it.
    """
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    def close() -> None:
        if isinstance(items, Generator):
            items.close()

    thread, end = ThreadPoolExecutor(1), _End()
    try:
        loop = asyncio.get_running_loop()
        while not isinstance(item := await loop.run_in_executor(thread, next, items, end), _End):
            yield item
    finally:
        thread.submit(close)
        thread.shutdown(wait=False)


class _End:
    """Stands for the end of an iterator: a future cannot raise StopIteration."""
