"""Send malformed requests to a server: it must not answer 5xx, crash, hang or grow.

    python scripts/checks/fuzz_server.py [--requests 10000] [--seed 0]

The script starts `tts serve` and sends odd texts, broken JSON, values of the wrong type or size, unknown paths and
methods, hosts and sites that the server is not for, and bytes that are not HTTP. Some clients read slowly, send slowly
or disconnect. At the end the server must speak as before. The exit status is 1 if any check fails, or if memory grew by
more than 10 MiB in the second half. A shorter run than WARM requests does not judge memory: until then the server still
loads rules, makes its threads and fills its caches of words, which have fixed sizes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import string
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx
from serving import Served, serving

from tts.voice import DEFAULT

WARM = 8_000
"""Requests, in the first half of which the server warms up. It took 4,000 until memory stayed."""
SPEECH = "/v1/audio/speech"
ODD = ["", " ", "\x00", "\u200b" * 50, "🦜" * 30, "你好", "a" * 5000, "(" * 300, "&lt;" * 50, "%s%n", "../../passwd"]
ODD += ["<speak>", "<speak><break time='9s'/></speak>", "<speak>" * 100, "<!DOCTYPE x [<!ENTITY a 'b'>]><speak>&a;"]
ODD += ["{T AH0", "{QQ}", "[pause 1e9s]", "[pause -1s]", "1" * 200, "$" * 99, "1/0 1e999 -0", "\u202eabc", "A." * 40]
VALUES: list[Any] = [
    None,
    True,
    -1,
    0,
    1e308,
    2**70,
    "",
    "x" * 300,
    [],
    {},
    {"id": DEFAULT},
    {"id": 1},
    [[[]]],
    "NaN",
]
FIELDS = "model input voice response_format speed stream_format instructions pitch volume seed unknown".split()
ODD += ["Hi. [pause 60s] " * 28, "<speak>A" + "<break time='60s'/>A" * 28 + "</speak>"]  # half an hour of silence
ODD += ["Hi \ud83d."]  # half of an emoji
HOSTS = ["rebound.example", "127.0.0.1.rebound.example", "192.0.2.7", "user@localhost", "[::1", "\x9b31m"]
ORIGINS = ["https://stranger.example", "null", "http://rebound.example:8000", "file://"]
PATHS = [SPEECH, f"{SPEECH}/timestamps", "/v1/models", "/v1/models/%00", "/v1/audio/voices", "/health", "/metrics"]
PATHS += ["/", "/../../etc/passwd", "/app.js/../x", "//", f"{SPEECH}/", "/openapi.json?x=" + "y" * 500, "/%ff%fe"]
METHODS = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "BREW"]


def good(text: str = "Yes.") -> dict[str, Any]:
    return {"model": "tts-1", "voice": DEFAULT, "input": text, "response_format": "wav"}


def odd_text(rng: random.Random) -> dict[str, Any]:
    letters = string.printable + "éß’“—½²€漢🦜\u0301\u200d"
    return good(rng.choice([rng.choice(ODD), "".join(rng.choices(letters, k=rng.randint(1, 30)))]))


def odd_values(rng: random.Random) -> dict[str, Any]:
    body = good()
    for name in rng.sample(FIELDS, rng.randint(1, 3)):
        body[name] = rng.choice(VALUES)
    return body


def broken_json(rng: random.Random) -> bytes:
    data = bytearray(json.dumps(odd_values(rng)).encode())
    for _ in range(rng.randint(1, 4)):
        data[rng.randrange(len(data))] = rng.randrange(256)
    return rng.choice(
        [bytes(data), bytes(data[: rng.randrange(len(data))]), b"[" * 9000, rng.randbytes(50), b"1" * 9000]
    )


async def from_elsewhere(client: httpx.AsyncClient, rng: random.Random) -> str:
    """Send a request as a rebinding page or another site does. It must be refused."""
    is_host = rng.random() < 0.5
    name, value = ("Host", rng.choice(HOSTS)) if is_host else ("Origin", rng.choice(ORIGINS))
    answer = await client.post(rng.choice(PATHS[:2]), json=good(), headers=[(name.encode(), value.encode("latin-1"))])
    assert answer.status_code in ((400, 421) if is_host else (403,)), (name, value, answer.status_code)
    return str(answer.status_code)


async def request(client: httpx.AsyncClient, rng: random.Random) -> str:
    """Send one odd request and return its status."""
    headers = {"Content-Type": rng.choice(["application/json"] * 8 + ["text/plain", "multipart/form-data", ""])}
    kind = rng.random()
    if kind < 0.05:
        return await from_elsewhere(client, rng)
    if kind < 0.3:
        answer = await client.post(SPEECH, content=json.dumps(odd_text(rng)), headers=headers)
    elif kind < 0.6:
        answer = await client.post(rng.choice(PATHS[:2]), content=json.dumps(odd_values(rng)), headers=headers)
    elif kind < 0.85:
        answer = await client.post(rng.choice(PATHS[:2]), content=broken_json(rng), headers=headers)
    else:
        headers["Authorization"] = rng.choice(["", "Bearer", "Bearer \x7f", "Basic eA=="])
        answer = await client.request(rng.choice(METHODS), rng.choice(PATHS), headers=headers)
    if answer.status_code >= 400 and answer.request.method != "HEAD":
        assert set(answer.json()) == {"error"}, answer.text
    return str(answer.status_code)


async def raw(served: Served, rng: random.Random) -> str:
    """Send bytes that are not HTTP, or half a request, and disconnect before or during the answer."""
    host, _, port = served.url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    body = json.dumps(good("I am going to leave. " * 30)).encode()
    head = f"POST {SPEECH} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    head += f"Content-Length: {len(body)}\r\n\r\n"
    kind = rng.choice(["noise", "half a head", "half a body", "no reading", "little reading"])
    data = {"noise": rng.randbytes(200), "half a head": head[:40].encode(), "half a body": head.encode() + body[:20]}
    try:
        writer.write(data.get(kind, head.encode() + body))
        await writer.drain()
        if kind == "little reading":
            await reader.read(500)
            await asyncio.sleep(rng.random())
        else:
            await asyncio.sleep(0.01)
    except ConnectionError:
        pass
    writer.transport.abort()
    return kind


async def fuzz(served: Served, n_requests: int, seed: int, report: Callable[[str], None] = print) -> list[float]:
    """Send the requests, 8 at a time. Return MiB of memory after each tenth. Raises AssertionError on a fault."""
    rng, counts, sizes = random.Random(seed), Counter[str](), list[float]()
    limits = httpx.Limits(max_connections=8, keepalive_expiry=2)  # below the 5 seconds of the server
    async with httpx.AsyncClient(base_url=served.url, timeout=60, limits=limits) as client:
        for tenth in range(10):
            for start in range(0, n_requests // 10, 8):
                n = min(8, n_requests // 10 - start)
                wild = rng.random() < 0.2
                calls = [raw(served, rng) if wild and i % 2 else request(client, rng) for i in range(n)]
                counts.update(await asyncio.gather(*calls))
            sizes.append(served.memory())
            report(f"{(tenth + 1) * n_requests // 10} requests: {sizes[-1]:.0f} MiB, {dict(sorted(counts.items()))}")
            assert not [status for status in counts if status.startswith("5")], served.log("failed")
        for _ in range(200):  # wait until the requests of disconnected clients have ended
            busy = (await client.get("/health")).json()
            if busy["speaking"] == busy["waiting"] == 0:
                break
            await asyncio.sleep(0.1)
        assert (busy["speaking"], busy["waiting"]) == (0, 0), busy
        answer = await client.post(SPEECH, json=good())
        assert answer.status_code == 200
    assert not served.log("failed"), served.log("failed")[0]
    return sizes


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=10_000, help="at least 10 (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="default: %(default)s")
    arguments = parser.parse_args()
    with serving() as served:
        sizes = asyncio.run(fuzz(served, arguments.requests, arguments.seed))
    growth = sizes[-1] - sizes[4]
    is_warm = arguments.requests >= WARM
    remark = "" if is_warm else f" (not judged below {WARM} requests)"
    print(f"memory: {sizes[-1]:.0f} MiB; {growth:+.0f} MiB in the second half of the requests{remark}")
    return int(is_warm and growth > 10)


if __name__ == "__main__":
    sys.exit(main())
