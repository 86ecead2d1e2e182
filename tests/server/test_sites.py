"""A server for this machine answers neither a rebinding page nor another site, and says when it is open to others."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

pytest.importorskip("fastapi", reason="needs the extra [serve]")

from tts.cli.main import main
from tts.server import run
from tts.server.app import ServerOptions, create_app
from tts.server.pool import Pool
from tts.server.sites import is_loopback
from tts.synthesizer import Synthesizer


@pytest.fixture(scope="module")
def pool(tiny_voice: Path) -> Iterator[Pool]:
    pool = Pool({"tiny": Synthesizer(tiny_voice)}, workers=1)
    yield pool
    pool.close()


def status(pool: Pool, options: ServerOptions, headers: dict[str, str], method: str = "GET") -> int:
    async def ask() -> int:
        transport = httpx.ASGITransport(create_app(pool, options))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            answer = await client.request(method, "/v1/models", headers=headers)
            assert answer.status_code == 200 or set(answer.json()) == {"error"}
            return answer.status_code

    return asyncio.run(ask())


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1:8000", 200),
        ("127.1.2.3", 200),
        ("localhost:8000", 200),
        ("LOCALHOST.", 200),
        ("page.localhost", 200),
        ("[::1]:8000", 200),
        ("speech.example", 200),
        ("Speech.Example:443", 200),
        ("rebound.example", 421),
        ("rebound.example:8000", 421),
        ("192.0.2.7", 421),
        ("localhost.rebound.example", 421),
        ("127.0.0.1.rebound.example", 421),
        ("user@rebound.example", 421),
        ("user@localhost", 421),
        ("[::1", 421),
        ("", 421),
    ],
)
def test_a_rebinding_page_gets_421(pool: Pool, host: str, expected: int) -> None:
    assert status(pool, ServerOptions(hosts=["speech.example"]), {"Host": host}) == expected
    assert status(pool, ServerOptions(), {"Host": host}) == 200


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ("http://127.0.0.1:8000", 200),
        ("http://localhost:3000", 200),
        ("https://speech.example", 200),
        ("https://friend.example", 200),
        ("https://stranger.example", 403),
        ("null", 403),
    ],
)
def test_pages_of_other_sites_are_refused(pool: Pool, origin: str, expected: int) -> None:
    options = ServerOptions(hosts=["speech.example"], origins=["https://friend.example"])
    assert status(pool, options, {"Origin": origin}) == expected
    assert status(pool, ServerOptions(hosts=[], origins=["*"]), {"Origin": origin}) == 200


@pytest.mark.parametrize(
    ("uri", "is_refused"),
    [
        ("tcp://0.0.0.0:10200", True),
        ("tcp://192.0.2.7:10200", True),
        ("tcp://[::]:10200", True),
        ("tcp://some.host:10200", True),
        ("tcp://127.0.0.1:70000", False),
        ("tcp://localhost:70000", False),
        ("unix:///nowhere/s", False),
    ],
)
def test_open_wyoming_is_asked_for(
    uri: str, is_refused: bool, tiny_voice: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def nothing(*_: object) -> None:
        pass

    monkeypatch.setattr(run, "serve", nothing)
    command = ["serve", "--port", "0", "--voice", str(tiny_voice), "--wyoming", uri]
    assert main(command) == (2 if is_refused else 0)
    assert ("Wyoming has no keys: add --wyoming-open" in capsys.readouterr().err) == is_refused
    assert main([*command, "--wyoming-open"]) == 0


@pytest.mark.parametrize(
    ("arguments", "is_warned", "hosts"),
    [
        (["--host", "127.0.0.1"], False, ()),
        (["--host", "127.0.0.1", "--allow-host", "a.example"], False, ("a.example",)),
        (["--host", "0.0.0.0"], True, None),
        (["--host", "0.0.0.0", "--allow-host", "a.example"], True, ("a.example",)),
        (["--host", "0.0.0.0", "--keys", "{keys}"], False, None),
    ],
)
def test_an_open_address_without_keys_is_warned_of_once(
    arguments: list[str],
    is_warned: bool,
    hosts: tuple[str, ...] | None,
    tiny_voice: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "keys").write_text("secret")
    found: list[ServerOptions] = []

    async def serve(*arguments: object) -> None:
        found.extend(each for each in arguments if isinstance(each, ServerOptions))

    monkeypatch.setattr(run, "serve", serve)
    given = [argument.format(keys=tmp_path / "keys") for argument in arguments]
    assert main(["serve", "--port", "0", "--voice", str(tiny_voice), *given]) == 0
    assert capsys.readouterr().err.count("everyone who reaches 0.0.0.0 can use the server: add --keys") == is_warned
    assert found[0].hosts == hosts


def test_what_is_this_machine() -> None:
    assert all(map(is_loopback, ["localhost", "127.0.0.1", "::1", "[::1]", "a.localhost"]))
    assert not any(map(is_loopback, ["0.0.0.0", "::", "", "a.example", "localhost.example", "127.0.0.1.example"]))
