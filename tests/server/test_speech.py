"""Call the speech endpoint with OpenAI's own client over a real connection."""

from __future__ import annotations

import base64
import io
import json
import re
import time
from typing import Any

import httpx
import numpy as np
import openai
import pytest
import soundfile
from serving import Served

from tts import Synthesizer
from tts.audio.formats import to_int16
from tts.subtitles import to_rows, to_srt
from tts.voice import DEFAULT, Voice

RATE = Voice.load().card.audio.sample_rate
TEXT = "Hello there. This is a second sentence."
LONG = "This sentence is one of many that are alike. " * 20


@pytest.fixture(scope="module")
def client(server: Served) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{server.url}/v1", api_key="unused", max_retries=0)


@pytest.fixture(scope="module")
def synthesizer() -> Synthesizer:
    return Synthesizer()


def speak(client: openai.OpenAI, text: str = TEXT, **options: Any) -> bytes:
    values = {"model": "tts-1", "voice": DEFAULT, "input": text, **options}
    return client.audio.speech.create(**values).read()


def samples_of(wav: bytes) -> np.ndarray:
    assert wav[:4] == b"RIFF"
    return np.frombuffer(wav[44:], "<i2")


def decode(data: bytes) -> tuple[np.ndarray, str, int]:
    with soundfile.SoundFile(io.BytesIO(data)) as file:
        return file.read(dtype="float32"), file.format, file.samplerate


def likeness(heard: np.ndarray, rate: int, expected: np.ndarray) -> float:
    """Correlate the loudness of blocks of 20 ms, at the best delay up to 0.1 s, because codecs add a delay."""

    def loudness(samples: np.ndarray, rate: int) -> np.ndarray:
        size = rate // 50
        return np.sqrt(np.mean(samples[: len(samples) // size * size].reshape(-1, size) ** 2, axis=1))

    wanted = loudness(expected, RATE)
    found = [loudness(heard[rate * delay // 500 :], rate) for delay in range(50)]
    n = min(len(wanted), *map(len, found))
    return max(float(np.corrcoef(one[:n], wanted[:n])[0, 1]) for one in found)


def test_wav_is_what_the_library_says(client: openai.OpenAI, synthesizer: Synthesizer) -> None:
    spoken = speak(client, response_format="wav", speed=1.2, extra_body={"pitch": 1.5, "seed": 7, "volume": -3})
    expected = synthesizer.synthesize(TEXT, speed=1.2, pitch=1.5, seed=7, volume=-3)
    np.testing.assert_array_equal(samples_of(spoken), to_int16(expected.samples))


@pytest.mark.parametrize(
    ("name", "container", "rate", "media_type"),
    [
        ("mp3", "MP3", RATE, "audio/mpeg"),
        ("opus", "OGG", 24000, "audio/ogg"),
        ("flac", "FLAC", RATE, "audio/flac"),
        ("wav", "WAV", RATE, "audio/wav"),
    ],
)
def test_every_format_decodes_to_the_speech(
    client: openai.OpenAI, synthesizer: Synthesizer, name: Any, container: str, rate: int, media_type: str
) -> None:
    answer = client.audio.speech.with_raw_response.create(
        model="tts-1", voice=DEFAULT, input=TEXT, response_format=name
    )
    assert answer.headers["content-type"] == media_type
    heard, *kind = decode(answer.content)
    assert kind == [container, rate]
    expected = synthesizer.synthesize(TEXT).samples
    assert len(heard) / rate == pytest.approx(len(expected) / RATE, abs=0.12)
    assert likeness(heard, rate, expected) > 0.98


def test_pcm_is_24_khz(client: openai.OpenAI, synthesizer: Synthesizer) -> None:
    heard = np.frombuffer(speak(client, response_format="pcm"), "<i2") / 32768
    expected = synthesizer.synthesize(TEXT).samples
    assert abs(len(heard) - len(expected) * 24000 / RATE) <= 1
    assert likeness(heard, 24000, expected) > 0.98


def test_mp3_is_the_default(client: openai.OpenAI) -> None:
    assert decode(speak(client, "Hi."))[1] == "MP3"


def test_sound_comes_while_it_is_made(client: openai.OpenAI) -> None:
    begin = time.monotonic()
    arrivals = []
    options: Any = {"model": "tts-1", "voice": DEFAULT, "input": LONG, "response_format": "wav"}
    with client.audio.speech.with_streaming_response.create(**options) as answer:
        for piece in answer.iter_bytes(1 << 14):
            arrivals.append((time.monotonic() - begin, len(piece)))
    first, last = arrivals[0][0], arrivals[-1][0]
    assert sum(size for _, size in arrivals) > 1_500_000
    assert first < last / 4


def test_openais_voices_mean_the_default(client: openai.OpenAI) -> None:
    assert speak(client, voice="alloy") == speak(client, voice={"id": DEFAULT}) == speak(client, model="griffon")
    assert speak(client, "Hi.", voice="tiny") != speak(client, "Hi.", voice=DEFAULT)


def test_models_and_voices(client: openai.OpenAI, server: Served) -> None:
    assert [model.id for model in client.models.list()][:2] == ["griffon", "tts-1"]
    assert client.models.retrieve("tts-1-hd").id == "tts-1-hd"
    with pytest.raises(openai.NotFoundError, match="unknown model"):
        client.models.retrieve("gpt-5")
    voices = httpx.get(f"{server.url}/v1/audio/voices").json()["voices"]
    assert [(voice["id"], voice["is_default"]) for voice in voices] == [(DEFAULT, True), ("tiny", False)]


@pytest.mark.parametrize(
    ("values", "param", "message"),
    [
        ({"response_format": "wma"}, "response_format", "'mp3', 'opus', 'aac', 'flac', 'wav', 'pcm' or 'm4a'"),
        ({"speed": 4.5}, "speed", "less than or equal to 4"),
        ({"speed": 0.2}, "speed", "greater than or equal to 0.25"),
        ({"speed": "fast"}, "speed", "valid number"),
        ({"input": ""}, "input", "at least 1 character"),
        ({"input": "<speak>broken"}, "input", "speak"),
        ({"input": "a" * 4097}, "input", "4097 characters: send at most 4096"),
        ({"extra_body": {"pitch": 13}}, "pitch", "less than or equal to 12"),
        ({"extra_body": {"seed": -1}}, "seed", "greater than or equal to 0"),
    ],
)
def test_bad_requests_say_what_is_allowed(
    client: openai.OpenAI, values: dict[str, Any], param: str, message: str
) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        speak(client, **values)
    assert (caught.value.param, caught.value.type) == (param, "invalid_request_error")
    assert message in caught.value.message
    assert caught.value.request_id is not None


@pytest.mark.parametrize("name", ["../../etc/passwd", "/", "michael/../michael"])
def test_the_name_of_a_voice_is_no_path(client: openai.OpenAI, name: str) -> None:
    answer = client.audio.speech.with_raw_response.create(model="tts-1", voice=name, input="Hi.")
    assert answer.headers["x-voice"] == DEFAULT


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"{", {"content-type": "application/json"}),
        (b"[" * 5000, {"content-type": "application/json"}),
        (b'{"input": "Hi.", "model": "tts-1", "voice": "michael", "speed": NaN}', {"content-type": "application/json"}),
        (b'{"input": "Hi.", "model": "tts-1", "voice": "michael"}', {"content-type": "text/plain"}),
        (b'[{"input": "Hi."}]', {"content-type": "application/json"}),
        (b"\xff\xfe", {"content-type": "application/json"}),
        (b"", {}),
    ],
)
def test_what_is_no_request_is_refused(server: Served, body: bytes, headers: dict[str, str]) -> None:
    answer = httpx.post(f"{server.url}/v1/audio/speech", content=body, headers=headers)
    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "invalid_request_error"


def test_unknown_paths_and_methods_answer_in_the_same_form(server: Served) -> None:
    for method, path, status in [("GET", "/v1/nothing", 404), ("GET", "/v1/audio/speech", 405), ("GET", "/../x", 404)]:
        answer = httpx.request(method, server.url + path)
        assert (answer.status_code, set(answer.json()["error"])) == (status, {"message", "type", "param", "code"})


def events(server: Served, path: str, **values: Any) -> list[dict[str, Any]]:
    body = {"model": "tts-1", "voice": DEFAULT, "input": TEXT, "stream_format": "sse", **values}
    answer = httpx.post(server.url + path, json=body)
    assert answer.headers["content-type"].startswith("text/event-stream")
    return [json.loads(line.removeprefix("data: ")) for line in answer.text.split("\n\n") if line]


def test_events_hold_the_same_file(client: openai.OpenAI, server: Served) -> None:
    found = events(server, "/v1/audio/speech", response_format="flac")
    assert {event["type"] for event in found[:-1]} == {"speech.audio.delta"}
    audio = b"".join(base64.b64decode(event["audio"]) for event in found[:-1])
    assert audio == speak(client, response_format="flac")
    assert found[-1]["type"] == "speech.audio.done"
    usage = found[-1]["usage"]
    assert usage["input_tokens"] == len(TEXT)
    assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"]


def test_timestamps(client: openai.OpenAI, server: Served, synthesizer: Synthesizer) -> None:
    body = {"model": "tts-1", "voice": DEFAULT, "input": TEXT, "response_format": "wav"}
    answer = httpx.post(f"{server.url}/v1/audio/speech/timestamps", json=body).json()
    expected = synthesizer.synthesize(TEXT)
    assert base64.b64decode(answer["audio"]) == speak(client, response_format="wav")
    assert answer["words"] == to_rows(expected.words, TEXT)
    assert answer["srt"] == to_srt(expected.words, TEXT)
    assert answer["duration"] == pytest.approx(len(expected.samples) / RATE, abs=1e-3)
    assert (answer["sample_rate"], answer["warnings"]) == (RATE, [])


def test_timed_events_tell_each_word_before_its_sound(server: Served, synthesizer: Synthesizer) -> None:
    found = events(server, "/v1/audio/speech/timestamps", response_format="pcm")
    seconds, words = 0.0, []
    for event in found:
        for word in event.get("words", ()):
            assert word["start_time"] >= seconds - 0.05
            words.append(word)
        seconds += len(base64.b64decode(event.get("audio", ""))) / 48000
    expected = synthesizer.synthesize(TEXT).words
    assert words == to_rows(expected, TEXT)
    assert found[-1]["srt"] == to_srt(expected, TEXT)


def test_warnings_are_told(server: Served) -> None:
    found = events(server, "/v1/audio/speech/timestamps", input="Hello 你好.")
    (event,) = [event for event in found if event["type"] == "speech.audio.warning"]
    assert (event["start"], event["end"], event["kind"]) == (6, 8, "unspoken")
    assert "not spoken" in event["message"]
    body = {"model": "tts-1", "voice": DEFAULT, "input": "Hello 你好.", "response_format": "wav"}
    answer = httpx.post(f"{server.url}/v1/audio/speech/timestamps", json=body).json()
    del event["type"]
    assert answer["warnings"] == [event]


def test_markup_is_detected_or_given(server: Served) -> None:
    text = "**One** [two](https://a.b).\n```\nthree\n```"

    def words(**options: str) -> str:
        body = {"model": "griffon", "voice": DEFAULT, "input": text, "response_format": "wav", **options}
        answer = httpx.post(f"{server.url}/v1/audio/speech/timestamps", json=body)
        return " ".join(word["word"] for word in answer.json()["words"])

    assert words() == "one two code block"
    assert words(markup="markdown", code="skip") == "one two"
    assert words(code="read") == "one two three"
    assert words(markup="plain").startswith("one two h t t p s colon")


def test_metrics_count(client: openai.OpenAI, server: Served) -> None:
    def value(name: str) -> float:
        text = httpx.get(f"{server.url}/metrics").text
        return float(re.search(rf"^{name} (\S+)$", text, re.MULTILINE)[1])  # type: ignore[index]

    before = value("tts_audio_seconds_total"), value("tts_characters_total"), value("tts_first_audio_seconds_count")
    length = len(samples_of(speak(client, response_format="wav"))) / RATE
    after = value("tts_audio_seconds_total"), value("tts_characters_total"), value("tts_first_audio_seconds_count")
    assert [b - a for a, b in zip(before, after, strict=True)] == pytest.approx([length, len(TEXT), 1], abs=1e-3)
    assert value("tts_streams_speaking") == 0
