"""Serve Wyoming, the protocol of Home Assistant's voice services: https://github.com/OHF-Voice/wyoming."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

from wyoming.info import Attribution, Info, TtsProgram, TtsVoice

from tts.errors import ConfigError
from tts.server.conversation import Conversation
from tts.server.names import Names
from tts.server.places import NoPlaceError, Places
from tts.server.pool import Pool
from tts.server.record import log_failure, new_request_id

CONNECTIONS = 64
"""Connected clients, most of them idle; further ones are refused, also beyond the share of an address (`Places`). The
pool limits how many are served at a time."""

Client = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextlib.asynccontextmanager
async def wyoming_server(uri: str, pool: Pool, names: Names | None = None) -> AsyncIterator[asyncio.AbstractServer]:
    """Run a server at tcp://HOST:PORT or unix:///PATH. At the end, current requests are finished.

    names: of the voices; None replaces unknown ones. Raises ConfigError if the address cannot be used.
    """
    names = names or Names(pool.voices)
    connections: dict[asyncio.Task[None], Conversation] = {}
    description = describe(pool)
    places = Places(CONNECTIONS)
    pool.refused["wyoming"] = places.refused

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        connection = connections[task] = Conversation(reader, writer, pool, names, description)
        try:
            places.take_at_once(connection.client)
        except NoPlaceError:
            connection.is_one_too_many = True
        try:
            if await connection.run():
                places.refused["idle"] += 1
        except asyncio.CancelledError:  # below, and asyncio would print it
            pass
        except Exception as error:  # asyncio would print its message, which may quote the text
            log_failure(new_request_id(), error)
        finally:
            writer.close()
            del connections[task]
            if not connection.is_one_too_many:
                places.release(connection.client)

    server = await _listen(uri, connected)
    try:
        yield server
    finally:
        server.close()
        for task, connection in connections.items():
            connection.is_last = True
            if not connection.is_answering:
                task.cancel()
        if connections:
            _, late = await asyncio.wait(list(connections), timeout=pool.limits.patience)
            for task in late:
                task.cancel()
        if (parts := urlsplit(uri)).scheme == "unix":
            Path(parts.path).unlink(missing_ok=True)


async def _listen(uri: str, connected: Client) -> asyncio.AbstractServer:
    parts = urlsplit(uri)
    try:
        if parts.scheme == "tcp" and parts.hostname and parts.port is not None:
            hosts = ["0.0.0.0", "::"] if parts.hostname == "::" else [parts.hostname]  # asyncio keeps them apart
            return await asyncio.start_server(connected, hosts, parts.port)
        if parts.scheme == "unix" and parts.path and not parts.netloc:
            return await asyncio.start_unix_server(connected, parts.path)
    except (OSError, OverflowError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ConfigError(f"cannot speak Wyoming at {uri!r} ({reason}): choose another address") from error
    raise ConfigError(f"cannot speak Wyoming at {uri!r}: write tcp://HOST:PORT or unix:///PATH")


def describe(pool: Pool) -> Info:
    """Describe the server and its voices."""
    voices = []
    for name, synthesizer in pool.voices.items():
        card = synthesizer.voice.card
        made_by = Attribution(f"{card.provenance} ({card.licence})", "")
        voices.append(TtsVoice(name, made_by, True, card.description, None, languages=[card.language]))
    number = version("griffon-tts")
    made_by = Attribution("griffon", "")
    program = TtsProgram("griffon", made_by, True, "English speech on an ordinary CPU", number, voices, True)
    return Info(tts=[program])
