"""Speech for asyncio: chunks come from a thread, while the event loop goes on."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tts import Synthesizer
from tts.common.threads import iterate_in_thread
from tts.errors import ConfigError, MarkupError, TextError

TEXT = "Hello there. The second sentence is a little longer!\n\nA third?"


@pytest.fixture(scope="module")
def synthesizer(tiny_voice: Path) -> Synthesizer:
    return Synthesizer(tiny_voice)


async def arriving(text: str, size: int) -> AsyncIterator[str]:
    for start in range(0, len(text), size):
        await asyncio.sleep(0)
        yield text[start : start + size]


async def taken(chunks: AsyncIterator[Any]) -> list[Any]:
    return [chunk async for chunk in chunks]


def no_thread_is_left(before: int) -> bool:
    end = time.monotonic() + 20
    while threading.active_count() > before and time.monotonic() < end:
        time.sleep(0.01)
    return threading.active_count() <= before


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize(
    "given", [str, lambda text: [text[:9], text[9:]], lambda text: arriving(text, 1), lambda text: arriving(text, 30)]
)
def test_the_chunks_are_those_of_the_stream(tiny_voice: Path, given: Any, threads: int) -> None:
    synthesizer = Synthesizer(tiny_voice, threads=threads)
    options: dict[str, Any] = {"seed": 3, "speed": 1.5, "loudness": -30}
    chunks = asyncio.run(taken(synthesizer.astream(given(TEXT), **options)))
    for one, other in zip(synthesizer.stream(TEXT, **options), chunks, strict=True):
        np.testing.assert_array_equal(one.samples, other.samples)
        assert (one.start, one.end, one.is_last, one.words) == (other.start, other.end, other.is_last, other.words)


def test_a_sentence_is_spoken_before_the_text_has_ended(synthesizer: Synthesizer) -> None:
    async def run() -> None:
        heard = asyncio.Event()

        async def text() -> AsyncIterator[str]:
            yield "Hello there. And so. On"
            await asyncio.wait_for(heard.wait(), 60)
            yield " it goes."

        spans = []
        async for chunk in synthesizer.astream(text()):
            spans.append((chunk.start, chunk.end))
            if chunk.is_last:
                heard.set()
        assert list(dict.fromkeys(spans)) == [(0, 12), (13, 20), (21, 32)]

    asyncio.run(run())


def test_the_loop_goes_on() -> None:
    """Each item waits for the loop, so that an item computed in the loop's own thread never comes."""

    async def run() -> None:
        loop, here = asyncio.get_running_loop(), threading.get_ident()

        def items() -> Iterator[int]:
            for number in range(3):
                asyncio.run_coroutine_threadsafe(asyncio.sleep(0), loop).result(60)
                yield number
            assert threading.get_ident() != here

        assert await taken(iterate_in_thread(items())) == [0, 1, 2]

    asyncio.run(run())


def test_two_speak_at_once(synthesizer: Synthesizer) -> None:
    async def run() -> list[list[Any]]:
        return await asyncio.gather(taken(synthesizer.astream(TEXT)), taken(synthesizer.astream(arriving(TEXT, 5))))

    one, other = asyncio.run(run())
    np.testing.assert_array_equal(*(np.concatenate([chunk.samples for chunk in chunks]) for chunks in (one, other)))


@pytest.mark.parametrize("how", ["break", "aclosing", "cancel"])
@pytest.mark.parametrize("pieces", [False, True])
def test_leaving_early_ends_the_thread(tiny_voice: Path, how: str, pieces: bool) -> None:
    before = threading.active_count()
    synthesizer, text = Synthesizer(tiny_voice, threads=2), "One. " * 2000

    async def first() -> None:
        chunks = synthesizer.astream(arriving(text, 500) if pieces else text)
        if how == "aclosing":
            async with aclosing(chunks):
                await anext(chunks)
        elif how == "break":
            async for _ in chunks:
                break
            del chunks
            gc.collect()
            await asyncio.sleep(0.1)
        else:
            speaking = asyncio.create_task(taken(chunks))
            await asyncio.sleep(0.2)
            speaking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await speaking

    start = time.monotonic()
    asyncio.run(first())
    assert no_thread_is_left(before)
    assert time.monotonic() - start < 20  # the whole text takes minutes


@pytest.mark.parametrize("given", [str, lambda text: arriving(text, 9)])
def test_errors_are_those_of_the_stream(synthesizer: Synthesizer, given: Any) -> None:
    with pytest.raises(ConfigError, match="speed is 9"):
        synthesizer.astream(given("Hello."), speed=9)
    for text, error in (("?!", TextError), ("<speak>Hello.", MarkupError)):
        with pytest.raises(error):
            asyncio.run(taken(synthesizer.astream(given(text))))


@pytest.mark.parametrize("text", [b"Hello.", bytearray(b"Hello."), None, 5, 1.5, Path("book.txt"), object()])
def test_what_is_no_text_is_a_type_error(synthesizer: Synthesizer, text: Any) -> None:
    calls: list[Any] = [synthesizer.synthesize, synthesizer.stream]
    for call in calls:
        with pytest.raises(TypeError, match=f"text must be str.* is {type(text).__name__}"):
            call(text)
    with pytest.raises(TypeError, match="text must be str"):
        asyncio.run(taken(synthesizer.astream(text)))
    for call in (lambda pieces: list(synthesizer.stream(pieces)), lambda pieces: synthesizer.session().feed(pieces[1])):
        with pytest.raises(TypeError, match=f"each piece of a text must be str, but one is {type(text).__name__}"):
            call(["Hello. ", text])
