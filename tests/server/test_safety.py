"""Test keys, limits, disconnects and shutdown over real connections to a server with few slots."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import numpy as np
import pytest
from serving import Served, serving

from tts import Synthesizer
from tts.audio.formats import to_int16
from tts.voice import DEFAULT

LONG = "This sentence is one of many that are alike. " * 44
KEY = "a-key-of-the-tests"


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Start a server with one slot, a queue of one, keys and an allowed origin."""
    keys = tmp_path_factory.mktemp("keys") / "keys"
    keys.write_text(f"\ufeff# of the tests\nanother\n\n{KEY}  # mine\nwith#sign\n", encoding="utf-8")
    limits = ["--max-streams", "1", "--max-waiting", "1", "--max-characters", "2000", "--max-seconds", "130"]
    with serving(
        *limits, "--keys", str(keys), "--cors", "HTTPS://friend.example:443", "--cors", "http://[::1]:3000"
    ) as served:
        yield served


@pytest.fixture
def client(narrow: Served) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {KEY}"}
    with httpx.Client(base_url=narrow.url, headers=headers, timeout=60) as client:
        yield client
    until(lambda: health(narrow) == (0, 0))  # the slot is free for the next test


def body(text: str = "Hello.", **values: Any) -> dict[str, Any]:
    return {"model": "tts-1", "voice": DEFAULT, "input": text, "response_format": "wav", **values}


def health(served: Served) -> tuple[int, int]:
    answer = httpx.get(f"{served.url}/health").json()
    return answer["speaking"], answer["waiting"]


def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_there(served: Served) -> bool:
    try:
        return httpx.get(f"{served.url}/health").status_code == 200
    except httpx.TransportError:
        return False


def begin(served: Served, text: str = LONG) -> socket.socket:
    """Request speech and do not read: the answer stops when all buffers are full."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    address, _, port = served.url.removeprefix("http://").partition(":")
    connection.connect((address, int(port)))
    content = json.dumps(body(text)).encode()
    head = f"POST /v1/audio/speech HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {KEY}\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    connection.sendall(head.encode() + content)
    return connection


@pytest.mark.parametrize(
    "given",
    [
        None,
        "Bearer",
        "Bearer wrong",
        "Bearer # of the tests",
        "Bearer with",
        f"Basic {KEY}",
        f"Bearer {KEY}x",
        "Bearer ü",
    ],
)
def test_no_key_no_speech(narrow: Served, given: str | None) -> None:
    headers = {} if given is None else {"Authorization": given.encode()}
    for method, path in [("POST", "/v1/audio/speech"), ("GET", "/metrics"), ("GET", "/v1/models"), ("GET", "/nothing")]:
        answer = httpx.request(method, narrow.url + path, headers=headers)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
        assert answer.json()["error"]["code"] == "invalid_api_key"


def test_the_page_and_health_need_no_key(narrow: Served) -> None:
    for path in ("/", "/app.js", "/player.js", "/style.css", "/health"):
        assert httpx.get(narrow.url + path).status_code == 200


@pytest.mark.parametrize("key", [KEY, "another", "with#sign"])
def test_any_of_the_keys_will_do(narrow: Served, key: str) -> None:
    assert httpx.get(f"{narrow.url}/v1/models", headers={"Authorization": f"Bearer {key}"}).status_code == 200


def test_a_full_queue_sends_away_and_the_rest_are_served(narrow: Served, client: httpx.Client) -> None:
    slow, waiting = begin(narrow), None
    try:
        until(lambda: health(narrow) == (1, 0))
        waiting = begin(narrow, "I wait.")
        until(lambda: health(narrow) == (1, 1))
        answer = client.post("/v1/audio/speech", json=body())
        assert answer.status_code == 429
        assert int(answer.headers["retry-after"]) >= 1
        assert answer.json()["error"]["code"] == "server_busy"
        slow.close()
        assert waiting.recv(12) == b"HTTP/1.1 200"
    finally:
        slow.close()
        if waiting:
            waiting.close()


def test_a_hang_up_stops_the_work(narrow: Served, client: httpx.Client) -> None:
    with client.stream("POST", "/v1/audio/speech", json=body(LONG)) as answer:
        request_id = answer.headers["x-request-id"]
        next(answer.iter_bytes())
    until(lambda: health(narrow) == (0, 0))
    (row,) = [row for row in narrow.log() if row["request_id"] == request_id]
    assert row["outcome"] == "gone"
    whole = len(Synthesizer().synthesize(LONG[:900]).samples) / 24000 * 2
    assert 0 < row["audio_seconds"] < whole / 2


def test_who_hangs_up_in_the_queue_is_not_spoken(narrow: Served, client: httpx.Client) -> None:
    slow = begin(narrow)
    until(lambda: health(narrow) == (1, 0))
    waiting = begin(narrow, "Nobody waits for this.")
    until(lambda: health(narrow) == (1, 1))
    waiting.close()
    until(lambda: health(narrow) == (1, 0))
    slow.close()
    gone = [row for row in narrow.log() if row["outcome"] == "gone" and row.get("characters") == 22]
    assert [row.get("audio_seconds") for row in gone] == [None]


def test_more_sound_than_the_limit(client: httpx.Client) -> None:
    pauses = body("Hi. [pause 60s] Hi. [pause 60s] Hi. [pause 60s] Hi.")
    answer = client.post("/v1/audio/speech/timestamps", json=pauses)
    assert answer.status_code == 400
    assert "longer than 130 s" in answer.json()["error"]["message"]
    for text in (
        pauses["input"],
        '<speak>Hi. <break time="50s"/>A. <break time="50s"/>B. <break time="50s"/>C.</speak>',
    ):
        answer = client.post("/v1/audio/speech", json=body(text))  # before anything is spoken
        assert (answer.status_code, answer.json()["error"]["param"]) == (400, "input")
    slow = body("Number one hundred and eleven. " * 60, speed=0.25)
    with pytest.raises(httpx.RemoteProtocolError):  # a started answer is cut off, not ended as if it were complete
        client.post("/v1/audio/speech", json=slow)


def test_a_body_too_large(client: httpx.Client) -> None:
    answer = client.post("/v1/audio/speech", content=b"x" * 100_000, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "request_too_large")


def test_only_the_named_site_may_ask(narrow: Served, server: Served) -> None:
    asking = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    for served, origin, allowed in [
        (narrow, "https://friend.example", "https://friend.example"),
        (narrow, "http://[::1]:3000", "http://[::1]:3000"),
        (narrow, "https://stranger.example", None),
        (server, "https://friend.example", None),
    ]:
        answer = httpx.options(f"{served.url}/v1/audio/speech", headers={"Origin": origin, **asking})
        assert answer.headers.get("access-control-allow-origin") == allowed


def test_the_page_may_load_nothing_from_elsewhere(server: Served) -> None:
    assert "default-src 'none'" in httpx.get(server.url).headers["content-security-policy"]


def test_the_log_tells_of_requests_and_not_what_is_said() -> None:
    with serving("--log-text") as telling, serving() as silent:
        for served in (telling, silent):
            for text in ("Confidential, 你好.", "\u200b", "<speak>Confidential<oops/>"):
                httpx.post(f"{served.url}/v1/audio/speech", json=body(text))
            httpx.post(f"{served.url}/v1/audio/speech", json={"input": "Confidential"})
            assert served.stop() == 0
        assert next(row["text"] for row in telling.log()) == "Confidential, 你好."
        logged = silent.log_path.read_text(encoding="utf-8")
        assert "onfidential" not in logged
        first = silent.log()[0]
        assert (first["route"], first["status"], first["voice"]) == ("/v1/audio/speech", 200, DEFAULT)
        assert len({row["request_id"] for row in silent.log()}) == 4


def test_a_stop_lets_streams_end() -> None:
    with serving() as served:
        text = LONG[:450]
        with httpx.stream("POST", f"{served.url}/v1/audio/speech", json=body(text, stream=True), timeout=60) as answer:
            pieces = answer.iter_bytes(1 << 12)
            received = next(pieces)
            served.process.terminate()
            until(lambda: not is_there(served))  # no new client is accepted
            received += b"".join(pieces)
        assert served.process.wait(30) == 0
    expected = to_int16(Synthesizer().synthesize(text).samples)
    np.testing.assert_array_equal(np.frombuffer(received[44:], "<i2"), expected)


def test_two_streams_at_once_are_not_mixed_up(server: Served) -> None:
    texts = [f"This is number {number}, and no other." for number in range(6)]
    with httpx.Client(base_url=server.url) as client:
        alone = [client.post("/v1/audio/speech", json=body(text)).content for text in texts]

    async def together() -> list[bytes]:
        async with httpx.AsyncClient(base_url=server.url, timeout=60) as client:
            answers = await asyncio.gather(*(client.post("/v1/audio/speech", json=body(text)) for text in texts))
            return [answer.content for answer in answers]

    assert asyncio.run(together()) == alone


def test_a_port_that_is_taken(server: Served) -> None:
    port = server.url.rpartition(":")[2]
    with pytest.raises(RuntimeError, match=f"cannot listen on 127.0.0.1 port {port}"), serving("--port", port):
        pass


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--port", "70000"], "cannot listen"),
        (["--host", "a..b"], "cannot listen on a..b"),
        (["--keys", "/nowhere"], "cannot read keys"),
        (["--keys", "/dev/null"], "holds no key"),
        (["--cors", "friend.example"], "--cors 'friend.example' is no origin"),
        (["--cors", "https://friend.example/"], "is no origin"),
        (["--cors", "https://friend.example/page"], "is no origin"),
        (["--cors", "https://me@friend.example"], "is no origin"),
        (["--cors", "*"], "is no origin"),
        (["--cors", "null"], "is no origin"),
        (["--workers", "0"], "--workers is 0: use 1 or more"),
        (["--max-streams", "0"], "limit of streams is 0"),
        (["--voice", "michael", "--voice", "michael"], "two voices are named 'michael'"),
    ],
)
def test_bad_options_get_a_line(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    from tts.cli.main import main

    assert main(["serve", *arguments]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert message in line
