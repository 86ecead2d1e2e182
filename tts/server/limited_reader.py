"""Read the events of a Wyoming client, of limited length."""

from __future__ import annotations

import asyncio

from wyoming.event import Event, async_read_event

from tts.errors import LimitError

LONGEST_EVENT = 1 << 20
"""Bytes of one part of an event. A text within the limit of characters needs far fewer."""


class IdleError(Exception):
    """The client sent no event for too long."""


class LimitedReader:
    """A StreamReader for events of limited length: a client can announce any length."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader

    async def readline(self) -> bytes:
        """Return the next line. Raises ValueError if it is longer than the reader's buffer."""
        return await self._reader.readline()

    async def readexactly(self, n: int) -> bytes:
        """Return n bytes. Raises LimitError if that is more than an event may have."""
        if n > LONGEST_EVENT:
            raise LimitError(f"the event has {n} bytes: send at most {LONGEST_EVENT}")
        return await self._reader.readexactly(n)


async def read_event(reader: LimitedReader, seconds: float) -> Event | None:
    """Return the next event; None if the client has gone, or sent something else.

    Raises IdleError if no event arrives in time.
    """
    try:
        return await asyncio.wait_for(async_read_event(reader), seconds)  # type: ignore[arg-type]
    except asyncio.TimeoutError:
        raise IdleError from None
    except (AttributeError, KeyError, TypeError, RecursionError):
        return None
