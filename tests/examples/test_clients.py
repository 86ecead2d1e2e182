"""The examples that stream a language model's answer, and those that ask a server, work over real connections."""

from __future__ import annotations

import http.server
import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from serving import Served, serving

from tests.browser import SECONDS, launched, needs_chromium
from tests.examples.conftest import EXAMPLES, Run
from tests.pages import files, served
from tts import Synthesizer

DOCS = EXAMPLES.parent / "docs"
ANSWER = "The sky is blue. Short waves scatter more than long ones. We see them from every side."
TOKENS = re.findall(r"\S+\s*", ANSWER)
PATIENCE = 60  # seconds


class Model(http.server.BaseHTTPRequestHandler):
    """A language model of one answer. It stops before the last sentence until something was played."""

    protocol_version = "HTTP/1.1"
    played: Path
    was_heard_early: bool

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        for number, token in enumerate(TOKENS):
            if number == len(TOKENS) - 3:
                end = time.monotonic() + PATIENCE
                while not self.played.exists() and time.monotonic() < end:
                    time.sleep(0.02)
                type(self).was_heard_early = self.played.exists()
            self._send({"choices": [{"index": 0, "delta": {"content": token}, "finish_reason": None}]})
        self._send({"choices": []})  # as with stream_options.include_usage
        self.wfile.write(b"data: [DONE]\n\n")

    def _send(self, values: dict[str, object]) -> None:
        part = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "m", **values}
        self.wfile.write(f"data: {json.dumps(part)}\n\n".encode())
        self.wfile.flush()

    def log_message(self, *values: object) -> None:
        pass


@pytest.fixture
def model(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of an OpenAI client that asks our model."""
    pytest.importorskip("openai", reason="no package openai: pip install openai")
    Model.played, Model.was_heard_early = tmp_path / "played", False
    with served(Model) as address:
        yield {"OPENAI_BASE_URL": f"{address}/v1", "OPENAI_API_KEY": "any"}


@pytest.fixture(scope="module")
def server(tiny_voice: Path) -> Iterator[Served]:
    with serving("--voice", str(tiny_voice)) as running:
        yield running


def address(server: Served) -> str:
    return server.url.removeprefix("http://")


@pytest.mark.parametrize("example", ["stream_llm.py", "stream_llm_async.py"])
def test_an_answer_is_spoken_while_it_is_written(run: Run, model: dict[str, str], tmp_path: Path, example: str) -> None:
    run(example, **model)
    assert Model.was_heard_early
    played = np.frombuffer((tmp_path / "played").read_bytes(), np.float32)
    np.testing.assert_array_equal(played, Synthesizer().synthesize(ANSWER).samples)


def test_a_server_speaks_an_answer_while_it_is_written(
    run: Run, model: dict[str, str], server: Served, tiny_voice: Path, tmp_path: Path
) -> None:
    run("stream_websocket.py", address(server), **model)
    assert Model.was_heard_early
    speech = Synthesizer(tiny_voice).synthesize(ANSWER)
    seconds = len(speech.samples) / speech.sample_rate
    assert (tmp_path / "played").stat().st_size / 2 / 24_000 == pytest.approx(seconds, abs=0.1)


def test_openais_client(run: Run, server: Served, tmp_path: Path) -> None:
    pytest.importorskip("openai", reason="no package openai: pip install openai")
    run("openai_client.py", address(server))
    assert soundfile.info(tmp_path / "hello.mp3").duration > 0.2


def test_curl(server: Served, tmp_path: Path) -> None:
    commands = re.findall(r"^curl .*(?:\\\n.*)*", (DOCS / "llm.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(commands) >= 2
    for command in commands:
        shown = command.replace("127.0.0.1:8000", address(server)).replace("| aplay", "> out.wav")
        subprocess.run(["bash", "-euc", f"set -o pipefail; {shown}"], cwd=tmp_path, check=True, timeout=PATIENCE)
    assert soundfile.info(tmp_path / "hello.mp3").duration > 0.2
    assert (tmp_path / "out.wav").stat().st_size > 5_000


def test_node(server: Served, tmp_path: Path) -> None:
    """It needs npm, and an index of packages, from which npm takes openai."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("no node or no npm here: as with 'apt install nodejs npm'")
    install = ["npm", "install", "--no-audit", "--no-fund", "--prefer-offline", "--ignore-scripts", "openai"]
    if subprocess.run(install, cwd=tmp_path, capture_output=True, check=False, timeout=PATIENCE * 3).returncode:
        pytest.skip("npm cannot install openai here")
    shutil.copy(EXAMPLES / "speak.mjs", tmp_path)
    environment = {**os.environ, "GRIFFON_URL": f"{server.url}/v1"}
    subprocess.run(["node", "speak.mjs"], cwd=tmp_path, env=environment, check=True, timeout=PATIENCE)
    assert soundfile.info(tmp_path / "hello.mp3").duration > 0.2


@needs_chromium
@pytest.mark.parametrize("is_allowed", [True, False])
def test_a_page_of_another_site(tiny_voice: Path, tmp_path: Path, is_allowed: bool) -> None:
    with served(files(tmp_path)) as origin, launched() as browser:
        site = origin if is_allowed else "https://example.com"
        with serving("--voice", str(tiny_voice), "--cors", site) as speaking:
            source = (EXAMPLES / "page.html").read_text(encoding="utf-8")
            (tmp_path / "page.html").write_text(source.replace("http://127.0.0.1:8000", speaking.url), encoding="utf-8")
            page = browser.new_page()
            page.goto(f"{origin}/page.html")
            if is_allowed:
                page.click("#speak")
                page.wait_for_function("document.querySelector('#player').duration > 0.2", timeout=SECONDS)
            else:
                with page.expect_console_message(lambda message: "CORS" in message.text, timeout=SECONDS):
                    page.click("#speak")


SHOWN = ["stream_llm.py", "stream_llm_async.py", "stream_websocket.py", "openai_client.py", "speak.mjs", "page.html"]


@pytest.mark.parametrize("name", SHOWN)
def test_the_page_shows_the_example_as_it_is(name: str) -> None:
    assert f"\n{(EXAMPLES / name).read_text(encoding='utf-8')}```\n" in (DOCS / "llm.md").read_text(encoding="utf-8")
