"""Test turns, refusals and cancellation with work that computes nothing."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import aclosing
from typing import Any

import pytest
from prometheus_client import generate_latest

from tts.errors import VoiceError
from tts.server.pool import BusyError, Limits, Pool
from tts.server.record import Metrics
from tts.synthesizer import Synthesizer


@pytest.fixture(scope="module")
def synthesizer(tiny_voice: Any) -> Synthesizer:
    return Synthesizer(tiny_voice)


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(asyncio.wait_for(test(), 30))


async def collect(stream: Any) -> list[Any]:
    async with aclosing(stream):
        return [step async for step in stream]


def counting(n: int) -> Callable[[Synthesizer], Iterator[int]]:
    return lambda synthesizer: iter(range(n))


def test_it_yields_what_the_work_does(synthesizer: Synthesizer) -> None:
    async def test() -> None:
        pool = Pool({"a": synthesizer, "b": synthesizer}, workers=2)
        assert await collect(pool.stream(counting(3))) == [0, 1, 2]
        assert await collect(pool.stream(lambda s: iter([s is synthesizer]), "b")) == [True]
        with pytest.raises(VoiceError, match="unknown voice 'c': use one of a, b"):
            pool.stream(counting(3), "c")

    run(test)


def test_errors_arrive_and_free_the_place(synthesizer: Synthesizer) -> None:
    def failing(synthesizer: Synthesizer) -> Iterator[int]:
        yield 1
        raise ValueError("no")

    async def test() -> None:
        pool = Pool({"a": synthesizer}, Limits(streams=1, waiting=0))
        for _ in range(3):
            with pytest.raises(ValueError, match="no"):
                await collect(pool.stream(failing))
        assert (pool.speaking, pool.waiting) == (0, 0)

    run(test)


def test_streams_take_turns(synthesizer: Synthesizer) -> None:
    """With one thread, other work runs between two steps of a long stream."""

    async def test() -> None:
        pool = Pool({"a": synthesizer}, workers=1)
        order: list[str] = []

        async def follow(name: str, n: int) -> None:
            async for _ in pool.stream(counting(n)):
                order.append(name)

        await asyncio.gather(follow("long", 100), follow("short", 3))
        assert order.index("short") < 5
        assert max(index for index, name in enumerate(order) if name == "short") < 20

    run(test)


def test_the_queue_is_bounded_and_in_order(synthesizer: Synthesizer) -> None:
    async def test() -> None:
        pool = Pool({"a": synthesizer}, Limits(streams=1, waiting=2))
        first = pool.stream(counting(5))
        assert await anext(first) == 0
        order: list[int] = []

        async def wait(name: int) -> None:
            await collect(pool.stream(counting(1)))
            order.append(name)

        waiting = [asyncio.ensure_future(wait(name)) for name in (1, 2)]
        await asyncio.sleep(0)
        assert (pool.speaking, pool.waiting) == (1, 2)
        with pytest.raises(BusyError) as caught:
            await collect(pool.stream(counting(1)))
        assert caught.value.retry_after >= 1
        await first.aclose()
        await asyncio.gather(*waiting)
        assert order == [1, 2]
        assert (pool.speaking, pool.waiting) == (0, 0)

    run(test)


def test_patience_ends(synthesizer: Synthesizer) -> None:
    async def test() -> None:
        pool = Pool({"a": synthesizer}, Limits(streams=1, patience=0.05))
        first = pool.stream(counting(5))
        await anext(first)
        with pytest.raises(BusyError):
            await collect(pool.stream(counting(1)))
        await first.aclose()
        assert await collect(pool.stream(counting(1))) == [0]

    run(test)


def test_who_waits_may_go(synthesizer: Synthesizer) -> None:
    async def test() -> None:
        pool = Pool({"a": synthesizer}, Limits(streams=1))
        first = pool.stream(counting(5))
        await anext(first)
        waiting = [asyncio.ensure_future(collect(pool.stream(counting(2)))) for _ in range(3)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        await asyncio.sleep(0)
        assert pool.waiting == 2
        await first.aclose()  # the second gets its turn and is cancelled in the same moment
        waiting[1].cancel()
        assert await waiting[2] == [0, 1]
        assert (pool.speaking, pool.waiting) == (0, 0)

    run(test)


def test_cancelled_work_stops(synthesizer: Synthesizer) -> None:
    begun, may_end, steps = threading.Event(), threading.Event(), []

    def endless(synthesizer: Synthesizer) -> Iterator[int]:
        for number in range(1_000_000):
            steps.append(number)
            if number == 3:
                begun.set()
                may_end.wait(10)
            yield number

    async def test() -> None:
        pool = Pool({"a": synthesizer}, Limits(streams=1))
        task = asyncio.ensure_future(collect(pool.stream(endless)))
        while not begun.is_set():
            await asyncio.sleep(0.001)
        task.cancel()  # in the middle of a step, which ends first
        await asyncio.sleep(0.01)
        assert not task.done()
        may_end.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert pool.speaking == 0
        assert len(steps) == 4

    run(test)


@pytest.mark.parametrize("values", [{"streams": 0}, {"characters": -1}, {"seconds": float("nan")}, {"waiting": -1}])
def test_limits_of_nothing(values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"limit of {next(iter(values))} is"):
        Limits(**values)


def test_refusals_are_told_in_the_metrics(synthesizer: Synthesizer) -> None:
    async def test() -> None:
        pool = Pool({"a": synthesizer}, Limits(streams=2, waiting=0))
        mine = pool.stream(counting(5), client="192.0.2.7")
        assert await anext(mine) == 0
        with pytest.raises(BusyError):
            await collect(pool.stream(counting(1), client="192.0.2.7"))
        assert await collect(pool.stream(counting(1), client="192.0.2.8")) == [0]
        await mine.aclose()
        metrics = Metrics(lambda: 0, lambda: 0, pool.refused)
        told = generate_latest(metrics.registry).decode()
        assert 'tts_places_refused_total{place="speech",reason="share"} 1.0' in told

    run(test)
