"""The ranges that a decoder's layers are quantized by cover what the layers read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn

from tts.export.fuse import FusedStep
from tts.export.ranges import HEADROOM, input_ranges
from tts.model.tacotron import Tacotron


@pytest.mark.parametrize("keeps_dropout", [False, True])
def test_each_layer_has_the_range_of_its_inputs(any_model: Tacotron, keeps_dropout: bool) -> None:
    step = FusedStep(any_model.decoder)
    read: dict[str, list[torch.Tensor]] = {}

    def note(name: str) -> Callable[[nn.Module, tuple[torch.Tensor]], None]:
        return lambda _, inputs: read.setdefault(name, []).append(inputs[0].clone())

    for name, layer in step.named_modules():
        if isinstance(layer, nn.Linear):
            layer.register_forward_pre_hook(note(name))
    ranges = input_ranges(step, any_model, keeps_dropout)
    assert ranges.keys() == read.keys() >= {"prenet.layers.0", "prenet.layers.1", "projection"}
    for name, (low, high) in ranges.items():
        values = torch.cat(read[name])
        assert low == pytest.approx(HEADROOM * min(0.0, float(values.min())))
        assert high == pytest.approx(HEADROOM * max(0.0, float(values.max())))


def test_dropout_that_is_kept_needs_a_wider_range(tiny_model: Tacotron) -> None:
    step = FusedStep(tiny_model.decoder)
    without, with_dropout = (input_ranges(step, tiny_model, kept)["prenet.layers.1"].high for kept in (False, True))
    assert with_dropout > 1.2 * without
