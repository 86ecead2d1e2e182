"""Share the places of a server between its clients, so that no address takes them all."""

from __future__ import annotations

import asyncio
import ipaddress
from collections import Counter
from dataclasses import dataclass
from typing import Literal

Refusal = Literal["full", "share", "late"]
"""Why a client gets no place: none is left, its address has its share, or none became free in time."""


class NoPlaceError(Exception):
    """A client gets no place."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(eq=False)
class _Waiting:
    """A client in the queue."""

    client: str | None
    turn: asyncio.Future[None]


class Places:
    """Places for clients, and a queue. One address has at most three quarters of the places, and of the queue.

    A place that becomes free goes to the waiting client whose address has the fewest places, and among equals to the
    one that came first. Clients are identified by `share_key`; None, which a Unix socket has, is not limited. Belongs
    to one event loop.
    """

    def __init__(self, n_places: int, n_waiting: int = 0) -> None:
        self._n_places, self._n_waiting = n_places, n_waiting
        self._taken = Counter[str | None]()
        self._queue: list[_Waiting] = []
        self.refused = Counter[str]()
        """Number of refusals by reason."""

    @property
    def n_taken(self) -> int:
        """Number of places that are taken."""
        return self._taken.total()

    @property
    def n_waiting(self) -> int:
        """Number of clients in the queue."""
        return len(self._queue)

    async def take(self, client: str | None, seconds: float) -> None:
        """Take a place, or wait for one. Raises NoPlaceError."""
        if self.n_taken < self._n_places and self._may_take(client):
            self._taken[client] += 1
            return
        self._check_queue(client)
        loop = asyncio.get_running_loop()
        entry = _Waiting(client, loop.create_future())
        self._queue.append(entry)
        timer = loop.call_later(seconds, self._expire, entry)
        try:
            await entry.turn
        except asyncio.CancelledError:
            if entry.turn.cancelled():
                self._queue.remove(entry)
            elif not entry.turn.exception():  # the place came at that moment
                self.release(client)
            raise
        finally:
            timer.cancel()

    def take_at_once(self, client: str | None) -> None:
        """Take a place. Raises NoPlaceError if none is free."""
        if self.n_taken >= self._n_places:
            raise self._refusal("full")
        if not self._may_take(client):
            raise self._refusal("share")
        self._taken[client] += 1

    def release(self, client: str | None) -> None:
        """Give a place back, to the next client in the queue."""
        self._taken[client] -= 1
        if not self._taken[client]:
            del self._taken[client]
        able = [entry for entry in self._queue if not entry.turn.done() and self._may_take(entry.client)]
        if able and self.n_taken < self._n_places:
            entry = min(able, key=lambda entry: self._taken[entry.client])
            self._queue.remove(entry)
            self._taken[entry.client] += 1
            entry.turn.set_result(None)

    def _expire(self, entry: _Waiting) -> None:
        if not entry.turn.done():
            self._queue.remove(entry)
            entry.turn.set_exception(self._refusal("late"))

    def _may_take(self, client: str | None) -> bool:
        return client is None or self._taken[client] < _share(self._n_places)

    def _check_queue(self, client: str | None) -> None:
        if self.n_waiting >= self._n_waiting:
            raise self._refusal("full" if self._may_take(client) else "share")
        own = sum(entry.client == client for entry in self._queue)
        if client is not None and own >= _share(self._n_waiting):
            raise self._refusal("share")

    def _refusal(self, reason: Refusal) -> NoPlaceError:
        self.refused[reason] += 1
        return NoPlaceError(reason)


def _share(n: int) -> int:
    return max(1, n - max(1, n // 4))


def share_key(host: str | None) -> str | None:
    """Return the address whose share a client uses. A client of IPv6 has a whole network of 64 bits."""
    if not host:
        return None
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return str(address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False))
