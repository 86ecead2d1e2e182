"""Measure which values the layers of a decoder read, so that 8 bits can cover them."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from tts.export.fuse import FusedStep, flatten
from tts.export.graphs import Range
from tts.model.decoder import N_PRENET_LAYERS
from tts.model.tacotron import STOP_LOGIT, Tacotron

HEADROOM = 1.25  # times the range that was measured; what lies beyond it counts as its end
STEPS_PER_SYMBOL = 5  # at most: `heart` makes two


@torch.inference_mode()
def input_ranges(step: FusedStep, model: Tacotron, keeps_dropout: bool) -> dict[str, Range]:
    """Return the range of what each linear layer of a fused step reads, by the layer's name.

    The step speaks a sentence of all symbols of the model. keeps_dropout: whether the voice keeps the prenet's dropout,
    which doubles some values.
    """
    found: dict[str, Range] = {}

    def watch(name: str) -> Callable[[nn.Module, tuple[Tensor]], None]:
        def look(layer: nn.Module, inputs: tuple[Tensor]) -> None:
            low, high = (float(value) for value in inputs[0].aminmax())
            known = found.get(name, Range(0.0, 0.0))
            found[name] = Range(min(known.low, low), max(known.high, high))

        return look

    layers = [(name, layer) for name, layer in step.named_modules() if isinstance(layer, nn.Linear)]
    hooks = [layer.register_forward_pre_hook(watch(name)) for name, layer in layers]
    _speak(step, model, keeps_dropout)
    for hook in hooks:
        hook.remove()
    return {name: Range(low * HEADROOM, high * HEADROOM) for name, (low, high) in found.items()}


def _speak(step: FusedStep, model: Tacotron, keeps_dropout: bool) -> None:
    """Run a step on a sentence of all symbols until the model stops."""
    n_symbols, config = model.config.n_symbols, model.config
    memory = model.encoder(torch.arange(n_symbols).unsqueeze(0))
    mask, frame = torch.zeros(1, 1, n_symbols), torch.zeros(1, config.n_channels)
    state, generator = flatten(model.decoder.initial_state(memory)), torch.Generator().manual_seed(0)
    dropout = torch.ones(1, N_PRENET_LAYERS * config.prenet_dim)
    for _ in range(STEPS_PER_SYMBOL * n_symbols):
        if keeps_dropout:
            dropout = model.decoder.prenet.draw_dropout(1, generator=generator).reshape(1, -1)
        _, stop_logits, frame, *state = step(frame, memory, dropout, mask, *state)
        if stop_logits.item() > STOP_LOGIT:
            return
