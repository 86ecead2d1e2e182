"""Compare the speed of our training step with torchaudio's Tacotron 2 and with a step-by-step decoder loop.

    python scripts/benchmarks/training.py [--rounds 3] [--threads 1 2] [--precisions fp32 bf16]

All models have the dimensions of torchaudio's. In each round every system in turn trains one step on the same batch:
forward, loss, backward, Adam. Figures are medians over the rounds. All systems have the same loss: squared error before
and after the postnet, and cross-entropy of the stop token. The last system is not comparable with the others: each step
predicts three frames, as in the recipes; torchaudio's model cannot do that. bf16 is autocast: matrix products with half
the bits, on processors that support them.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional
from torchaudio.models import Tacotron2

from tts.config import ModelConfig
from tts.model.attention import AttentionState, on_first_symbol
from tts.model.decoder import previous_frames
from tts.model.encoder import length_mask
from tts.model.postnet import context_of_frame, symbol_of_frame
from tts.model.tacotron import Tacotron
from tts.training.losses import occupancy
from tts.training.module import whole_steps

N_SYMBOLS, N_CHANNELS = 148, 80
SECONDS_PER_FRAME = 256 / 22050
# The defaults of torchaudio, as in Shen et al. 2018.
SIZES = ModelConfig(
    n_symbols=N_SYMBOLS,
    n_mels=N_CHANNELS - 1,
    n_source=1,
    encoder_dim=512,
    prenet_dim=256,
    attention_rnn_dim=1024,
    attention_dim=128,
    attention_filters=32,
    attention_taps=31,
    decoder_rnn_dim=1024,
    reduction_factor=1,
    postnet_dim=512,
    conv_dropout=0.5,
)
# Mel before and after the postnet (B, n_channels, T_mel), stop logits (B, T_mel).
Outputs = tuple[Tensor, Tensor, Tensor]


class LocationSensitiveAttention(nn.Module):
    """Score every symbol by its content and by earlier alignments (Shen et al. 2018, section 2.2).

    Additive attention (Bahdanau et al. 2015) with convolutions over the previous alignment (Chorowski et al. 2015,
    section 2.2) and over the sum of all earlier alignments. Same interface as `DynamicConvolutionAttention`.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        dim = config.attention_dim
        self.taps = config.attention_taps
        self.query = nn.Linear(config.attention_rnn_dim, dim)
        self.memory = nn.Linear(config.encoder_dim, dim, bias=False)
        self.location_filters = nn.Linear(2 * config.attention_taps, config.attention_filters, bias=False)
        self.location_projection = nn.Linear(config.attention_filters, dim, bias=False)
        self.score = nn.Linear(dim, 1, bias=False)

    def prepare(self, memory: Tensor) -> tuple[Tensor, ...]:
        """Return the projected memory (B, T_text, attention_dim) and the location weights (2 taps, attention_dim)."""
        return self.memory(memory), self.location_filters.weight.t() @ self.location_projection.weight.t()

    def initial_state(self, memory: Tensor) -> AttentionState:
        """Return the alignment (B, T_text) on the first symbol, and the sum of earlier alignments: zero."""
        return on_first_symbol(memory), memory.new_zeros(memory.shape[:2])

    def forward(
        self, query: Tensor, state: AttentionState, mask: Tensor, prepared: tuple[Tensor, ...]
    ) -> AttentionState:
        """Return the next alignment (B, T_text) and the sum of the alignments before it.

        query: (B, attention_rnn_dim). mask: (B, T_text) bool, true where there is a symbol. prepared: from `prepare`.
        """
        (alignment, past), (keys, location_weights) = state, prepared
        half, past = self.taps // 2, past + alignment
        padded = functional.pad(torch.stack([alignment, past], dim=1), (half, half))
        windows = padded.unfold(2, self.taps, 1).transpose(1, 2).flatten(2)  # (B, T_text, 2 taps)
        hidden = torch.tanh(self.query(query).unsqueeze(1) + keys + windows @ location_weights)
        energies = self.score(hidden).squeeze(2)  # (B, T_text)
        return torch.softmax(energies.masked_fill(~mask, -torch.inf), dim=1), past


def location_sensitive(config: ModelConfig) -> Tacotron:
    """Make our model with the attention of torchaudio's Tacotron 2."""
    model = Tacotron(config)
    model.decoder.add_module("attention", LocationSensitiveAttention(config))
    return model


class Batch(NamedTuple):
    """The input of one step, longest text first, as torchaudio requires."""

    ids: Tensor
    id_lengths: Tensor
    mel: Tensor
    mel_lengths: Tensor

    @property
    def seconds(self) -> float:
        return float(self.mel_lengths.sum()) * SECONDS_PER_FRAME


class System(NamedTuple):
    """A model, its forward pass and its optimizer."""

    forward: Callable[[nn.Module, Batch], Outputs]
    model: nn.Module
    adam: torch.optim.Adam

    @property
    def millions(self) -> float:
        """Number of parameters in millions."""
        return sum(parameter.numel() for parameter in self.model.parameters()) / 1e6


def system(forward: Callable[[nn.Module, Batch], Outputs], model: nn.Module) -> System:
    return System(forward, model, torch.optim.Adam(model.parameters()))


def make_batch(size: int, text: int, frames: int) -> Batch:
    """Make random texts and spectrograms: from the given lengths down to two thirds of them."""
    share = torch.linspace(1, 2 / 3, size)
    ids = torch.randint(1, N_SYMBOLS, (size, text))
    return Batch(ids, (share * text).long(), torch.randn(size, N_CHANNELS, frames), (share * frames).long())


def theirs(model: nn.Module, batch: Batch) -> Outputs:
    """Run torchaudio's model: both LSTMs, the attention and the projections are inside the loop."""
    before, after, stop, _ = model(batch.ids, batch.id_lengths, batch.mel, batch.mel_lengths)
    return before, after, stop


def step_by_step(model: nn.Module, batch: Batch) -> Outputs:
    """Run our modules in such a loop: the prenet runs before, all other modules in every step."""
    assert isinstance(model, Tacotron)
    decoder = model.decoder
    memory, mask = model.encoder(batch.ids, batch.id_lengths), length_mask(batch.id_lengths, batch.ids.size(1))
    dropout = decoder.prenet.draw_dropout(len(batch.ids), batch.mel.size(2))
    frames = decoder.prenet(previous_frames(batch.mel, 1), dropout)
    prepared, state = decoder.attention.prepare(memory), decoder.initial_state(memory)
    outputs, alignments = [], []
    for frame in frames.unbind(1):
        state = decoder._attend(decoder.attention_rnn.input_gates(frame), state, memory, mask, prepared)
        hidden, context = state.attention_rnn[0].unsqueeze(1), state.context.unsqueeze(1)
        features, decoder_rnn = decoder._run_decoder_rnn(hidden, context, state.decoder_rnn)
        state = state._replace(decoder_rnn=decoder_rnn)
        outputs.append(decoder._project(features, context, 1))
        alignments.append(state.attention[0])
    before = torch.cat([mel for mel, _ in outputs], dim=2)
    stop = torch.cat([logits for _, logits in outputs], dim=1)
    return before, refined(model, batch, memory, before, torch.stack(alignments, dim=1)), stop


def ours(model: nn.Module, batch: Batch) -> Outputs:
    """Run our model: only the attention RNN and the attention are inside the loop."""
    assert isinstance(model, Tacotron)
    n_frames = batch.mel.size(2)
    output = model(batch.ids, batch.id_lengths, whole_steps(batch.mel, model.config.reduction_factor))
    before = output.mel[:, :, :n_frames]
    return before, refined(model, batch, output.memory, before, output.alignment), output.stop_logits


def at_once(model: nn.Module, batch: Batch) -> Outputs:
    """Run our model where durations are known, three steps of four in training: nothing is inside a loop."""
    assert isinstance(model, Tacotron)
    places = torch.arange(batch.mel.size(2)) * batch.id_lengths.unsqueeze(1) // batch.mel_lengths.unsqueeze(1)
    symbols = torch.minimum(places, batch.id_lengths.unsqueeze(1) - 1)
    alignment = occupancy(symbols, batch.mel_lengths, batch.ids.size(1), 1)
    output = model(batch.ids, batch.id_lengths, batch.mel, alignment=alignment)
    return output.mel, refined(model, batch, output.memory, output.mel, alignment), output.stop_logits


def refined(model: Tacotron, batch: Batch, memory: Tensor, before: Tensor, alignment: Tensor) -> Tensor:
    """Refine the decoder's frames with the postnet, given the symbol that each frame attended to."""
    factor, n_frames = model.config.reduction_factor, before.size(2)
    symbols = symbol_of_frame(alignment.detach().float(), -(-batch.mel_lengths // factor), factor)[:, :n_frames]
    mask = length_mask(batch.mel_lengths, n_frames)
    after: Tensor = model.postnet(before, context_of_frame(memory, symbols), mask)
    return after


def train_step(trained: System, precision: str, batch: Batch) -> float:
    """Train one step and return its seconds."""
    started = time.perf_counter()
    mask = length_mask(batch.mel_lengths, batch.mel.size(2))
    with torch.autocast("cpu", torch.bfloat16, enabled=precision == "bf16"):
        outputs = trained.forward(trained.model, batch)
    before, after, stop = (output.float() for output in outputs)
    factor = -(-batch.mel.size(2) // stop.size(1))
    steps = -(-batch.mel_lengths // factor)
    target = functional.one_hot(steps - 1, stop.size(1)).float()
    weight = mask.unsqueeze(1)
    loss = sum(functional.mse_loss(mel * weight, batch.mel * weight) for mel in (before, after))
    loss = loss + functional.binary_cross_entropy_with_logits(stop, target, length_mask(steps, stop.size(1)).float())
    trained.adam.zero_grad()
    torch.autograd.backward(loss)
    trained.adam.step()
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--precisions", nargs="+", default=["fp32", "bf16"], choices=["fp32", "bf16"])
    parser.add_argument("--batch", type=int, default=8, help="clips in a batch (default: %(default)s)")
    parser.add_argument("--text", type=int, default=100, help="symbols of the longest clip (default: %(default)s)")
    parser.add_argument("--frames", type=int, default=640, help="frames of the longest clip (default: %(default)s)")
    options = parser.parse_args()
    torch.manual_seed(0)
    batch = make_batch(options.batch, options.text, options.frames)
    dynamic = replace(SIZES, attention_taps=21)
    systems = {
        "torchaudio.models.Tacotron2": system(theirs, Tacotron2()),
        "our modules, step by step": system(step_by_step, location_sensitive(SIZES)),
        "ours, the same attention": system(ours, location_sensitive(SIZES)),
        "ours, dynamic convolution": system(ours, Tacotron(dynamic)),
        "ours, durations known": system(at_once, Tacotron(dynamic)),
        "ours, three frames a step": system(ours, Tacotron(replace(dynamic, reduction_factor=3))),
    }
    print(f"batch of {options.batch} clips, {batch.seconds:.0f} s of audio, torch {torch.__version__}\n")
    print("| threads | precision | system | parameters, millions | s per step | s of audio per s | ratio to theirs |")
    print("|---|---|---|---|---|---|---|")
    for threads in options.threads:
        torch.set_num_threads(threads)
        times: dict[tuple[str, str], list[float]] = {}
        for _ in range(1 + options.rounds):  # the first round warms up
            for precision in options.precisions:
                for name, trained in systems.items():
                    times.setdefault((precision, name), []).append(train_step(trained, precision, batch))
        medians = {key: statistics.median(values[1:]) for key, values in times.items()}
        for (precision, name), seconds in medians.items():
            size, ratio = systems[name].millions, medians[precision, next(iter(systems))] / seconds
            cells = f"{threads} | {precision} | {name} | {size:.1f} | {seconds:.2f} | {batch.seconds / seconds:.1f}"
            print(f"| {cells} | {ratio:.2f} |")


if __name__ == "__main__":
    main()
