"""The ranges that a decoder's layers are quantized by cover what the layers read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn

from tts.export.fuse import FusedStep
from tts.export.networks import PostnetGraph, SpectrumGraph
from tts.export.ranges import HEADROOM, input_ranges, sample_ids
from tts.model.tacotron import Tacotron
from tts.text.symbols import SYMBOLS

TEXT = [1, 20, 30, 40, 50, 5, 2]


def test_the_texts_have_all_symbols_and_real_ones() -> None:
    row, *texts = sample_ids(SYMBOLS)
    assert row == list(range(len(SYMBOLS)))
    assert [SYMBOLS[index] for index in texts[0][1:5]] == ["IH0", "Z", " ", "IH0"]


def networks(model: Tacotron) -> list[nn.Module]:
    spectrum = [] if model.spectrum is None else [SpectrumGraph(model.spectrum)]
    return [FusedStep(model.decoder), PostnetGraph(model, None), *spectrum]


@pytest.mark.parametrize("keeps_dropout", [False, True])
def test_each_layer_has_the_range_of_its_inputs(any_model: Tacotron, keeps_dropout: bool) -> None:
    exported = networks(any_model)
    read: list[dict[str, list[torch.Tensor]]] = [{} for _ in exported]

    def note(name: str, found: dict[str, list[torch.Tensor]]) -> Callable[[nn.Module, tuple[torch.Tensor]], None]:
        return lambda _, inputs: found.setdefault(name, []).append(inputs[0].clone())

    for network, found in zip(exported, read, strict=True):
        for name, layer in network.named_modules(remove_duplicate=False):
            if isinstance(layer, nn.Linear):
                layer.register_forward_pre_hook(note(name, found))
    ranges = input_ranges(exported, any_model, [TEXT], keeps_dropout)
    assert ranges[0].keys() >= {"prenet.layers.0", "prenet.layers.1", "projection"}
    assert ranges[1].keys() >= {"stack.input.product", "stack.stack.output"}
    for known, found in zip(ranges, read, strict=True):
        assert known.keys() == found.keys()
        for name, (low, high) in known.items():
            values = torch.cat([value.flatten() for value in found[name]])
            assert low == pytest.approx(HEADROOM * min(0.0, float(values.min())))
            assert high == pytest.approx(HEADROOM * max(0.0, float(values.max())))


def test_dropout_that_is_kept_needs_a_wider_range(tiny_model: Tacotron) -> None:
    exported = networks(tiny_model)
    without, with_dropout = (
        input_ranges(exported, tiny_model, [TEXT], kept)[0]["prenet.layers.1"].high for kept in (False, True)
    )
    assert with_dropout > 1.2 * without
