"""The page for Home Assistant: its three ways to start the server are one, and Wyoming's client speaks with it."""

from __future__ import annotations

import asyncio
import json
import re
import shlex
import socket
from pathlib import Path

import pytest
import yaml
from serving import serving

pytest.importorskip("wyoming", reason="needs the extra [serve]")

from wyoming.audio import AudioChunk
from wyoming.client import AsyncClient
from wyoming.event import Event
from wyoming.info import Describe, Info
from wyoming.tts import Synthesize, SynthesizeVoice

from tts.cli.main import build_parser

REPOSITORY = Path(__file__).parents[2]
PAGE = (REPOSITORY / "docs" / "home-assistant.md").read_text(encoding="utf-8")
WYOMING, HTTP = 10200, 8000


def from_compose() -> list[str]:
    entry = re.search(r"^ENTRYPOINT (.*)$", (REPOSITORY / "deploy" / "Dockerfile").read_text(), re.MULTILINE)
    assert entry is not None
    service = yaml.safe_load((REPOSITORY / "deploy" / "compose.yaml").read_text())["services"]["griffon"]
    assert service["ports"] == [f"{port}:{port}" for port in (HTTP, WYOMING)]
    return [*json.loads(entry[1]), *service["command"]]


def from_systemd() -> list[str]:
    (line,) = re.findall(r"^ExecStart=(/opt/.*)$", PAGE, re.MULTILINE)
    unit = (REPOSITORY / "deploy" / "griffon.service").read_text()
    assert f"\nExecStart={shlex.split(line)[0]} serve " in unit
    return ["tts", *shlex.split(line)[1:]]


def by_hand() -> list[str]:
    (line,) = re.findall(r"^(tts serve .*)$", PAGE, re.MULTILINE)
    return shlex.split(line)


def test_the_three_ways_are_one() -> None:
    options = [vars(build_parser().parse_args(words[1:])) for words in (from_compose(), from_systemd(), by_hand())]
    assert options[0] == options[1] == options[2]
    assert (options[0]["host"], options[0]["port"], options[0]["wyoming_open"]) == ("0.0.0.0", HTTP, True)
    assert options[0]["wyoming"] == f"tcp://0.0.0.0:{WYOMING}"


def test_wyomings_client_speaks_with_it(tiny_voice: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    flags = [word.replace(str(WYOMING), str(port)) for word in from_compose()[2:]]
    flags[flags.index(str(HTTP))] = "0"
    with serving(*flags, "--voice", str(tiny_voice)):
        events = asyncio.run(asyncio.wait_for(ask(f"tcp://127.0.0.1:{port}"), 60))
    (program,) = Info.from_event(events[0]).tts
    assert f"entity_id: tts.{program.name}\n" in PAGE  # Home Assistant names the entity after the program
    assert program.supports_synthesize_streaming
    assert [voice.name for voice in program.voices] == ["tiny"]
    assert events[1].type == "audio-start"
    assert sum(len(AudioChunk.from_event(event).audio) for event in events if event.type == "audio-chunk") > 10_000


async def ask(uri: str) -> list[Event]:
    events = []
    async with AsyncClient.from_uri(uri) as client:
        await client.write_event(Describe().event())
        message = "The washing machine is done."
        await client.write_event(Synthesize(message, voice=SynthesizeVoice("tiny")).event())
        while event := await client.read_event():
            events.append(event)
            if event.type == "audio-stop":
                break
    return events


def test_the_figures_are_those_that_were_measured() -> None:
    measured = (REPOSITORY / "docs" / "measured.md").read_text(encoding="utf-8")
    rows = re.findall(r"^(\| [a-z].* \| [\d.]+ \|)$", PAGE, re.MULTILINE)
    assert len(rows) == 3
    assert all(row in measured for row in rows)
    (memory,) = re.findall(r"took (\d+ MiB) after an hour", PAGE)
    assert f"{memory} at the end" in measured
