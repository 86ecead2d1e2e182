"""Make ONNX graphs smaller and faster: loop over steps inside the graph, and store weights in 8 or 16 bits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, ValueInfoProto, helper, numpy_helper

MINIMUM_SIZE = 1024  # elements: smaller tensors do not justify a cast at load time
MICROSOFT = "com.microsoft"  # domain of onnxruntime's own operators
# Seven bits, not eight: processors before VNNI add two products of 8-bit numbers in 16 bits. 255 * 127 * 2 overflows,
# 255 * 63 * 2 does not.
LARGEST = 63


def loop(step: onnx.ModelProto, carried: Sequence[str], stop_logit: float) -> onnx.ModelProto:
    """Run a step `n_steps` times in one call, or until the stop logits of all utterances exceed `stop_logit`.

    Inputs of the step: NAME_in for every NAME in `carried`, `memory`, `mask` and `dropout`. Outputs of the step: every
    NAME in `carried`, then `mel`, `stop_logits` and `alignment`. Inputs of the graph: `n_steps`, `dropouts` (those of
    each step, stacked), `memory`, `mask`, and the first value of each NAME as NAME_0. Outputs of the graph: the last
    value of each NAME as NAME_1, and the values of all steps, stacked, as `mels`, `stops` and `alignments`. Nodes that
    depend only on `memory`, `mask` and the weights are computed once, before the loop.
    """
    inner, given = step.graph, {value.name: value for value in (*step.graph.input, *step.graph.output)}
    once, repeated = _divide(inner)
    scanned = {"mels": "mel", "stops": "stop_logits", "alignments": "alignment"}
    nodes = [
        helper.make_node("Gather", ["dropouts", "index"], ["dropout"], axis=0),
        *repeated,
        helper.make_node("ReduceMin", ["stop_logits"], ["least"], keepdims=0),
        helper.make_node("LessOrEqual", ["least", "threshold"], ["condition"]),
        *(helper.make_node("Identity", [old], [new]) for new, old in scanned.items()),
    ]
    body = helper.make_graph(
        nodes,
        "step",
        [_scalar("index", TensorProto.INT64), _scalar("condition_in", TensorProto.BOOL)]
        + [given[f"{name}_in"] for name in carried],
        [_scalar("condition", TensorProto.BOOL)]
        + [given[name] for name in carried]
        + [_renamed(given[old], new) for new, old in scanned.items()],
    )
    outer = [f"{name}_0" for name in carried]
    results = [f"{name}_1" for name in carried]
    node = helper.make_node("Loop", ["n_steps", "", *outer], [*results, *scanned], body=body)
    graph = helper.make_graph(
        [*once, node],
        "decoder",
        [_scalar("n_steps", TensorProto.INT64), _stacked(given["dropout"], "dropouts"), given["memory"], given["mask"]]
        + [_renamed(given[f"{name}_in"], f"{name}_0") for name in carried],
        [_renamed(given[name], f"{name}_1") for name in carried]
        + [_stacked(given[old], new) for new, old in scanned.items()],
        [*inner.initializer, numpy_helper.from_array(np.array(stop_logit, np.float32), "threshold")],
    )
    return helper.make_model(graph, opset_imports=step.opset_import, ir_version=step.ir_version)


def _divide(step: onnx.GraphProto) -> tuple[list[onnx.NodeProto], list[onnx.NodeProto]]:
    """Divide a step's nodes into those with the same result at every step and all others."""
    known = {"", "memory", "mask", *(tensor.name for tensor in step.initializer)}
    once, repeated = [], []
    for node in step.node:
        if known.issuperset(node.input):
            known.update(node.output)
            once.append(node)
        else:
            repeated.append(node)
    return once, repeated


class Range(NamedTuple):
    """The least and the largest value that a layer reads."""

    low: float
    high: float


def quantize(graph: onnx.ModelProto, ranges: Mapping[str, Range] | None = None) -> None:
    """Quantize each large linear layer in place: 8-bit weights, scaled per output, and 8-bit inputs.

    ranges: of the inputs of each layer, by the name of the layer. They fix the scales of the inputs, so that a row
    gets the same bits whatever the other rows are. Without them each call measures its inputs.
    """
    weights = {tensor.name: tensor for tensor in graph.graph.initializer}
    makers = {output: node for node in graph.graph.node for output in node.output}
    nodes: list[onnx.NodeProto] = []
    for node in graph.graph.node:
        if node.op_type != "Gemm" or np.prod(weights[node.input[1]].dims) < MINIMUM_SIZE:
            nodes.append(node)
            continue
        source, weight, *bias = node.input
        tensor = weights[weight]
        integers, scale = _round(numpy_helper.to_array(tensor).T)  # (inputs, outputs)
        tensor.CopyFrom(numpy_helper.from_array(integers, weight))
        scales, step, zero, read = (f"{weight}.{part}" for part in ("scale", "input_scale", "input_zero", "input"))
        graph.graph.initializer.append(numpy_helper.from_array(scale, scales))
        windows = _windows(source, makers)
        whole, parts = (windows[0].input[0], f"{read}.all") if windows else (source, read)
        if ranges is not None:
            graph.graph.initializer.extend(_grid(ranges[weight.removesuffix(".weight")], step, zero))
            quantized = helper.make_node("QuantizeLinear", [whole, step, zero], [parts])
        elif windows:
            quantized = helper.make_node("DynamicQuantizeLinear", [whole], [parts, step, zero])
        else:
            inputs = [source, weight, scales, "", *bias]
            nodes.append(helper.make_node("DynamicQuantizeMatMul", inputs, node.output, domain=MICROSOFT))
            continue
        if windows:  # they overlap: quantized once and joined in 8 bits, they take a fifth of the time
            nodes.insert(nodes.index(windows[0]), quantized)
            for window in windows:
                window.input[0] = parts
            read = source
        else:
            nodes.append(quantized)
        inputs = [read, weight, step, scales, zero, "", *bias]
        nodes.append(helper.make_node("MatMulIntegerToFloat", inputs, node.output, domain=MICROSOFT))
    del graph.graph.node[:]
    graph.graph.node.extend(nodes)
    graph.opset_import.append(helper.make_opsetid(MICROSOFT, 1))


def _windows(joined: str, makers: Mapping[str, onnx.NodeProto]) -> list[onnx.NodeProto]:
    """Return the slices of one tensor that a tensor was joined from, as those of a convolution are; else none."""
    if joined not in makers or makers[joined].op_type != "Concat":
        return []
    slices = [makers[part] for part in makers[joined].input if part in makers]
    is_convolution = len({node.input[0] for node in slices}) == 1 and {node.op_type for node in slices} == {"Slice"}
    return slices if is_convolution and len(slices) == len(makers[joined].input) else []


def _grid(values: Range, step: str, zero: str) -> list[TensorProto]:
    """Return the distance of 8-bit steps that cover the values, and the step of 0, as tensors of these names."""
    low, high = min(0.0, values.low), max(0.0, values.high)
    distance = max(high - low, 1e-6) / 255
    tensors = np.array(distance, np.float32), np.array(round(-low / distance), np.uint8)
    return [numpy_helper.from_array(tensor, name) for tensor, name in zip(tensors, (step, zero), strict=True)]


def serialize(graph: onnx.ModelProto) -> bytes:
    """Serialize a graph. Large weights are stored as half floats and cast back when the graph is loaded."""
    for tensor in list(graph.graph.initializer):
        if tensor.data_type != TensorProto.FLOAT or np.prod(tensor.dims) < MINIMUM_SIZE:
            continue
        values = numpy_helper.to_array(tensor)
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}.half"))
        cast = helper.make_node("Cast", [f"{name}.half"], [name], name=f"{name}.cast", to=TensorProto.FLOAT)
        graph.graph.node.insert(0, cast)
    onnx.checker.check_model(graph)
    return bytes(graph.SerializeToString())


def strip_traces(graph: onnx.ModelProto) -> None:
    """Remove the exporter's metadata from each node: stack traces of this machine, which slow every start."""
    for part in (graph, graph.graph, *graph.graph.node, *graph.graph.value_info, *graph.functions):
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    graph.graph.ClearField("value_info")


def _round(weight: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    scale = np.maximum(np.abs(weight).max(axis=0) / np.float32(LARGEST), np.float32(1e-12))
    return np.rint(weight / scale).astype(np.int8), scale


def _scalar(name: str, kind: int) -> ValueInfoProto:
    return helper.make_tensor_value_info(name, kind, [])


def _renamed(value: ValueInfoProto, name: str) -> ValueInfoProto:
    copy = ValueInfoProto()
    copy.CopyFrom(value)
    copy.name = name
    return copy


def _stacked(value: ValueInfoProto, name: str) -> ValueInfoProto:
    """Return the value with a leading dimension for the steps."""
    dims = [dim.dim_param or dim.dim_value for dim in value.type.tensor_type.shape.dim]
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["steps", *dims])
