"""Each of OpenAI's formats comes over HTTP with exactly the length of the speech; FFmpeg (PyAV) reads it back."""

from __future__ import annotations

import base64
from typing import Any

import httpx
import numpy as np
import openai
import pytest
from serving import Served

from tests.audio.reading import delay, read_back
from tts import Synthesizer
from tts.audio.formats import to_int16
from tts.voice import DEFAULT

TEXT = "Hello there. This is a second sentence, and it is longer."
LONG = "This sentence is one of many that are alike. " * 14
TYPES = {"mp3": "mpeg", "opus": "ogg", "aac": "aac", "flac": "flac", "wav": "wav", "pcm": "pcm", "m4a": "mp4"}


@pytest.fixture(scope="module")
def client(server: Served) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{server.url}/v1", api_key="unused", max_retries=0)


@pytest.fixture(scope="module", params=[DEFAULT, "tiny"])
def voice(request: pytest.FixtureRequest, tiny_voice: Any) -> tuple[str, Synthesizer]:
    """Give a voice at 24 kHz and one at 22,050 Hz."""
    return request.param, Synthesizer(DEFAULT if request.param == DEFAULT else tiny_voice)


@pytest.mark.parametrize("format", TYPES)
def test_the_length_is_that_of_the_speech(client: openai.OpenAI, voice: tuple[str, Synthesizer], format: Any) -> None:
    name, synthesizer = voice
    speech = synthesizer.synthesize(TEXT)
    answer = client.audio.speech.with_raw_response.create(model="tts-1", voice=name, input=TEXT, response_format=format)
    assert answer.headers["content-type"] == f"audio/{TYPES[format]}"
    if format == "pcm":
        n_samples = len(answer.content) / 2
        assert n_samples == pytest.approx(len(speech.samples) * 24000 / speech.sample_rate, abs=1)
        return
    found = read_back(answer.content)
    expected = len(speech.samples) * found.rate / speech.sample_rate
    if format == "aac":  # adts has no place for a length, nor for the encoder's delay
        assert expected <= len(found.samples) <= expected + 2 * 1024
        assert delay(found, speech.samples, speech.sample_rate) == pytest.approx(1024 / found.rate, abs=0.002)
        return
    length = found.n_declared if format == "m4a" else len(found.samples)
    assert length == pytest.approx(expected, abs=int(found.rate != speech.sample_rate))
    assert delay(found, speech.samples, speech.sample_rate) == pytest.approx(0, abs=0.002)


@pytest.mark.parametrize("streaming", [{"input": LONG}, {"stream": True}, {"stream_format": "audio"}])
def test_a_streamed_mp3_begins_with_the_sound(server: Served, streaming: dict[str, Any]) -> None:
    """Its header names the delay of the encoder; only the end has up to two frames of silence more."""
    body = {"input": TEXT, "voice": DEFAULT} | streaming
    speech = Synthesizer().synthesize(str(body["input"]))
    found = read_back(httpx.post(f"{server.url}/v1/audio/speech", json=body, timeout=120).content)
    assert 0 <= len(found.samples) - len(speech.samples) <= 2 * 576
    assert delay(found, speech.samples, speech.sample_rate) == pytest.approx(0, abs=0.002)
    assert not np.any(np.abs(found.samples[len(speech.samples) + 100 :]) > 0.01)


@pytest.mark.parametrize("format", ["mp3", "wav"])
def test_up_to_600_characters_the_header_has_the_length(server: Served, format: str) -> None:
    text = (LONG * 2)[:600]
    body = {"input": text, "voice": DEFAULT, "response_format": format}
    data = httpx.post(f"{server.url}/v1/audio/speech", json=body, timeout=120).content
    speech = Synthesizer().synthesize(text)
    found = read_back(data)
    assert len(found.samples) == len(speech.samples)
    assert found.n_declared == pytest.approx(len(speech.samples), abs=1)
    if format == "wav":
        assert int.from_bytes(data[4:8], "little") == len(data) - 8


@pytest.mark.parametrize("streaming", [{"input": LONG * 2}, {"stream": True}, {"stream": "true"}])
def test_a_streamed_wav_declares_no_length_but_has_the_same_samples(server: Served, streaming: dict[str, Any]) -> None:
    body = {"input": TEXT, "voice": DEFAULT, "response_format": "wav"} | streaming
    with httpx.stream("POST", f"{server.url}/v1/audio/speech", json=body, timeout=120) as answer:
        pieces = list(answer.iter_raw())
    samples = np.frombuffer(b"".join(pieces)[44:], "<i2")
    np.testing.assert_array_equal(samples, to_int16(Synthesizer().synthesize(str(body["input"])).samples))
    assert pieces[0][40:44] == b"\xff\xff\xff\xff"
    assert len(pieces) > 1


def test_timestamps_have_the_same_file(client: openai.OpenAI, server: Served) -> None:
    body = {"voice": DEFAULT, "input": TEXT, "response_format": "mp3"}
    answer = httpx.post(f"{server.url}/v1/audio/speech/timestamps", json=body).json()
    audio = base64.b64decode(answer["audio"])
    assert audio == client.audio.speech.create(model="tts-1", voice=DEFAULT, input=TEXT).read()
    assert len(read_back(audio).samples) == pytest.approx(answer["duration"] * 24000, abs=12)
