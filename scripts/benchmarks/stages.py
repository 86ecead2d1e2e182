"""Time each stage of synthesis and compare it with the least time that the stage can take on this machine.

    python scripts/benchmarks/stages.py [--voice NAME] [--rounds 10]

Figures are milliseconds of one core for each second of speech: the minimum over all rounds. The floor of a stage counts
only work that the stage cannot avoid, at the speed measured in the same run. Encoder, postnet and spectrum network
multiply each of their weights once for each symbol or frame, in 8 bits or in 32. A decoder step reads its weights once.
Pulses, inverse transform and the like compute one Fourier transform of a frame, or a few. The sum of the spectrum's
parts and the limiter read their inputs once. A voice has the stages of its kind: those that it does not use are left
out.
"""

from __future__ import annotations

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import argparse
import inspect
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import wraps
from time import process_time
from typing import Any, NamedTuple
from unittest.mock import patch

import numpy as np
import onnx
import onnxruntime
import scipy.fft
from onnx import TensorProto, helper, numpy_helper

from tts import Synthesizer, Voice, synthesizer
from tts.audio import vocoder
from tts.audio.excitation import Excitation
from tts.audio.griffin_lim import StreamingGriffinLim
from tts.audio.inverse import StreamingInverse
from tts.audio.limiter import Limiter
from tts.audio.pulses import PulseSpectra
from tts.audio.vocoder import Spectrum
from tts.decoding.engine import Engine
from tts.evaluation.speed import TEXTS
from tts.voice import DEFAULT

STAGES: dict[str, list[tuple[Any, str]]] = {
    "front end": [(synthesizer, "sentences")],
    "encoder": [(Engine, "encode")],
    "decoder steps": [(Engine, "steps")],
    "postnet": [(Engine, "refine")],
    "spectrum network": [(Engine, "spectrum")],
    "pulses": [(PulseSpectra, "push"), (PulseSpectra, "finish"), (PulseSpectra, "take")],
    "sum of the parts": [(Spectrum, "sum")],
    "inverse transform": [(StreamingInverse, "push"), (StreamingInverse, "finish")],
    "excitation": [(Excitation, "push"), (Excitation, "finish")],
    "mel to linear": [(vocoder, "linear_magnitude")],
    "apply envelope": [(vocoder, "apply_envelope")],
    "Griffin-Lim": [(StreamingGriffinLim, "push"), (StreamingGriffinLim, "finish")],
    "limiter": [(Limiter, "push"), (Limiter, "finish")],
}
"""The functions that make up a stage: their owner and their name."""
REST = "timing, pacing and the rest"


class Clock:
    """CPU seconds spent in each stage, without those of a stage inside it."""

    def __init__(self) -> None:
        self.spent: defaultdict[str, float] = defaultdict(float)
        self.n_symbols = 0  # that the encoder read
        self._inner = [0.0]  # seconds of the stages inside each stage that runs

    def timed(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap a function or a generator function so that its time counts for the stage."""

        @wraps(function)
        def call(*arguments: Any, **options: Any) -> Any:
            return self._run(stage, function, *arguments, **options)

        @wraps(function)
        def iterate(*arguments: Any, **options: Any) -> Iterator[Any]:
            items, end = function(*arguments, **options), object()
            while (item := self._run(stage, next, items, end)) is not end:
                yield item

        return iterate if inspect.isgeneratorfunction(function) else call

    def _run(self, stage: str, action: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        self._inner.append(0.0)
        begin = process_time()
        try:
            result = action(*arguments, **options)
        finally:
            elapsed = process_time() - begin
            self.spent[stage] += elapsed - self._inner.pop()
            self._inner[-1] += elapsed
        if stage == "encoder":
            self.n_symbols += len(result)
        return result


class Measured(NamedTuple):
    """One sentence, taken apart."""

    spent: dict[str, float]
    """Least CPU seconds by stage, of the stages that the voice uses."""
    seconds: float
    """Of speech."""
    n_symbols: int


def measure(voice: str, rounds: int) -> Measured:
    """Speak one sentence in each round."""
    clock, measured = Clock(), []
    with ExitStack() as patches:
        for stage, functions in STAGES.items():
            for owner, name in functions:
                patches.enter_context(patch.object(owner, name, clock.timed(stage, getattr(owner, name))))
        speaker = Synthesizer(voice)
        speech = speaker.synthesize(TEXTS[0])  # the first call is slower than the others
        for _ in range(rounds):
            clock.spent, clock.n_symbols = defaultdict(float), 0
            begin = process_time()
            speaker.synthesize(TEXTS[0])
            elapsed = process_time() - begin
            measured.append({**clock.spent, REST: elapsed - sum(clock.spent.values())})
    best = {stage: min(spent[stage] for spent in measured) for stage in (*STAGES, REST) if stage in measured[0]}
    return Measured(best, len(speech.samples) / speech.sample_rate, clock.n_symbols)


class Costs(NamedTuple):
    """CPU seconds of the least works, at their best on this machine."""

    transform: float  # a real Fourier transform of a frame
    read: float  # a byte of memory
    multiply_int8: float  # one multiplication and addition
    multiply_float: float


def least(action: Callable[[], object], times: int = 100) -> float:
    """Return the CPU seconds of the fastest of so many calls."""
    found = []
    for _ in range(times):
        begin = process_time()
        action()
        found.append(process_time() - begin)
    return min(found)


def measure_costs(voice: Voice) -> Costs:
    frames = np.ones((64, voice.card.audio.n_fft), np.float32)
    weights = np.ones(len(voice.decoder) // 4, np.float32)
    return Costs(
        least(lambda: scipy.fft.rfft(frames, workers=1)) / len(frames),
        least(lambda: weights.max()) / weights.nbytes,
        product_time(np.int8),
        product_time(np.float32),
    )


def product_time(dtype: type[np.generic], size: int = 512) -> float:
    """Return the seconds of one multiplication and addition in a product of square matrices, by onnxruntime."""
    kind, name = (TensorProto.FLOAT, "MatMul") if dtype is np.float32 else (TensorProto.UINT8, "MatMulInteger")
    result = TensorProto.FLOAT if dtype is np.float32 else TensorProto.INT32
    graph = helper.make_graph(
        [helper.make_node(name, ["x", "weight"], ["y"])],
        "product",
        [helper.make_tensor_value_info("x", kind, [size, size])],
        [helper.make_tensor_value_info("y", result, [size, size])],
        [numpy_helper.from_array(np.ones((size, size), dtype), "weight")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    x = np.ones((size, size), np.float32 if dtype is np.float32 else np.uint8)
    return least(lambda: session.run(None, {"x": x}), 30) / size**3


def count_weights(graph: bytes) -> tuple[int, int]:
    """Count the weights that a graph multiplies by, in 8 bits and in 32, as those of 16 are when it is loaded.

    The table of an embedding does not count: it is looked up.
    """
    model = onnx.load_from_string(graph)
    tables = {node.input[0] for node in model.graph.node if node.op_type == "Gather"}
    tables |= {node.input[0] for node in model.graph.node if node.op_type == "Cast" and node.output[0] in tables}
    found = (numpy_helper.to_array(tensor) for tensor in model.graph.initializer if tensor.name not in tables)
    weights = [values for values in found if values.ndim > 1 and (values.dtype == np.int8 or values.dtype.kind == "f")]
    n_small = sum(values.size for values in weights if values.dtype == np.int8)
    return n_small, sum(values.size for values in weights) - n_small


def floors(voice: Voice, costs: Costs, seconds: float, n_symbols: int) -> dict[str, float]:
    """Return the CPU seconds that each stage cannot avoid for so many seconds of speech."""
    audio, rounds = voice.card.audio, voice.card.griffin_lim_rounds
    n_frames = seconds * audio.frames_per_second

    def products(graph: bytes | None, places: float) -> float:
        n_small, n_large = count_weights(graph) if graph else (0, 0)
        return places * (n_small * costs.multiply_int8 + n_large * costs.multiply_float)

    transforms = {
        "pulses": 1,
        "inverse transform": 1,
        "excitation": 2,
        "apply envelope": 2,
        "Griffin-Lim": 2 * rounds + 1,
    }
    return {
        "encoder": products(voice.encoder, n_symbols),
        "decoder steps": n_frames / voice.card.model.reduction_factor * len(voice.decoder) * costs.read,
        "postnet": products(voice.postnet, n_frames),
        "spectrum network": products(voice.spectrum, n_frames),
        "sum of the parts": n_frames * audio.n_freqs * 44 * costs.read,  # four complex arrays and three real ones
        "mel to linear": n_frames * audio.n_mels * audio.n_freqs * costs.multiply_float,
        "limiter": 4 * seconds * audio.sample_rate * costs.read,
        **{stage: n_frames * count * costs.transform for stage, count in transforms.items()},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--voice", default=DEFAULT, help="bundled name or folder (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=10, help="default: %(default)s")
    options = parser.parse_args()
    voice = Voice.load(options.voice)
    measured = measure(options.voice, options.rounds)
    bounds = floors(voice, measure_costs(voice), measured.seconds, measured.n_symbols)
    bounds = {stage: bounds[stage] for stage in measured.spent if stage in bounds}
    scale = 1000 / measured.seconds
    print("| stage | ms for a second of speech | floor | times the floor |\n|---|---|---|---|")
    for stage, value in measured.spent.items():
        bound = bounds.get(stage)
        cells = f"{scale * bound:.3f} | {value / bound:.1f}" if bound else " | "
        print(f"| {stage} | {scale * value:.2f} | {cells} |")
    print(f"| all | {scale * sum(measured.spent.values()):.2f} | {scale * sum(bounds.values()):.3f} | |")


if __name__ == "__main__":
    main()
