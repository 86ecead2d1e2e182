"""Speak over WebSockets as voice agents do, with the client of the package websockets."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.conftest import CARD, random_model, traced
from tts.audio.formats import to_int16
from tts.config import AudioConfig, ModelConfig
from tts.errors import LimitError
from tts.export.export import export_voice
from tts.server.app import ServerOptions, create_app
from tts.server.names import Names
from tts.server.pool import Limits, Pool
from tts.server.realtime import RealtimeConversation
from tts.server.record import Metrics
from tts.subtitles import to_rows
from tts.synthesizer import Synthesizer
from tts.text.symbols import SYMBOLS

PATH = "/v1/audio/speech/stream"
TEXT = "One sentence. Another, e.g. this one! Dr. Smith has the end."
LONG = "This sentence is one of many. " * 200
KEY = {"Authorization": "Bearer open-sesame"}


@pytest.fixture(scope="module")
def synthesizer(tiny_config: ModelConfig, traces: Path, tmp_path_factory: pytest.TempPathFactory) -> Synthesizer:
    """A voice at 24 kHz, the rate that agents expect."""
    audio = AudioConfig(n_mels=20, sample_rate=24_000, n_fft=1200, win_length=1200, hop_length=300)
    folder: Path = tmp_path_factory.mktemp("voices") / "tiny"
    with traced(traces):
        return Synthesizer(export_voice(random_model(tiny_config), audio, SYMBOLS, CARD, folder))


@contextlib.asynccontextmanager
async def serving(
    synthesizer: Synthesizer, options: ServerOptions | None = None, **limits: Any
) -> AsyncIterator[tuple[str, Pool]]:
    """A server, its address and its pool."""
    pool = Pool({"tiny": synthesizer}, Limits(**limits), 1)
    server = uvicorn.Server(uvicorn.Config(create_app(pool, options), port=0, log_config=None))
    running = asyncio.ensure_future(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield f"ws://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}{PATH}", pool
    server.should_exit = True
    await running
    pool.close()


def run(test: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(test(), 120))  # type: ignore[arg-type]


async def send(client: ClientConnection, kind: str, **fields: Any) -> None:
    await client.send(json.dumps({"type": f"speech.{kind}", **fields}))


async def say(client: ClientConnection, *pieces: str, **fields: Any) -> None:
    if fields:
        await send(client, "start", **fields)
    for piece in pieces:
        await send(client, "text", text=piece)
    await send(client, "end")


async def heard(client: ClientConnection, *ends: str) -> tuple[bytes, list[dict[str, Any]]]:
    """Read messages until an event ends a text. Return the audio and the events."""
    audio, events = b"", []
    async for message in client:
        if isinstance(message, bytes):
            audio += message
            continue
        events.append({**json.loads(message), "seconds": len(audio) / 48_000})
        if events[-1]["type"] in ("speech.audio.done", "speech.audio.cancelled", "error"):
            break
    return audio, events


def types(events: list[dict[str, Any]]) -> list[str]:
    return [event["type"].removeprefix("speech.audio.") for event in events]


def pcm(synthesizer: Synthesizer, text: str, **options: Any) -> bytes:
    return to_int16(synthesizer.synthesize(text, **options).samples).tobytes()


def test_a_text_in_pieces_is_spoken_and_nothing_is_resampled(synthesizer: Synthesizer) -> None:
    expected = synthesizer.synthesize(TEXT)

    async def test() -> None:
        async with serving(synthesizer) as (url, _), connect(url) as client:
            for size in (1, 7, 1000):
                await say(client, *(TEXT[at : at + size] for at in range(0, len(TEXT), size)))
                audio, events = await heard(client)
                assert audio == to_int16(expected.samples).tobytes()
                start = {"voice": "tiny", "response_format": "pcm", "sample_rate": 24_000}
                assert events[0] == {"type": "speech.audio.start", **start, "seconds": 0}
                assert types(events)[-1] == "done"
                assert events[-1]["duration"] == pytest.approx(len(expected.samples) / 24_000, abs=1e-3)
                words = [(event["seconds"], word) for event in events for word in event.get("words", ())]
                assert [word for _, word in words] == to_rows(expected.words, TEXT)
                assert all(arrived <= word["start_time"] + 0.05 for arrived, word in words)  # before its sound

    run(test)


def test_options_are_those_of_a_request(synthesizer: Synthesizer) -> None:
    async def test() -> None:
        async with serving(synthesizer) as (url, _), connect(url) as client:
            await say(client, TEXT, voice="af_heart", speed="1.5", seed=7, stream=True)
            assert (await heard(client))[0] == pcm(synthesizer, TEXT, speed=1.5, seed=7)
            await say(client, TEXT, response_format="WAV")
            audio, events = await heard(client)
            assert audio[44:] == pcm(synthesizer, TEXT)
            assert events[0]["response_format"] == "wav"
            await say(client, "---")
            audio, events = await heard(client)
            assert types(events) == ["start", "warning", "done"]
            assert not any(audio)

    run(test)


def test_sentences_are_spoken_before_the_text_ends(synthesizer: Synthesizer) -> None:
    async def test() -> None:
        async with serving(synthesizer) as (url, _), connect(url) as client:
            await send(client, "text", text="One sentence. Another one. And")
            while not isinstance(await client.recv(), bytes):
                pass
            await send(client, "text", text=" a third.")
            await send(client, "end")
            assert types((await heard(client))[1])[-1] == "done"

    run(test)


def test_two_clients_at_once_get_their_own_speech(synthesizer: Synthesizer) -> None:
    texts = ["Number one speaks. It has more to say.", "The second one does, too. And ends."]

    async def test() -> None:
        async with serving(synthesizer) as (url, _):

            async def talk(text: str) -> list[bytes]:
                async with connect(url) as client:
                    found = []
                    for _ in range(3):
                        await say(client, *(text[at : at + 5] for at in range(0, len(text), 5)))
                        found.append((await heard(client))[0])
                    return found

            spoken = await asyncio.gather(*map(talk, texts))
        assert spoken == [[pcm(synthesizer, text)] * 3 for text in texts]

    run(test)


def test_a_cancel_in_mid_sentence_stops_at_once(synthesizer: Synthesizer) -> None:
    whole = len(pcm(synthesizer, LONG[:300])) * 20

    async def test() -> None:
        async with serving(synthesizer) as (url, pool), connect(url) as client, connect(url) as other:
            await send(client, "text", text=LONG)
            while not isinstance(await client.recv(), bytes):
                pass
            await say(other, LONG[:60])
            await send(client, "cancel")
            audio, events = await heard(client)
            assert types(events)[-1] == "cancelled"
            assert len(audio) < whole / 4
            assert pool.speaking <= 1  # of the other client
            await say(client, TEXT)  # on the same connection
            audio, events = await heard(client)
            assert audio == pcm(synthesizer, TEXT)
            assert types(events)[-1] == "done"
            assert (await heard(other))[0] == pcm(synthesizer, LONG[:60])
            await send(client, "cancel")  # of nothing
            assert types((await heard(client))[1]) == ["cancelled"]

    run(test)


def test_the_next_text_may_arrive_while_the_last_one_is_spoken(synthesizer: Synthesizer) -> None:
    async def test() -> None:
        async with serving(synthesizer) as (url, _), connect(url) as client:
            await say(client, TEXT)
            await say(client, "Next.", seed=3)
            assert (await heard(client))[0] == pcm(synthesizer, TEXT)
            assert (await heard(client))[0] == pcm(synthesizer, "Next.", seed=3)

    run(test)


def test_a_hang_up_stops_the_work(synthesizer: Synthesizer) -> None:
    async def test() -> None:
        async with serving(synthesizer) as (url, pool):
            async with connect(url) as client:
                await send(client, "text", text=LONG)
                while not isinstance(await client.recv(), bytes):
                    pass
                assert pool.speaking == 1
            while pool.speaking:
                await asyncio.sleep(0.01)

    run(test)


@pytest.mark.parametrize(
    ("messages", "reason"),
    [
        (["not JSON"], "this is no message"),
        ([b"\x00"], "this is no message"),
        (["[" * 100_000], "this is no message"),
        (['{"type": "speech.sing"}'], "'speech.sing' does not fit here"),
        (['{"type": "speech.end"}'], "'speech.end' does not fit here"),
        (['{"type": "speech.text", "text": 5}'], "'speech.text' does not fit here"),
        (['{"type": "speech.start"}'] * 2, "'speech.start' does not fit here"),
        (['{"type": "speech.start", "speed": 9}'], "speed: Input should be less than or equal to 4"),
        (['{"type": "speech.start"}', '{"type": "speech.end"}'], "nothing to speak in ''"),
        (['{"type": "speech.text", "text": "<speak>a"}', '{"type": "speech.end"}'], "speak"),
        (['{"type": "speech.text", "text": "%s"}' % ("a " * 60_000)] * 10, "bytes of text wait: send at most"),
        (['{"type": "speech.text", "text": "%s"}' % ("a " * 200)] * 10, "send at most 300 at once"),
        (['{"type": "speech.text", "text": "One. [pause 20s] Two."}', '{"type": "speech.end"}'], "longer than 10 s"),
    ],
)
def test_an_error_is_told_and_ends_the_connection(
    synthesizer: Synthesizer, messages: list[str | bytes], reason: str
) -> None:
    async def test() -> None:
        async with serving(synthesizer, characters=300, seconds=10.0) as (url, pool), connect(url) as client:
            with contextlib.suppress(ConnectionClosed):
                for message in messages:
                    await client.send(message)
            _, events = await heard(client)
            assert reason in events[-1]["error"]["message"]
            with pytest.raises(ConnectionClosed) as closed:
                await client.recv()
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1008
            while pool.speaking:
                await asyncio.sleep(0.01)

    run(test)


def test_pieces_that_wait_are_limited_though_they_are_empty(synthesizer: Synthesizer) -> None:
    async def many(talk: RealtimeConversation) -> None:
        for _ in range(20_000):  # nothing is spoken meanwhile: taking a piece does not wait
            await talk._take({"type": "speech.text", "text": ""})

    async def test() -> None:
        pool = Pool({"tiny": synthesizer}, Limits(), 1)
        talk = RealtimeConversation(SimpleNamespace(), pool, Names(pool.voices), Metrics(int, int))  # type: ignore[arg-type]
        with pytest.raises(LimitError, match="bytes of text wait: send at most 1048576 ahead"):
            await many(talk)
        await talk._stop()
        assert talk.n_waiting == 0
        pool.close()

    run(test)


def test_who_is_silent_for_too_long_is_disconnected(synthesizer: Synthesizer) -> None:
    async def test() -> None:
        async with serving(synthesizer, total=0.3) as (url, _), connect(url) as client:
            _, events = await heard(client)
            assert "no message arrived for 0.3 s" in events[-1]["error"]["message"]

    run(test)


def test_keys_and_origins_are_checked(synthesizer: Synthesizer) -> None:
    options = ServerOptions(keys=["open-sesame"], origins=["https://friend.example"])

    async def test() -> None:
        async with serving(synthesizer, options) as (url, _):
            own = url.replace("ws://", "http://").removesuffix(PATH)
            for headers, origin, status in (
                ({}, None, 401),
                ({"Authorization": "Bearer wrong"}, None, 401),
                (KEY, "https://stranger.example", 403),
                (KEY, None, 101),
                (KEY, "https://friend.example", 101),
                (KEY, own, 101),
            ):
                connecting = connect(url, additional_headers=headers, origin=origin)  # type: ignore[arg-type]
                if status == 101:
                    async with connecting as client:
                        await say(client, "Hello.")
                        assert types((await heard(client))[1])[-1] == "done"
                    continue
                with pytest.raises(InvalidStatus) as refusal:
                    await connecting
                assert refusal.value.response.status_code == status
                assert set(json.loads(refusal.value.response.body)) == {"error"}

    run(test)


def test_too_many_connections(synthesizer: Synthesizer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tts.server.handlers.CONNECTIONS", 3)  # two for one address

    async def test() -> None:
        async with serving(synthesizer) as (url, _):
            async with connect(url), connect(url):
                with pytest.raises(InvalidStatus):
                    await connect(url)
            await asyncio.sleep(0.1)
            async with connect(url) as client:
                await say(client, "Hello.")
                assert types((await heard(client))[1])[-1] == "done"

    run(test)
