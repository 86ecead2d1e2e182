"""Speak over a WebSocket while the text is being generated, for voice agents.

The client sends JSON: `speech.start` with fields of `SpeechRequest` (may be left out), `speech.text` with a piece of
the text, `speech.end`, and `speech.cancel` at any time. The server sends the audio in binary messages and the rest as
JSON: `speech.audio.start`, `speech.audio.words` before their sound, `speech.audio.warning`, then `speech.audio.done`,
or `speech.audio.cancelled`. A connection speaks one text after the other. An `error` ends it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, Iterator
from functools import partial
from typing import Any, TypeAlias

from fastapi import WebSocket, WebSocketDisconnect
from pydantic import ValidationError

from tts.errors import ConfigError, LimitError
from tts.server.encoding import AudioEncoder
from tts.server.gate import RefusalError
from tts.server.names import Names
from tts.server.pool import BusyError, Limits, Pool
from tts.server.record import Metrics, log_failure, new_request_id
from tts.server.requests import CLIENT_ERRORS, SpeechRequest, failure, fault_of
from tts.server.speech import LimitedSession, encoded, usage
from tts.speech import AudioChunk
from tts.subtitles import to_rows
from tts.synthesizer import Synthesizer

_MOST_WAITING = 1 << 20
"""Bytes of text that wait to be spoken, of all texts of a connection, about: a character may take four."""
_PIECE = 64
"""Bytes of a piece of text beside its characters: a client can send any number of pieces, and empty ones."""
_MOST_TEXTS = 16
"""Texts of a connection that wait to be spoken."""
_Step: TypeAlias = "tuple[AudioChunk | None, bytes]"
_POLICY, _FAILED, _LATER = 1008, 1011, 1013  # close codes of RFC 6455 and its registry


class RealtimeConversation:
    """One connection: takes messages while it speaks."""

    def __init__(
        self, socket: WebSocket, pool: Pool, names: Names, metrics: Metrics, client: str | None = None
    ) -> None:
        """client: the `share_key` of its address."""
        self._client = client
        self._socket, self._pool, self._names, self._metrics = socket, pool, names, metrics
        self._open: _Text | None = None  # the text that is arriving
        self._texts: list[asyncio.Task[None]] = []  # being spoken, or waiting for it
        self._turn = asyncio.Lock()
        self.n_waiting = 0
        """Bytes of text that wait to be spoken."""

    async def run(self) -> None:
        """Take messages until the client or the server closes the connection."""
        await self._socket.accept()
        try:
            while True:
                message = await asyncio.wait_for(self._socket.receive(), self._pool.limits.total)
                if message["type"] == "websocket.disconnect":
                    return
                await self._take(_parsed(message.get("text")))
        except asyncio.TimeoutError:
            await self._fail(f"no message arrived for {self._pool.limits.total:g} s: connect again", _POLICY)
        except (ConfigError, LimitError) as error:
            await self._fail(str(error), _POLICY)
        except RefusalError as refusal:
            await self._fail(str(refusal), _POLICY)
        finally:
            await self._stop()

    async def _take(self, message: dict[str, Any]) -> None:
        kind = message.pop("type", None)
        if kind == "speech.cancel":
            await self._stop()
            await self.send({"type": "speech.audio.cancelled"})
        elif kind == "speech.start" and self._open is None:
            self._begin(message)
        elif kind == "speech.text" and isinstance(piece := message.get("text"), str):
            self.n_waiting += len(piece) + _PIECE
            if self.n_waiting > _MOST_WAITING:
                raise LimitError(f"{self.n_waiting} bytes of text wait: send at most {_MOST_WAITING} ahead")
            (self._open or self._begin({})).pieces.put_nowait(piece)
        elif kind == "speech.end" and self._open is not None:
            self._open.pieces.put_nowait(None)
            self._open = None
        else:
            raise ConfigError(
                f"{str(kind)[:60]!r} does not fit here: send speech.start once, speech.text with a text, speech.end, "
                "or speech.cancel"
            )

    def _begin(self, fields: dict[str, Any]) -> _Text:
        self._texts = [task for task in self._texts if not task.done()]
        if len(self._texts) >= _MOST_TEXTS:
            raise LimitError(f"{_MOST_TEXTS} texts wait to be spoken: wait for speech.audio.done")
        request = _request(fields)
        self._names.check(request)
        self._open = _Text(self, request)
        self._texts.append(asyncio.ensure_future(self._speak(self._open)))
        return self._open

    async def _speak(self, text: _Text) -> None:
        """Speak a text after those before it, and tell of its errors."""
        try:
            async with self._turn:
                await text.speak(self._pool, self._names, self._metrics, self._client)
        except BusyError as error:
            await self._fail(str(error), _LATER)
        except CLIENT_ERRORS as error:
            await self._fail(str(error), _POLICY)
        except (WebSocketDisconnect, asyncio.TimeoutError):
            await self._close(_POLICY)  # the client takes no data
        except Exception as error:
            request_id = new_request_id()
            log_failure(request_id, error)
            await self._fail(f"the server failed; its log says more about {request_id}", _FAILED)

    async def _stop(self) -> None:
        """Stop speaking all texts, after the chunks that are being computed."""
        texts, self._texts, self._open, self.n_waiting = self._texts, [], None, 0
        for task in texts:
            task.cancel()
        await asyncio.gather(*texts, return_exceptions=True)

    async def send(self, message: dict[str, Any] | bytes) -> None:
        """Send audio or an event. Raises asyncio.TimeoutError if the client does not take it."""
        if isinstance(message, bytes):
            sent = self._socket.send_bytes(message)
        else:
            sent = self._socket.send_text(json.dumps(message))
        await asyncio.wait_for(sent, self._pool.limits.patience)

    async def _fail(self, message: str, code: int) -> None:
        with contextlib.suppress(WebSocketDisconnect, RuntimeError, asyncio.TimeoutError):
            await self.send({"type": "error", **failure(message)})
        await self._close(code)

    async def _close(self, code: int) -> None:
        with contextlib.suppress(WebSocketDisconnect, RuntimeError, asyncio.TimeoutError):
            await asyncio.wait_for(self._socket.close(code), self._pool.limits.patience)


class _Text:
    """One text and its speech."""

    def __init__(self, talk: RealtimeConversation, request: SpeechRequest) -> None:
        self._talk, self._request = talk, request
        self.pieces: asyncio.Queue[str | None] = asyncio.Queue()
        """What arrives; None is the end."""
        self._text = ""

    async def speak(self, pool: Pool, names: Names, metrics: Metrics, client: str | None) -> None:
        """Speak the sentences as their text arrives."""
        voice, format = names.voice(self._request.voice_name), self._request.response_format
        synthesizer = pool.voices[voice]
        session = LimitedSession(synthesizer, pool.limits, self._request.options())
        encoder = AudioEncoder(format, synthesizer.sample_rate)
        start = {"voice": voice, "response_format": format, "sample_rate": encoder.sample_rate}
        await self._talk.send({"type": "speech.audio.start", **start})
        is_over = False
        while not is_over:
            chunks, is_over = self._next(session, await self.pieces.get())
            if session.is_ready:  # else there is no reason to wait for a place in the pool
                work = _encoded(chunks, encoder, pool.limits)
                await self._tell_all(pool.stream(partial(_given, work), voice, client), metrics)
        if rest := encoder.finish():
            await self._talk.send(rest)
        counted = self._request.model_copy(update={"input": self._text})
        done = {"duration": round(session.seconds, 3), "usage": usage(counted, synthesizer, session.seconds)}
        await self._talk.send({"type": "speech.audio.done", **done})

    def _next(self, session: LimitedSession, piece: str | None) -> tuple[Iterator[AudioChunk], bool]:
        """Return the speech that a piece completes, and whether the text has ended."""
        if piece is None:
            return session.finish(), True
        self._text += piece
        self._talk.n_waiting -= len(piece) + _PIECE
        return session.feed(piece), False

    async def _tell_all(self, steps: AsyncGenerator[_Step, None], metrics: Metrics) -> None:
        async with contextlib.aclosing(steps):
            async for chunk, audio in steps:
                if chunk:
                    metrics.heard(len(chunk.samples) / chunk.sample_rate)
                    await self._tell(chunk)
                if audio:
                    await self._talk.send(audio)

    async def _tell(self, chunk: AudioChunk) -> None:
        for warning in chunk.warnings:
            await self._talk.send({"type": "speech.audio.warning", **warning._asdict()})
        if chunk.words:
            await self._talk.send({"type": "speech.audio.words", "words": to_rows(chunk.words, self._text)})


def _encoded(chunks: Iterator[AudioChunk], encoder: AudioEncoder, limits: Limits) -> Iterator[_Step]:
    """Yield each chunk, then its audio a few seconds at a time."""
    for chunk in chunks:
        yield chunk, b""
        for audio in encoded(encoder, chunk, limits):
            yield None, audio


def _given(work: Iterator[_Step], _: Synthesizer) -> Iterator[_Step]:
    return work


def _request(fields: dict[str, Any]) -> SpeechRequest:
    """Build a request without a text. Raises ConfigError for a field that is not allowed."""
    try:
        return SpeechRequest.model_validate({"response_format": "pcm", **fields, "input": " "})
    except ValidationError as error:
        raise ConfigError(fault_of(error.errors()).message) from error


def _parsed(text: str | None) -> dict[str, Any]:
    """Parse a message. Raises ConfigError for anything but a JSON object."""
    try:
        message = json.loads(text or "")
    except (ValueError, RecursionError):
        message = None
    if not isinstance(message, dict):
        raise ConfigError('this is no message: send JSON such as {"type": "speech.text", "text": "Hello."}')
    return message
