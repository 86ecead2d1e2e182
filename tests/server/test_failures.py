"""Whose fault it was: the status, the message and the log tell a client's error from the server's own."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from wyoming.client import AsyncClient
from wyoming.error import Error
from wyoming.tts import Synthesize

from tts.errors import LimitError, MissingPackageError, StorageError, TextError
from tts.server.app import create_app
from tts.server.pool import Pool
from tts.server.wyoming import wyoming_server
from tts.speech import AudioChunk
from tts.synthesizer import Synthesizer

SECRET = "A word that is confidential."
ROUTES = [("/v1/audio/speech", "audio"), ("/v1/audio/speech", "sse"), ("/v1/audio/speech/timestamps", "audio")]


class Failing(Synthesizer):
    """Raises an error where it would speak."""

    error: Exception

    def _chunks(self, *arguments: Any, **options: Any) -> Iterator[AudioChunk]:
        raise self.error


@pytest.fixture
def failing(tiny_voice: Path) -> Callable[[Exception], Pool]:
    def pool(error: Exception) -> Pool:
        synthesizer = Failing(tiny_voice)
        synthesizer.error = error
        return Pool({"tiny": synthesizer}, workers=1)

    return pool


def ask(make: Callable[[], Pool], path: str, stream_format: str = "audio") -> httpx.Response:
    async def test() -> httpx.Response:
        pool = make()
        transport = httpx.ASGITransport(create_app(pool))
        body = {"model": "tts-1", "voice": "tiny", "input": SECRET, "stream_format": stream_format}
        try:
            async with httpx.AsyncClient(transport=transport, base_url="http://server") as client:
                return await client.post(path, json=body)
        finally:
            pool.close()

    return asyncio.run(asyncio.wait_for(test(), 60))


def failures(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [vars(record) for record in caplog.records if record.getMessage() == "failed"]


@pytest.mark.parametrize(("path", "stream_format"), ROUTES)
@pytest.mark.parametrize("error", [ValueError, KeyError, OSError, MissingPackageError, StorageError])
def test_an_internal_error_is_500_with_an_id_that_the_log_has(
    failing: Callable[[Exception], Pool],
    caplog: pytest.LogCaptureFixture,
    error: type[Exception],
    path: str,
    stream_format: str,
) -> None:
    answer = ask(lambda: failing(error(f"cannot use {SECRET}")), path, stream_format)
    assert answer.status_code == 500
    request_id = answer.headers["x-request-id"]
    assert answer.json()["error"]["type"] == "server_error"
    assert request_id in answer.json()["error"]["message"]
    (fields,) = failures(caplog)
    assert (fields["request_id"], fields["error"]) == (request_id, error.__name__)
    assert "in _chunks" in fields["traceback"]
    assert "confidential" not in answer.text + fields["error"] + fields["traceback"]


@pytest.mark.parametrize(("path", "stream_format"), ROUTES)
@pytest.mark.parametrize("error", [TextError("no word in it"), LimitError("too long")])
def test_a_clients_error_is_400_and_says_what_is_wrong(
    failing: Callable[[Exception], Pool],
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    path: str,
    stream_format: str,
) -> None:
    answer = ask(lambda: failing(error), path, stream_format)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"] == str(error)
    assert answer.json()["error"]["type"] == "invalid_request_error"
    assert failures(caplog) == []


@pytest.mark.parametrize(
    ("error", "code"),
    [(ValueError(SECRET), "internal"), (StorageError(SECRET), "internal"), (TextError("?"), "bad-request")],
)
def test_wyoming_tells_them_apart_too(
    failing: Callable[[Exception], Pool], caplog: pytest.LogCaptureFixture, error: Exception, code: str
) -> None:
    async def test() -> Error:
        pool = failing(error)
        async with wyoming_server("tcp://127.0.0.1:0", pool) as server:
            address = server.sockets[0].getsockname()  # type: ignore[attr-defined]
            async with AsyncClient.from_uri(f"tcp://127.0.0.1:{address[1]}") as client:
                await client.write_event(Synthesize("Hello.").event())
                event = await client.read_event()
        pool.close()
        assert event is not None
        return Error.from_event(event)

    caplog.set_level(logging.INFO)
    said = asyncio.run(asyncio.wait_for(test(), 60))
    assert said.code == code
    assert SECRET not in said.text
    assert [fields["request_id"] in said.text for fields in failures(caplog)] == [True] * (code == "internal")


def test_the_log_is_a_json_object_a_line(capfd: pytest.CaptureFixture[str]) -> None:
    code = (
        "import logging; from tts.server.record import log_as_json; log_as_json()\n"
        "logging.getLogger('other').info('not shown')\n"
        "logging.getLogger('other').warning('a warning')\n"
        "logger = logging.getLogger('tts.server.run')\n"
        "logger.info('listening', extra={'url': 'http://é', 'wyoming': None})\n"
        "try: 1 / 0\n"
        "except ZeroDivisionError: logger.exception('failed')\n"
        "assert logging.getLevelName(logging.ERROR) == 'ERROR'\n"  # other logs of the process keep their names
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "PYTHONUTF8": "1"})
    warning, listening, failed = map(json.loads, capfd.readouterr().err.splitlines())
    assert (warning["level"], warning["logger"], warning["event"]) == ("warning", "other", "a warning")
    assert {key: listening[key] for key in ("level", "event", "url", "wyoming")} == {
        "level": "info",
        "event": "listening",
        "url": "http://é",
        "wyoming": None,
    }
    assert datetime.fromisoformat(listening["time"]).utcoffset() == timedelta(0)
    assert failed["level"] == "error"
    assert "ZeroDivisionError" in failed["exception"]
