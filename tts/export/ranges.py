"""Measure which values the layers of a voice's networks read, so that 8 bits can cover them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from tts.export.fuse import flatten
from tts.export.graphs import Range
from tts.model.decoder import N_PRENET_LAYERS
from tts.model.postnet import symbol_of_frame
from tts.model.tacotron import STOP_LOGIT, Tacotron
from tts.text.frontend import Frontend
from tts.text.symbols import SymbolTable

HEADROOM = 1.25  # times the range that was measured; what lies beyond it counts as its end
STEPS_PER_SYMBOL = 5  # at most: `heart` makes two
SAMPLES = "Is it far? No, not at all!", "She asked why the huge jar of yellow oysters was measured twice this July."
"""What the networks say while their inputs are measured, beside a row of all symbols."""


def sample_ids(symbols: Sequence[str]) -> list[list[int]]:
    """Return the texts that the networks say, as ids of these symbols."""
    frontend, table = Frontend(), SymbolTable(symbols)
    spoken = [table.encode(frontend.tokens(text, markup="plain")).phoneme_ids for text in SAMPLES]
    return [list(range(len(symbols))), *spoken]


@torch.inference_mode()
def input_ranges(
    networks: Sequence[nn.Module], model: Tacotron, texts: Sequence[Sequence[int]], keeps_dropout: bool
) -> list[dict[str, Range]]:
    """Return the range of what each linear layer of some networks reads, by the layer's name, for each network.

    networks: the fused step, the postnet's graph, and that of the spectrum network if the model has one. texts: ids of
    symbols, which they say (see `sample_ids`). keeps_dropout: whether the voice keeps the prenet's dropout, which
    doubles some values.
    """
    found: list[dict[str, Range]] = []
    hooks = []
    for network in networks:
        ranges: dict[str, Range] = {}
        found.append(ranges)
        layers = [
            (name, layer)
            for name, layer in network.named_modules(remove_duplicate=False)
            if isinstance(layer, nn.Linear)
        ]
        hooks += [layer.register_forward_pre_hook(_watch(name, ranges)) for name, layer in layers]
    step, postnet, *spectrum = networks
    for text in texts:
        frames = postnet(*_speak(step, model, torch.tensor([text]), keeps_dropout))
        for network in spectrum:
            network(frames[0])
    for hook in hooks:
        hook.remove()
    return [{name: Range(low * HEADROOM, high * HEADROOM) for name, (low, high) in each.items()} for each in found]


def _watch(name: str, found: dict[str, Range]) -> Callable[[nn.Module, tuple[Tensor]], None]:
    """Return a hook that widens the range of a layer by what it reads."""

    def look(layer: nn.Module, inputs: tuple[Tensor]) -> None:
        low, high = (float(value) for value in inputs[0].aminmax())
        known = found.get(name, Range(0.0, 0.0))
        found[name] = Range(min(known.low, low), max(known.high, high))

    return look


def _speak(step: nn.Module, model: Tacotron, phoneme_ids: Tensor, keeps_dropout: bool) -> tuple[Tensor, Tensor]:
    """Run a fused step on a text (1, T_text) until the model stops.

    Returns frames (1, n_channels, T_mel), standardised, and the memory of the symbol that each speaks (T_mel,
    encoder_dim).
    """
    n_symbols, config = phoneme_ids.size(1), model.config
    memory = model.encoder(phoneme_ids)
    mask, frame = torch.zeros(1, 1, n_symbols), torch.zeros(1, config.n_channels)
    state, generator = flatten(model.decoder.initial_state(memory)), torch.Generator().manual_seed(0)
    dropout = torch.ones(1, N_PRENET_LAYERS * config.prenet_dim)
    mels, alignments = [], []
    for _ in range(STEPS_PER_SYMBOL * n_symbols):
        if keeps_dropout:
            dropout = model.decoder.prenet.draw_dropout(1, generator=generator).reshape(1, -1)
        mel, stop_logits, frame, *state = step(frame, memory, dropout, mask, *state)
        mels.append(mel.reshape(1, -1, config.n_channels))
        alignments.append(state[-len(model.decoder.attention.state_names)])
        if stop_logits.item() > STOP_LOGIT:
            break
    symbols = symbol_of_frame(torch.cat(alignments, dim=1), torch.tensor([len(mels)]), config.reduction_factor)
    return torch.cat(mels, dim=1).transpose(1, 2), memory[0, symbols[0]]
