"""Who speaks next: a bounded queue before a few threads, which many streams share chunk by chunk."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import math
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import anyio

from tts.common.threads import usable_cores
from tts.errors import ConfigError, LimitError, VoiceError
from tts.synthesizer import Synthesizer

T = TypeVar("T")


class BusyError(Exception):
    """The queue is full, or the turn did not come in time."""

    def __init__(self, retry_after: int) -> None:
        """retry_after: seconds after which it is worth asking again."""
        super().__init__(f"the server is busy: ask again in {retry_after} s")
        self.retry_after = retry_after


@dataclass(frozen=True)
class Limits:
    """What one server takes on."""

    characters: int = 4096
    """Characters in one request; OpenAI's own limit."""
    seconds: float = 1800.0
    """Seconds of speech that one request may make."""
    streams: int = 16
    """Requests that are spoken at the same time, taking turns."""
    waiting: int = 64
    """Requests that wait for one of these to end; the next one is refused."""
    patience: float = 30.0
    """Seconds that a request waits before it is refused, and that a client may take to accept a piece of sound."""
    total: float = 900.0
    """Seconds that one request may take from first to last."""

    def __post_init__(self) -> None:
        """Raises ConfigError for a limit of nothing."""
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


class Pool:
    """Synthesizers by name, shared by all requests. Belongs to one event loop; computes in threads of its own.

    A stream holds a thread only while the next of its chunks is computed, so that a long text delays a short one by a
    chunk, and a client that reads slowly delays nobody.
    """

    def __init__(
        self, synthesizers: Mapping[str, Synthesizer], limits: Limits | None = None, workers: int | None = None
    ) -> None:
        """synthesizers: by the name of their voice; the first is the default. workers: threads; one for each core."""
        self._synthesizers = dict(synthesizers)
        self.limits = limits or Limits()
        self._threads = ThreadPoolExecutor(workers or usable_cores(), thread_name_prefix="speech")
        self._places = anyio.CapacityLimiter(self.limits.streams)
        self._usual_seconds = 1.0  # how long a stream lasts: a running mean, for telling when to ask again

    @property
    def voices(self) -> Mapping[str, Synthesizer]:
        """The synthesizers by the name of their voice, the default first."""
        return self._synthesizers

    @property
    def speaking(self) -> int:
        """Number of requests that are being spoken."""
        return self._places.borrowed_tokens

    @property
    def waiting(self) -> int:
        """Number of requests in the queue."""
        return self._places.statistics().tasks_waiting

    def stream(self, work: Callable[[Synthesizer], Iterator[T]], voice: str | None = None) -> AsyncGenerator[T, None]:
        """What `work` yields, computed step by step in the pool's threads, such as `lambda s: s.stream("Hello.")`.

        voice: a key of `voices`; None is the first. Raises VoiceError at once; when iterated, BusyError before
        the first step, and whatever `work` raises. Closing it, or cancelling the task that waits for it, stops the
        work after the step that is being computed; it is closed as `contextlib.aclosing` does.
        """
        name = next(iter(self._synthesizers)) if voice is None else voice
        if name not in self._synthesizers:
            raise VoiceError(f"unknown voice {name!r}: use one of {', '.join(self._synthesizers)}")
        return self._steps(work, self._synthesizers[name])

    def close(self) -> None:
        """Let the threads end once what they compute is done."""
        self._threads.shutdown(wait=False)

    async def _steps(
        self, work: Callable[[Synthesizer], Iterator[T]], synthesizer: Synthesizer
    ) -> AsyncGenerator[T, None]:
        async with self._place():
            steps = await self._compute(lambda: iter(work(synthesizer)))
            while (step := await self._compute(lambda: next(steps, None))) is not None:
                yield step

    @contextlib.asynccontextmanager
    async def _place(self) -> AsyncIterator[None]:
        """Hold one of the places for requests that are spoken. Requests get places in the order in which they come.

        Raises BusyError where the queue is full, or no place became free within the patience of the limits.
        """
        if self.speaking >= self.limits.streams and self.waiting >= self.limits.waiting:
            raise BusyError(self._retry_after())
        holder = object()  # not the task: one task may follow several streams
        try:
            with anyio.fail_after(self.limits.patience):
                await self._places.acquire_on_behalf_of(holder)
        except TimeoutError:
            raise BusyError(self._retry_after()) from None
        begin = time.monotonic()
        try:
            yield
        finally:
            self._usual_seconds += 0.1 * (time.monotonic() - begin - self._usual_seconds)
            self._places.release_on_behalf_of(holder)

    def _retry_after(self) -> int:
        """Seconds until half of those who wait have had their turn, if they are as the last were."""
        return math.ceil(max(1.0, self._usual_seconds * self.waiting / self.limits.streams / 2))

    async def _compute(self, function: Callable[[], T]) -> T:
        """Run in a thread. Cancelled, it withdraws what has not begun, and waits for what has: it is short."""
        job = self._threads.submit(function)
        try:
            return await asyncio.wrap_future(job)
        except asyncio.CancelledError:
            if not job.cancel() and not job.done():
                await asyncio.wait([asyncio.wrap_future(job)])
            raise
