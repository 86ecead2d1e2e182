"""Answer requests, one method for each route."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, Callable, Iterator
from functools import partial
from urllib.parse import quote

from fastapi import Request, WebSocket
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.types import Receive, Scope, Send

from tts.errors import LimitError, VoiceError
from tts.server import speech
from tts.server.encoding import FORMATS_STREAMED
from tts.server.gate import RefusalError, unless_gone
from tts.server.names import Names
from tts.server.places import NoPlaceError, Places, share_key
from tts.server.pool import BusyError, Limits, Pool
from tts.server.realtime import RealtimeConversation
from tts.server.record import Metrics, Record
from tts.server.requests import (
    CLIENT_ERRORS,
    MODELS,
    AudioModels,
    Health,
    Model,
    Models,
    SpeechRequest,
    VoiceEntry,
    Voices,
)
from tts.synthesizer import Synthesizer

CONNECTIONS = 96
"""Connected WebSockets, most of them idle; further ones are refused, also beyond the share of an address (`Places`)."""

VOICE_HEADER = "X-Voice"
"""Header of an answer: the name of the voice that speaks, percent-encoded."""

Work = Callable[[Synthesizer, SpeechRequest, Limits, Callable[[float], None]], Iterator[bytes]]
"""A generator of `tts.server.speech`."""


class Handlers:
    """The handlers of all routes."""

    def __init__(self, pool: Pool, names: Names, metrics: Metrics, log_text: bool) -> None:
        self._pool, self._names, self._metrics, self._log_text = pool, names, metrics, log_text
        self._sockets = Places(CONNECTIONS)
        pool.refused["websocket"] = self._sockets.refused

    async def speech(self, request: Request, asked: SpeechRequest) -> Response:
        """Speak a text and stream the audio."""
        if asked.stream_format == "sse":
            return await self._answer(request, asked, speech.events, "text/event-stream")
        return await self._answer(request, asked, speech.audio, FORMATS_STREAMED[asked.response_format].media_type)

    async def timestamps(self, request: Request, asked: SpeechRequest) -> Response:
        """Speak a text and return audio and word times, as one JSON object or as streamed events."""
        if asked.stream_format == "sse":
            return await self._answer(request, asked, partial(speech.events, timed=True), "text/event-stream")
        return await self._answer(request, asked, speech.timed_speech, "application/json")

    async def stream(self, socket: WebSocket) -> None:
        """Speak texts while they arrive over a WebSocket."""
        client = share_key(socket.client.host if socket.client else None)
        try:
            self._sockets.take_at_once(client)
        except NoPlaceError:
            await socket.close(1013)  # try again later
            return
        try:
            await RealtimeConversation(socket, self._pool, self._names, self._metrics, client).run()
        finally:
            self._sockets.release(client)

    async def models(self) -> Models:
        """List the models."""
        return Models(data=[Model(id=name) for name in MODELS])

    async def audio_models(self) -> AudioModels:
        """List the models, in the form that Open WebUI expects."""
        return AudioModels(models=(await self.models()).data)

    async def model(self, model: str) -> Model:
        """Describe one model."""
        self._names.check_model(model)
        return Model(id=model)

    async def voices(self) -> Voices:
        """List the voices, the default first."""
        entries: list[VoiceEntry] = []
        for name, synthesizer in self._pool.voices.items():
            card, is_default = synthesizer.voice.card, not entries
            about = {"language": card.language, "description": card.description, "licence": card.licence}
            rate = synthesizer.sample_rate
            entries.append(VoiceEntry(id=name, name=name, sample_rate=rate, is_default=is_default, **about))
        return Voices(voices=entries)

    async def health(self) -> Health:
        """Report that the server is up, and how busy it is."""
        return Health(speaking=self._pool.speaking, waiting=self._pool.waiting)

    async def counts(self) -> Response:
        """Report the metrics in Prometheus's text format."""
        return Response(generate_latest(self._metrics.registry), media_type=CONTENT_TYPE_LATEST)

    async def _answer(self, request: Request, asked: SpeechRequest, work: Work, media_type: str) -> Response:
        """Wait for the first bytes, then stream the answer. An error before the first bytes gets an error status."""
        limits, record = self._pool.limits, request.scope["record"]
        voice = self._check(asked)
        record.notes |= {"voice": voice, "format": asked.response_format, "characters": len(asked.input)}
        if self._log_text:
            record.notes["text"] = asked.input

        def heard(seconds: float) -> None:
            self._metrics.heard(seconds)
            record.notes["audio_seconds"] = round(record.notes.get("audio_seconds", 0.0) + seconds, 3)

        client = share_key(request.client.host if request.client else None)
        pieces = self._pool.stream(lambda synthesizer: work(synthesizer, asked, limits, heard), voice, client)
        try:
            first = await unless_gone(request.receive, _first(pieces))
        except BusyError as error:
            headers = {"Retry-After": str(error.retry_after)}
            raise RefusalError(429, str(error), headers, kind="rate_limit_error", code="server_busy") from error
        except CLIENT_ERRORS as error:
            raise RefusalError(400, str(error), param="input") from error
        return _Streamed(first, pieces, media_type, voice, record)

    def _check(self, asked: SpeechRequest) -> str:
        """Return the voice of a request. Raises RefusalError for what the server does not allow."""
        self._names.check(asked)
        try:
            self._pool.limits.check_length(len(asked.input))
            return self._names.voice(asked.voice_name)
        except LimitError as error:
            raise RefusalError(400, str(error), param="input", code="string_above_max_length") from error
        except VoiceError as error:
            raise RefusalError(400, str(error), param="voice") from error


class _Streamed(Response):
    """A streamed answer. Synthesis stops when the client hangs up."""

    def __init__(
        self, first: bytes, rest: AsyncGenerator[bytes, None], media_type: str, voice: str, record: Record
    ) -> None:
        self.status_code, self.media_type, self.background = 200, media_type, None
        # X-Accel-Buffering: otherwise nginx collects the whole answer first.
        self.init_headers({"X-Accel-Buffering": "no", VOICE_HEADER: quote(voice)})
        del self.headers["content-length"]
        self._first, self._rest, self._record = first, rest, record

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer. Raises GoneError if the client hangs up."""
        async with contextlib.aclosing(self._rest):
            await unless_gone(receive, self._send(send))

    async def _send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self._first, "more_body": True})
        self._record.first_audio = self._record.elapsed()
        async for piece in self._rest:
            if piece:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


async def _first(pieces: AsyncGenerator[bytes, None]) -> bytes:
    """Return the first piece that is not empty."""
    async for piece in pieces:
        if piece:
            return piece
    return b""
