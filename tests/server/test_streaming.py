"""The pieces of an answer, joined, are the whole answer, and few bytes are kept on the way."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

pytest.importorskip("fastapi", reason="needs the extra [serve]")

from tts.errors import LimitError
from tts.server.encoding import LARGEST_WHOLE_WAV
from tts.server.pool import Limits
from tts.server.requests import SpeechRequest
from tts.server.speech import audio, pauses, timed_speech
from tts.synthesizer import Synthesizer

TEXT = "Hi. [pause 60s] Hi. [pause 60s] Hi."


@pytest.fixture(scope="module")
def synthesizer(tiny_voice: Path) -> Synthesizer:
    return Synthesizer(tiny_voice)


def request(text: str = TEXT, response_format: str = "wav") -> SpeechRequest:
    return SpeechRequest.model_validate({"input": text, "response_format": response_format})


@pytest.mark.parametrize("response_format", ["wav", "flac", "mp3"])
def test_timed_speech_holds_the_same_file_in_small_pieces(synthesizer: Synthesizer, response_format: str) -> None:
    asked = request(response_format=response_format)
    file = b"".join(audio(synthesizer, asked, Limits(), lambda _: None))
    pieces = list(timed_speech(synthesizer, asked, Limits(), lambda _: None))
    answer = json.loads(b"".join(pieces))
    assert base64.b64decode(answer["audio"], validate=True) == file
    assert [word["word"] for word in answer["words"]] == ["hi"] * 3
    assert answer["duration"] > 120
    kept = LARGEST_WHOLE_WAV if response_format == "wav" else 0  # less than half of the 5 MB
    assert max(map(len, pieces)) < 400_000 + kept * 4 / 3  # five seconds in base64, and what may be kept


def test_pauses_are_counted_before_anything_is_spoken(synthesizer: Synthesizer) -> None:
    heard: list[float] = []
    for text in (
        "Hi. [pause 60s] Hi. [PAUSE 60s] Hi.",
        '<speak>Hi.<break time="60s"/>Hi.<break time="60s"/>Hi.</speak>',
    ):
        assert pauses(request(text)) == 120
        for work in (audio, timed_speech):
            with pytest.raises(
                LimitError, match="the speech is longer than 100 s: ask for less, or with shorter pauses"
            ):
                list(work(synthesizer, request(text), Limits(seconds=100), heard.append))
    assert not heard
    assert pauses(request("Nothing [is paused] here, <b>break</b>.")) == 0


def test_a_file_that_has_to_be_whole_is_bounded(synthesizer: Synthesizer) -> None:
    with pytest.raises(
        LimitError, match="the file is larger than 1000 bytes: ask for less, or for wav, which is stream"
    ):
        list(audio(synthesizer, request("Hello.", "flac"), Limits(file=1000), lambda _: None))
    list(audio(synthesizer, request("Hello.", "wav"), Limits(file=1000), lambda _: None))
