"""The messages between Speech Dispatcher and its output module: commands come in, replies, events and audio go out.

The protocol is that of `src/modules/module_process.c` in Speech Dispatcher 0.11 and later.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import IO

import numpy as np
from numpy.typing import NDArray

_ESCAPE, _INVERTED = b"\x7d", 0x20  # a line feed in the audio would end its line


class DisconnectedError(Exception):
    """Speech Dispatcher no longer takes messages."""


class Channel:
    """Both directions of one connection. Threads may send at the same time: each message is sent whole."""

    def __init__(self, source: IO[bytes], sink: IO[bytes]) -> None:
        self._source, self._sink = source, sink
        self.lock = threading.RLock()
        """Held while a message is sent. Hold it to send several messages without another one between them."""

    def lines(self) -> Iterator[str]:
        """Yield the lines that arrive, without their ends, up to the end of the input."""
        for line in self._source:
            yield line.decode("utf-8", errors="replace").rstrip("\r\n")

    def block(self, lines: Iterator[str]) -> list[str] | None:
        """Read the lines up to a dot alone, and undo the doubling of a dot at the start of a line.

        Returns None if the input ends before the dot.
        """
        found: list[str] = []
        for line in lines:
            if line == ".":
                return found
            found.append(line.removeprefix("."))
        return None

    def send(self, *lines: str) -> None:
        """Send a reply or an event of one line or more. Raises DisconnectedError, as does `send_audio`."""
        self._write("".join(f"{line}\n" for line in lines).encode())

    def send_audio(self, samples: NDArray[np.int16], sample_rate: int) -> None:
        """Send the event that has sound of one channel, (T,)."""
        values = {"bits": 16, "num_channels": 1, "sample_rate": sample_rate, "num_samples": len(samples)}
        head = "".join(f"705-{name}={value}\n" for name, value in {**values, "big_endian": 0}.items())
        self._write(b"".join([head.encode(), b"705-AUDIO\0", escape(samples), b"\n705 AUDIO\n"]))

    def _write(self, data: bytes) -> None:
        try:
            with self.lock:
                self._sink.write(data)
                self._sink.flush()
        except OSError as error:
            raise DisconnectedError(str(error)) from error


def escape(samples: NDArray[np.int16]) -> bytes:
    """Return the bytes without a line feed. As in HDLC, an escape stands before a byte whose bit 5 is inverted."""
    data = samples.astype("<i2").tobytes()
    for byte in (_ESCAPE, b"\n"):  # in this order, because the second one adds escapes
        data = data.replace(byte, _ESCAPE + bytes([byte[0] ^ _INVERTED]))
    return data
