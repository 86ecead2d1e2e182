"""Send the requests of programs that speak with OpenAI's voices, as these programs send them."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import httpx
import pytest
import soundfile
from serving import Served, serving

from tts.server.speech import SILENCE
from tts.voice import DEFAULT

TEXT = "Hello there."
SPEECH = "/v1/audio/speech"
JSON = {"Content-Type": "application/json"}
CONTAINERS = {"mp3": "MP3", "opus": "OGG", "flac": "FLAC", "wav": "WAV"}

BODIES: dict[str, dict[str, Any]] = {
    "openai-python": {"input": TEXT, "model": "gpt-4o-mini-tts-2025-12-15", "voice": "alloy", "stream_format": "audio"},
    "openai-python, a custom voice": {"input": TEXT, "model": "tts-1", "voice": {"id": "voice_1234"}},
    "openai-python, extra_body": {
        "input": TEXT,
        "model": "kokoro",
        "voice": "af_heart",
        "stream": False,
        "return_download_link": True,
    },
    "pipecat": {
        "input": TEXT,
        "model": "gpt-4o-mini-tts",
        "voice": "alloy",
        "response_format": "pcm",
        "instructions": "Speak warmly.",
        "speed": 1.1,
    },
    "livekit": {
        "input": TEXT,
        "model": "gpt-4o-mini-tts",
        "voice": "ash",
        "response_format": "pcm",
        "speed": 1.0,
        "instructions": None,
    },
    "Open WebUI": {"input": TEXT, "voice": "", "model": "tts-1"},
    "Open WebUI, parameters": {
        "input": TEXT,
        "voice": "Alloy",
        "model": "tts-1-hd",
        "user": "u-1",
        "language": "en",
        "speed": "1.0",
    },
    "SillyTavern": {"input": TEXT, "response_format": "mp3", "voice": "nova", "speed": 1, "model": "tts-1-hd"},
    "SillyTavern, a Kokoro server": {
        "input": TEXT,
        "response_format": "mp3",
        "voice": "af_bella+af_sky",
        "speed": 1,
        "model": "kokoro",
        "lang_code": "a",
    },
    "LibreChat": {"input": TEXT, "model": "tts-1", "voice": "alloy", "backend": "piper"},
    "LibreChat, no voices": {"input": TEXT, "model": "tts-1"},
    "LibreChat, LocalAI": {"input": TEXT, "model": "en-us-amy-low.onnx", "backend": "piper"},
    "AnythingLLM": {"model": "tts-1", "voice": "alloy", "input": TEXT},
    "AnythingLLM, a model of its own": {"model": "piper", "voice": "en_US-lessac-medium", "input": TEXT},
    "Home Assistant": {
        "model": "gpt-4o-mini-tts",
        "voice": "marin",
        "input": TEXT,
        "instructions": "None",
        "speed": 1.0,
        "response_format": "mp3",
    },
    "Home Assistant, ogg": {"model": "tts-1", "voice": "cedar", "input": TEXT, "response_format": "opus"},
    "nulls": {
        "input": TEXT,
        "model": None,
        "voice": None,
        "speed": None,
        "response_format": None,
        "stream_format": None,
        "seed": None,
        "pitch": None,
        "markup": None,
    },
    "names in capitals": {
        "input": TEXT,
        "voice": DEFAULT.upper(),
        "response_format": "WAV",
        "stream_format": "Audio",
    },
    "another name of the format": {"input": TEXT, "voice": "default", "output_format": "wav"},
    "only a text": {"input": TEXT},
}


get, post = (partial(method, timeout=60) for method in (httpx.get, httpx.post))


@pytest.fixture(scope="module")
def strict() -> Iterator[Served]:
    with serving("--voice", DEFAULT, "--strict") as served:
        yield served


@pytest.fixture(scope="module")
def usual(server: Served) -> float:
    """The seconds of the text in the default voice."""
    answer = post(server.url + SPEECH, json={"input": TEXT, "response_format": "flac"})
    return float(soundfile.info(io.BytesIO(answer.content)).duration)


def seconds(answer: httpx.Response, format: str) -> float:
    """Decode the answer and return its length. The samples must have the format."""
    if format == "pcm":
        return len(answer.content) / 48_000
    with soundfile.SoundFile(io.BytesIO(answer.content)) as file:
        assert file.format == CONTAINERS[format]
        return len(file.read()) / file.samplerate


@pytest.mark.parametrize("client", BODIES)
def test_the_bodies_of_clients_are_answered(server: Served, usual: float, client: str) -> None:
    body = BODIES[client]
    answer = post(server.url + SPEECH, json=body, headers={"Authorization": "Bearer any"})
    assert answer.status_code == 200, answer.text
    assert answer.headers["x-voice"] == DEFAULT
    format = str(body.get("response_format") or body.get("output_format") or "mp3").lower()
    assert seconds(answer, format) == pytest.approx(usual / float(body.get("speed") or 1), abs=0.15)


def test_numbers_in_strings_are_numbers(server: Served) -> None:
    def wav(**values: Any) -> bytes:
        return post(server.url + SPEECH, json={"input": TEXT, "response_format": "wav", **values}).content

    assert wav(speed="1.5", pitch="2", volume="-3", seed="7") == wav(speed=1.5, pitch=2, volume=-3, seed=7)
    assert wav(speed="1.5") != wav()


@pytest.mark.parametrize("text", ["---", "...", "**", "•", '"', "|---|---|", "\u200b", "™", " \n"])
@pytest.mark.parametrize("format", ["mp3", "opus", "flac", "wav", "pcm"])
def test_marks_without_a_word_are_a_short_silence(server: Served, text: str, format: str) -> None:
    """Programs that cut a chat into pieces send such pieces."""
    answer = post(server.url + SPEECH, json={"input": text, "response_format": format})
    assert answer.status_code == 200, answer.text
    assert seconds(answer, format) == pytest.approx(SILENCE, abs=0.12)
    if format == "wav":
        assert not any(answer.content[44:])


def test_half_of_an_emoji_does_not_end_the_speech(server: Served) -> None:
    """JavaScript cuts a text between the two halves of a character, and sends each half as an escape."""
    body = {"input": "Hello there \ud83d", "response_format": "wav"}
    answer = post(f"{server.url}{SPEECH}/timestamps", content=json.dumps(body), headers=JSON).json()
    assert [word["word"] for word in answer["words"]] == ["hello", "there"]
    answer = post(server.url + SPEECH, content=json.dumps({**body, "input": "\ude42"}), headers=JSON)
    assert answer.status_code == 200, answer.text
    assert seconds(answer, "wav") == pytest.approx(SILENCE, abs=0.12)


def test_a_text_without_a_word_gets_a_warning(server: Served) -> None:
    body = {"input": "---", "response_format": "wav"}
    answer = post(f"{server.url}{SPEECH}/timestamps", json=body).json()
    warning = {"start": 0, "end": 3, "kind": "unspoken", "message": "not spoken: there is no word in it"}
    assert (answer["warnings"], answer["words"], answer["duration"]) == ([warning], [], SILENCE)


def test_a_voice_is_found_in_any_case(server: Served) -> None:
    answer = post(server.url + SPEECH, json={"input": TEXT, "voice": " TINY "})
    assert answer.headers["x-voice"] == "tiny"


@pytest.mark.parametrize(
    ("values", "param"),
    [
        ({"input": ""}, "input"),
        ({"input": None}, "input"),
        ({"input": ["Hello."]}, "input"),
        ({"speed": 5}, "speed"),
        ({"speed": "5"}, "speed"),
        ({"speed": "nan"}, "speed"),
        ({"speed": "inf"}, "speed"),
        ({"speed": ""}, "speed"),
        ({"speed": True}, "speed"),
        ({"seed": "1.5"}, "seed"),
        ({"response_format": "m4b"}, "response_format"),
        ({"output_format": "m4b"}, "response_format"),
        ({"response_format": "mp3", "stream_format": "ws"}, "stream_format"),
        ({"model": 1}, "model"),
        ({"voice": {"id": 1}}, "voice"),
    ],
)
def test_what_is_wrong_is_still_refused(server: Served, values: dict[str, Any], param: str) -> None:
    answer = post(server.url + SPEECH, json={"input": TEXT, "model": "tts-1", "voice": "alloy", **values})
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert (error["type"], error["param"]) == ("invalid_request_error", param)


@pytest.mark.parametrize(
    ("values", "status", "param"),
    [
        ({"voice": "af_heart"}, 400, "voice"),
        ({"voice": None}, 400, "voice"),
        ({"model": "kokoro"}, 404, "model"),
        ({"model": None}, 404, "model"),
        ({"user": "u-1"}, 400, "user"),
        ({"speed": None, "response_format": "MP3", "voice": "Alloy", "model": "TTS-1"}, 200, None),
    ],
)
def test_a_strict_server_refuses_unknown_names(
    strict: Served, values: dict[str, Any], status: int, param: str | None
) -> None:
    answer = post(strict.url + SPEECH, json={"input": TEXT, "model": "tts-1", "voice": "alloy", **values})
    assert answer.status_code == status
    if param:
        assert answer.json()["error"]["param"] == param


def test_the_log_names_what_is_unknown_once() -> None:
    with serving("--voice", DEFAULT) as served:
        for body in (
            {"input": TEXT, "voice": "alloy", "strem": 1},
            {"input": TEXT, "voice": "nobody", "strem": 2, "x" * 90: 3},
            {"input": TEXT, "voice": "nobody"},
            {"input": TEXT},
        ):
            assert post(served.url + SPEECH, json=body).status_code == 200
        assert served.stop() == 0
        assert [row["given"] for row in served.log("ignored field")] == ["strem", "x" * 60]
        assert [row["given"] for row in served.log("unknown voice")] == ["nobody", "(none)"]
        assert {row["level"] for row in served.log("ignored field")} == {"warning"}
        assert [row["voice"] for row in served.log()] == [DEFAULT] * 4
