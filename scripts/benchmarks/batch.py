"""Measure the throughput of `tts batch`: hours of speech per hour, and per core-hour of CPU, for numbers of processes.

    python scripts/benchmarks/batch.py METADATA [--rows 120] [--workers 1 2] [--ray]

METADATA is LJSpeech's metadata.csv. Each run is a whole command, so the start of the workers counts too, and reads the
same first rows. CPU time is the time of the command and of all its processes. --ray adds runs on a local Ray with as
many workers. The CPU time of Ray is unknown, because its processes are not children of this one.
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
    """Run the command: return seconds of speech, of wall-clock time and of CPU time."""
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
        runs: list[tuple[str, int, list[str]]] = [(f"{n}", n, []) for n in options.workers]
        runs += [(f"{n}, Ray", n, ["--ray", "local"]) for n in options.workers] if options.ray else []
        print(f"{options.rows} rows, {usable_cores()} cores")
        print("| processes | speech, s | elapsed, s | h of speech per h | per core-hour of CPU |")
        print("|---|---|---|---|---|")
        for name, workers, extra in runs:
            speech, elapsed, used = batch(manifest, workers, *extra)
            per_core = "–" if extra else f"{speech / used:.1f}"
            print(f"| {name} | {speech:.0f} | {elapsed:.1f} | {speech / elapsed:.1f} | {per_core} |", flush=True)


if __name__ == "__main__":
    main()
