"""Measure how soon a module of Speech Dispatcher is heard, and how soon it stops, beside espeak-ng's module.

    python scripts/benchmarks/speech_dispatcher.py [--rounds 30] [--voice NAME]

The script starts each module as Speech Dispatcher does (Debian's package speech-dispatcher-espeak-ng), and takes turns
between them. A delay lasts from the end of the message to the end of the first piece of sound; that of a stop from STOP
to the answer. Figures are medians in milliseconds, with the ninth decile in brackets. A new letter was never spoken at
its rate before; the letter again was, as in typing. The last column is the processor time of griffon's speaking thread
up to the first sound: on a busy machine it says what the delay would be on a free core.
"""

from __future__ import annotations

import argparse
import io
import math
import statistics
import string
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tts.speechd.channel import Channel
from tts.speechd.settings import Settings
from tts.speechd.speaker import Message, MessageSpeaker
from tts.speechd.text import Kind
from tts.speechd.voices import LoadedVoices

ESPEAK = Path("/usr/lib/speech-dispatcher-modules/sd_espeak-ng")
CONFIGURATION = "/etc/speech-dispatcher/modules/espeak-ng.conf"
LINES = (
    "The quick brown fox jumps over the lazy dog, and nobody is surprised.",
    "From: Ann Lee, to the whole team, about the meeting on Monday morning",
    "Save the document as a new file, or press escape to cancel the dialogue.",
    "Chapter three, in which the weather turns and the boat comes home again.",
)
SETTINGS = """pitch=0
pitch_range=0
volume=100
punctuation_mode=none
spelling_mode=off
cap_let_recogn=none
voice=male1
language=en
synthesis_voice=NULL"""
ENDS = (b"702", b"703", b"704")


class Module:
    """A running output module."""

    def __init__(self, *command: str) -> None:
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.ask("INIT")
        self.ask("AUDIO")
        self.ask("audio_output_method=server\n.")

    def send(self, text: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(f"{text}\n".encode())
        self._process.stdin.flush()

    def read(self) -> bytes:
        """Read one message, and return its code."""
        assert self._process.stdout
        while True:
            line = self._process.stdout.readline()
            if not line:
                raise SystemExit(f"the module has ended with status {self._process.wait()}")
            if line[3:4] != b"-":
                return line[:3]

    def ask(self, text: str) -> bytes:
        self.send(text)
        return self.read()

    def set_rate(self, rate: int) -> None:
        self.ask("SET")
        self.ask(f"rate={rate}\n{SETTINGS}\n.")

    def delay(self, kind: Kind, text: str) -> float:
        """Return the milliseconds up to the first sound of a message, and wait for its end."""
        self.ask(kind)
        start = time.perf_counter()
        self.send(f"{text}\n.")
        heard, code = 0.0, b""
        while code not in ENDS:
            code = self.read()
            if code == b"705" and not heard:
                heard = time.perf_counter() - start
        return 1000 * heard

    def stop(self, text: str) -> float:
        """Return the milliseconds of a stop after the first sound of a text."""
        self.ask("SPEAK")
        self.send(f"{text}\n.")
        while self.read() != b"705":
            pass
        start = time.perf_counter()
        self.send("STOP")
        while self.read() not in ENDS:
            pass
        return 1000 * (time.perf_counter() - start)

    def quit(self) -> None:
        self.ask("QUIT")
        self._process.wait()


class ThreadClock(io.RawIOBase):
    """Takes what a module sends, and notes the processor time of the speaking thread at its first sound."""

    def __init__(self, voice: str | None) -> None:
        sink: Any = self
        self._speaker = MessageSpeaker(Channel(io.BytesIO(), sink), LoadedVoices(voice))
        self._speaker.warm_up()
        self._rate, self._first, self._has_ended = 0, 0.0, threading.Event()

    def write(self, data: Any) -> int:
        """Note the time. A thread's clock begins at 0."""
        if data.startswith(b"705") and not self._first:
            self._first = 1000 * time.thread_time()
        elif data[:3] in ENDS:
            self._has_ended.set()
        return len(data)

    def set_rate(self, rate: int) -> None:
        self._rate = rate

    def delay(self, kind: Kind, text: str) -> float:
        """Return the milliseconds of the processor up to the first sound of a message, and wait for its end."""
        self._first = 0.0
        self._has_ended.clear()
        self._speaker.speak(Message(kind, text, Settings(rate=self._rate)))
        self._has_ended.wait()
        return self._first

    def stop(self, text: str) -> float:
        """Return nothing: a stop is no work of this thread."""
        return math.nan

    def quit(self) -> None:
        self._speaker.close()


def measure(module: Module | ThreadClock, round_number: int) -> dict[str, float]:
    """Return the delays of one round. Its rate makes each letter new."""
    module.set_rate(round_number % 50)
    letter = string.ascii_lowercase[round_number % 26]
    line = LINES[round_number % len(LINES)]
    found = {
        "a new letter": module.delay("CHAR", letter),
        "the letter again": module.delay("CHAR", letter),
        "a line": module.delay("SPEAK", f"<speak>{line}</speak>"),
    }
    module.set_rate(100)
    found["a line at the highest rate"] = module.delay("SPEAK", f"<speak>{line}</speak>")
    module.set_rate(0)
    found["a stop"] = module.stop(f"<speak>{' '.join(LINES)}</speak>")
    return found


def table(delays: dict[str, list[dict[str, float]]]) -> str:
    """Return a Markdown table with a column for each module."""
    rows = [f"| ms | {' | '.join(delays)} |", "|---" * (len(delays) + 1) + "|"]
    for what in next(iter(delays.values()))[0]:
        cells = (summary(found[what] for found in rounds) for rounds in delays.values())
        rows.append(f"| {what} | {' | '.join(cells)} |")
    return "\n".join(rows)


def summary(values: Iterable[float]) -> str:
    ordered = sorted(values)
    if math.isnan(ordered[0]):
        return "–"
    return f"{statistics.median(ordered):.1f} ({ordered[int(0.9 * (len(ordered) - 1))]:.1f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=30, help="default: %(default)s")
    parser.add_argument("--voice", help="bundled name or folder (default: the default voice)")
    options = parser.parse_args()
    voice = ["--voice", options.voice] if options.voice else []
    modules: dict[str, Module | ThreadClock] = {
        "griffon": Module(sys.executable, "-m", "tts", "speech-dispatcher", *voice)
    }
    if ESPEAK.exists():
        modules["espeak-ng"] = Module(str(ESPEAK), CONFIGURATION)
    else:
        print(f"espeak-ng is left out: no {ESPEAK}: apt-get install speech-dispatcher-espeak-ng", file=sys.stderr)
    modules["griffon, processor time"] = ThreadClock(options.voice)
    delays: dict[str, list[dict[str, float]]] = {name: [] for name in modules}
    for round_number in range(options.rounds):
        for name, module in modules.items():
            delays[name].append(measure(module, round_number))
    for module in modules.values():
        module.quit()
    print(table(delays))


if __name__ == "__main__":
    main()
