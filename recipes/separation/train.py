"""Train the network of `tts prepare` that takes recordings apart, and export it.

    python -m recipes.separation.train FEATURES RUN RECORDINGS [RECORDINGS ...] [--steps 3500] [--minutes 20]
    cp RUN/separation.onnx tts/corpus/data/

FEATURES: a features folder with a teacher's parts, from recipes/heart/read_corpus.py. RECORDINGS: folders of sound,
one for each kind of voice. RUN/weights.pt is written every SAVE steps; the same command continues from it.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from recipes.separation.clips import WINDOW, Clip, batch, make_clip, of_noise, of_teacher, recordings
from recipes.separation.export import export
from recipes.separation.network import SeparationNet, render
from tts.bundled import DEFAULT
from tts.common.files import atomic_write
from tts.corpus.features import Features
from tts.corpus.separation import AUDIO, GRAPH
from tts.model.spectrum import SpectrumNet
from tts.training.initialize import read_trained
from tts.training.optimizer import MuonAdamW
from tts.training.precision import has_bf16
from tts.training.sound_loss import sound_loss

RATE, BATCH, SAVE = 1e-3, 12, 100
WARM_UP, FALLING = 30, 0.6  # steps in which the rate rises; share of the steps in which it falls
SUPERVISED = 150  # steps before the spectral loss begins: the frames of a new network are too wild to be heard
EDGE = 10  # frames at both ends of a window whose sound is not compared, because its neighbours are missing
VOICING_WEIGHT = 3.0
SEED = 0
WEIGHTS = "weights.pt"


def spectrum_network() -> SpectrumNet:
    """Return the spectrum network of the default voice, which stays as it is."""
    trained = read_trained(DEFAULT)
    assert trained.model.spectrum is not None
    network = SpectrumNet(trained.audio, trained.model.spectrum)
    prefix = "spectrum."
    network.load_state_dict(
        {name.removeprefix(prefix): value for name, value in trained.weights.items() if name.startswith(prefix)}
    )
    return network.eval().requires_grad_(False)


def start(clips: Sequence[Clip], features: Features) -> SeparationNet:
    """Return a new network, with the statistics of its inputs and of the teacher's frames."""
    torch.manual_seed(SEED)
    net = SeparationNet()
    sample = np.concatenate([clip.inputs[::7].astype(np.float32) for clip in clips])
    net.input_mean.copy_(torch.from_numpy(sample.mean(axis=0)))
    net.input_std.copy_(torch.from_numpy(sample.std(axis=0) + 1e-2))
    net.mean.copy_(torch.from_numpy(features.mel_mean))
    net.std.copy_(torch.from_numpy(features.mel_std))
    return net


def rate(step: int, steps: int) -> float:
    """Return the learning rate of a step: a line up, level, a line down."""
    return RATE * min(1.0, (step + 1) / WARM_UP, (steps - step) / (FALLING * steps))


def train(kinds: list[list[Clip]], net: SeparationNet, steps: int, run: Path) -> None:
    """Train, or train on. kinds: the clips of each kind, of which every batch has as many."""
    spectrum, optimizer, path, first = spectrum_network(), MuonAdamW(net, RATE), run / WEIGHTS, 0
    if path.exists():
        saved = torch.load(path, weights_only=True)
        first = saved["step"]
        net.load_state_dict(saved["weights"])
        optimizer.load_state_dict(saved["optimizer"])
    draw = random.Random(SEED + first)
    weights = torch.ones(AUDIO.n_channels)
    weights[-2:] = torch.tensor([0.0, VOICING_WEIGHT])
    inner = slice(EDGE * AUDIO.hop_length, (WINDOW - EDGE - 1) * AUDIO.hop_length)
    bar = tqdm(range(first, steps), initial=first, total=steps)
    for step in bar:
        chosen = batch([draw.choice(draw.choice(kinds)) for _ in range(BATCH)], draw)
        with torch.autocast("cpu", torch.bfloat16, enabled=has_bf16()):
            found = net(chosen.inputs)
        found, wanted = found.float(), (chosen.frames - net.mean) / net.std
        errors = ((found - wanted).abs() * weights).mean(dim=(1, 2))
        loss = supervised = (errors * chosen.is_known).sum() / chosen.is_known.sum().clamp_min(1)
        if step >= SUPERVISED:
            with torch.autocast("cpu", torch.bfloat16, enabled=has_bf16()):
                sound = render(spectrum, *net.frames(found, chosen.inputs), chosen.pulses)
            heard = sound_loss(sound[:, inner], chosen.samples[:, inner], AUDIO)
            loss = supervised + heard
            bar.set_postfix(frames=float(supervised.detach()), sound=float(heard.detach()))
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        for group in optimizer.param_groups:
            group["lr"] = rate(step, steps)
        optimizer.step()
        if (step + 1) % SAVE == 0 or step + 1 == steps:
            with atomic_write(path) as aside:
                torch.save({"step": step + 1, "weights": net.state_dict(), "optimizer": optimizer.state_dict()}, aside)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("features", type=Path, help="features folder with a teacher's parts")
    parser.add_argument("run", type=Path, help="folder to write")
    parser.add_argument("recordings", type=Path, nargs="+", help="folder of recordings of one kind")
    parser.add_argument("--steps", type=int, default=3500, help="of training (default: %(default)s)")
    parser.add_argument(
        "--minutes", type=float, default=20.0, help="of the teacher; half as many of noise (default: %(default)s)"
    )
    options = parser.parse_args()
    torch.set_num_threads(1)
    options.run.mkdir(parents=True, exist_ok=True)
    features, draw = Features(options.features), random.Random(SEED)
    kinds = [list(of_teacher(features, options.minutes, draw)), list(of_noise(options.minutes / 2, draw))]
    kinds += [list(map(make_clip, recordings(folder, draw))) for folder in options.recordings]
    kinds = [[clip for clip in clips if len(clip.inputs) >= WINDOW] for clips in kinds]
    net = start([clip for clips in kinds for clip in clips], features)
    train(kinds, net, options.steps, options.run)
    export(net, options.run / GRAPH)


if __name__ == "__main__":
    main()
