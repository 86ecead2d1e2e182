"""Run the servers in one process: signals and graceful shutdown."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from types import FrameType

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from tts.server.app import ServerOptions, create_app
from tts.server.listening import url
from tts.server.names import Names
from tts.server.pool import Limits, Pool
from tts.synthesizer import Synthesizer

logger = logging.getLogger(__name__)

LONGEST_MESSAGE = 1 << 20
"""Bytes of one message from a WebSocket."""
HEADER_SECONDS = 10.0
"""Seconds within which the head of a request must arrive."""
_NOTHING = object()


async def serve(
    listeners: Sequence[socket.socket],
    synthesizers: Mapping[str, Synthesizer],
    limits: Limits,
    options: ServerOptions,
    workers: int | None = None,
    wyoming: str | None = None,
) -> None:
    """Serve until a signal arrives, then finish the current requests.

    synthesizers, limits, workers: for the `Pool`. wyoming: URI of the Wyoming server, if any. Raises ConfigError if
    that URI cannot be used.
    """
    pool = Pool(synthesizers, limits, workers)
    config = uvicorn.Config(
        create_app(pool, options),
        http=_Protocol,
        ws_max_size=LONGEST_MESSAGE,
        ws_per_message_deflate=False,  # audio does not get smaller
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=round(limits.total),
    )
    server = _Server(config)
    addresses = [url(listener) for listener in listeners]
    try:
        async with _beside(wyoming, pool, Names(pool.voices, options.is_strict)):
            logger.info("listening", extra={"url": addresses[0], "urls": addresses, "wyoming": wyoming})
            await server.serve(sockets=list(listeners))
    finally:
        pool.close()
    logger.info("stopped")


def _beside(wyoming: str | None, pool: Pool, names: Names) -> AbstractAsyncContextManager[object]:
    if wyoming is None:
        return nullcontext()
    from tts.server.wyoming import wyoming_server

    return wyoming_server(wyoming, pool, names)


class _Server(uvicorn.Server):
    """Exits with status 0 after a signal. A second Ctrl-C does not wait for the current requests."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Record the signal. Unlike uvicorn's handler, do not raise it again at exit."""
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True


class _Protocol(H11Protocol):
    """Closes a connection if the head of a request does not arrive in time."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start watching the connection."""
        super().connection_made(transport)
        self._watch()

    def _watch(self, idle_after: object = _NOTHING) -> None:
        """idle_after: the request after which the connection was idle at the last look; None before the first."""
        if self.transport.is_closing():
            return
        is_idle = self.cycle is None or self.cycle.response_complete
        if is_idle and self.cycle is idle_after:
            self.transport.abort()
        else:
            self.loop.call_later(HEADER_SECONDS, self._watch, self.cycle if is_idle else _NOTHING)
