"""Train a few steps on as many clips as LJSpeech-1.1 has: what must not grow with the corpus?

    python scripts/checks/full_size.py FOLDER METADATA [--frames 551] [--steps 6] [--kills 1]

The clips are noise, as long as the transcripts of METADATA (LJSpeech's metadata.csv) and 551 frames on average, as
LJSpeech's are after trimming. The settings are those of recipes/ljspeech, in one process. The script prints the seconds
to read the index, to draw the batches of an epoch and to the first step, the share of padding, the memory, and the
sizes of what a run leaves. Then it starts the run again, prints the seconds until it has made a step, and kills it with
SIGKILL, and again for each of --kills.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
from kill import newest_step, start_training, wait_for_step

from tts.corpus.features import Features
from tts.corpus.folder import DESCRIPTION, Writer, finish, header
from tts.corpus.journal import Clip
from tts.text.symbols import SYMBOLS
from tts.training.config import TrainConfig
from tts.training.data import padding_multiple
from tts.training.sampling import BucketSampler
from tts.training.settings import load_config

CONFIG = Path(__file__).parents[2] / "recipes/ljspeech/config.yaml"
AUDIO = load_config(CONFIG, []).audio_config
FRAMES_OF_A_SYMBOL = 7


def lengths_like(metadata: Path, mean_frames: int) -> list[int]:
    """Return a number of frames for each transcript, in proportion to its letters, with a tempo of its own."""
    letters = np.array([len(line.rpartition("|")[2]) for line in metadata.read_text("utf-8").splitlines()])
    tempo = np.exp(np.random.default_rng(0).normal(0, 0.1, len(letters)))
    frames = np.clip(letters / letters.mean() * tempo, 0.17, 1.58) * mean_frames
    return [max(2, round(each)) for each in frames]


def write_features(folder: Path, lengths: list[int]) -> None:
    """Write a features folder of noise, unless it is there."""
    if (folder / DESCRIPTION).exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    noise = rng.normal(-5, 2, (max(lengths), AUDIO.n_channels)).astype(np.float16)
    with Writer(folder, AUDIO, header(AUDIO), []) as writer:
        for number, n_frames in enumerate(lengths):
            ids = [1, *rng.integers(20, len(SYMBOLS), max(1, n_frames // FRAMES_OF_A_SYMBOL)).tolist(), 2]
            writer.add(Clip(f"LJ{number:06}", "noise", ids, n_frames, n_spoken=len(ids) - 2), noise[:n_frames])
    finish(folder, AUDIO)


def start_run(features: Path, run: Path, steps: int, *more: str) -> subprocess.Popen[bytes]:
    """Start a run of the recipe with a checkpoint at each step."""
    overrides = [f"data.dir={features}", f"run.dir={run}", f"max_steps={steps}"]
    overrides += ["run.processes=1", "run.checkpoint_minutes=1e-9", "run.log_every=1", *more]
    return start_training("--config", CONFIG, *overrides)


class Memory(threading.Thread):
    """Watches the memory of a process: what it alone holds, without the pages of the features that it has mapped."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        super().__init__(daemon=True)
        self.process, self.most = process, 0.0

    def run(self) -> None:
        """Note the most until the process ends."""
        status = Path(f"/proc/{self.process.pid}/status")
        while self.process.poll() is None:
            try:
                lines = status.read_text().splitlines()
            except OSError:
                return
            kilobytes = [int(line.split()[1]) for line in lines if line.startswith("RssAnon:")]
            self.most = max([self.most, *[each / 1024 for each in kilobytes]])
            time.sleep(0.1)


def size(folder: Path) -> float:
    """Return the size of a folder in MiB."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**20


def measure_index(folder: Path, config: TrainConfig) -> None:
    """Print the seconds to read the index and to draw the batches of an epoch, and the share of padding."""
    start = time.perf_counter()
    lengths = [clip.n_frames for clip in Features(folder).clips]
    middle = time.perf_counter()
    batches = BucketSampler(lengths, config.data.batch_frames, 0).epoch(0)
    end = time.perf_counter()
    print(
        f"features: {size(folder):.0f} MiB, {len(lengths)} clips, {sum(lengths) / AUDIO.frames_per_second / 3600:.1f} h"
    )
    print(f"index read in {middle - start:.2f} s, {len(batches)} batches of an epoch drawn in {end - middle:.2f} s")
    mean = max(1, round(len(lengths) / len(batches)))
    in_order = [list(range(start, min(start + mean, len(lengths)))) for start in range(0, len(lengths), mean)]
    multiple = padding_multiple(config.model["reduction_factor"])
    ours, plain = (padded_share(lengths, each, multiple) for each in (batches, in_order))
    print(f"padding: {ours:.1%} of the frames, {plain:.1%} in batches of {mean} clips as they come")


def padded_share(lengths: list[int], batches: list[list[int]], multiple: int) -> float:
    """Return the share of padding in the frames of batches."""
    longest = [max(lengths[index] for index in batch) for batch in batches]
    total = sum(-(-most // multiple) * multiple * len(batch) for most, batch in zip(longest, batches, strict=True))
    return 1 - sum(lengths) / total


def measure_run(features: Path, run: Path, steps: int, settings: list[str]) -> None:
    """Train some steps, and print delays, memory and sizes. Raises CalledProcessError if the run fails."""
    start, last = time.perf_counter(), newest_step(run)
    process = start_run(features, run, last + steps, f"run.validate_every={steps}", *settings)
    memory = Memory(process)
    memory.start()
    wait_for_step(run, last + 1, process)
    first = time.perf_counter() - start
    if process.wait():
        raise subprocess.CalledProcessError(process.returncode, process.args)
    print(f"first step after {first:.1f} s; {steps} steps and a validation after {time.perf_counter() - start:.1f} s")
    print(f"memory: {memory.most:.0f} MiB, without mapped features")
    for name in ("checkpoints", "tensorboard", "csv", "samples"):
        count = sum(1 for path in (run / name).rglob("*") if path.is_file())
        print(f"{name}: {size(run / name):.1f} MiB in {count} files")


def measure_kills(features: Path, run: Path, settings: list[str], kills: int) -> None:
    """Start the run again, kill it and start it again, as often as asked for."""
    for _ in range(kills + 1):
        start, last = time.perf_counter(), newest_step(run)
        process = start_run(features, run, 10**6, f"run.validate_every={10**6}", *settings)
        wait_for_step(run, last + 1, process)
        seconds = time.perf_counter() - start
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        print(f"started again: from step {last} to step {newest_step(run)}, a step after {seconds:.1f} s; killed")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="for features and run")
    parser.add_argument("metadata", type=Path, help="LJSpeech's metadata.csv")
    parser.add_argument("--frames", type=int, default=551, help="of a clip on average (default: %(default)s)")
    parser.add_argument("--steps", type=int, default=6, help="default: %(default)s")
    parser.add_argument("--kills", type=int, default=1, help="more starts, each after a kill (default: %(default)s)")
    parser.add_argument("settings", nargs="*", metavar="KEY=VALUE", help="settings of the run")
    arguments = parser.parse_intermixed_args()
    features, run = arguments.folder / "features", arguments.folder / "run"
    write_features(features, lengths_like(arguments.metadata, arguments.frames))
    measure_index(features, load_config(CONFIG, arguments.settings))
    measure_run(features, run, arguments.steps, arguments.settings)
    measure_kills(features, run, arguments.settings, arguments.kills)
    return 0


if __name__ == "__main__":
    sys.exit(main())
