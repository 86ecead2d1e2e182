"""Export the network that takes recordings apart: inputs (T, N_INPUTS) -> frames (T, n_channels)."""

from __future__ import annotations

import logging
import warnings
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.export import Dim

from recipes.separation.network import SeparationNet
from tts.common.files import atomic_write
from tts.corpus.separation import N_INPUTS
from tts.export.graphs import serialize, strip_traces


class Graph(nn.Module):
    """The network for one recording, with frames that are not standardised."""

    def __init__(self, net: SeparationNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, inputs: Tensor) -> Tensor:
        """inputs (T, N_INPUTS) -> frames (T, n_channels)."""
        frames: Tensor = self.net(inputs.unsqueeze(0))[0] * self.net.std + self.net.mean
        return frames


def export(net: SeparationNet, path: Path) -> None:
    """Write the network as an ONNX graph whose weights are half floats."""
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            Graph(net).eval(),
            (torch.zeros(9, N_INPUTS),),
            input_names=["inputs"],
            output_names=["frames"],
            dynamic_shapes=[{0: Dim("frames", min=2, max=10_000_000)}],
            dynamo=True,
            verbose=False,
        )
    assert program is not None
    strip_traces(program.model_proto)
    with atomic_write(path) as aside:
        aside.write_bytes(serialize(program.model_proto))
