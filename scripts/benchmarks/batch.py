"""How much speech `tts batch` makes: hours of it per hour, and per hour of one core, with more and more processes.

Usage: python scripts/benchmarks/batch.py METADATA [--rows 120] [--workers 1 2] [--ray]      (LJSpeech's metadata.csv)

Each run is a whole command in a process of its own, from its start to its end, so that the start of the workers counts
too; it reads the same first rows of the corpus. CPU time is that of the command and all of its processes; --ray adds a
local Ray with as many workers, whose CPU time is not known, as its processes are not of this one.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tts.common.threads import usable_cores


def batch(manifest: Path, workers: int, *options: str) -> tuple[float, float, float]:
    """Seconds of speech, of the clock, and of CPU."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tts", "batch", str(manifest), folder, "--workers", str(workers), *options]
        start, used = time.perf_counter(), _cpu()
        subprocess.run([*command, "--layout", "ljspeech"], check=True, stdout=subprocess.DEVNULL)
        elapsed, used = time.perf_counter() - start, _cpu() - used
        lines = (Path(folder) / "results.jsonl").read_text(encoding="utf-8").splitlines()
        return sum(json.loads(line)["seconds"] for line in lines), elapsed, used


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("metadata", type=Path)
    parser.add_argument("--rows", type=int, default=120)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--ray", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        manifest = Path(folder) / "manifest.csv"
        with options.metadata.open(encoding="utf-8") as lines:
            manifest.write_text("".join(line for line, _ in zip(lines, range(options.rows), strict=False)), "utf-8")
        runs = [(f"{n}", n, ()) for n in options.workers]
        runs += [(f"{n}, Ray", n, ("--ray", "local")) for n in options.workers] if options.ray else []
        print(f"{options.rows} rows, {usable_cores()} cores")
        print("| processes | speech, s | clock, s | h of speech per h | per core-hour of CPU |\n|---|---|---|---|---|")
        for name, workers, extra in runs:
            speech, elapsed, used = batch(manifest, workers, *extra)
            per_core = "–" if extra else f"{speech / used:.1f}"
            print(f"| {name} | {speech:.0f} | {elapsed:.1f} | {speech / elapsed:.1f} | {per_core} |", flush=True)


if __name__ == "__main__":
    main()
