"""Each of OpenAI's formats comes over HTTP with exactly the length of the speech; FFmpeg (PyAV) reads it back."""

from __future__ import annotations

import base64
import io
import wave
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
LONG = "This sentence is one of many that are alike. " * 10
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


def test_a_long_mp3_is_late_by_the_frame_of_its_header(client: openai.OpenAI) -> None:
    speech = Synthesizer().synthesize(LONG)
    found = read_back(client.audio.speech.create(model="tts-1", voice=DEFAULT, input=LONG).read())
    assert 576 <= len(found.samples) - len(speech.samples) <= 5 * 576
    assert delay(found, speech.samples, speech.sample_rate) == pytest.approx(0.024, abs=0.002)
    assert not np.any(np.abs(found.samples[len(speech.samples) + 700 :]) > 0.01)


def test_a_wav_made_before_its_first_byte_has_its_length(client: openai.OpenAI) -> None:
    text = "Hello there."
    wav = client.audio.speech.create(model="tts-1", voice=DEFAULT, input=text, response_format="wav").read()
    with wave.open(io.BytesIO(wav)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    np.testing.assert_array_equal(samples, to_int16(Synthesizer().synthesize(text).samples))
    assert int.from_bytes(wav[4:8], "little") == len(wav) - 8


def test_timestamps_have_the_same_file(client: openai.OpenAI, server: Served) -> None:
    body = {"voice": DEFAULT, "input": TEXT, "response_format": "mp3"}
    answer = httpx.post(f"{server.url}/v1/audio/speech/timestamps", json=body).json()
    audio = base64.b64decode(answer["audio"])
    assert audio == client.audio.speech.create(model="tts-1", voice=DEFAULT, input=TEXT).read()
    assert len(read_back(audio).samples) == pytest.approx(answer["duration"] * 24000, abs=12)
