"""Turns go to jobs that begin a sound, unless another one has waited long enough."""

from __future__ import annotations

import asyncio

import pytest

from tts.server import turns
from tts.server.turns import Turns


async def take(queue: Turns, name: str, order: list[str], *, begins: bool) -> None:
    async with queue.turn(begins=begins):
        order.append(name)
        await asyncio.sleep(0)


def test_who_has_heard_nothing_goes_first() -> None:
    order: list[str] = []

    async def run() -> None:
        queue = Turns(1)
        jobs = [("first", False), ("more", False), ("new", True), ("newer", True), ("still more", False)]
        await asyncio.gather(*(take(queue, name, order, begins=begins) for name, begins in jobs))

    asyncio.run(run())
    assert order == ["first", "new", "newer", "more", "still more"]


def test_nobody_waits_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "YIELDING", 0.01)
    order: list[str] = []

    async def run() -> None:
        queue = Turns(1)
        async with asyncio.TaskGroup() as group, queue.turn(begins=True):
            group.create_task(take(queue, "more", order, begins=False))
            await asyncio.sleep(0.03)
            group.create_task(take(queue, "new", order, begins=True))
            await asyncio.sleep(0)

    asyncio.run(run())
    assert order == ["more", "new"]


def test_a_job_that_is_cancelled_passes_its_turn_on() -> None:
    order: list[str] = []

    async def run() -> None:
        queue = Turns(1)
        async with queue.turn(begins=True):
            waiting = [asyncio.create_task(take(queue, name, order, begins=True)) for name in ("gone", "late", "last")]
            await asyncio.sleep(0)
            waiting[0].cancel()
            await asyncio.sleep(0)
        waiting[1].cancel()  # its turn was given, and it has not run since
        await asyncio.gather(*waiting, return_exceptions=True)

    asyncio.run(run())
    assert order == ["last"]


def test_several_run_at_a_time() -> None:
    running, most = 0, 0

    async def job(queue: Turns) -> None:
        nonlocal running, most
        async with queue.turn(begins=True):
            running += 1
            most = max(most, running)
            await asyncio.sleep(0.001)
            running -= 1

    async def run() -> None:
        queue = Turns(2)
        await asyncio.gather(*(job(queue) for _ in range(9)))

    asyncio.run(run())
    assert (running, most) == (0, 2)
