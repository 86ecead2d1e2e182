"""Reach the server behind a proxy, at every address of its host, and with HEAD."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect
from serving import Served, serving
from wyoming.client import AsyncClient
from wyoming.info import Describe

from tests.browser import SECONDS, launched, needs_chromium
from tts.server.listening import listen, url
from tts.server.pool import Pool
from tts.server.wyoming import wyoming_server
from tts.synthesizer import Synthesizer
from tts.voice import DEFAULT

get, post = (partial(method, timeout=60) for method in (httpx.get, httpx.post))
BODY = {"input": "Hello.", "response_format": "wav"}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Start a server for a proxy that publishes it at /tts, at all addresses of both families, with a key."""
    keys = tmp_path_factory.mktemp("keys") / "keys"
    keys.write_text("open-sesame")
    with serving("--host", "::", "--root-path", "/tts/", "--voice", DEFAULT, "--keys", str(keys)) as served:
        yield served


@pytest.fixture(scope="module")
def client(published: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=published.url, headers={"Authorization": "Bearer open-sesame"}, timeout=60) as client:
        yield client


@pytest.mark.parametrize("prefix", ["", "/tts"])
def test_a_proxy_may_remove_the_root_path_or_leave_it(client: httpx.Client, published: Served, prefix: str) -> None:
    assert client.post(f"{prefix}/v1/audio/speech", json=BODY).content[:4] == b"RIFF"
    assert client.get(f"{prefix}/openapi.json").json()["servers"] == [{"url": "/tts"}]
    for path in ("/", "/app.js", "/health"):
        assert get(f"{published.url}{prefix}{path}").status_code == 200  # without a key
    for path in ("/v1/models", "/ttsv1/models", "/tts/tts/v1/models"):
        assert get(f"{published.url}{prefix}{path}").status_code == 401


def test_the_root_path_itself_leads_to_the_page(published: Served) -> None:
    answer = get(f"{published.url}/tts")
    assert (answer.status_code, answer.headers["location"]) == (307, "/tts/")


@needs_chromium
def test_the_page_asks_below_the_root_path(published: Served) -> None:
    with launched() as browser, browser.new_context() as context:
        page = context.new_page()
        page.add_init_script("sessionStorage.setItem('key', 'open-sesame')")
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        address = f"{published.url.replace('[::]', '127.0.0.1')}/tts/"
        page.goto(address, timeout=SECONDS)
        expect(page.locator("#voice option")).to_have_text([DEFAULT], timeout=SECONDS)
        page.fill("#input", "Hello.")
        page.keyboard.press("Control+Enter")
        expect(page.locator("[data-download=wav]")).to_be_enabled(timeout=SECONDS)
        assert [url for url in asked if not url.startswith((address, "data:"))] == []


def test_head_is_answered_wherever_get_is(client: httpx.Client) -> None:
    paths = ["/", "/app.js", "/health", "/metrics", "/openapi.json", "/v1/models", "/v1/models/tts-1", "/v1/voices"]
    for path in [*paths, "/nothing", "/v1/models/none"]:
        got, headed = client.get(path), client.head(path)
        assert headed.status_code == got.status_code
        assert headed.headers["content-type"] == got.headers["content-type"]
        assert headed.content == b""
        if path != "/metrics":  # whose length changes
            assert headed.headers["content-length"] == got.headers["content-length"]
    assert client.head("/v1/audio/speech").status_code == 405


def test_two_colons_are_both_families(client: httpx.Client, published: Served) -> None:
    port = published.url.rpartition(":")[2]
    assert published.url == f"http://[::]:{port}"
    for host in ("127.0.0.1", "[::1]"):
        assert get(f"http://{host}:{port}/health").status_code == 200


def test_models_and_voices_have_the_addresses_of_other_servers(client: httpx.Client) -> None:
    models = client.get("/v1/models").json()["data"]
    assert client.get("/v1/audio/models").json() == {"models": models}
    assert {"griffon", "tts-1", "tts-1-hd", "tts-1-1106", "gpt-4o-mini-tts"} < {model["id"] for model in models}
    voices = client.get("/v1/audio/voices").json()
    assert client.get("/v1/voices").json() == voices
    assert [voice["id"] for voice in voices["voices"]] == [DEFAULT]


def test_every_address_of_a_name_is_listened_at(monkeypatch: pytest.MonkeyPatch) -> None:
    addresses = ["127.0.0.1", "192.0.2.1", "::1"]  # the second belongs to no machine
    real = socket.getaddrinfo

    def resolve(host: str, *arguments: Any, **options: Any) -> list[Any]:
        return [found for address in addresses for found in real(address, *arguments, **options)]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with contextlib.ExitStack() as stack:
        listeners = [stack.enter_context(listener) for listener in listen("a.name", 0, 30.0)]
        port = listeners[0].getsockname()[1]
        assert [url(listener) for listener in listeners] == [f"http://127.0.0.1:{port}", f"http://[::1]:{port}"]
        for address in ("127.0.0.1", "::1"):
            stack.enter_context(socket.create_connection((address, port)))
    addresses[:] = ["192.0.2.1"]
    with pytest.raises(ValueError, match="cannot listen on a\\.name port 0"):
        listen("a.name", 0, 30.0)


def test_a_port_taken_at_one_address_frees_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as taken:
        port = taken.getsockname()[1]
        families = {"127.0.0.1": socket.AF_INET, "::1": socket.AF_INET6}
        found = [(family, socket.SOCK_STREAM, 6, "", (address, port)) for address, family in families.items()]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *arguments, **options: found)
        with pytest.raises(ValueError, match="already in use"):
            listen("a.name", port, 30.0)
        socket.create_server(("127.0.0.1", port)).close()


def test_wyoming_at_two_colons_is_both_families(tiny_voice: Path) -> None:
    async def test() -> None:
        pool = Pool({"tiny": Synthesizer(tiny_voice)}, None, 1)
        async with wyoming_server("tcp://[::]:0", pool) as server:
            sockets = server.sockets  # type: ignore[attr-defined]
            assert {raw.family for raw in sockets} == {socket.AF_INET, socket.AF_INET6}
            for raw in sockets:
                host = "[::1]" if raw.family == socket.AF_INET6 else "127.0.0.1"
                async with AsyncClient.from_uri(f"tcp://{host}:{raw.getsockname()[1]}") as client:
                    await client.write_event(Describe().event())
                    assert (await client.read_event() or Describe().event()).type == "info"
        pool.close()

    asyncio.run(asyncio.wait_for(test(), 60))
