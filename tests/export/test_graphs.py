"""Quantised graphs compute the same values within their precision."""

from __future__ import annotations

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from tts.export.graphs import quantize, serialize

SIZE = 64


def linear(weight: NDArray[np.float32], bias: NDArray[np.float32]) -> onnx.ModelProto:
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        [helper.make_node("Gemm", ["x", "w", "b"], ["y"], transB=1)],
        "linear",
        [value("x", TensorProto.FLOAT, [1, SIZE])],
        [value("y", TensorProto.FLOAT, [1, len(weight)])],
        [numpy_helper.from_array(weight, "w"), numpy_helper.from_array(bias, "b")],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)


def run(graph: onnx.ModelProto, x: NDArray[np.float32]) -> NDArray[np.float32]:
    session = onnxruntime.InferenceSession(serialize(graph), providers=["CPUExecutionProvider"])
    result: NDArray[np.float32] = session.run(None, {"x": x})[0]
    return result


def test_a_quantized_layer_is_the_layer_to_a_hundredth() -> None:
    rng = np.random.default_rng(0)
    weight = (
        rng.standard_normal((SIZE, SIZE)).astype(np.float32) * np.geomspace(1e-3, 10, SIZE, dtype=np.float32)[:, None]
    )
    bias, x = rng.standard_normal(SIZE).astype(np.float32), rng.uniform(-1, 1, (1, SIZE)).astype(np.float32)
    graph = linear(weight, bias)
    quantize(graph)
    assert {tensor.data_type for tensor in graph.graph.initializer if len(tensor.dims) == 2} == {TensorProto.INT8}
    error = (run(graph, x) - (x @ weight.T + bias)) / np.linalg.norm(weight, axis=1)  # each output has its own scale
    assert np.abs(error).max() < 0.05


def test_eight_bits_never_overflow() -> None:
    """Processors without VNNI add two products in 16 bits: the largest values must fit."""
    graph = linear(np.ones((SIZE, SIZE), np.float32), np.zeros(SIZE, np.float32))
    quantize(graph)
    x = np.ones((1, SIZE), np.float32)
    np.testing.assert_allclose(run(graph, x), SIZE, rtol=1e-3)
    (integers,) = (numpy_helper.to_array(t) for t in graph.graph.initializer if t.data_type == TensorProto.INT8)
    assert 2 * 255 * np.abs(integers.astype(int)).max() < 2**15


def test_small_layers_stay_as_they_are() -> None:
    graph = linear(np.ones((2, SIZE), np.float32), np.zeros(2, np.float32))
    quantize(graph)
    assert [node.op_type for node in graph.graph.node] == ["Gemm"]
