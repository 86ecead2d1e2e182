"""Measure the speed and the memory of a system, each in a process of its own.

`python -m tts.evaluation.speed VOICE THREADS` is such a process. It prints a JSON object.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tts.errors import TTSError

SHORT = "Hello from a small machine."
TEXTS = (
    "The examination and testimony of the experts enabled the commission to conclude that five shots were fired.",
    "She opened the window, looked down into the street, and saw nobody at all.",
    "Printing, in the only sense with which we are at present concerned, differs from most arts and crafts.",
)
REPEATS = 3  # of each text, warm
ROWS = {
    "cold": ("whole command, one short sentence, s", 2),
    "load": ("import and load, s", 2),
    "first": ("first audio, warm, ms", 0),
    "factor": ("real-time factor, warm", 4),
    "peak": ("peak memory, MiB", 0),
    "words": ("front end, words a second", 0),
}
"""Figure -> label and decimal places. The real-time factor is seconds of computation per second of speech."""
Speaker = Callable[[str], Iterator[float]]  # yields the seconds of each chunk of audio


def measure_voice(voice: str, threads: int) -> dict[str, float]:
    """Measure a voice on as many cores as threads."""
    worker = ["-m", "tts.evaluation.speed", voice, str(threads)]
    options = ["--voice", voice, "--threads", str(threads)]
    return measure(lambda out: ["-m", "tts", "synthesize", *options, SHORT, out], worker, threads)


def measure(
    command: Callable[[str], list[str]], worker: list[str], threads: int, python: str = sys.executable
) -> dict[str, float]:
    """Time a cold command, and run a worker that prints the figures of `warm`.

    command: returns the arguments of Python for an output file. The second run counts, because the first may compile
    modules, which an installer does. worker: arguments of Python. Both run on as many cores as threads.
    """
    for _ in range(2):
        cold = time_command(command, threads, python)
    return {"cold": cold, **run_worker(worker, threads, python)}


def time_command(command: Callable[[str], list[str]], threads: int, python: str = sys.executable) -> float:
    """Seconds of one command on as many cores as threads."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        _run(command(str(Path(folder) / "speech.wav")), threads, python)
        return time.perf_counter() - start


def run_worker(arguments: list[str], threads: int, python: str = sys.executable) -> dict[str, float]:
    """The figures that a worker prints as a JSON object, the last line of its output."""
    figures: dict[str, float] = json.loads(_run(arguments, threads, python).splitlines()[-1])
    return figures


def warm(load: Callable[[], Speaker]) -> dict[str, float]:
    """Load a system in this process and time it: medians over three sentences, three times each."""
    start = time.perf_counter()
    speak = load()
    loaded = time.perf_counter() - start
    for _ in speak(SHORT):
        pass
    firsts, factors = [], []
    for text in TEXTS * REPEATS:
        start, sound = time.perf_counter(), 0.0
        for seconds in speak(text):
            if not sound:
                firsts.append(1000 * (time.perf_counter() - start))
            sound += seconds
        factors.append((time.perf_counter() - start) / sound)
    result = {"load": loaded, "first": statistics.median(firsts), "factor": statistics.median(factors)}
    return {**result, **peak_memory()}


def table(
    rounds: Sequence[dict[str, dict[str, float]]],
    title: str,
    *,
    ratios: bool = False,
    rows: Mapping[str, tuple[str, int]] = ROWS,
) -> str:
    """Markdown: for each column the median over rounds; with ratios, the first column's share of every other's too.

    rows: label and decimal places of each figure. A figure that a system lacks in the first round is left out.
    """
    names = list(rounds[0])
    peers = names[1:] if ratios else []
    lines = [f"| {title} | {' | '.join([*names, *(f'/ {peer}' for peer in peers)])} |"]
    lines.append("|---" * (1 + len(names) + len(peers)) + "|")
    for key, (label, digits) in rows.items():
        if any(key not in measured for measured in rounds[0].values()):
            continue
        values = [f"{statistics.median(r[name][key] for r in rounds):.{digits}f}" for name in names]
        shares = [f"{statistics.median(r[names[0]][key] / r[peer][key] for r in rounds):.2f}" for peer in peers]
        lines.append(f"| {label} | {' | '.join([*values, *shares])} |")
    return "\n".join(lines)


def machine() -> str:
    """Describe the machine in one line: processor, cores, system and versions of libraries."""
    versions = [f"{name} {version(name)}" for name in ("griffon-tts", "onnxruntime", "numpy")]
    cores = f"{os.cpu_count()} cores"
    return ", ".join([_processor(), cores, platform.platform(), f"Python {platform.python_version()}", *versions])


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def environment(threads: int) -> dict[str, str]:
    """Build the environment of a timed process: the number of threads, and compiled modules are kept."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "OMP_NUM_THREADS": str(threads)}


def _run(arguments: list[str], threads: int, python: str) -> str:
    """Run Python on the first cores and return its output. Raises TTSError with its last line if it fails."""
    options: dict[str, Any] = {"env": environment(threads), "capture_output": True}
    if sys.platform == "linux":
        cores = sorted(os.sched_getaffinity(0))[:threads]
        options["preexec_fn"] = lambda: os.sched_setaffinity(0, cores)
    done: subprocess.CompletedProcess[str] = subprocess.run([python, *arguments], text=True, check=False, **options)
    if done.returncode:
        raise TTSError(f"{' '.join(arguments[:2])} failed: {(done.stderr.splitlines() or ['no output'])[-1]}")
    return str(done.stdout)


def peak_memory() -> dict[str, float]:
    """Return the peak memory of this process in MiB, if the system reports it."""
    try:
        import resource
    except ImportError:  # Windows
        return {}
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return {"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit}


def _load(voice: str, threads: int) -> Speaker:
    from tts.synthesizer import Synthesizer

    synthesizer = Synthesizer(voice, threads=threads)
    return lambda text: (len(chunk.samples) / chunk.sample_rate for chunk in synthesizer.stream(text))


def _words_per_second() -> float:
    """Measure the front end alone, warm: text to phonemes."""
    from tts.evaluation.sentences import DEFAULT, read_sentences
    from tts.text.frontend import Frontend

    frontend, texts, rates = Frontend(), [line.text for line in read_sentences(DEFAULT)], []
    for _ in range(REPEATS):
        start = time.perf_counter()
        n_words = sum(not token.is_mark for text in texts for token in frontend.tokens(text))
        rates.append(n_words / (time.perf_counter() - start))
    return max(rates)


if __name__ == "__main__":
    figures = warm(lambda: _load(sys.argv[1], int(sys.argv[2])))
    print(json.dumps({**figures, "words": _words_per_second()}))
