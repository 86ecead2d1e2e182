"""Quantised graphs compute the same values within their precision."""

from __future__ import annotations

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from tts.export.graphs import Range, quantize, serialize

SIZE = 64


def linear(weight: NDArray[np.float32], bias: NDArray[np.float32]) -> onnx.ModelProto:
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        [helper.make_node("Gemm", ["x", "layer.weight", "layer.bias"], ["y"], transB=1)],
        "linear",
        [value("x", TensorProto.FLOAT, ["rows", SIZE])],
        [value("y", TensorProto.FLOAT, ["rows", len(weight)])],
        [numpy_helper.from_array(weight, "layer.weight"), numpy_helper.from_array(bias, "layer.bias")],
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


def test_with_known_ranges_a_row_does_not_depend_on_the_others() -> None:
    rng = np.random.default_rng(0)
    weight, bias = rng.standard_normal((SIZE, SIZE), np.float32), rng.standard_normal(SIZE, np.float32)
    graph = linear(weight, bias)
    quantize(graph, {"layer": Range(-1.0, 3.0)})
    x = rng.uniform(-1, 3, (3, SIZE)).astype(np.float32)
    np.testing.assert_allclose(run(graph, x), x @ weight.T + bias, atol=0.6)
    for row, louder in ((0, 1.0), (1, 100.0)):
        others = np.where(np.arange(3)[:, None] == row, x, louder * x)
        np.testing.assert_array_equal(run(graph, others)[row], run(graph, x[[row]])[0])
    far = np.full((1, SIZE), 50.0, np.float32)  # what lies beyond the range counts as its end
    np.testing.assert_allclose(run(graph, far), run(graph, np.full((1, SIZE), 3.0, np.float32)))


@pytest.mark.parametrize("ranges", [None, {"layer": Range(-4.0, 4.0)}])
def test_the_windows_of_a_convolution_are_quantized_once(ranges: dict[str, Range] | None) -> None:
    """With the same result as if they were quantized after they are joined."""
    rng = np.random.default_rng(0)
    weight, x = rng.standard_normal((SIZE, 3 * SIZE), np.float32), rng.standard_normal((9, SIZE), np.float32)
    bounds = [(0, 7), (1, 8), (2, 9)]
    slices = [helper.make_node("Slice", ["x", f"from{i}", f"to{i}", "rows"], [f"window{i}"]) for i in range(3)]
    joined = helper.make_node("Concat", [f"window{i}" for i in range(3)], ["joined"], axis=1)
    graph = linear(weight, np.zeros(SIZE, np.float32))
    (product,) = graph.graph.node
    product.input[0] = "joined"
    whole = onnx.ModelProto()
    whole.CopyFrom(graph)
    whole.graph.node[0].input[0] = "x"
    whole.graph.input[0].type.tensor_type.shape.dim[1].dim_value = 3 * SIZE
    for node in (joined, *reversed(slices)):
        graph.graph.node.insert(0, node)
    numbers = {"rows": 0}
    for index, (first, last) in enumerate(bounds):
        numbers |= {f"from{index}": first, f"to{index}": last}
    graph.graph.initializer.extend(numpy_helper.from_array(np.array([value]), name) for name, value in numbers.items())
    quantize(graph, ranges)
    quantize(whole, ranges)
    kinds = [node.op_type for node in graph.graph.node]
    assert kinds.count("DynamicQuantizeLinear" if ranges is None else "QuantizeLinear") == 1
    assert kinds.index("Slice") > 0
    windows = np.concatenate([x[first:last] for first, last in bounds], axis=1)
    np.testing.assert_allclose(run(graph, x), run(whole, windows), atol=1e-5)
