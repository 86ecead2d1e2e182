"""Let a few jobs run at a time: those of listeners who have heard nothing yet go first, within reason."""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import itertools
import time
from collections.abc import AsyncIterator

YIELDING = 0.1
"""Seconds for which a job that continues a sound lets jobs go first that begin one. The sound so far lasts longer."""


class Turns:
    """Turns for jobs, of which a number runs at a time. Belongs to one event loop."""

    def __init__(self, n_running: int) -> None:
        self._n_free = n_running
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []  # a heap: when due, in order of arrival
        self._arrivals = itertools.count()

    @contextlib.asynccontextmanager
    async def turn(self, *, begins: bool) -> AsyncIterator[None]:
        """Wait for a turn, and hold it. begins: whether the job begins a sound."""
        await self._take(time.monotonic() + (0.0 if begins else YIELDING))
        try:
            yield
        finally:
            self._give()

    async def _take(self, due: float) -> None:
        if self._n_free:
            self._n_free -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (due, next(self._arrivals), turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # it was given at the same moment
                self._give()
            raise

    def _give(self) -> None:
        """Give a turn to the job that is due first."""
        while self._waiting:
            _, _, turn = heapq.heappop(self._waiting)
            if not turn.done():
                turn.set_result(None)
                return
        self._n_free += 1
