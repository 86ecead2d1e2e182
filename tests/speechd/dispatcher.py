"""Talk to the output module as Speech Dispatcher does, over pipes."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from tts.speechd.channel import Channel
from tts.speechd.module import Module

ENDS = ("702 END", "703 STOP", "704 PAUSE")


class Dispatcher:
    """The other end of a module that runs in a thread. A context manager."""

    def __init__(self, voices: Any, sounds: Path) -> None:
        (there, self._in), (out, here) = os.pipe(), os.pipe()
        self._commands, self._answers = os.fdopen(self._in, "wb", buffering=0), os.fdopen(out, "rb")
        self._source, self._sink = os.fdopen(there, "rb"), os.fdopen(here, "wb")
        module = Module(Channel(self._source, self._sink), voices, sounds)
        self._thread = threading.Thread(target=module.run, daemon=True)
        self._thread.start()

    def __enter__(self) -> Dispatcher:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._commands.close()
        self.wait()

    def wait(self) -> None:
        """Wait until the module has ended."""
        self._thread.join(60)
        assert not self._thread.is_alive()

    def hang_up(self) -> None:
        """Read no more answers."""
        self._answers.close()

    def send(self, *lines: str) -> None:
        self._commands.write("".join(f"{line}\n" for line in lines).encode())

    def read(self) -> list[str]:
        """Return the lines of the next message. Samples are the last line but one, as hexadecimal digits."""
        lines: list[str] = []
        while not lines or lines[-1][3:4] == "-":
            line = self._answers.readline().rstrip(b"\n")
            assert line, "the module has gone"
            if line.startswith(b"705-AUDIO\0"):
                lines.append("705-" + unescaped(line[len(b"705-AUDIO\0") :]).hex())
            else:
                lines.append(line.decode())
        return lines

    def ask(self, *lines: str) -> list[str]:
        """Send lines, and return the answer."""
        self.send(*lines)
        return self.read()

    def set(self, **settings: object) -> str:
        """Send settings, and return the last line of the answer."""
        assert self.ask("SET") == ["203 OK RECEIVING SETTINGS"]
        return self.ask(*(f"{name}={value}" for name, value in settings.items()), ".")[-1]

    def begin(self, kind: str, *lines: str) -> None:
        """Send a message that the module accepts."""
        assert self.ask(kind) == ["202 OK RECEIVING MESSAGE"]
        assert self.ask(*lines, ".") == ["200 OK SPEAKING"]

    def events(self) -> Iterator[list[str]]:
        """Yield the events of a message up to its end."""
        while True:
            event = self.read()
            yield event
            if event[-1] in ENDS:
                return

    def say(self, kind: str, *lines: str) -> Heard:
        """Let a message be spoken to its end."""
        self.begin(kind, *lines)
        return Heard(list(self.events()))


class Heard:
    """What a listener gets from the events of one message."""

    def __init__(self, events: list[list[str]]) -> None:
        self.names = [event[-1] for event in events if event[-1] != "705 AUDIO"]
        """The events other than audio."""
        self.marks: list[tuple[str, int]] = []
        """Each mark or file, and the number of samples before it."""
        pieces, n_samples = [np.zeros(0, np.int16)], 0
        for event in events:
            if event[-1] == "705 AUDIO":
                pieces.append(samples(event))
                n_samples += len(pieces[-1])
            elif event[-1] in ("700 INDEX MARK", "706 ICON"):
                self.marks.append((event[0][4:], n_samples))
        self.samples = np.concatenate(pieces)


def samples(event: list[str]) -> np.ndarray[Any, Any]:
    """Return the samples of an audio event, whose fields must fit them."""
    fields = dict(line[4:].split("=") for line in event[:-2])
    assert set(fields) == {"bits", "num_channels", "sample_rate", "num_samples", "big_endian"}
    assert (fields["bits"], fields["num_channels"], fields["big_endian"]) == ("16", "1", "0")
    data = np.frombuffer(bytes.fromhex(event[-2][4:]), "<i2")
    assert len(data) == int(fields["num_samples"])
    return data


def unescaped(data: bytes) -> bytes:
    """Undo the escapes as Speech Dispatcher's `output.c` does."""
    assert b"\n" not in data
    first, *others = data.split(b"\x7d")
    return first + b"".join(bytes([part[0] ^ 32]) + part[1:] for part in others)
