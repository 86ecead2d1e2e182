"""Talk to one Wyoming client.

A connection carries requests one after the other. The answer to `describe` is the voices. The answer to `synthesize` is
audio-start, audio-chunk… and audio-stop, in 16-bit PCM. A text that arrives in pieces (synthesize-start,
synthesize-chunk…, synthesize-stop) gets the same answer while it arrives, then synthesize-stopped. It may have any
length; a limit on its speech ends the answer early. An `error` event answers a faulty request and closes the
connection, because clients would wait for audio-stop for ever.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import time
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from typing import TypeVar, cast

from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.event import Event, Eventable, async_write_event
from wyoming.info import Describe
from wyoming.ping import Ping, Pong
from wyoming.tts import (
    Synthesize,
    SynthesizeChunk,
    SynthesizeStart,
    SynthesizeStop,
    SynthesizeStopped,
    SynthesizeTextFormat,
    SynthesizeVoice,
)

from tts.audio.formats import to_int16
from tts.errors import ConfigError, LimitError, TextError, VoiceError
from tts.options import Markup, SynthesisOptions
from tts.server.limited_reader import IdleError, LimitedReader, read_event
from tts.server.names import Names
from tts.server.places import share_key
from tts.server.pool import BusyError, Pool
from tts.server.record import log_failure, new_request_id
from tts.server.requests import CLIENT_ERRORS
from tts.server.speech import LimitedSession
from tts.speech import AudioChunk as Chunk

logger = logging.getLogger(__name__)

Parsed = TypeVar("Parsed", bound=Eventable)

_GONE = (ConnectionError, asyncio.IncompleteReadError, asyncio.TimeoutError)  # the client hung up, or takes no data


@dataclass
class _Utterance:
    """The answer to one request for speech."""

    session: LimitedSession
    voice: str
    has_begun: bool = False
    """Whether audio-start was sent."""
    begin: float = field(default_factory=time.monotonic)
    is_over: bool = False
    """Whether a limit ended the answer before its text ended."""


class Conversation:
    """Answers one client, from its first request to its last."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        pool: Pool,
        names: Names,
        description: Eventable,
    ) -> None:
        """description: the answer to `describe`."""
        self._reader, self._writer = LimitedReader(reader), writer
        self._pool, self._names, self._description = pool, names, description
        self._utterance: _Utterance | None = None  # of the text that arrives in pieces
        self.is_answering = False
        self.is_last = False
        """Whether to close the connection after the current answer."""
        self.is_one_too_many = False
        """Whether to refuse the client."""
        peer = writer.get_extra_info("peername")
        self.client = share_key(peer[0] if isinstance(peer, tuple) else None)
        """The address whose share of the places the client uses; None for a Unix socket."""

    async def run(self) -> bool:
        """Answer requests until the client or the server closes the connection. Returns whether the client was idle."""
        self._writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        try:
            if self.is_one_too_many:
                await self._refuse("too many clients are connected: come again later", "busy")
            while not self.is_last and (event := await read_event(self._reader, self._pool.limits.idle)):
                self.is_answering = True
                await self._answer(event)
                self.is_answering = False
        except IdleError:
            logger.info("wyoming", extra={"outcome": "idle"})
            return True
        except _GONE:
            logger.info("wyoming", extra={"outcome": "gone"})
        finally:
            self._writer.close()
        return False

    async def _send(self, event: Eventable) -> None:
        """Send an event. Raises one of _GONE if the client does not take it."""
        await asyncio.wait_for(async_write_event(event.event(), self._writer), self._pool.limits.patience)

    async def _refuse(self, reason: str, code: str) -> None:
        logger.info("wyoming", extra={"outcome": "refused", "code": code})
        self.is_last = True
        await self._send(Error(reason.encode(errors="backslashreplace").decode(), code))

    async def _answer(self, event: Event) -> None:
        try:
            await self._handle(event)
        except _GONE:
            raise
        except BusyError as error:
            await self._refuse(str(error), "busy")
        except CLIENT_ERRORS as error:
            await self._refuse(str(error), "bad-request")
        except Exception as error:
            request_id = new_request_id()
            log_failure(request_id, error)
            await self._refuse(f"the server failed; its log says more about {request_id}", "internal")

    async def _handle(self, event: Event) -> None:
        if Describe.is_type(event.type):
            await self._send(self._description)
        elif Ping.is_type(event.type):
            await self._send(Pong(_parsed(Ping, event).text))
        elif SynthesizeStart.is_type(event.type):
            start = _parsed(SynthesizeStart, event)
            self._utterance = self._begin(start.voice, start.text_format)
        elif SynthesizeChunk.is_type(event.type) and self._utterance:
            await self._stream(self._utterance, self._feed(self._utterance, _parsed(SynthesizeChunk, event).text))
        elif SynthesizeStop.is_type(event.type) and self._utterance:
            utterance, self._utterance = self._utterance, None
            await self._stream(utterance, self._finish(utterance))
            if not utterance.is_over:
                await self._send(SynthesizeStopped())
        # While a text arrives in pieces, Home Assistant also sends the whole text: ignore it.
        elif Synthesize.is_type(event.type) and not self._utterance:
            request = _parsed(Synthesize, event)
            utterance = self._begin(request.voice, request.text_format)
            try:
                await self._feed(utterance, request.text, is_whole=True)
                await self._finish(utterance)
            except (BusyError, LimitError):
                if utterance.has_begun:
                    await self._send(AudioStop())
                raise

    async def _stream(self, utterance: _Utterance, work: Coroutine[None, None, None]) -> None:
        """Do the work of a text in pieces, unless its answer is over. A limit ends audio that has begun."""
        if utterance.is_over:
            work.close()
            return
        try:
            await work
        except (BusyError, LimitError) as error:
            if not utterance.has_begun:
                raise
            utterance.is_over = True
            self._log(utterance, "limited", reason=str(error))
            await self._send(AudioStop())
            await self._send(SynthesizeStopped())

    def _begin(self, asked: SynthesizeVoice | None, text_format: str | None) -> _Utterance:
        """Raises VoiceError for a voice that the server does not have."""
        voice = self._voice(asked)
        options = SynthesisOptions(markup=_markup(text_format))
        return _Utterance(LimitedSession(self._pool.voices[voice], self._pool.limits, options), voice)

    def _voice(self, asked: SynthesizeVoice | None) -> str:
        """Return the name of a voice of the pool. Raises VoiceError if none speaks the language."""
        if asked and asked.name:
            return self._names.voice(str(asked.name))
        cards = {name: synthesizer.voice.card for name, synthesizer in self._pool.voices.items()}
        if asked is None or not asked.language:
            return next(iter(cards))
        for name, card in cards.items():
            if _speaks(card.language, str(asked.language)):
                return name
        raise VoiceError(f"no voice for {asked.language!r}: use one of {', '.join(cards)}")

    async def _feed(self, utterance: _Utterance, piece: str, *, is_whole: bool = False) -> None:
        """Speak the sentences that are complete with this piece of the text, or with the whole text."""
        if not isinstance(piece, str):
            raise TextError(f"the text is {piece!r}: send a string")
        if is_whole:
            self._pool.limits.check_length(len(piece))
        chunks = utterance.session.feed(piece)
        if utterance.session.is_ready:  # else there is no reason to wait for a place in the pool
            await self._send_audio(utterance, chunks)

    async def _finish(self, utterance: _Utterance) -> None:
        """Speak the rest of the text, and end the audio. Raises TextError for a text without a character."""
        await self._send_audio(utterance, utterance.session.finish())
        self._log(utterance, "complete")
        await self._send(AudioStop())

    def _log(self, utterance: _Utterance, outcome: str, **notes: str) -> None:
        session = utterance.session
        told = {"outcome": outcome, "characters": session.n_characters, "seconds": round(session.seconds, 3)}
        logger.info("wyoming", extra={**told, **notes})

    async def _send_audio(self, utterance: _Utterance, chunks: Iterator[Chunk]) -> None:
        """Compute the chunks in the pool and send them."""
        async with contextlib.aclosing(self._pool.stream(lambda _: chunks, utterance.voice, self.client)) as computed:
            async for chunk in computed:
                self._pool.limits.check_total(time.monotonic() - utterance.begin)
                rate = chunk.sample_rate
                if not utterance.has_begun:
                    utterance.has_begun = True
                    await self._send(AudioStart(rate, 2, 1))
                if len(chunk.samples):
                    await self._send(AudioChunk(rate, 2, 1, to_int16(chunk.samples).astype("<i2").tobytes()))


def _parsed(kind: type[Parsed], event: Event) -> Parsed:
    try:
        return cast(Parsed, kind.from_event(event))
    except (AttributeError, KeyError, TypeError):
        raise ConfigError(f"the event {event.type!r} does not follow the protocol: see its definition") from None


def _markup(text_format: str | None) -> Markup:
    """Return the kind of a text: the detected kind if the client does not say."""
    if text_format is None:
        return "auto"
    return "ssml" if text_format == SynthesizeTextFormat.SSML else "plain"


def _speaks(language: str, asked: str) -> bool:
    """Whether a voice of a language, such as en-US, speaks the language asked for, such as en_US or en."""
    spoken, wanted = language.lower(), asked.lower().replace("_", "-")
    return spoken == wanted or spoken.startswith(f"{wanted}-")
