"""A voice's weights survive their file except for the rounding of large matrices."""

from __future__ import annotations

import io

import numpy as np
import pytest
import torch

from tts.model.tacotron import Tacotron
from tts.training.weights import SCALE, pack, unpack


def test_every_tensor_comes_back_to_half_a_step_of_its_row(tiny_model: Tacotron) -> None:
    weights = tiny_model.state_dict()
    data = pack(weights)
    read = unpack(data)
    assert {name: (t.shape, t.dtype) for name, t in read.items()} == {n: (t.shape, t.dtype) for n, t in weights.items()}
    rounded = 0
    for name, tensor in weights.items():
        if tensor.ndim < 2 or tensor.numel() < 1024:
            assert torch.equal(read[name], tensor)
        else:
            rows, error = tensor.flatten(1), (read[name] - tensor).flatten(1).abs()
            assert bool((error <= 0.51 * rows.abs().amax(dim=1, keepdim=True) / 127).all())
            rounded += 1
    assert rounded > 5


def test_a_networks_own_scale_is_a_tensor_like_others() -> None:
    """The name of a ConvNeXt block's parameter ends as that of a row's scale does."""
    weights = {"block.scale": torch.randn(4), "matrix": torch.randn(32, 64), "matrix2.scale": torch.randn(3)}
    read = unpack(pack(weights))
    assert read.keys() == weights.keys()
    assert torch.equal(read["block.scale"], weights["block.scale"])


def test_numpy_alone_reads_the_file(tiny_model: Tacotron) -> None:
    name = "decoder.recurrent"
    with np.load(io.BytesIO(pack({name: torch.full((32, 32), -2.54)}))) as file:
        assert file[name].dtype == np.int8
        np.testing.assert_allclose(file[name] * file[name + SCALE].astype(np.float32)[:, None], -2.54, rtol=1e-3)


@pytest.mark.parametrize("size", [0.0, 1e-9, 1e-5, 3.0, 1e4])
def test_rows_of_any_size_are_held(size: float) -> None:
    weight = torch.ones(32, 64)
    weight[3] = size
    read = unpack(pack({"w": weight}))["w"]
    torch.testing.assert_close(read[3], weight[3], rtol=1e-2, atol=1e-5)
    torch.testing.assert_close(read[4], weight[4], rtol=1e-3, atol=0)


def test_the_same_weights_are_the_same_bytes(tiny_model: Tacotron) -> None:
    assert pack(tiny_model.state_dict()) == pack(tiny_model.state_dict())


def test_what_is_no_such_file_is_named() -> None:
    with pytest.raises(ValueError, match=r"the weights cannot be read .*: export the voice again"):
        unpack(b"PK\x03\x04 not really")
