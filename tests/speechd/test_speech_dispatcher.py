"""The module in the real Speech Dispatcher, with spd-say and its Python client; nobody hears the sound device."""

from __future__ import annotations

import contextlib
import importlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from tts.audio.formats import to_int16
from tts.synthesizer import Synthesizer

PROGRAMS = ("speech-dispatcher", "spd-say", "pulseaudio")
CLIENT = Path("/usr/lib/python3/dist-packages")  # where Debian's package python3-speechd puts the Python client
MISSING = [name for name in PROGRAMS if shutil.which(name) is None] + ["speechd"] * (not (CLIENT / "speechd").is_dir())
PATIENCE = 240.0  # seconds until a hanging test fails

pytestmark = [
    pytest.mark.skipif(
        bool(MISSING),
        reason=f"needs {', '.join(MISSING)}: apt-get install speech-dispatcher python3-speechd pulseaudio",
    ),
    # How the Python client's thread ends when it is closed.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning"),
]

DOCUMENT = (
    '<speak>One sentence is here. The <mark name="here"/>second sentence is here. And a third one ends it.</speak>'
)


class Server(NamedTuple):
    """A running Speech Dispatcher."""

    environment: dict[str, str]
    socket: Path
    log: Path

    def run(self, *command: str) -> str:
        """Run a client, and return what it prints."""
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=PATIENCE, check=True
        )
        return done.stdout


@contextlib.contextmanager
def process(command: list[str], environment: dict[str, str], log: Path) -> Iterator[None]:
    with log.open("wb") as file:
        running = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT
        )
    try:
        yield
    finally:
        running.terminate()
        running.wait(PATIENCE)


def wait_for(path: Path, log: Path) -> None:
    """Wait until a server listens at a socket."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as client:
            client.connect(str(path))
            return
        time.sleep(0.05)
    raise AssertionError(
        f"nothing listens at {path}:\n{log.read_text(errors='replace')[-2000:] if log.exists() else ''}"
    )


@contextlib.contextmanager
def serving(tiny_voice: Path, heard: Path | None = None) -> Iterator[Server]:
    """Run a Speech Dispatcher that `tts speech-dispatcher --install` configured.

    heard: a file for all sound; None plays it on a device that takes as long as a loudspeaker would.
    """
    with tempfile.TemporaryDirectory(prefix="spd-") as name, contextlib.ExitStack() as stack:
        folder = Path(name)  # a short path: those of sockets are limited
        environment = {
            **os.environ,
            "HOME": name,
            "XDG_RUNTIME_DIR": name,
            "PULSE_SERVER": f"unix:{folder / 'pulse.sock'}",
        }
        environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
        environment["SPEECHD_ADDRESS"] = f"unix_socket:{folder / 'speechd.sock'}"
        for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
            environment.pop(variable, None)
        (folder / "logs").mkdir()
        server = Server(environment, folder / "speechd.sock", folder / "logs/speech-dispatcher.log")
        install = [sys.executable, "-m", "tts", "speech-dispatcher", "--install", "--voice", str(tiny_voice)]
        assert "written" in server.run(*install)
        with (folder / ".config/speech-dispatcher/speechd.conf").open("a") as file:
            file.write(f"AudioOutputMethod {'alsa' if heard else 'pulse'}\n")
        if heard:
            device = f'type file slave.pcm null file "{heard}" format raw'
            (folder / ".asoundrc").write_text(f"pcm.!default {{ {device} }}\n")
        else:
            sink = ["module-null-sink", f"module-native-protocol-unix socket={folder / 'pulse.sock'} auth-anonymous=1"]
            loads = [part for module in sink for part in ("-L", module)]
            command = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", *loads]
            stack.enter_context(process(command, environment, folder / "pulse.log"))
            wait_for(folder / "pulse.sock", folder / "pulse.log")
        command = ["speech-dispatcher", "--run-single", "-t", "0", "-l", "5", "-S", str(server.socket)]
        command += ["-L", str(server.log.parent)]
        stack.enter_context(process(command, environment, folder / "speechd.log"))
        wait_for(server.socket, server.log)
        yield server


@pytest.fixture(scope="module")
def server(tiny_voice: Path) -> Iterator[Server]:
    """A server whose sound takes as long as it would on a loudspeaker."""
    with serving(tiny_voice) as running:
        yield running


class Listener:
    """A client that keeps the events of its messages. A context manager.

    Debian's client drops the events that come before its `speak` has returned: those of a fast voice. They wait here.
    """

    def __init__(self, server: Server) -> None:
        sys.path.append(str(CLIENT))
        try:
            self._speechd: Any = importlib.import_module("speechd")
        finally:
            sys.path.remove(str(CLIENT))
        address = f"unix_socket:{server.socket}"
        self.client: Any = self._speechd.SSIPClient("tests", address=address, autospawn=False)
        self.events: list[tuple[str, str, float]] = []
        """Message, event and when it came, in seconds."""
        self._arrived = threading.Condition()
        self._waiting: list[tuple[tuple[Any, ...], dict[str, Any]]] = []
        self.client._conn.set_callback(self._receive)

    def __enter__(self) -> Listener:
        return self

    def __exit__(self, *error: object) -> None:
        self.client.close()

    def speak(self, name: str, text: str) -> None:
        """Speak a text, or SSML."""
        mode = self._speechd.DataMode
        self.client.set_data_mode(mode.SSML if text.startswith("<speak>") else mode.TEXT)
        self.client.speak(text, callback=self._callback(name))
        self._deliver()

    def wait(self, name: str, event: str) -> float:
        """Return when an event of a message came."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: (name, event) in self.told(), PATIENCE), self.events
            return next(when for *what, when in self.events if what == [name, event])

    def told(self) -> list[tuple[str, str]]:
        return [(name, event) for name, event, _ in self.events]

    def _receive(self, *event: Any, **more: Any) -> None:
        with self._arrived:
            self._waiting.append((event, more))
        self._deliver()

    def _deliver(self) -> None:
        """Hand on the events of messages that the client knows, in their order."""
        handler = self.client._callback_handler
        with self._arrived:
            waiting, self._waiting = self._waiting, []
            for event, more in waiting:
                if event[0] in handler._callbacks:
                    handler(*event, **more)
                else:
                    self._waiting.append((event, more))

    def _callback(self, name: str) -> Callable[..., None]:
        def callback(kind: str, index_mark: str | None = None) -> None:
            with self._arrived:
                self.events.append((name, index_mark or kind, time.monotonic()))
                self._arrived.notify_all()

        return callback


@pytest.fixture
def listener(server: Server) -> Iterator[Listener]:
    with Listener(server) as client:
        yield client


def test_griffon_is_the_default(server: Server) -> None:
    assert "griffon" in server.run("spd-say", "-O").split()
    rows = [line.split() for line in server.run("spd-say", "-L").splitlines()[1:]]
    assert rows[0] == ["tiny", "en-US", "none"]
    server.run("spd-say", "--wait", "Hello from the tests.")
    assert "Initializing output module griffon" in server.log.read_text(errors="replace")


def test_marks_are_reported_when_they_are_heard(listener: Listener, tiny_voice: Path) -> None:
    speech = Synthesizer(tiny_voice).synthesize(DOCUMENT, markup="ssml")
    listener.speak("A", DOCUMENT)
    begin, end = listener.wait("A", "begin"), listener.wait("A", "end")
    assert listener.told() == [("A", "begin"), ("A", "here"), ("A", "end")]
    seconds = len(speech.samples) / speech.sample_rate
    heard = (listener.wait("A", "here") - begin) / (end - begin)
    assert end - begin > 0.7 * seconds, "the sound takes its time, although it is made in a moment"
    assert abs(heard - speech.marks[0].time / seconds) < 0.3


def test_pause_and_resume(listener: Listener) -> None:
    listener.speak("A", "One sentence. Another sentence. A third one. And the fourth.")
    listener.wait("A", "begin")
    listener.client.pause()
    listener.wait("A", "pause")
    time.sleep(0.2)
    assert listener.told()[-1] == ("A", "pause"), "nothing is heard while it is paused"
    listener.client.resume()
    listener.wait("A", "end")
    assert listener.told() == [("A", "begin"), ("A", "pause"), ("A", "resume"), ("A", "end")]


def test_a_pause_in_the_last_sentence_comes_at_its_end(listener: Listener) -> None:
    # It is long, so that the pause comes before its end on a busy machine too.
    listener.speak("A", "There is only one sentence in this message" + " and it goes on" * 12)
    listener.wait("A", "begin")
    listener.client.pause()
    listener.wait("A", "pause")
    listener.client.resume()
    listener.speak("B", "Another message.")
    listener.wait("B", "end")


def test_stop(listener: Listener) -> None:
    listener.speak("A", " ".join(["This sentence is one of a long text."] * 30))
    listener.wait("A", "begin")
    listener.client.stop()
    listener.wait("A", "cancel")
    listener.speak("B", "Another message.")
    listener.wait("B", "end")


def test_everything_that_a_screen_reader_sends(server: Server, listener: Listener) -> None:
    client = listener.client
    before = len(server.log.read_text(errors="replace"))
    client.set_rate(-100)
    client.char("a")
    client.cancel()
    client.set_rate(100)
    client.set_pitch(-100)
    client.set_volume(50)
    client.set_language("en")
    client.set_synthesis_voice("tiny")
    for mode in ("none", "some", "most", "all"):
        client.set_punctuation(mode)
    for mode in ("spell", "icon", "none"):
        client.set_cap_let_recogn(mode)
        client.char("A")
    client.set_spelling(True)
    client.key("control_shift_a")
    client.set_spelling(False)
    for character in (" ", "é", "中"):
        client.char(character)
    client.sound_icon("prompt")
    client.sound_icon("no-such-icon")
    listener.speak("Z", "<speak>Broken <b>markup & signs")
    listener.wait("Z", "end")
    log = server.log.read_text(errors="replace")[before:]
    for event in ("|CHAR", "|KEY", "|SOUND_ICON", "|SPEAK", "got end"):
        assert event in log, event
    assert "ERROR INVALID" not in log


def test_the_sound_is_that_of_the_voice(tiny_voice: Path, tmp_path: Path) -> None:
    with serving(tiny_voice, tmp_path / "heard.raw") as server:
        server.run("spd-say", "--wait", "Hello from the tests.")
    heard = np.fromfile(tmp_path / "heard.raw", "<i2")
    expected = to_int16(Synthesizer(tiny_voice).synthesize("Hello from the tests.").samples)
    assert len(heard) > 0.8 * len(expected)
    correlation = np.correlate(heard.astype(float), expected[-5000:].astype(float))
    assert correlation.max() > 0.9 * np.linalg.norm(expected[-5000:].astype(float)) ** 2
