"""The command loop of the output module."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tts.errors import ConfigError
from tts.speechd.channel import Channel, DisconnectedError
from tts.speechd.settings import Settings
from tts.speechd.speaker import SOUNDS, Message, MessageSpeaker
from tts.speechd.text import Kind, classified
from tts.speechd.voices import LoadedVoices

logger = logging.getLogger(__name__)

_KINDS: dict[str, Kind] = {"SPEAK": "SPEAK", "CHAR": "CHAR", "KEY": "KEY", "SOUND_ICON": "SOUND_ICON"}
_NO_BLOCK = "302 ERROR BAD SYNTAX"
_BAD_VALUE = "303 ERROR INVALID PARAMETER OR VALUE"
_SWITCH = 0.001  # seconds that a thread computes at most before another one may answer a command
_LOUD = 4  # the log level of Speech Dispatcher from which on modules tell everything


class Module:
    """Answers the commands of one Speech Dispatcher, from INIT to QUIT."""

    def __init__(self, channel: Channel, voices: LoadedVoices, sounds: Path = SOUNDS) -> None:
        self._channel, self._voices = channel, voices
        self._speaker = MessageSpeaker(channel, voices, sounds)
        self._settings = Settings()
        self._debug: logging.Handler | None = None

    def run(self) -> None:
        """Answer commands until QUIT, or until Speech Dispatcher has gone."""
        lines = self._channel.lines()
        with contextlib.suppress(DisconnectedError), contextlib.closing(self._speaker):
            for line in lines:
                if line == "QUIT":
                    self._channel.send("210 OK QUIT")
                    return
                self._answer(line, lines)

    def _answer(self, line: str, lines: Iterator[str]) -> None:
        command, _, rest = line.partition(" ")
        if command in _KINDS and not rest:
            self._speak(_KINDS[command], lines)
        elif line == "STOP":
            self._speaker.stop()
        elif line == "PAUSE":
            self._speaker.pause()
        elif line == "SET":
            self._take("203 OK RECEIVING SETTINGS", "203 OK SETTINGS RECEIVED", self._set, lines)
        elif line == "AUDIO":
            self._take("207 OK RECEIVING AUDIO SETTINGS", "203 OK AUDIO INITIALIZED", _set_audio, lines)
        elif line == "LOGLEVEL":
            self._take("207 OK RECEIVING LOGLEVEL SETTINGS", "203 OK LOGLEVEL SET", _set_log_level, lines)
        elif line == "INIT":
            self._speaker.warm_up()
            self._channel.send(f"299-griffon with voice {self._voices.default}", "299 OK LOADED SUCCESSFULLY")
        elif line.startswith("LIST VOICES"):
            self._list_voices(line.split()[2:])
        elif command == "DEBUG":
            self._set_debug(rest.strip())
        else:
            self._channel.send("300 ERR UNKNOWN COMMAND")

    def _speak(self, kind: Kind, lines: Iterator[str]) -> None:
        self._channel.send("202 OK RECEIVING MESSAGE")
        block = self._channel.block(lines)
        if not block or block == [""]:
            self._channel.send("301 ERROR CANT SPEAK")
            return
        text = "\n".join(block)
        if kind == "CHAR":
            text = {"space": " ", "": "\n"}.get(text.strip("\n"), text)
        if kind != "SPEAK" and len(text) > 1 and "\n" in text:
            self._channel.send("305 DATA MORE THAN ONE LINE")
            return
        self._channel.send("200 OK SPEAKING")
        self._speaker.speak(Message(*classified(kind, text), self._settings))

    def _take(self, ready: str, done: str, take: Callable[[list[str]], None], lines: Iterator[str]) -> None:
        """Read a block of settings, and answer whether they can be used."""
        self._channel.send(ready)
        block = self._channel.block(lines)
        try:
            take(block or [])
        except ConfigError as error:
            logger.warning("%s", error)
            self._channel.send(_BAD_VALUE)
            return
        self._channel.send(done if block is not None else _NO_BLOCK)

    def _set(self, block: list[str]) -> None:
        self._settings = self._settings.changed(block)

    def _list_voices(self, asked: list[str]) -> None:
        """List the voices; from Speech Dispatcher 0.12 on those of a language, such as en or en-US."""
        rows = [
            f"200-{name}\t{language}\tnone"
            for name, language in self._voices.languages.items()
            if not asked or f"{language}-".lower().startswith(f"{asked[0]}-".lower())
        ]
        if asked[1:] not in ([], ["none"]):  # a variant, which no voice has
            rows = []
        self._channel.send(*rows, "200 OK VOICE LIST SENT" if rows else "304 CANT LIST VOICES")

    def _set_debug(self, request: str) -> None:
        """ON FILE: also log to the file. OFF: no longer."""
        state, _, file = request.partition(" ")
        if state not in ("ON", "OFF") or (state == "ON") != bool(file):
            self._channel.send(_NO_BLOCK)
            return
        root = logging.getLogger()
        if self._debug:
            root.removeHandler(self._debug)
            self._debug.close()
            self._debug = None
        if state == "ON":
            try:
                self._debug = logging.FileHandler(file, mode="w", encoding="utf-8")
            except OSError:
                self._channel.send("303 CANT OPEN CUSTOM DEBUG FILE")
                return
            root.addHandler(self._debug)
        logging.getLogger("tts").setLevel(logging.DEBUG if self._debug else logging.WARNING)
        self._channel.send(f"200 OK DEBUGGING {state}")


def run(voice: str | None = None, lexicon: str | None = None) -> None:
    """Serve Speech Dispatcher on standard input and output. Raises VoiceError, PronunciationError or StorageError."""
    sys.setswitchinterval(_SWITCH)
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as sink:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nothing else may print between the messages
        Module(Channel(sys.stdin.buffer, sink), LoadedVoices(voice, lexicon)).run()


def _set_audio(block: list[str]) -> None:
    """Raises ConfigError for a sound device of the module's own. Speech Dispatcher asks for "server" first."""
    for line in block:
        if line != "audio_output_method=server":
            raise ConfigError(f"{line!r}: only audio_output_method=server is supported, of Speech Dispatcher 0.11 on")


def _set_log_level(block: list[str]) -> None:
    for line in block:
        name, _, value = line.partition("=")
        if name != "log_level" or not value.strip().isdigit():
            raise ConfigError(f"{line!r}: write log_level=NUMBER")
        logging.getLogger("tts").setLevel(logging.INFO if int(value) >= _LOUD else logging.WARNING)
