"""Compare griffon with hibari-tts, Piper, Kokoro-82M, espeak-ng, flite and any command.

    apt-get install espeak-ng flite
    pip install '.[eval]' -r scripts/benchmarks/requirements.txt
    python scripts/benchmarks/compare_peers.py [--sentences develop|final|FILE] [--kokoro DIR] [--listen] [--out DIR]
        [--recognizer DIR] [--command NAME='CMD {text} {out}']...

All systems read the same sentences. The script prints one table of intelligibility, quality, speed and memory, and
writes one report; --listen adds a blind listening test. A system that is not installed is left out with a message.
Kokoro needs a folder that recipes/shared/assemble_kokoro.py wrote.

The real-time factor of griffon, hibari, Piper and Kokoro is measured warm, on one thread. The real-time factor of a
command includes its start. Cold start and peak memory are measured on a whole command; for griffon, hibari and Piper it
speaks one short sentence. Piper speaks with its default noise and has no seed, so its figures vary a little.
"""

from __future__ import annotations

import argparse
import json
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from peers import HIBARI, PIPER, Peer, Speak, griffon, is_installed, load_kokoro

from tts.audio.files import read
from tts.common.files import atomic_write_text
from tts.common.threads import usable_cores
from tts.evaluation.intervals import Share
from tts.evaluation.listener import Sound
from tts.evaluation.listening import render_listening
from tts.evaluation.page import render
from tts.evaluation.recognizer import Recognizer
from tts.evaluation.report import table, write_report
from tts.evaluation.run import MeasurementJournal, evaluate
from tts.evaluation.sentences import DEFAULT, Line, find_sentences, read_sentences
from tts.evaluation.speed import SHORT, environment
from tts.evaluation.systems import SpokenLine, System, VoiceSystem
from tts.voice import DEFAULT as OUR_VOICE
from tts.voice import Voice

OURS, TEACHER = "griffon", "Piper"
QUALITY = ("wer", "cer", "ovrl", "p808", "distillmos")
COLUMNS = (*QUALITY, "words_per_minute", "real_time_factor", "cold_start", "peak_memory")
COLD_RUNS = 3
COMMANDS = {
    "espeak-ng": "espeak-ng -v en-us -w {out} -- {text}",
    "flite": "flite -voice slt -t {text} -o {out}",
}

# A small process runs this code: the peak memory of a child is at least the memory of its parent.
MEASURE = """
import json, os, subprocess, sys, time
start = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
print(json.dumps([time.perf_counter() - start, os.waitstatus_to_exitcode(status), usage.ru_maxrss]))
"""


class Command:
    """A command that writes a sentence into a wav file."""

    def __init__(self, template: str) -> None:
        """template: a command with {text} and {out}, split as in a shell. Raises ValueError if one is missing."""
        self._words = shlex.split(template)
        if not {"{text}", "{out}"} <= set(self._words):
            raise ValueError(f"the command {template!r} has no {{text}} or no {{out}}: give both, as separate words")

    def __call__(self, line: Line) -> SpokenLine:
        """Run the command once and measure its seconds and its peak memory."""
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "speech.wav"
            places = {"{text}": line.text, "{out}": str(out)}
            command = [places.get(word, word) for word in self._words]
            done = subprocess.run(
                [sys.executable, "-c", MEASURE, *command],
                capture_output=True,
                text=True,
                check=False,
                env=environment(threads=1),
            )
            if done.returncode:
                raise ValueError(f"cannot run {self._words[0]}: {done.stderr.splitlines()[-1]}")
            elapsed, status, peak = json.loads(done.stdout)
            if status or not out.is_file():
                raise ValueError(f"{self._words[0]} failed (status {status}): run it by hand")
            sound = Sound(*read(out))
        shares = {
            "real_time_factor": Share(elapsed, sound.seconds),
            "cold_start": Share(elapsed),
            "peak_memory": Share(peak / 1024),
        }
        return SpokenLine(sound, (), shares)


class Loaded:
    """A peer in this process on one thread."""

    def __init__(self, load: Callable[[int], Speak]) -> None:
        self._speak = load(1)
        list(self._speak(SHORT))  # the first reading also loads what is left

    def __call__(self, line: Line) -> SpokenLine:
        start = time.perf_counter()
        parts = list(self._speak(line.text))
        elapsed = time.perf_counter() - start
        sound = Sound(np.concatenate([samples for samples, _ in parts]), parts[0][1])
        return SpokenLine(sound, (), {"real_time_factor": Share(elapsed, sound.seconds)})


class WithColdStarts:
    """A loaded system that also measures cold starts of its command at the first sentences."""

    def __init__(self, system: System, peer: Peer) -> None:
        assert peer.command is not None
        command = shlex.join([sys.executable, *peer.command("{text}", "{out}", 1)])
        self._system, self._command, self._left = system, Command(command), COLD_RUNS

    def __call__(self, line: Line) -> SpokenLine:
        spoken = self._system(line)
        if not self._left:
            return spoken
        self._left -= 1
        cold = self._command(Line("cold", SHORT)).shares
        return SpokenLine(spoken.sound, spoken.warnings, cold | spoken.shares)


def systems(voice: str, kokoro: Path | None, kokoro_voice: str, extra: dict[str, str]) -> dict[str, System]:
    """Return the installed systems, ours first, and print the systems that are left out."""
    found: dict[str, System] = {OURS: WithColdStarts(VoiceSystem(Voice.load(voice)), griffon(voice))}
    for name, peer in {"hibari": HIBARI, TEACHER: PIPER}.items():
        if is_installed(name, peer):
            found[name] = WithColdStarts(Loaded(peer.load), peer)
    if kokoro is None:
        print("Kokoro is left out: no --kokoro DIR (see recipes/shared/assemble_kokoro.py)", file=sys.stderr)
    elif is_installed("Kokoro", HIBARI):
        found["Kokoro"] = Loaded(partial(load_kokoro, kokoro, kokoro_voice))
    for name, template in COMMANDS.items():
        if shutil.which(name):
            found[name] = Command(template)
        else:
            print(f"{name} is left out: apt-get install {name}", file=sys.stderr)
    return {**found, **{name: Command(template) for name, template in extra.items()}}


def named(argument: str) -> tuple[str, str]:
    name, _, template = argument.partition("=")
    return name, template


def run(arguments: argparse.Namespace) -> None:
    lines = read_sentences(find_sentences(arguments.sentences))
    journal, workers = MeasurementJournal(arguments.out / "heard.jsonl"), usable_cores()
    readers = systems(arguments.voice, arguments.kokoro, arguments.kokoro_voice, dict(arguments.command))
    recognizer = Recognizer(arguments.recognizer, workers=workers)
    rows = evaluate(lines, readers, recognizer, journal, workers=workers)
    title = f"{', '.join(readers)}: {len(lines)} sentences"
    write_report(arguments.out, rows, render(rows, title, OURS, reference=TEACHER))
    if arguments.listen:
        atomic_write_text(arguments.out / "listen.html", render_listening(rows, "Which sounds better?"))
    print(table(rows, COLUMNS))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sentences", default=str(DEFAULT), metavar="develop|final|FILE", help="as for tts evaluate")
    parser.add_argument("--voice", default=OUR_VOICE, help="our voice: bundled name or folder (default: %(default)s)")
    parser.add_argument("--kokoro", type=Path, metavar="DIR", help="folder that assemble_kokoro.py wrote")
    parser.add_argument("--kokoro-voice", default="af_heart", help="one of that folder (default: %(default)s)")
    parser.add_argument("--recognizer", type=Path, metavar="DIR", help="as for tts evaluate")
    parser.add_argument("--listen", action="store_true", help="also write listen.html, as tts evaluate does")
    parser.add_argument("--command", type=named, action="append", default=[], metavar="NAME=CMD", help="another peer")
    parser.add_argument("--out", type=Path, default=Path("comparison"), help="folder to write (default: %(default)s)")
    arguments = parser.parse_args()
    try:
        run(arguments)
    except (ValueError, OSError) as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
