"""Kill the server, a batch and a training run with SIGKILL, again and again: nothing may be corrupt.

    python scripts/checks/kill.py [--times 100] [server] [batch] [training]

- server: it is killed while it speaks; the next one must answer with the same samples.
- batch: a run and its workers are killed at a random moment; what the next run leaves must be the files of an
  undisturbed run, to the byte.
- training: a tiny run is killed at a random moment; its newest checkpoint must be whole, and later than the one before.

The exit status is 1 if anything is corrupt or lost.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
from serving import serving

ROWS = 12
"""Rows of the batch."""
TEXT = "The old clock came back before noon. Her letter made us laugh."


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "tts", *map(str, arguments)]


def start_training(*arguments: str | Path) -> subprocess.Popen[bytes]:
    """Start a run in a session of its own."""
    return subprocess.Popen(command("train", *arguments), start_new_session=True, stderr=subprocess.DEVNULL)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and its children, which are in a session of their own."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def kill_server(folder: Path, times: int, rng: random.Random) -> None:
    """Kill servers while they speak. Raises AssertionError if a later one answers with other samples."""
    body = {"input": TEXT, "response_format": "wav"}
    expected = b""
    for _ in range(times + 1):
        with serving() as served:
            answer = httpx.post(f"{served.url}/v1/audio/speech", json=body, timeout=120).content
            expected = expected or answer
            assert answer == expected
            with httpx.stream(
                "POST", f"{served.url}/v1/audio/speech", json={**body, "input": TEXT * 20}, timeout=120
            ) as part:
                next(part.iter_raw())
                time.sleep(rng.random() * 0.1)
                served.process.kill()
                served.process.wait()


def kill_batch(folder: Path, times: int, rng: random.Random) -> None:
    """Kill batches. Raises AssertionError if the last run does not leave what an undisturbed one leaves."""
    manifest = folder / "m.csv"
    manifest.write_text("text\n" + "".join(f"Number {number}. {TEXT}\n" for number in range(ROWS)), encoding="utf-8")
    whole, killed = folder / "whole", folder / "killed"
    start = time.monotonic()
    subprocess.run(command("batch", manifest, whole, "--workers", "2"), check=True, stdout=subprocess.DEVNULL)
    seconds = time.monotonic() - start
    expected = contents(whole)
    for _ in range(times):
        for path in sorted(killed.glob("*.wav"))[: rng.randrange(4)]:  # so that there is always something to do
            path.unlink()
        process = subprocess.Popen(
            command("batch", manifest, killed, "--workers", "2"), start_new_session=True, stdout=subprocess.DEVNULL
        )
        time.sleep(rng.random() * seconds)
        kill_group(process)
        for path in killed.glob("*.wav"):
            assert path.read_bytes() == expected[path.name], path
    subprocess.run(command("batch", manifest, killed, "--workers", "2"), check=True, stdout=subprocess.DEVNULL)
    assert contents(killed) == expected


def contents(folder: Path) -> dict[str, bytes | list[str]]:
    """Return the files of a batch, and the rows of its results."""
    files: dict[str, bytes | list[str]] = {path.name: path.read_bytes() for path in folder.glob("*.wav")}
    lines = (folder / "results.jsonl").read_text(encoding="utf-8").splitlines()
    return {**files, "results": sorted(json.loads(line)["id"] for line in lines)}


def kill_training(folder: Path, times: int, rng: random.Random) -> None:
    """Kill a run. Raises AssertionError or TrainingError if a checkpoint is damaged, or a step is lost."""
    sys.path.insert(0, str(Path(__file__).parents[2]))
    from tests.taught import write_taught
    from tts.training.checkpoint import newest_whole_checkpoint

    write_taught(folder / "features")
    run = folder / "run"
    config = folder / "config.yaml"
    config.write_text(json.dumps(tiny(folder / "features", run)), encoding="utf-8")  # JSON is YAML
    last = 0
    for _ in range(times):
        process = start_training("--config", config)
        wait_for_step(run, last + 1, process)
        time.sleep(rng.random() * 0.5)
        kill_group(process)
        path, step = newest_whole_checkpoint(run)
        assert path is not None
        assert step > last, (step, last)
        last = step


def tiny(features: Path, run: Path) -> dict[str, Any]:
    """Return the settings of a run that saves each step."""
    names = (
        "encoder_dim prenet_dim attention_rnn_dim attention_dim decoder_rnn_dim postnet_dim postnet_hidden_dim".split()
    )
    return {
        "model": {**dict.fromkeys(names, 16), "postnet_blocks": 1},
        "data": {"dir": str(features), "batch_frames": 400, "n_validation": 1},
        "run": {"dir": str(run), "checkpoint_minutes": 1e-9, "validate_every": 100_000},
        "max_steps": 1_000_000,
    }


def wait_for_step(run: Path, step: int, process: subprocess.Popen[bytes], seconds: float = 600.0) -> None:
    """Wait for a checkpoint of a step or a later one."""
    deadline = time.monotonic() + seconds
    while newest_step(run) < step:
        assert process.poll() is None, "the run ended by itself"
        assert time.monotonic() < deadline, "no checkpoint was saved"
        time.sleep(0.05)


def newest_step(run: Path) -> int:
    """Return the step of the newest checkpoint by its name; 0 if there is none."""
    names = [path.stem.partition("step=")[2] for path in (run / "checkpoints").glob("step=*.ckpt")]
    return max((int(name) for name in names if name.isdecimal()), default=0)


KINDS = {"server": kill_server, "batch": kill_batch, "training": kill_training}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=f"of {', '.join(KINDS)} (default: all)")
    parser.add_argument("--times", type=int, default=100, help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=0, help="of the moments (default: %(default)s)")
    arguments = parser.parse_args()
    for kind in arguments.kinds or KINDS:
        with tempfile.TemporaryDirectory() as folder:
            KINDS[kind](Path(folder), arguments.times, random.Random(arguments.seed))
        print(f"{kind}: killed {arguments.times} times, nothing is corrupt", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
