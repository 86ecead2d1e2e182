"""Speak a text that arrives in pieces, from calls or from an asynchronous iterator."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, Callable, Iterator
from contextlib import aclosing

from tts.common.threads import iterate_in_thread
from tts.prosody.plan import FrameChunk, Plan
from tts.speech import AudioChunk
from tts.text.incremental import IncrementalText

_Vocoder = Callable[[Iterator[FrameChunk], bool], Iterator[AudioChunk]]
"""Takes frames, and whether somebody waits for their first sound."""


class Session:
    """Speaks one text that arrives in pieces: call `feed` with each piece, then `finish`.

    Both return the chunks that are available. A chunk is computed when it is taken; the next call returns those left.

    Examples:
        >>> from tts import Synthesizer
        >>> session = Synthesizer().session(speed=1.2)
        >>> chunks = list(session.feed("One sentence. And a sec"))
        >>> chunks += session.finish()
        >>> [(chunk.start, chunk.end) for chunk in chunks if chunk.is_last]
        [(0, 13), (14, 23)]
    """

    def __init__(self, text: IncrementalText, plan: Plan, speak: _Vocoder) -> None:
        self._text, self._plan, self._speak = text, plan, speak
        self._chunks: Iterator[AudioChunk] | None = None  # of which some were taken
        self._begins = True  # until the first sound

    @property
    def is_ready(self) -> bool:
        """Whether chunks may be available: a sentence is complete, or the text has ended."""
        return self._chunks is not None or self._text.is_ready

    def feed(self, piece: str) -> Iterator[AudioChunk]:
        """Add a piece of the text. Raises TextError after `finish`."""
        self._text.feed(piece)
        return self._available()

    def finish(self) -> Iterator[AudioChunk]:
        """End the text. The iterator raises MarkupError for invalid SSML, and TextError for a text without a word."""
        self._text.finish()
        return self._available()

    def _available(self) -> Iterator[AudioChunk]:
        if self._chunks is None:
            self._chunks = self._speak(self._frames(), self._begins)
        for chunk in self._chunks:  # `yield from` would close it together with this iterator
            self._begins = False
            yield chunk
        self._chunks = None

    def _frames(self) -> Iterator[FrameChunk]:
        yield from self._plan.add(self._text.sentences())
        if self._text.has_ended:
            yield from self._plan.finish()


async def speak_arriving(text: AsyncIterable[str], begin: Callable[[], Session]) -> AsyncGenerator[AudioChunk, None]:
    """Yield the chunks of a text that arrives asynchronously. Threads begin the session and compute the chunks."""
    import asyncio  # imported late: commands start faster

    session = await asyncio.to_thread(begin)
    async with aclosing(_fed(text, session)) as fed:
        async for chunks in fed:
            if session.is_ready:
                async with aclosing(iterate_in_thread(chunks)) as spoken:
                    async for chunk in spoken:
                        yield chunk


async def _fed(text: AsyncIterable[str], session: Session) -> AsyncGenerator[Iterator[AudioChunk], None]:
    async for piece in text:
        yield session.feed(piece)
    yield session.finish()
