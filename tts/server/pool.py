"""Share a few synthesis threads among many streams, chunk by chunk, behind a bounded queue."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import math
import time
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from tts.common.threads import usable_cores
from tts.errors import ConfigError, LimitError, VoiceError
from tts.server.places import NoPlaceError, Places
from tts.server.turns import Turns
from tts.synthesizer import Synthesizer

T = TypeVar("T")


class BusyError(Exception):
    """The queue is full, or the request waited too long."""

    def __init__(self, retry_after: int) -> None:
        """retry_after: seconds after which to try again."""
        super().__init__(f"the server is busy: ask again in {retry_after} s")
        self.retry_after = retry_after


@dataclass(frozen=True)
class Limits:
    """Limits of one server."""

    characters: int = 4096
    """Characters in one request; the default is OpenAI's limit."""
    seconds: float = 1800.0
    """Seconds of speech for one request."""
    streams: int = 16
    """Requests that are spoken at the same time, taking turns."""
    waiting: int = 64
    """Requests in the queue; further ones are refused."""
    patience: float = 30.0
    """Seconds that a request may wait in the queue, and that a client may take to accept a chunk of audio."""
    total: float = 900.0
    """Seconds that one whole request may take."""
    idle: float = 120.0
    """Seconds for which a Wyoming client may send nothing before its connection is closed."""
    file: int = 16 << 20
    """Bytes of a file that is kept whole before it is sent, as flac has to be; about 12 minutes of speech."""

    def __post_init__(self) -> None:
        """Raises ConfigError for a limit that is not positive."""
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if not (value > 0 or (field.name == "waiting" and value == 0)):
                raise ConfigError(f"the limit of {field.name} is {value}: use a number above 0")

    def check_length(self, characters: int) -> None:
        """Raise LimitError for a text with too many characters."""
        if characters > self.characters:
            raise LimitError(f"the text has {characters} characters: send at most {self.characters} at once")

    def check_duration(self, seconds: float) -> None:
        """Raise LimitError for too much speech."""
        if seconds > self.seconds:
            raise LimitError(f"the speech is longer than {self.seconds:g} s: ask for less, or with shorter pauses")

    def check_total(self, seconds: float) -> None:
        """Raise LimitError for a request that takes too long."""
        if seconds > self.total:
            raise LimitError(f"the request took longer than {self.total:g} s: send less text at once")

    def check_file(self, n_bytes: int) -> None:
        """Raise LimitError for too large a file that is kept whole."""
        if n_bytes > self.file:
            raise LimitError(f"the file is larger than {self.file} bytes: ask for less, or for wav, which is streamed")


class Pool:
    """Synthesizers shared by all requests. Belongs to one event loop and computes in its own threads.

    A stream uses a thread only while it computes a chunk. So a long text delays a short one by one chunk, and a client
    that reads slowly delays no other. Streams that have given nothing yet go first (see `Turns`).
    """

    def __init__(
        self, synthesizers: Mapping[str, Synthesizer], limits: Limits | None = None, workers: int | None = None
    ) -> None:
        """synthesizers: by voice name; the first is the default. workers: threads; None is one for each core."""
        self._synthesizers = dict(synthesizers)
        self.limits = limits or Limits()
        n_threads = workers or usable_cores()
        self._threads = ThreadPoolExecutor(n_threads, thread_name_prefix="speech")
        self._turns = Turns(n_threads)
        self.places = Places(self.limits.streams, self.limits.waiting)
        """The places of requests that are spoken, and their queue."""
        self.refused: dict[str, Counter[str]] = {"speech": self.places.refused}
        """Number of clients that got no place, or lost it, by the kind of place and the reason."""
        self._usual_seconds = 1.0  # running mean of the duration of a stream, for Retry-After

    @property
    def voices(self) -> Mapping[str, Synthesizer]:
        """The synthesizers by voice name, the default first."""
        return self._synthesizers

    @property
    def speaking(self) -> int:
        """Number of requests that are being spoken."""
        return self.places.n_taken

    @property
    def waiting(self) -> int:
        """Number of requests in the queue."""
        return self.places.n_waiting

    def stream(
        self, work: Callable[[Synthesizer], Iterator[T]], voice: str | None = None, client: str | None = None
    ) -> AsyncGenerator[T, None]:
        """Yield the items of `work`, such as `lambda s: s.stream("Hello.")`, each computed in one of the threads.

        voice: a key of `voices`; None is the first. client: the `share_key` of the address that asks. Raises VoiceError
        at once; when iterated, BusyError before the first item, and the exceptions of `work`. Use
        `contextlib.aclosing`: closing, or cancelling the waiting task, stops the work after the item in progress.
        """
        name = next(iter(self._synthesizers)) if voice is None else voice
        if name not in self._synthesizers:
            raise VoiceError(f"unknown voice {name!r}: use one of {', '.join(self._synthesizers)}")
        return self._steps(work, self._synthesizers[name], client)

    def close(self) -> None:
        """Let the threads end after their current work."""
        self._threads.shutdown(wait=False)

    async def _steps(
        self, work: Callable[[Synthesizer], Iterator[T]], synthesizer: Synthesizer, client: str | None
    ) -> AsyncGenerator[T, None]:
        async with self._place(client):
            steps = await self._compute(lambda: iter(work(synthesizer)), begins=True)
            begins = True
            while (step := await self._compute(lambda: next(steps, None), begins=begins)) is not None:
                begins = begins and not step
                yield step

    @contextlib.asynccontextmanager
    async def _place(self, client: str | None) -> AsyncIterator[None]:
        """Hold one of the places for requests that are spoken.

        Raises BusyError where the queue is full, or no place became free within the patience of the limits.
        """
        try:
            await self.places.take(client, self.limits.patience)
        except NoPlaceError:
            raise BusyError(self._retry_after()) from None
        begin = time.monotonic()
        try:
            yield
        finally:
            self._usual_seconds += 0.1 * (time.monotonic() - begin - self._usual_seconds)
            self.places.release(client)

    def _retry_after(self) -> int:
        """Estimate the seconds until half of the queue has been served."""
        return math.ceil(max(1.0, self._usual_seconds * self.waiting / self.limits.streams / 2))

    async def _compute(self, function: Callable[[], T], *, begins: bool) -> T:
        """Run in a thread. On cancellation, drop work that has not begun and wait for work that has.

        begins: whether nothing was given yet.
        """
        async with self._turns.turn(begins=begins):
            job = self._threads.submit(function)
            try:
                return await asyncio.wrap_future(job)
            except asyncio.CancelledError:
                if not job.cancel() and not job.done():
                    await asyncio.wait([asyncio.wrap_future(job)])
                raise
