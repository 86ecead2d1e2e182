"""The protocol of Speech Dispatcher's modules, over pipes."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock, patch

import numpy as np
import pytest

from tests.speechd.dispatcher import Dispatcher, Heard
from tts.audio.formats import to_int16
from tts.speech import AudioChunk
from tts.speechd import utterance
from tts.speechd.tempo import Shortener
from tts.speechd.voices import LoadedVoices
from tts.synthesizer import Synthesizer

TEXT = '<speak>First one.<mark name="__spd_0"/> Second <mark name="here"/>one.<mark name="__spd_1"/> Third one.</speak>'


def spoken(voices: LoadedVoices, document: str, *, shortening: float = 1.0, **options: Any) -> np.ndarray[Any, Any]:
    """The speech of a document without the silence before its first sound."""
    samples = voices.get(None).synthesize(document, markup="ssml", **options).samples
    if shortening > 1.0:
        shortener = Shortener(shortening, 22050)
        samples = np.concatenate([shortener.push(samples), shortener.finish()])
    start = int(np.flatnonzero(np.abs(samples) >= 0.003)[0]) - round(0.005 * 22050)
    return to_int16(samples[max(0, start) :])


def test_handshake(dispatcher: Dispatcher) -> None:
    assert dispatcher.ask("INIT") == ["299-griffon with voice tiny", "299 OK LOADED SUCCESSFULLY"]
    assert dispatcher.ask("AUDIO") == ["207 OK RECEIVING AUDIO SETTINGS"]
    assert dispatcher.ask("audio_output_method=server", ".") == ["203 OK AUDIO INITIALIZED"]
    assert dispatcher.ask("LOGLEVEL") == ["207 OK RECEIVING LOGLEVEL SETTINGS"]
    assert dispatcher.ask("log_level=3", ".") == ["203 OK LOGLEVEL SET"]
    assert dispatcher.ask("NONSENSE") == ["300 ERR UNKNOWN COMMAND"]
    assert dispatcher.ask("QUIT") == ["210 OK QUIT"]


def test_audio_goes_through_the_server_only(dispatcher: Dispatcher) -> None:
    dispatcher.ask("AUDIO")
    assert dispatcher.ask("audio_output_method=pulse", ".")[-1].startswith("303 ")


def test_voices_are_listed(dispatcher: Dispatcher, voices: LoadedVoices) -> None:
    rows = [f"200-{name}\ten-US\tnone" for name in voices.languages]
    assert rows[0] == "200-tiny\ten-US\tnone"
    assert len(rows) > 1, "the bundled voices follow"
    for filters in ("", " en", " en-US", " en-us none"):
        assert dispatcher.ask(f"LIST VOICES{filters}") == [*rows, "200 OK VOICE LIST SENT"]
    for filters in (" de", " e", " en male1"):
        assert dispatcher.ask(f"LIST VOICES{filters}") == ["304 CANT LIST VOICES"]


def test_a_text_is_spoken_as_it_is_synthesized(dispatcher: Dispatcher, voices: LoadedVoices) -> None:
    heard = dispatcher.say("SPEAK", "<speak>Hello there.</speak>")
    assert heard.names == ["701 BEGIN", "702 END"]
    np.testing.assert_array_equal(heard.samples, spoken(voices, "<speak>Hello there.</speak>"))


def test_marks_are_reported_between_the_samples_where_they_are_heard(
    dispatcher: Dispatcher, voices: LoadedVoices
) -> None:
    heard = dispatcher.say("SPEAK", TEXT)
    speech = voices.get(None).synthesize(TEXT, markup="ssml")
    removed = len(speech.samples) - len(heard.samples)
    assert heard.names == ["701 BEGIN", *["700 INDEX MARK"] * 3, "702 END"]
    assert heard.marks == [(mark.name, round(mark.time * 22050) - removed) for mark in speech.marks]
    assert [name for name, _ in heard.marks] == ["__spd_0", "here", "__spd_1"]


@pytest.mark.parametrize(
    ("settings", "options"),
    [
        ({"rate": 20}, {"speed": 4.0**0.2}),
        ({"rate": 50}, {"speed": 1.0, "shortening": 2.0}),
        ({"rate": 100}, {"speed": 1.0, "shortening": 4.0}),
        ({"rate": -100}, {"speed": 0.25}),
        ({"pitch": 50}, {"pitch": 6.0}),
        ({"pitch": -100}, {"pitch": -12.0}),
    ],
)
def test_rate_and_pitch(
    settings: dict[str, int], options: dict[str, float], dispatcher: Dispatcher, voices: LoadedVoices
) -> None:
    assert dispatcher.set(**settings) == "203 OK SETTINGS RECEIVED"
    heard = dispatcher.say("SPEAK", "<speak>Hello there.</speak>")
    np.testing.assert_array_equal(heard.samples, spoken(voices, "<speak>Hello there.</speak>", **options))


def test_volume(dispatcher: Dispatcher) -> None:
    loud = dispatcher.say("CHAR", "a").samples.astype(int)
    dispatcher.set(volume=0)
    assert np.abs(dispatcher.say("CHAR", "a").samples - loud / 2).max() <= 1
    dispatcher.set(volume=-100)
    assert not dispatcher.say("CHAR", "a").samples.any()


def test_settings_are_taken_together_or_not_at_all(dispatcher: Dispatcher) -> None:
    normal = len(dispatcher.say("CHAR", "a").samples)
    for wrong in ({"pitch": 101}, {"volume": "loud"}, {"punctuation_mode": "few"}, {"cap_let_recogn": ""}):
        assert dispatcher.set(rate=100, **wrong) == "303 ERROR INVALID PARAMETER OR VALUE"
    assert len(dispatcher.say("CHAR", "a").samples) == normal
    assert dispatcher.set(rate=100, of_the_future=1, language="de", voice="male1") == "203 OK SETTINGS RECEIVED"
    assert len(dispatcher.say("CHAR", "a").samples) < normal / 2


def test_a_voice_by_its_name(dispatcher: Dispatcher, voices: LoadedVoices) -> None:
    tiny = dispatcher.say("CHAR", "a").samples
    other = [*voices.languages][1]
    dispatcher.set(synthesis_voice=other)
    assert not np.array_equal(dispatcher.say("CHAR", "a").samples, tiny), "the other voice's speech, not the kept one"
    for default in ("NULL", "nobody"):
        dispatcher.set(synthesis_voice=default)
        np.testing.assert_array_equal(dispatcher.say("CHAR", "a").samples, tiny)


@pytest.mark.parametrize("kind", ["CHAR", "SPEAK"])
def test_a_letter_is_named(kind: str, dispatcher: Dispatcher, voices: LoadedVoices) -> None:
    document = '<speak><say-as interpret-as="characters">a</say-as></speak>'
    text = "a" if kind == "CHAR" else "<speak>a</speak>"
    for _ in range(2):  # the second time from memory
        np.testing.assert_array_equal(dispatcher.say(kind, text).samples, spoken(voices, document))


@pytest.mark.parametrize(
    ("kind", "lines", "said"),
    [
        ("CHAR", ["space"], "space"),
        ("CHAR", [" "], "space"),
        ("CHAR", [".."], "dot"),  # a dot at the start of a line is doubled on its way
        ("CHAR", ["", ""], "new line"),
        ("KEY", ["double-quote"], "quote"),
        ("KEY", ["kp-enter"], "keypad enter"),
        ("SOUND_ICON", ["no-such_sound"], "no such sound"),
        ("SPEAK", ["Without", "tags & <all>."], "Without tags &amp; &lt;all&gt;."),
    ],
)
def test_what_is_said(kind: str, lines: list[str], said: str, dispatcher: Dispatcher, voices: LoadedVoices) -> None:
    np.testing.assert_array_equal(dispatcher.say(kind, *lines).samples, spoken(voices, f"<speak>{said}</speak>"))


def test_a_sound_is_played_by_the_server(dispatcher: Dispatcher, sounds: Path) -> None:
    heard = dispatcher.say("SOUND_ICON", "capital")
    assert heard.names == ["701 BEGIN", "706 ICON", "702 END"]
    assert heard.marks == [(str(sounds / "capital"), 0)]


def test_no_sound_outside_its_folder(dispatcher: Dispatcher) -> None:
    assert dispatcher.say("SOUND_ICON", "../secret").marks == []


def test_a_capital_is_heard_before_its_word(dispatcher: Dispatcher, sounds: Path) -> None:
    dispatcher.set(cap_let_recogn="icon")
    heard = dispatcher.say("SPEAK", "<speak>not here but Here.</speak>")
    ((sound, place),) = heard.marks
    assert sound == str(sounds / "capital")
    assert 0 < place < len(heard.samples)


def test_more_than_one_line_is_no_character(dispatcher: Dispatcher) -> None:
    for kind in ("CHAR", "KEY", "SOUND_ICON"):
        dispatcher.ask(kind)
        assert dispatcher.ask("a", "b", ".") == ["305 DATA MORE THAN ONE LINE"]
        dispatcher.ask(kind)
        assert dispatcher.ask(".") == ["301 ERROR CANT SPEAK"]


@pytest.mark.parametrize(
    "text",
    [
        '<speak>One <audio src="x"/><b>two</b>.<mark name="m"/></speak>',
        '<speak xml:lang="de">One two.<mark name="m"/></speak>',
        '<speak>One <prosody rate="mad">two.</prosody><mark name="m"/>',
        "<speak>One two.<mark name='m'/><mark name=bad/></speak></speak>",
    ],
)
def test_markup_that_is_unknown_or_broken_is_left_out(text: str, dispatcher: Dispatcher, voices: LoadedVoices) -> None:
    heard = dispatcher.say("SPEAK", text)
    assert heard.names[-1] == "702 END"
    np.testing.assert_array_equal(heard.samples, spoken(voices, "<speak>One two.</speak>"))
    assert [name for name, _ in heard.marks] == (["m"] if '"m"' in text else [])


def test_a_text_without_a_word_ends_with_its_marks(dispatcher: Dispatcher) -> None:
    heard = dispatcher.say("SPEAK", '<speak>…<mark name="a&amp;b"/> !<mark name="__spd_0"/></speak>')
    assert heard.names == ["701 BEGIN", "700 INDEX MARK", "700 INDEX MARK", "702 END"]
    assert heard.marks == [("a&b", 0), ("__spd_0", 0)]
    assert not len(heard.samples)


def test_debugging_into_a_file(dispatcher: Dispatcher, tmp_path: Path) -> None:
    file = tmp_path / "debug.log"
    assert dispatcher.ask(f"DEBUG ON {file} ") == ["200 OK DEBUGGING ON"]
    dispatcher.set(of_the_future=1)
    assert dispatcher.ask("DEBUG OFF ") == ["200 OK DEBUGGING OFF"]
    assert "of_the_future" in file.read_text()
    assert dispatcher.ask("DEBUG ON /no/such/folder/file") == ["303 CANT OPEN CUSTOM DEBUG FILE"]
    assert dispatcher.ask("DEBUG ON") == dispatcher.ask("DEBUG") == ["302 ERROR BAD SYNTAX"]


class SlowVoices:
    """A voice that makes the chunks of a text, and waits before one of them until the test allows it."""

    default = "slow"

    def __init__(self, real: LoadedVoices, document: str, gate: int = 1) -> None:
        """gate: index of the chunk."""
        self.languages = {"slow": "en-US"}
        self.chunks = list(real.get(None).stream(document, markup="ssml"))
        self._gate, self._real = gate, real
        self._may_go_on, self._is_waiting = threading.Event(), threading.Event()

    def get(self, name: str | None) -> Any:
        synthesizer = Mock(wraps=self._real.get(None), voice=self._real.get(None).voice, sample_rate=22050)
        synthesizer.stream = self.stream
        return synthesizer

    def stream(self, document: str, options: object) -> Iterator[AudioChunk]:
        yield from self.chunks[: self._gate]
        self._is_waiting.set()
        assert self._may_go_on.wait(60)
        yield from self.chunks[self._gate :]

    def wait(self) -> None:
        """Wait until all chunks before the gate are spoken."""
        assert self._is_waiting.wait(60)

    def go_on(self) -> None:
        self._may_go_on.set()


def command(dispatcher: Dispatcher, line: str) -> list[list[str]]:
    """Send a command that has no answer, and return the events up to the time when it has been obeyed."""
    dispatcher.send(line, "LIST VOICES")
    events = []
    while (message := dispatcher.read())[-1] != "200 OK VOICE LIST SENT":
        events.append(message)
    return events


def test_stop_does_not_wait_for_the_synthesizer(voices: LoadedVoices, sounds: Path) -> None:
    slow = SlowVoices(voices, TEXT)
    with Dispatcher(slow, sounds) as dispatcher:
        dispatcher.begin("SPEAK", TEXT)
        slow.wait()
        events = command(dispatcher, "STOP")
        assert [event[-1] for event in events[:2]] == ["701 BEGIN", "705 AUDIO"]
        assert events[-1] == ["703 STOP"]
        slow.go_on()
        assert command(dispatcher, "STOP") == [], "nothing comes after a stop, and a second one stops nothing"
        assert command(dispatcher, "PAUSE") == []


def test_a_new_message_takes_the_place_of_a_stopped_one(voices: LoadedVoices, sounds: Path) -> None:
    slow = SlowVoices(voices, TEXT)
    with Dispatcher(slow, sounds) as dispatcher:
        dispatcher.begin("SPEAK", TEXT)
        slow.wait()
        command(dispatcher, "STOP")
        dispatcher.begin("SPEAK", TEXT)
        slow.go_on()
        heard = Heard(list(dispatcher.events()))
        assert heard.names == ["701 BEGIN", *["700 INDEX MARK"] * 3, "702 END"]
        assert len(heard.samples) == len(spoken(voices, TEXT)), "nothing of the stopped message"


def test_a_pause_comes_after_the_next_index(voices: LoadedVoices, sounds: Path) -> None:
    slow = SlowVoices(voices, TEXT)
    with Dispatcher(slow, sounds) as dispatcher:
        dispatcher.begin("SPEAK", TEXT)
        slow.wait()
        events = command(dispatcher, "PAUSE")
        slow.go_on()
        heard = Heard([*events, *dispatcher.events()])
        assert heard.names == ["701 BEGIN", "700 INDEX MARK", "704 PAUSE"]
        assert heard.marks[0][0] == "__spd_0"
        assert heard.marks[0][1] == len(heard.samples)


def test_a_pause_after_the_last_index_gives_the_server_one_more(voices: LoadedVoices, sounds: Path) -> None:
    text = '<speak>One.<mark name="__spd_0"/> Two more.</speak>'
    slow = SlowVoices(voices, text, gate=-1)
    *_, last = slow.chunks  # the second sentence, with the index at its start
    begun = replace(last, samples=last.samples[:4000], is_last=False)
    slow.chunks[-1:] = [begun, replace(last, samples=last.samples[4000:], words=(), marks=())]
    with Dispatcher(slow, sounds) as dispatcher:
        dispatcher.begin("SPEAK", text)
        slow.wait()
        events = command(dispatcher, "PAUSE")
        slow.go_on()
        heard = Heard([*events, *dispatcher.events()])
        assert heard.marks[-1] == ("__spd_1", len(heard.samples))
        assert heard.names[-2:] == ["700 INDEX MARK", "704 PAUSE"]


def test_the_synthesizer_waits_for_the_listener(
    voices: LoadedVoices, sounds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(utterance, "LEAD", 0.1)
    slow = SlowVoices(voices, TEXT)
    slow.go_on()
    with Dispatcher(slow, sounds) as dispatcher:
        start = time.monotonic()
        heard = dispatcher.say("SPEAK", TEXT)
        unheard = 0.1 + len(slow.chunks[-1].samples) / 22050
        assert time.monotonic() - start > len(heard.samples) / 22050 - unheard > 0
        dispatcher.begin("SPEAK", TEXT)
        assert command(dispatcher, "STOP")[-1] == ["703 STOP"], "a stop ends the wait"


def test_a_character_is_synthesized_once_for_each_sound_of_it(voices: LoadedVoices, sounds: Path) -> None:
    with (
        Dispatcher(voices, sounds) as dispatcher,
        patch.object(Synthesizer, "stream", autospec=True, side_effect=Synthesizer.stream) as stream,
    ):
        first = dispatcher.say("CHAR", "b").samples
        dispatcher.set(volume=50)
        dispatcher.say("CHAR", "b")
        dispatcher.set(volume=100)
        np.testing.assert_array_equal(dispatcher.say("CHAR", "b").samples, first)
        assert stream.call_count == 1
        for changes in (
            {"rate": 10},
            {"rate": 0, "pitch": 10},
            {"pitch": 0, "synthesis_voice": [*voices.languages][1]},
        ):
            dispatcher.set(**changes)
            assert not np.array_equal(dispatcher.say("CHAR", "b").samples, first)
        assert stream.call_count == 4


def test_a_stopped_character_is_not_remembered_as_it_is(voices: LoadedVoices, sounds: Path) -> None:
    document = '<speak><say-as interpret-as="characters">c</say-as></speak>'
    slow = SlowVoices(voices, document)
    with Dispatcher(slow, sounds) as dispatcher:
        dispatcher.begin("CHAR", "c")
        slow.wait()
        command(dispatcher, "STOP")
        slow.go_on()
        np.testing.assert_array_equal(dispatcher.say("CHAR", "c").samples, spoken(voices, document))


def test_a_fault_ends_the_message_and_is_logged(
    voices: LoadedVoices, sounds: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with Dispatcher(voices, sounds) as dispatcher:
        with patch.object(Synthesizer, "stream", side_effect=ZeroDivisionError):
            assert dispatcher.say("SPEAK", "One.").names == ["701 BEGIN", "702 END"]
        assert dispatcher.say("SPEAK", "One.").names == ["701 BEGIN", "702 END"]
    assert "ZeroDivisionError" in caplog.text
    assert "cannot speak a message" in caplog.text


def test_a_fault_in_a_file_is_no_end_of_the_connection(voices: LoadedVoices, sounds: Path) -> None:
    with Dispatcher(voices, sounds) as dispatcher, patch.object(Synthesizer, "stream", side_effect=OSError("disk")):
        assert dispatcher.say("SPEAK", "One.").names == ["701 BEGIN", "702 END"]


def test_the_module_ends_when_nobody_reads_its_answers(voices: LoadedVoices, sounds: Path) -> None:
    with Dispatcher(voices, sounds) as dispatcher:
        dispatcher.begin("SPEAK", TEXT)
        dispatcher.hang_up()
        dispatcher.send("NONSENSE")
        dispatcher.wait()


def test_the_command(tiny_voice: Path) -> None:
    """As Speech Dispatcher starts it, with the name of a configuration that does not exist."""
    command = [sys.executable, "-m", "tts", "speech-dispatcher", "--voice", str(tiny_voice), "/etc/none.conf"]
    said = subprocess.run(command, input=b"INIT\nCHAR\na\n.\nQUIT\n", capture_output=True, check=True)
    lines = said.stdout.split(b"\n")
    assert lines[:4] == [
        b"299-griffon with voice tiny",
        b"299 OK LOADED SUCCESSFULLY",
        b"202 OK RECEIVING MESSAGE",
        b"200 OK SPEAKING",
    ]
    assert b"210 OK QUIT" in lines
    assert said.stderr == b""
    gone = subprocess.run(command, input=b"INIT\nSPEAK\nOne.\n", capture_output=True, check=True)
    assert gone.stdout.split(b"\n")[2:] == [b"202 OK RECEIVING MESSAGE", b"301 ERROR CANT SPEAK", b""]
