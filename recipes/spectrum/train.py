"""Train the spectrum network that new voices start from, on recordings of many speakers.

    python -m recipes.spectrum.train RUN RECORDINGS [RECORDINGS ...] [--steps 1500]
    cp RUN/spectrum.npz tts/training/data/

RECORDINGS: folders of sound, one for each kind of voice. RUN/weights.pt is written every SAVE steps; the same command
continues from it.
"""

from __future__ import annotations

import argparse
import math
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from tqdm import tqdm

from recipes.separation.clips import recordings
from recipes.separation.train import spectrum_network
from tts.audio.pulses import PulseSpectra, f0_of_frames
from tts.common.files import atomic_write
from tts.corpus.separation import AUDIO, VOICED, separate
from tts.model.spectrum import SpectrumNet
from tts.training.optimizer import MuonAdamW
from tts.training.precision import has_bf16
from tts.training.sound_loss import render, sound_loss
from tts.training.universal import FILE
from tts.training.weights import pack

RATE, BATCH, SAVE = 2e-4, 12, 100
WINDOW = 64  # frames of a clip in a batch
EDGE = 10  # frames at both ends of a window whose sound is not compared, because its neighbours are missing
LEVEL = 0.4  # standard deviation of a window's change of level, in nats
SEED = 0
WEIGHTS = "weights.pt"


class Clip(NamedTuple):
    """A recording and its frames."""

    samples: NDArray[np.float16]  # (T * hop_length,)
    frames: NDArray[np.float16]  # (n_channels, T)


class Batch(NamedTuple):
    """Windows of clips."""

    samples: Tensor  # (B, WINDOW * hop_length)
    frames: Tensor  # (B, n_channels, WINDOW)
    pulses: Tensor  # (B, WINDOW, n_freqs) complex


def read(folder: Path, draw: random.Random) -> Iterator[Clip]:
    """Yield the recordings of a folder that are longer than a window, each as it is and at another tempo."""
    for samples in recordings(folder, draw):
        n_frames = len(samples) // AUDIO.hop_length
        if n_frames > WINDOW:
            samples = samples[: n_frames * AUDIO.hop_length]
            yield Clip(samples.astype(np.float16), separate(samples, AUDIO).astype(np.float16))


def batch(clips: Sequence[Clip], draw: random.Random) -> Batch:
    """Cut a random window out of each clip, at another level."""
    columns = zip(*(_window(clip, draw) for clip in clips), strict=True)
    return Batch(*(torch.from_numpy(np.stack(column)) for column in columns))


def _window(clip: Clip, draw: random.Random) -> tuple[NDArray[np.generic], ...]:
    start, level = draw.randrange(clip.frames.shape[1] - WINDOW + 1), draw.gauss(0, LEVEL)
    frames = clip.frames[:, start : start + WINDOW].astype(np.float32)
    frames[: AUDIO.n_bands] += level
    samples = clip.samples[start * AUDIO.hop_length : (start + WINDOW) * AUDIO.hop_length].astype(np.float32)
    pulses = PulseSpectra(AUDIO)
    pulses.push(f0_of_frames(frames[AUDIO.n_bands :]))
    pulses.finish()
    return samples * np.float32(math.exp(level)), frames, pulses.take(WINDOW)


def loss_of(network: SpectrumNet, chosen: Batch) -> Tensor:
    """Return the distance of the network's sound from the recordings, in nats."""
    inner = slice(EDGE * AUDIO.hop_length, (WINDOW - EDGE - 1) * AUDIO.hop_length)
    with torch.autocast("cpu", torch.bfloat16, enabled=has_bf16()):
        parts = network(chosen.frames)
    voiced = (chosen.frames[:, -1] > VOICED).float()
    return sound_loss(render(parts, voiced, chosen.pulses, AUDIO)[:, inner], chosen.samples[:, inner], AUDIO)


def train(kinds: Sequence[Sequence[Clip]], network: SpectrumNet, steps: int, run: Path) -> None:
    """Train, or train on; the learning rate falls to zero. kinds: the clips of each kind of voice, drawn equally."""
    optimizer, path, first = MuonAdamW(network, RATE), run / WEIGHTS, 0
    if path.exists():
        saved = torch.load(path, weights_only=True)
        first = saved["step"]
        network.load_state_dict(saved["weights"])
        optimizer.load_state_dict(saved["optimizer"])
    draw = random.Random(SEED + first)
    bar = tqdm(range(first, steps), initial=first, total=steps)
    for step in bar:
        loss = loss_of(network, batch([draw.choice(draw.choice(kinds)) for _ in range(BATCH)], draw))
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        for group in optimizer.param_groups:
            group["lr"] = RATE * (1 - step / steps)
        optimizer.step()
        bar.set_postfix(sound=float(loss.detach()))
        if (step + 1) % SAVE == 0 or step + 1 == steps:
            with atomic_write(path) as aside:
                state = {"weights": network.state_dict(), "optimizer": optimizer.state_dict()}
                torch.save({"step": step + 1, **state}, aside)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("run", type=Path, help="folder to write")
    parser.add_argument("recordings", type=Path, nargs="+", help="folder of recordings of one kind")
    parser.add_argument("--steps", type=int, default=1500, help="of training (default: %(default)s)")
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    options.run.mkdir(parents=True, exist_ok=True)
    draw = random.Random(SEED)
    kinds = [list(read(folder, draw)) for folder in options.recordings]
    network = spectrum_network().train().requires_grad_(True)
    train(kinds, network, options.steps, options.run)
    (options.run / FILE).write_bytes(pack(network.state_dict()))


if __name__ == "__main__":
    main()
