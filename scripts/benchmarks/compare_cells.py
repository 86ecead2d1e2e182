"""Compare recurrent cells: train one model with each cell on the same data, with the same seed and steps.

    python scripts/benchmarks/compare_cells.py FEATURES [--steps 400] [--figure cells.png]

FEATURES is a folder that `tts prepare` wrote. The script prints a Markdown table and draws the curves behind it.
Columns:

- aligned at: the first validation after which the teacher-forced attention on the validation clips stays sharp and in
  order. Sharp: focus, the mean of the largest weight of each step, is at least 0.4. In order: diagonality, the share of
  the attention within 15 % of the text from the diagonal, is at least 0.9.
- validation loss: the mean absolute error after the postnet, in standard deviations, at the last step.
- speed: seconds of audio trained per second, the median over all steps.
- half-life: how far back the gradient reaches, before and after training. The norm of d output_t / d state_{t-k} over
  the whole state (with the cell state of an LSTM) falls with k. The half-life is the k at which the norm is half of the
  norm at k = 1.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import torch
from matplotlib.figure import Figure
from torch import Tensor
from tqdm import tqdm

from tts.corpus.features import Features
from tts.model.decoder import previous_frames
from tts.model.encoder import length_mask
from tts.model.tacotron import Tacotron
from tts.training.config import DataConfig, LossConfig, RunConfig, TrainConfig
from tts.training.data import Batch, ClipDataModule
from tts.training.losses import attention_diagonality, attention_focus
from tts.training.models import build_model
from tts.training.module import teacher_force
from tts.training.objective import Objective
from tts.training.sampling import BucketSampler
from tts.training.windows import refine

CELLS = ("lstm", "gru", "rnn")
WINDOW = LossConfig().postnet_frames
FOCUS, DIAGONALITY = 0.4, 0.9
WARMUP = 50  # steps
LONGEST_REACH = 60  # decoder steps
PROBES = 8  # random directions in which the gradient is measured


class Check(NamedTuple):
    """One validation."""

    step: int
    loss: float
    focus: float
    diagonality: float


class Result(NamedTuple):
    """Measurements of one cell."""

    parameters: int
    checks: list[Check]
    speed: float  # seconds of audio per second
    fresh_reach: dict[str, list[float]]  # for each RNN before training: norms of the gradient at k = 1, 2, …
    reach: dict[str, list[float]]  # the same after training

    @property
    def aligned(self) -> int | None:
        """The step from which the attention stayed aligned, or None."""
        held = None
        for check in self.checks:
            good = check.focus >= FOCUS and check.diagonality >= DIAGONALITY
            held = (held or check.step) if good else None
        return held


def measure(cell: str, features: Features, options: argparse.Namespace) -> Result:
    """Train a model with a cell and measure it."""
    data = DataConfig(batch_frames=options.batch_frames, n_validation=options.n_validation)
    config = TrainConfig(data=data, model={"cell": cell}, run=RunConfig(seed=options.seed))
    torch.manual_seed(options.seed)
    model = build_model(config, features)
    module = ClipDataModule(features, config, model.config.reduction_factor)
    validation = module.collate([module.validation[index] for index in range(len(module.validation))])
    optimizer = torch.optim.Adam(model.parameters(), 1e-3, eps=1e-6)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1.0, (step + 1) / WARMUP))
    fresh_reach = reach(model, validation)
    checks, rates = [check(model, validation, 0)], []
    for step, batch in enumerate(tqdm(islice(batches(module, config), options.steps), cell, options.steps), 1):
        started = time.perf_counter()
        torch.manual_seed(hash((options.seed, step)))
        loss, _ = losses(model, batch)
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        seconds = float(batch.mel_lengths.sum()) / features.audio.frames_per_second
        rates.append(seconds / (time.perf_counter() - started))
        if step % options.every == 0 or step == options.steps:
            checks.append(check(model, validation, step))
    size = sum(parameter.numel() for parameter in model.parameters())
    return Result(size, checks, statistics.median(rates), fresh_reach, reach(model, validation))


def batches(module: ClipDataModule, config: TrainConfig) -> Iterator[Batch]:
    """Yield the same batches for every cell, endlessly."""
    sampler = BucketSampler(module.training.lengths(), config.data.batch_frames, config.run.seed)
    for picks in sampler:
        yield module.collate([module.training[pick] for pick in picks])


def losses(model: Tacotron, batch: Batch) -> tuple[Tensor, Check]:
    """Return the loss to minimise and the figures to report."""
    factor = model.config.reduction_factor
    mel = model.standardize(batch.mel)
    output = teacher_force(model, batch, mel, factor)
    windows = refine(model, batch, mel, output, WINDOW)
    found = Objective(LossConfig(), model.config)(model, batch, mel, output, windows, step=0)
    steps = -(-batch.mel_lengths // factor)
    diagonality = attention_diagonality(output.alignment, steps, batch.phoneme_lengths)
    focus = attention_focus(output.alignment, steps)
    return found.total, Check(0, found.parts["mel_after"].item(), focus.item(), diagonality.item())


@torch.no_grad()
def check(model: Tacotron, validation: Batch, step: int) -> Check:
    """Validate with the same prenet dropout every time."""
    model.eval()
    torch.manual_seed(0)
    result = losses(model, validation)[1]._replace(step=step)
    model.train()
    return result


def reach(model: Tacotron, validation: Batch) -> dict[str, list[float]]:
    """Return the norms of d output_t / d state_{t-k} of both RNNs relative to k = 1.

    A norm is the root mean square over random directions.
    """
    model.eval()
    factor, generator = model.config.reduction_factor, torch.Generator().manual_seed(0)
    with torch.no_grad():
        memory = model.encoder(validation.phoneme_ids, validation.phoneme_lengths)
        frames = previous_frames(model.standardize(validation.mel), factor)
    length = int(validation.mel_lengths.min()) // factor
    mask, state = length_mask(validation.phoneme_lengths, memory.size(1)), model.decoder.initial_state(memory)
    states = []
    for frame in frames[:, :length].unbind(1):
        dropout = model.decoder.prenet.draw_dropout(len(frame), generator=generator)
        state = model.decoder.step(frame, state, memory, mask, dropout)[1]
        states.append(state)
    lags = min(LONGEST_REACH, length - 2)
    curves = {}
    for name in ("attention_rnn", "decoder_rnn"):
        parts = [getattr(state, name) for state in states[-1 - lags : -1]][::-1]  # k = 1, 2, …
        squares = torch.zeros(lags)
        for _ in range(PROBES):
            last = getattr(states[-1], name)[0]
            direction = torch.randn(last.shape, generator=generator)
            flat = [part for state in parts for part in state]
            gradients = torch.autograd.grad(last, flat, direction, retain_graph=True)
            squares += torch.stack([gradient.square().sum() for gradient in gradients]).view(lags, -1).sum(dim=1)
        norms = squares.sqrt()
        curves[name] = (norms / norms[0]).tolist()
    model.train()
    return curves


def half_life(curve: list[float]) -> str:
    """Return the first k at which the norm is at most half of the norm at k = 1."""
    return next((str(k) for k, value in enumerate(curve, 1) if value <= 0.5), f"over {len(curve)}")


def draw(results: dict[str, Result]) -> Figure:
    """Draw learning curves on the left and the reach of the gradient on the right."""
    figure = Figure(figsize=(11, 6), layout="constrained")
    axes = figure.subplots(2, 2)
    titles = {
        (0, 0): ("validation loss", "step"),
        (1, 0): ("attention focus (solid) and diagonality (dashed)", "step"),
        (0, 1): ("gradient of the attention RNN (dotted: untrained)", "k, steps back"),
        (1, 1): ("gradient of the decoder RNN (dotted: untrained)", "k, steps back"),
    }
    for place, (title, label) in titles.items():
        axes[place].set(title=title, xlabel=label)
    for (cell, result), colour in zip(results.items(), ("tab:blue", "tab:green", "tab:red"), strict=True):
        steps = [check.step for check in result.checks]
        axes[0, 0].plot(steps, [check.loss for check in result.checks], color=colour, label=cell)
        axes[1, 0].plot(steps, [check.focus for check in result.checks], color=colour)
        axes[1, 0].plot(steps, [check.diagonality for check in result.checks], "--", color=colour)
        for row, name in enumerate(("attention_rnn", "decoder_rnn")):
            for curve, style in ((result.fresh_reach[name], ":"), (result.reach[name], "-")):
                axes[row, 1].semilogy(range(1, 1 + len(curve)), curve, style, color=colour)
    for axis in axes[:, 1]:
        axis.axhline(0.5, color="grey", linewidth=0.5)
        axis.set_ylim(1e-6, 3)
    axes[0, 0].legend()
    return figure


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("features", type=Path, metavar="FEATURES")
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--every", type=int, default=20, help="steps between validations")
    parser.add_argument("--batch-frames", type=int, default=2500)
    parser.add_argument("--n-validation", type=int, default=4, help="clips")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--figure", type=Path, default=Path("cells.png"))
    options = parser.parse_args()
    features = Features(options.features)
    results = {cell: measure(cell, features, options) for cell in CELLS}
    print(f"{options.steps} steps, {len(features.clips)} clips, seed {options.seed}\n")
    measured = (
        "parameters, millions",
        "aligned at step",
        "focus",
        "diagonality",
        "validation loss",
        "s of audio per s",
    )
    print(f"| cell | {' | '.join(measured)} | half-life of the gradient, steps: attention RNN | decoder RNN |")
    print("|---|---|---|---|---|---|---|---|---|")
    for cell, result in results.items():
        last = result.checks[-1]
        lives = [
            f"{half_life(result.fresh_reach[name])} → {half_life(result.reach[name])}"
            for name in ("attention_rnn", "decoder_rnn")
        ]
        print(
            f"| {cell} | {result.parameters / 1e6:.2f} | {result.aligned or 'not'} | {last.focus:.2f} "
            f"| {last.diagonality:.2f} | {last.loss:.3f} | {result.speed:.0f} | {lives[0]} | {lives[1]} |"
        )
    draw(results).savefig(options.figure, dpi=120)


if __name__ == "__main__":
    main()
