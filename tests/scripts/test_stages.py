"""Every stage of a voice is timed, and its floor follows from its graphs. No figure is judged."""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path
from types import ModuleType

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

from tests.loading import load_script
from tts.bundled import BUNDLED, DEFAULT

COMMON = ["front end", "encoder", "decoder steps", "postnet"]
OF_KIND = {
    "excitation": ["excitation", "mel to linear", "apply envelope", "Griffin-Lim"],
    "spectrum": ["spectrum network", "pulses", "sum of the parts", "inverse transform"],
}


@pytest.fixture
def stages(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")  # the script sets it: the environment is put back
    return load_script("scripts/benchmarks/stages.py")


@pytest.fixture
def spectrum_voice() -> Path:
    """The default voice: it has a spectrum network, and no round of Griffin-Lim."""
    return BUNDLED / DEFAULT


def table(stages: ModuleType, voice: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["stages.py", "--rounds", "1", "--voice", str(voice)])
    stages.main()


@pytest.mark.parametrize(("kind", "fixture"), [("excitation", "tiny_voice"), ("spectrum", "spectrum_voice")])
def test_a_voice_has_the_stages_of_its_kind(
    kind: str,
    fixture: str,
    stages: ModuleType,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    table(stages, request.getfixturevalue(fixture), monkeypatch)
    rows = [line.strip("| ").split(" | ") for line in capsys.readouterr().out.splitlines()[2:]]
    assert [row[0] for row in rows] == [*COMMON, *OF_KIND[kind], "limiter", stages.REST, "all"]
    for name, *cells in rows:
        assert float(cells[0]) >= 0
        if name not in ("front end", stages.REST, "all"):
            assert re.fullmatch(r"\d+\.\d{3}", cells[1]), name


def test_what_is_patched_is_put_back(stages: ModuleType, tiny_voice: Path) -> None:
    before = [getattr(owner, name) for functions in stages.STAGES.values() for owner, name in functions]
    stages.measure(str(tiny_voice), rounds=1)
    assert before == [getattr(owner, name) for functions in stages.STAGES.values() for owner, name in functions]


def spin(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_a_stage_inside_another_counts_once(stages: ModuleType) -> None:
    clock = stages.Clock()
    inner = clock.timed("inner", lambda: spin(0.05))

    def outer() -> None:
        spin(0.02)
        inner()

    clock.timed("outer", outer)()
    assert clock.spent["inner"] == pytest.approx(0.05, abs=0.02)
    assert clock.spent["outer"] == pytest.approx(0.02, abs=0.02)


def test_a_generator_counts_only_while_it_runs(stages: ModuleType) -> None:
    clock = stages.Clock()

    def items() -> object:
        for number in range(2):
            spin(0.02)
            yield number

    for _ in clock.timed("items", items)():
        spin(0.05)
    assert clock.spent["items"] == pytest.approx(0.04, abs=0.02)


def test_weights_are_counted_by_kind_without_the_embedding(stages: ModuleType) -> None:
    weights = {
        "table": np.zeros((9, 4), np.float16),
        "product": np.zeros((4, 5), np.int8),
        "conv": np.zeros((2, 3, 7), np.float16),
        "bias": np.zeros(5, np.float32),
        "shape": np.zeros((2, 2), np.int64),
    }
    nodes = [
        helper.make_node("Cast", ["table"], ["wide"], to=onnx.TensorProto.FLOAT),
        helper.make_node("Gather", ["wide", "ids"], ["embedded"]),
    ]
    initializers = [numpy_helper.from_array(values, name) for name, values in weights.items()]
    graph = helper.make_graph(nodes, "graph", [], [], initializers)
    assert stages.count_weights(helper.make_model(graph).SerializeToString()) == (20, 42)


def test_floors_grow_with_the_speech(stages: ModuleType, spectrum_voice: Path) -> None:
    voice = stages.Voice.load(spectrum_voice)
    costs = stages.Costs(transform=1.0, read=1.0, multiply_int8=1.0, multiply_float=1.0)
    one, two = (stages.floors(voice, costs, seconds, n_symbols=10) for seconds in (1.0, 2.0))
    frames = voice.card.audio.frames_per_second
    assert one["pulses"] == one["inverse transform"] == frames
    assert one["spectrum network"] == frames * sum(stages.count_weights(voice.spectrum))
    for stage in ("decoder steps", "postnet", "spectrum network", "pulses", "sum of the parts", "limiter"):
        assert two[stage] == 2 * one[stage] > 0
    assert two["encoder"] == one["encoder"] == 10 * sum(stages.count_weights(voice.encoder))


def test_an_8_bit_product_is_measured_as_one_of_32(stages: ModuleType) -> None:
    for dtype in (np.int8, np.float32):
        assert 1e-13 < stages.product_time(dtype, size=64) < 1e-6
