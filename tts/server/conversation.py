"""One client that speaks Wyoming.

A connection carries requests one after the other. `describe` is answered with the voices; `synthesize` with
audio-start, audio-chunk… and audio-stop, in 16-bit PCM; and a text that arrives in pieces (synthesize-start,
synthesize-chunk…, synthesize-stop) with the same while it arrives, and synthesize-stopped. What goes wrong is an
`error` event, after which the connection is closed: clients that wait for audio-stop would wait for ever.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar, cast

import numpy as np
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.event import Event, Eventable, async_read_event, async_write_event
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

from tts.audio.files import to_int16
from tts.errors import ConfigError, LimitError, TextError, VoiceError
from tts.options import Markup, SynthesisOptions
from tts.server.pool import BusyError, Pool
from tts.server.record import log_failure, new_request_id
from tts.server.requests import CLIENT_ERRORS
from tts.synthesizer import AudioChunk as Spoken
from tts.synthesizer import Synthesizer
from tts.text.sentences import complete_length, ends_paragraph

logger = logging.getLogger(__name__)

Parsed = TypeVar("Parsed", bound=Eventable)

LONGEST_EVENT = 1 << 20
"""Bytes of one part of an event; a text within the limit of characters is far below it."""

_GONE = (ConnectionError, asyncio.IncompleteReadError, asyncio.TimeoutError)  # hung up, or takes nothing


@dataclass
class _Text:
    """A text to be spoken, whole or as much of it as has come."""

    voice: str | None
    markup: Markup
    rest: str = ""
    """What has not been spoken."""
    length: int = 0
    """Characters, spoken or not."""
    pause: float = 0.0
    """Seconds of silence between what has been spoken and what follows."""
    seconds: float = 0.0
    """What has been sent of audio."""
    rate: int | None = None
    """Of the audio in hertz, once it has begun."""

    @property
    def may_be_ssml(self) -> bool:
        """Of SSML nothing can be spoken before its end."""
        return self.markup == "ssml" or (self.markup == "auto" and self.rest.lstrip()[:1] in ("", "<"))


class Conversation:
    """One client, from its first request to its last."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pool: Pool, description: Eventable
    ) -> None:
        """description: the answer to `describe`."""
        self._reader, self._writer = _LimitedReader(reader), writer
        self._pool, self._description = pool, description
        self._text: _Text | None = None  # that arrives in pieces
        self.is_answering = False
        self.is_last = False
        """Whether to close the connection after the request that is being answered."""

    async def run(self, *, is_one_too_many: bool) -> None:
        """Answer requests until the client goes, or is sent away."""
        self._writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        try:
            if is_one_too_many:
                await self._refuse("too many clients are connected: come again later", "busy")
            while not self.is_last and (event := await self._read()) is not None:
                self.is_answering = True
                await self._answer(event)
                self.is_answering = False
        except _GONE:
            logger.info("wyoming", extra={"fields": {"outcome": "gone"}})
        finally:
            self._writer.close()

    async def _read(self) -> Event | None:
        """The next event; none where the client has gone, or says what is no event."""
        try:
            return await async_read_event(self._reader)  # type: ignore[arg-type]
        except (AttributeError, KeyError, TypeError, RecursionError):
            return None

    async def _send(self, event: Eventable) -> None:
        """Raises one of _GONE where the client does not take it."""
        await asyncio.wait_for(async_write_event(event.event(), self._writer), self._pool.limits.patience)

    async def _refuse(self, reason: str, code: str) -> None:
        logger.info("wyoming", extra={"fields": {"outcome": "refused", "code": code}})
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
            self._text = _Text(self._voice(start.voice), _markup(start.text_format))
        elif SynthesizeChunk.is_type(event.type) and self._text:
            self._add(self._text, _parsed(SynthesizeChunk, event).text)
            await self._speak_settled(self._text)
        elif SynthesizeStop.is_type(event.type) and self._text:
            text, self._text = self._text, None
            await self._finish(text)
            await self._send(SynthesizeStopped())
        elif Synthesize.is_type(event.type) and not self._text:  # amid a text in pieces it is that text once more
            request = _parsed(Synthesize, event)
            text = _Text(self._voice(request.voice), _markup(request.text_format))
            self._add(text, request.text)
            await self._finish(text)

    def _voice(self, asked: SynthesizeVoice | None) -> str | None:
        """The name of a voice of the pool. Raises VoiceError where none has that name, or speaks that language."""
        if asked is None or not (asked.name or asked.language):
            return None
        cards = {name: synthesizer.voice.card for name, synthesizer in self._pool.voices.items()}
        for name, card in cards.items():
            if name == asked.name or (not asked.name and _speaks(card.language, str(asked.language))):
                return name
        raise VoiceError(f"no voice for {asked.name or asked.language!r}: use one of {', '.join(cards)}")

    def _add(self, text: _Text, piece: str) -> None:
        if not isinstance(piece, str):
            raise TextError(f"the text is {piece!r}, which is none")
        text.rest += piece
        text.length += len(piece)
        self._pool.limits.check_length(text.length)

    async def _speak_settled(self, text: _Text) -> None:
        """Speak the sentences that are whole."""
        if not text.may_be_ssml and (length := complete_length(text.rest)):
            passage, text.rest, text.markup = text.rest[:length], text.rest[length:], "plain"
            try:
                await self._speak(text, passage)
            except TextError:  # no word in it; there may be some in what follows
                return
            options = SynthesisOptions()
            text.pause = options.paragraph_pause if ends_paragraph(passage) else options.sentence_pause

    async def _finish(self, text: _Text) -> None:
        """Speak what is left, and end the audio."""
        try:
            await self._speak(text, text.rest)
        except TextError:
            if text.rate is None:
                raise
        told = {"outcome": "complete", "characters": text.length, "seconds": round(text.seconds, 3)}
        logger.info("wyoming", extra={"fields": told})
        await self._send(AudioStop())

    async def _speak(self, text: _Text, passage: str) -> None:
        """Raises TextError for a passage without a word, or a fault in SSML; whatever ends it ends the work."""

        def work(synthesizer: Synthesizer) -> Iterator[Spoken]:
            return synthesizer.stream(passage, markup=text.markup)

        async with contextlib.aclosing(self._pool.stream(work, text.voice)) as chunks:
            async for chunk in chunks:
                if text.rate is None:
                    text.rate = chunk.sample_rate
                    await self._send(AudioStart(text.rate, 2, 1))
                samples = np.concatenate([np.zeros(round(text.pause * text.rate), np.float32), chunk.samples])
                text.pause = 0.0
                text.seconds += len(samples) / text.rate
                self._pool.limits.check_duration(text.seconds)
                if len(samples):
                    await self._send(AudioChunk(text.rate, 2, 1, to_int16(samples).astype("<i2").tobytes()))


class _LimitedReader:
    """What reading an event needs of a StreamReader, which would otherwise take any length that a client announces."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader

    async def readline(self) -> bytes:
        return await self._reader.readline()

    async def readexactly(self, n: int) -> bytes:
        if n > LONGEST_EVENT:
            raise LimitError(f"an event of {n} bytes, but {LONGEST_EVENT} are the most")
        return await self._reader.readexactly(n)


def _parsed(kind: type[Parsed], event: Event) -> Parsed:
    try:
        return cast(Parsed, kind.from_event(event))
    except (AttributeError, KeyError, TypeError):
        raise ConfigError(f"the event {event.type!r} is not as the protocol has it") from None


def _markup(text_format: str | None) -> Markup:
    """Return the kind of a text: the detected kind if the client does not say."""
    if text_format is None:
        return "auto"
    return "ssml" if text_format == SynthesizeTextFormat.SSML else "plain"


def _speaks(language: str, asked: str) -> bool:
    """Whether a voice of a language, as en-US, will do for one that is asked for, as en_US or en."""
    spoken, wanted = language.lower(), asked.lower().replace("_", "-")
    return spoken == wanted or spoken.startswith(f"{wanted}-")
