"""Call the server with Wyoming's own client, over loopback and a Unix socket."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("wyoming", reason="needs the extra [serve]")

from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncClient
from wyoming.error import Error
from wyoming.event import Event, Eventable
from wyoming.info import Describe, Info
from wyoming.ping import Ping
from wyoming.tts import (
    Synthesize,
    SynthesizeChunk,
    SynthesizeStart,
    SynthesizeStop,
    SynthesizeTextFormat,
    SynthesizeVoice,
)

from tts.audio.formats import to_int16
from tts.server import wyoming
from tts.server.conversation import Conversation
from tts.server.names import Names
from tts.server.pool import Limits, Pool
from tts.server.speech import SILENCE
from tts.server.wyoming import wyoming_server
from tts.synthesizer import Synthesizer

WORDLESS = ["---", "...", "**", "•", '"', "|---|---|", "\u200b", "™", "?!", " ", "\n"]
TEXT = "One sentence. Another, e.g. this one!\n\nA paragraph. Dr. Smith has the end."
SECONDS = 60.0  # seconds until a hanging test fails


@pytest.fixture(scope="module")
def synthesizer(tiny_voice: Path) -> Synthesizer:
    return Synthesizer(tiny_voice)


@contextlib.asynccontextmanager
async def serving(synthesizer: Synthesizer, **limits: Any) -> AsyncIterator[tuple[str, Pool]]:
    """A server, its address and its pool."""
    pool = Pool({"tiny": synthesizer}, Limits(**limits), 1)
    async with wyoming_server("tcp://127.0.0.1:0", pool) as server:
        yield f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}", pool
    pool.close()


async def said(client: AsyncClient) -> list[Event]:
    """Read events until the server ends an answer or disconnects."""
    events = []
    while event := await asyncio.wait_for(client.read_event(), SECONDS):
        events.append(event)
        if event.type in ("synthesize-stopped", "info", "pong"):
            break
    return events


async def answers(uri: str, *events: Eventable) -> list[Event]:
    async with AsyncClient.from_uri(uri) as client:
        for event in events:
            await client.write_event(event.event())
        client._writer.write_eof()  # type: ignore[attr-defined]  # it hangs up when it has answered
        return await said(client)


def sound(events: list[Event]) -> np.ndarray[Any, Any]:
    return np.frombuffer(b"".join(event.payload or b"" for event in events), "<i2")


def kinds(events: list[Event]) -> list[str]:
    """Return the types of the events without repetitions."""
    return [event.type for n, event in enumerate(events) if not n or events[n - 1].type != event.type]


def error(events: list[Event]) -> Error:
    assert Error.is_type(events[-1].type)
    return Error.from_event(events[-1])


def run(test: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(test(), SECONDS))  # type: ignore[arg-type]


def test_describe(synthesizer: Synthesizer) -> None:
    async def test() -> None:
        async with serving(synthesizer) as (uri, _):
            (event,) = await answers(uri, Describe())
            (program,) = Info.from_event(event).tts
            assert program.name == "griffon"
            assert program.version
            assert program.installed
            assert program.supports_synthesize_streaming
            (voice,) = program.voices
            assert (voice.name, voice.languages, voice.installed) == ("tiny", ["en-US"], True)
            assert voice.attribution.name == "Made by the tests. (CC0-1.0)"
            (pong,) = await answers(uri, Ping("hello"))
            assert pong.data == {"text": "hello"}

    run(test)


def test_synthesize(synthesizer: Synthesizer) -> None:
    async def test() -> None:
        async with serving(synthesizer) as (uri, pool):
            for voice in (
                None,
                SynthesizeVoice("tiny"),
                SynthesizeVoice(language="en_US"),
                SynthesizeVoice(language="en"),
            ):
                events = await answers(uri, Synthesize(TEXT, voice))
                assert kinds(events) == ["audio-start", "audio-chunk", "audio-stop"]
                start, chunk = AudioStart.from_event(events[0]), AudioChunk.from_event(events[1])
                assert (start.rate, start.width, start.channels) == (22050, 2, 1)
                assert (chunk.rate, chunk.width, chunk.channels) == (22050, 2, 1)
                np.testing.assert_array_equal(sound(events), to_int16(synthesizer.synthesize(TEXT).samples))
            assert pool.speaking == 0

    run(test)


def test_one_connection_carries_several_requests(synthesizer: Synthesizer) -> None:
    async def test() -> None:
        async with serving(synthesizer) as (uri, _):
            events = await answers(uri, Synthesize("One."), Synthesize("Two."), Describe())
            assert kinds(events) == [*["audio-start", "audio-chunk", "audio-stop"] * 2, "info"]

    run(test)


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_text_in_pieces_sounds_as_it_does_whole(synthesizer: Synthesizer, size: int) -> None:
    async def test() -> None:
        async with serving(synthesizer) as (uri, _):
            pieces = [SynthesizeChunk(TEXT[n : n + size]) for n in range(0, len(TEXT), size)]
            # Home Assistant repeats the whole text for servers that do not stream.
            events = await answers(uri, SynthesizeStart(), *pieces, Synthesize(TEXT), SynthesizeStop())
            assert kinds(events) == ["audio-start", "audio-chunk", "audio-stop", "synthesize-stopped"]
            np.testing.assert_array_equal(sound(events), to_int16(synthesizer.synthesize(TEXT).samples))

    run(test)


def test_a_sentence_is_heard_while_the_text_arrives(synthesizer: Synthesizer) -> None:
    async def test() -> None:
        async with serving(synthesizer) as (uri, _), AsyncClient.from_uri(uri) as client:
            await client.write_event(SynthesizeStart().event())
            await client.write_event(SynthesizeChunk("One sentence. Another one. The third begi").event())
            first, second = await client.read_event(), await client.read_event()
            assert first is not None
            assert second is not None
            assert (first.type, second.type) == ("audio-start", "audio-chunk")
            await client.write_event(SynthesizeChunk("ns and ends.").event())
            await client.write_event(SynthesizeStop().event())
            assert kinds(await said(client)) == ["audio-chunk", "audio-stop", "synthesize-stopped"]

    run(test)


def test_pieces_without_a_word_are_passed_over(synthesizer: Synthesizer) -> None:
    async def test() -> None:
        async with serving(synthesizer) as (uri, _):
            pieces = [SynthesizeChunk(piece) for piece in ("Hello. ", "?! ", "?! ", "?! ")]
            events = await answers(uri, SynthesizeStart(), *pieces, SynthesizeStop())
            assert kinds(events) == ["audio-start", "audio-chunk", "audio-stop", "synthesize-stopped"]

    run(test)


def test_ssml(synthesizer: Synthesizer) -> None:
    text = '<speak>One. <break time="500ms"/> Two. Three. Four.</speak>'

    async def test() -> None:
        async with serving(synthesizer) as (uri, _):
            expected = to_int16(synthesizer.synthesize(text).samples)
            np.testing.assert_array_equal(sound(await answers(uri, Synthesize(text))), expected)
            start, pieces = SynthesizeStart(), [SynthesizeChunk(text[:30]), SynthesizeChunk(text[30:])]
            np.testing.assert_array_equal(sound(await answers(uri, start, *pieces, SynthesizeStop())), expected)
            events = await answers(uri, Synthesize("<speak>One.", text_format=SynthesizeTextFormat.SSML))
            assert "<speak>" in error(events).text
            spoken = await answers(uri, Synthesize("<speak>One.", text_format=SynthesizeTextFormat.TEXT))
            assert kinds(spoken) == ["audio-start", "audio-chunk", "audio-stop"]

    run(test)


def test_markdown_in_pieces(synthesizer: Synthesizer) -> None:
    """A language model's tokens cut a link and a fence."""
    text = "See [the docs](https://a.b/c). It is **so**.\n\n```python\nprint(1)\n```\n\nDone."

    async def test() -> None:
        async with serving(synthesizer) as (uri, _):
            expected = to_int16(synthesizer.synthesize("See the docs. It is *so*.\n\nCode block.\n\nDone.").samples)
            np.testing.assert_array_equal(sound(await answers(uri, Synthesize(text))), expected)
            pieces = [SynthesizeChunk(text[at : at + 4]) for at in range(0, len(text), 4)]
            found = sound(await answers(uri, SynthesizeStart(), *pieces, SynthesizeStop()))
            np.testing.assert_array_equal(found, expected)

    run(test)


def test_pipers_voices_are_spoken_by_the_default_one(synthesizer: Synthesizer) -> None:
    async def test() -> None:
        async with serving(synthesizer) as (uri, _):
            expected = to_int16(synthesizer.synthesize(TEXT).samples)
            for name in ("en_US-lessac-medium", "TINY", "alloy"):
                voice = SynthesizeVoice(name, speaker="0")
                np.testing.assert_array_equal(sound(await answers(uri, Synthesize(TEXT, voice))), expected)
                pieces = SynthesizeStart(voice), SynthesizeChunk(TEXT), SynthesizeStop()
                np.testing.assert_array_equal(sound(await answers(uri, *pieces)), expected)

    run(test)


def test_a_strict_server_refuses_unknown_voices(synthesizer: Synthesizer) -> None:
    async def test() -> None:
        pool = Pool({"tiny": synthesizer}, None, 1)
        async with wyoming_server("tcp://127.0.0.1:0", pool, Names(pool.voices, is_strict=True)) as server:
            uri = f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            for request in (
                Synthesize("Hello.", SynthesizeVoice("nobody")),
                SynthesizeStart(SynthesizeVoice("nobody")),
            ):
                assert error(await answers(uri, request)).text == "unknown voice: use one of tiny"
        pool.close()

    run(test)


def test_marks_without_a_word_are_a_short_silence(synthesizer: Synthesizer) -> None:
    """Programs that cut a chat into pieces send such pieces, on one connection."""

    async def test() -> None:
        async with serving(synthesizer) as (uri, _):
            found = await answers(uri, *[Synthesize(text) for text in WORDLESS], Describe())
            assert kinds(found) == [*["audio-start", "audio-chunk", "audio-stop"] * len(WORDLESS), "info"]
            assert len(sound(found)) == len(WORDLESS) * round(SILENCE * 22050)
            assert not sound(found).any()
            pieces = SynthesizeStart(), SynthesizeChunk("**"), SynthesizeChunk("\n|---|---|\n"), SynthesizeStop()
            found = await answers(uri, *pieces)
            assert kinds(found) == ["audio-start", "audio-chunk", "audio-stop", "synthesize-stopped"]
            assert len(sound(found)) == round(SILENCE * 22050)

    run(test)


def test_a_text_in_pieces_may_have_any_length(synthesizer: Synthesizer) -> None:
    text = "A sentence of a long answer. " * 30
    pieces = [SynthesizeChunk(text[at : at + 40]) for at in range(0, len(text), 40)]

    async def test() -> None:
        async with serving(synthesizer, characters=100) as (uri, _):
            for chunks in (pieces, [SynthesizeChunk(text)]):  # or in a piece longer than the limit
                found = await answers(uri, SynthesizeStart(), *chunks, Synthesize(text), SynthesizeStop())
                assert kinds(found) == ["audio-start", "audio-chunk", "audio-stop", "synthesize-stopped"]
                np.testing.assert_array_equal(sound(found), to_int16(synthesizer.synthesize(text).samples))

    run(test)


@pytest.mark.parametrize("limits", [{"seconds": 3.0}, {"characters": 60}])
def test_a_limit_ends_a_text_in_pieces_as_if_it_were_complete(synthesizer: Synthesizer, limits: dict[str, Any]) -> None:
    endless = [SynthesizeChunk("One sentence. Two. ")] * 4 + [SynthesizeChunk("words without an end ")] * 20
    endless += [SynthesizeChunk(". One sentence. ")] * 40

    async def test() -> None:
        async with serving(synthesizer, **limits) as (uri, _), AsyncClient.from_uri(uri) as client:
            for event in (SynthesizeStart(), *endless, SynthesizeStop()):
                await client.write_event(event.event())
            found = await said(client)
            assert kinds(found) == ["audio-start", "audio-chunk", "audio-stop", "synthesize-stopped"]
            assert 0 < len(sound(found)) / 22050 <= limits.get("seconds", 60)
            await client.write_event(Describe().event())  # the connection lasts
            assert kinds(await said(client)) == ["info"]

    run(test)


def test_a_limit_on_a_whole_text_stops_the_audio_before_the_error(synthesizer: Synthesizer) -> None:
    async def test() -> None:
        async with serving(synthesizer, seconds=30.0) as (uri, _):
            found = await answers(uri, Synthesize("One. [pause 40s] Two."))
            assert kinds(found) == ["audio-start", "audio-chunk", "audio-stop", "error"]

    run(test)


def test_errors_are_events_and_end_the_connection(synthesizer: Synthesizer) -> None:
    async def test() -> None:
        async with serving(synthesizer, characters=100, seconds=30.0) as (uri, pool):
            for events, reason in (
                ([Synthesize("")], "nothing to speak in ''"),
                ([SynthesizeStart(), SynthesizeStop()], "nothing to speak in ''"),
                ([Synthesize("Hello.", SynthesizeVoice(language="de"))], "no voice for 'de'"),
                ([SynthesizeStart(SynthesizeVoice(language="de"))], "no voice for 'de'"),
                ([Synthesize("a" * 101)], "the text has 101 characters: send at most 100"),
                ([SynthesizeStart(), *[SynthesizeChunk("<speak> ab " * 11)] * 2], "121 characters: send at most 100"),
                ([Synthesize("One [pause 40s] two.")], "the speech is longer than 30 s"),
            ):
                found = error(await answers(uri, *events, Describe()))  # not answered any more
                assert reason in found.text
                assert found.code == "bad-request"
            assert pool.speaking == 0
            assert kinds(await answers(uri, Synthesize("Hello."))) == ["audio-start", "audio-chunk", "audio-stop"]

    run(test)


@pytest.mark.parametrize(
    ("data", "answered"),
    [
        (b"not JSON\n", False),
        (b"[1]\n", False),
        (b"{}\n", False),
        (b'"' + b"x" * 100_000 + b"\n", False),
        (b"[" * 60_000 + b"\n", False),
        (b'{"type": "synthesize", "data_length": 99999999999}\n', False),
        (b'{"type": "synthesize", "data_length": 1}\nx', False),
        (b'{"type": "synthesize"', False),
        (b'{"type": "synthesize", "payload_length": "x"}\n', False),
        (b'{"type": "synthesize"}\n', True),
        (b'{"type": "synthesize", "data": []}\n', True),
        (b'{"type": "synthesize", "data": {"text": 5}}\n', True),
        (b'{"type": "synthesize", "data": {"text": "Hi.", "voice": 7}}\n', True),
        (b'{"type": "synthesize", "data": {"text": "\\ud83d"}}\n', False),  # a silence
        (b'{"type": ["synthesize"]}\n', False),
        (b'{"type": "of the future"}\n', False),
        (b'{"type": "synthesize-stop"}\n', False),
    ],
)
def test_what_is_no_event_ends_the_connection_and_nothing_else(
    synthesizer: Synthesizer, data: bytes, answered: bool
) -> None:
    async def test() -> None:
        async with serving(synthesizer) as (uri, _):
            reader, writer = await asyncio.open_connection("127.0.0.1", int(uri.rpartition(":")[2]))
            writer.write(data)
            writer.write_eof()
            assert (b'"error"' in await reader.read()) == answered
            writer.close()
            assert kinds(await answers(uri, Describe())) == ["info"]

    run(test)


def test_a_fault_of_the_server_is_logged_without_the_text(
    synthesizer: Synthesizer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    text = "Confidential."

    async def fail(self: Conversation, *_: object, **__: object) -> None:
        raise RuntimeError(text)

    async def test(fails_at: str) -> None:
        monkeypatch.setattr(Conversation, fails_at, fail)
        async with serving(synthesizer) as (uri, _):
            with contextlib.suppress(ConnectionError):
                await answers(uri, Synthesize(text))

    for name in ("_handle", "_answer", "run"):
        caplog.clear()
        run(partial(test, name))
        (record,) = [record for record in caplog.records if record.levelname == "ERROR"]
        assert (record.name, record.error, record.exc_info) == ("tts.server.record", "RuntimeError", None)  # type: ignore[attr-defined]
        assert text not in str(record.__dict__)


def test_the_work_ends_when_the_client_hangs_up(synthesizer: Synthesizer) -> None:
    async def test() -> None:
        async with serving(synthesizer) as (uri, pool):
            for events in (
                [Synthesize("A sentence. " * 300)],
                [SynthesizeStart(), SynthesizeChunk("A sentence. " * 300)],
            ):
                client = AsyncClient.from_uri(uri)
                await client.connect()
                for event in events:
                    await client.write_event(event.event())
                while (event := await client.read_event()) and not AudioChunk.is_type(event.type):
                    pass
                assert pool.speaking == 1
                raw = client._writer.get_extra_info("socket")  # type: ignore[attr-defined]
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # like a pulled cable
                await client.disconnect()
                while pool.speaking:
                    await asyncio.sleep(0.01)

    run(test)


def test_a_client_that_takes_nothing_is_left(synthesizer: Synthesizer) -> None:
    async def test() -> None:
        async with serving(synthesizer, patience=0.3) as (uri, pool):
            with socket.socket() as raw:
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                raw.connect(("127.0.0.1", int(uri.rpartition(":")[2])))
                text = "One [pause 60s] two. " * 100
                event = b'{"type": "synthesize", "data": {"text": "%s"}}\n' % text.encode()
                raw.sendall(event)
                while not pool.speaking:
                    await asyncio.sleep(0.01)
                while pool.speaking:
                    await asyncio.sleep(0.01)

    run(test)


def test_too_many_clients(synthesizer: Synthesizer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wyoming, "CONNECTIONS", 3)  # of which one is not for the first address

    async def test() -> None:
        async with serving(synthesizer) as (uri, pool), contextlib.AsyncExitStack() as stack:
            for _ in range(2):
                client = await stack.enter_async_context(AsyncClient.from_uri(uri))
                await client.write_event(Describe().event())
                assert kinds(await said(client)) == ["info"]
            async with AsyncClient.from_uri(uri) as client:
                found = error(await said(client))
            assert (found.code, found.text) == ("busy", "too many clients are connected: come again later")
            assert pool.refused["wyoming"] == {"share": 1}

    run(test)


@pytest.mark.parametrize("sent", [b"", b'{"type": "syn', b'{"type": "synthesize-start"}\n'])
def test_an_idle_client_loses_its_place(synthesizer: Synthesizer, monkeypatch: pytest.MonkeyPatch, sent: bytes) -> None:
    monkeypatch.setattr(wyoming, "CONNECTIONS", 1)

    async def test() -> None:
        async with serving(synthesizer, idle=0.2) as (uri, pool):
            reader, writer = await asyncio.open_connection("127.0.0.1", int(uri.rpartition(":")[2]))
            writer.write(sent)
            assert await reader.read() == b""
            writer.close()
            while not pool.refused["wyoming"]:
                await asyncio.sleep(0.01)
            assert pool.refused["wyoming"] == {"idle": 1}
            assert kinds(await answers(uri, Describe())) == ["info"]

    run(test)


def test_a_request_has_an_end(synthesizer: Synthesizer) -> None:
    async def test() -> None:
        async with serving(synthesizer, total=0.001) as (uri, pool):
            found = error(await answers(uri, Synthesize("Hello.")))
            assert "longer than 0.001 s" in found.text
            assert pool.speaking == 0

    run(test)


def test_a_full_queue_is_an_error(synthesizer: Synthesizer) -> None:
    async def test() -> None:
        async with serving(synthesizer, streams=1, waiting=0) as (uri, pool), AsyncClient.from_uri(uri) as client:
            await client.write_event(Synthesize("A sentence. " * 50).event())
            while not pool.speaking:
                await asyncio.sleep(0.01)
            assert error(await answers(uri, Synthesize("Hello."))).code == "busy"
            while (event := await client.read_event()) and not AudioStop.is_type(event.type):
                pass

    run(test)


def test_many_clients_get_their_own_speech(synthesizer: Synthesizer) -> None:
    texts = [f"Number {number}." for number in range(12)]

    async def test() -> None:
        async with serving(synthesizer) as (uri, _):
            spoken = await asyncio.gather(*(answers(uri, Synthesize(text)) for text in texts))
        for text, events in zip(texts, spoken, strict=True):
            np.testing.assert_array_equal(sound(events), to_int16(synthesizer.synthesize(text).samples))

    run(test)


def test_the_end_waits_for_what_is_being_spoken(synthesizer: Synthesizer) -> None:
    text = "A sentence. " * 20

    async def test() -> None:
        async with contextlib.AsyncExitStack() as stack:
            async with serving(synthesizer) as (uri, _):
                idle = await stack.enter_async_context(AsyncClient.from_uri(uri))
                client = await stack.enter_async_context(AsyncClient.from_uri(uri))
                await client.write_event(Synthesize(text).event())
                assert AudioStart.is_type((await client.read_event() or Event("")).type)
                reading = asyncio.ensure_future(said(client))
            events = await reading
            assert AudioStop.is_type(events[-1].type)
            np.testing.assert_array_equal(sound(events), to_int16(synthesizer.synthesize(text).samples))
            assert await idle.read_event() is None

    run(test)


@pytest.mark.skipif(sys.platform == "win32", reason="Unix sockets")
def test_a_unix_socket(synthesizer: Synthesizer, tmp_path: Path) -> None:
    path = tmp_path / "wyoming.sock"
    with socket.socket(socket.AF_UNIX) as killed:  # left by a server that was killed
        killed.bind(str(path))

    async def test() -> None:
        pool = Pool({"tiny": synthesizer}, None, 1)
        async with wyoming_server(f"unix://{path}", pool):
            events = await answers(f"unix://{path}", SynthesizeStart(), SynthesizeChunk("Hello."), SynthesizeStop())
            assert kinds(events) == ["audio-start", "audio-chunk", "audio-stop", "synthesize-stopped"]
        assert not path.exists()
        pool.close()

    run(test)


@pytest.mark.parametrize(
    ("uri", "reason"),
    [
        ("tcp://127.0.0.1", "write tcp://HOST:PORT or unix:///PATH"),
        ("127.0.0.1:10200", "write tcp://HOST:PORT or unix:///PATH"),
        ("http://127.0.0.1:10200", "write tcp://HOST:PORT or unix:///PATH"),
        ("unix://a/b", "write tcp://HOST:PORT or unix:///PATH"),
        ("tcp://127.0.0.1:99999", "cannot speak Wyoming at 'tcp://127.0.0.1:99999'"),
        ("unix:///nowhere/at/all", "No such file or directory"),
    ],
)
def test_addresses_that_are_refused(synthesizer: Synthesizer, uri: str, reason: str) -> None:
    async def listen() -> None:
        async with wyoming_server(uri, pool):
            pytest.fail("it listens")

    pool = Pool({"tiny": synthesizer}, None, 1)
    with pytest.raises(ValueError, match="cannot speak Wyoming") as refusal:
        asyncio.run(listen())
    assert reason in str(refusal.value)
    pool.close()
