"""Compare the speed of synthesis with hibari-tts, Piper and the classic stack, in one run.

    pip install -r scripts/benchmarks/requirements.txt    # the peers; a missing peer is left out
    python scripts/benchmarks/synthesis.py [--rounds 5] [--threads 1 2] [--texts short ...] [--peers hibari ...]

Each round measures every system in processes of its own. The systems take turns, and each round begins with the next
system, so that a slow moment of the machine slows all systems. The table shows medians over the rounds and medians of
the ratios within a round. Nothing is downloaded.

The whole command is measured twice. In the first row the operating system keeps the files of the command in memory,
as after another use a moment ago. In the second row it reads the files of the system's own packages from the disk, as
after a start of the machine: this row depends on the disk, and on the size of the model. Compiled modules are there in
both. Each text is spoken twice: for the first audio, and for the real-time factor, where nobody waits for the first
audio. The classic stack is torchaudio's Tacotron 2 with random weights and a fixed number of steps.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from pathlib import Path

from peers import CLASSIC, HIBARI, PIPER, Peer, Sounds, griffon, is_installed
from prose import prose

from tts.evaluation.speed import SHORT, machine, peak_memory, run_worker, table, time_command
from tts.voice import DEFAULT

OURS = "griffon"
PEERS = {"hibari": HIBARI, "Piper": PIPER, "classic": CLASSIC}
TEXTS = {
    "short": ("a short sentence", SHORT, 5),
    "sentence": (
        "20 words",
        "The train to the coast leaves at a quarter past seven, and nobody knew why the bridge had been closed.",
        5,
    ),
    "page": ("a page of 300 words", prose(300), 1),
    "chapter": ("a chapter of 3,000 words", prose(3000, seed=1), 1),
}
"""By name: a label, the text, and how often a round reads it."""
COLD = {
    "cold": ("whole command, short sentence, files in memory, s", 2),
    "disk": ("whole command, short sentence, files on disk, s", 2),
    "load": ("import and load, s", 2),
}
PEAK = {"peak": ("peak memory, MiB", 0)}


def rows(texts: list[str]) -> dict[str, tuple[str, int]]:
    """Return the rows of the table: a label and decimal places of each figure."""
    firsts = {f"first {name}": (f"first audio, {TEXTS[name][0]}, ms", 1) for name in texts}
    factors = {f"factor {name}": (f"real-time factor, {TEXTS[name][0]}", 4) for name in texts}
    return {**COLD, **firsts, **factors, **PEAK}


def read_warm(peer: Peer, threads: int, texts: list[str]) -> dict[str, float]:
    """Load a system in this process and read the texts; medians of the readings of each."""
    start = time.perf_counter()
    speak = peer.load(threads)
    figures = {"load": time.perf_counter() - start}
    list(speak(SHORT))
    for name in texts:
        _, text, repeats = TEXTS[name]
        first = statistics.median(read_once(speak(text, early=True))[0] for _ in range(repeats))
        factor = statistics.median(read_once(speak(text))[1] for _ in range(repeats))
        figures |= {f"first {name}": 1000 * first, f"factor {name}": factor}
    return {**figures, **peak_memory()}


def read_once(sounds: Sounds) -> tuple[float, float]:
    """Return the seconds until the first sound, and the real-time factor of all."""
    first, seconds, start = 0.0, 0.0, time.perf_counter()
    for samples, rate in sounds:
        first = first or time.perf_counter() - start
        seconds += len(samples) / rate
    return first, (time.perf_counter() - start) / seconds


def drop_from_memory(folders: list[Path]) -> None:
    """Have the operating system forget the contents of files, except those that a process has mapped."""
    for file in (path for folder in folders for path in folder.rglob("*") if path.is_file()):
        descriptor = os.open(file, os.O_RDONLY)
        try:
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descriptor)


def measure(name: str, peer: Peer, threads: int, options: argparse.Namespace) -> dict[str, float]:
    """Return the figures of one system in one round."""

    def command(out: str) -> list[str]:
        if peer.command is not None:
            return peer.command(SHORT, out, threads)
        return [__file__, "--once", name]

    figures = {}
    for _ in range(2):  # the first compiles modules, if the installation has not
        figures["cold"] = time_command(command, threads)
    if hasattr(os, "posix_fadvise"):
        drop_from_memory(peer.folders)
        figures["disk"] = time_command(command, threads)
    worker = [__file__, "--voice", options.voice, "--threads", str(threads), "--texts", *options.texts]
    return {**figures, **run_worker([*worker, "--worker", name], threads)}


def measure_round(
    number: int, systems: dict[str, Peer], threads: int, options: argparse.Namespace
) -> dict[str, dict[str, float]]:
    """Measure every system once. The order moves on by one each round; the table's order stays."""
    names = list(systems)
    shift = number % len(names)
    measured = {name: measure(name, systems[name], threads, options) for name in names[shift:] + names[:shift]}
    return {name: measured[name] for name in names}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="default: %(default)s")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2], help="default: 1 2")
    parser.add_argument("--texts", nargs="+", choices=TEXTS, default=[*TEXTS], help="default: all")
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=["hibari", "Piper"], help="default: hibari Piper")
    parser.add_argument("--voice", default=DEFAULT, help="our voice: bundled name or folder (default: %(default)s)")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    parser.add_argument("--once", help=argparse.SUPPRESS)
    options = parser.parse_args()
    systems = {OURS: griffon(options.voice), **PEERS}
    if options.worker:
        print(json.dumps(read_warm(systems[options.worker], options.threads[0], options.texts)))
        return
    if options.once:
        list(systems[options.once].load(1)(SHORT))
        return
    chosen = {OURS: systems[OURS], **{name: PEERS[name] for name in options.peers if is_installed(name, PEERS[name])}}
    print(f"{machine()}\n")
    for threads in options.threads:
        rounds = [measure_round(number, chosen, threads, options) for number in range(options.rounds)]
        title = f"{threads} thread{'s' * (threads > 1)}"
        print(table(rounds, title, ratios=True, rows=rows(options.texts)), end="\n\n", flush=True)


if __name__ == "__main__":
    main()
