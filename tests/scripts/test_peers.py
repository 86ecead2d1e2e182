"""The speed comparison and its peers, with stand-ins for those that are not installed. No figure is judged."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from tests.loading import load_script
from tts.text.frontend import Frontend

peers = load_script("scripts/benchmarks/peers.py")
synthesis = load_script("scripts/benchmarks/synthesis.py")
prose = load_script("scripts/benchmarks/prose.py")

HIBARI = '''
"""A stand-in for hibari-tts: a hum for each sentence."""
import numpy as np

class Hibari:
    sample_rate = 24_000
    def __init__(self, threads): self.threads = threads
    def phonemize(self, text): return ["ab?a", "b"]
    def stream(self, text, seed): yield from (np.full(2400, 0.1, np.float32) for _ in range(2))
'''


@pytest.fixture
def hibari(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "hibari").mkdir()
    (tmp_path / "hibari" / "__init__.py").write_text(HIBARI)
    (tmp_path / "hibari" / "cli.py").write_text("import sys, pathlib; pathlib.Path(sys.argv[3]).touch()")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{Path(__file__).parents[2]}")
    monkeypatch.delitem(sys.modules, "hibari", raising=False)
    return tmp_path


def run(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["synthesis.py", *arguments])
    synthesis.main()


def test_griffon_and_hibari_are_compared(
    tiny_voice: Path, hibari: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    small = ["--rounds", "1", "--threads", "1", "--texts", "short", "--peers", "hibari", "--voice", str(tiny_voice)]
    run(small, monkeypatch)
    lines = capsys.readouterr().out.splitlines()
    assert "| 1 thread | griffon | hibari | / hibari |" in lines
    labels = [line.split(" | ")[0].removeprefix("| ") for line in lines[4:-1]]
    assert labels == [label for label, _ in synthesis.rows(["short"]).values()]
    assert all(float(cell) >= 0 for line in lines[4:-1] for cell in line.strip("| ").split(" | ")[1:])


def test_a_worker_reads_every_text(hibari: Path) -> None:
    figures = synthesis.read_warm(synthesis.HIBARI, 1, ["short", "page"])
    assert {"load", "first short", "factor short", "first page", "factor page"} <= set(figures)
    assert 0 < figures["first page"] < 1000
    assert 0 < figures["factor page"] < 1


def test_the_systems_take_turns_to_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[str] = []
    monkeypatch.setattr(synthesis, "measure", lambda name, *_: begun.append(name) or {"cold": 1.0})
    systems = dict.fromkeys(["griffon", "hibari", "Piper"])
    for number in range(3):
        assert list(synthesis.measure_round(number, systems, 1, None)) == list(systems)
    assert begun[::3] == ["griffon", "hibari", "Piper"]
    assert begun[3:6] == ["hibari", "Piper", "griffon"]


def test_files_that_are_dropped_from_memory_are_whole(tmp_path: Path) -> None:
    (tmp_path / "model").write_bytes(b"weights" * 1000)
    synthesis.drop_from_memory([tmp_path])
    assert (tmp_path / "model").read_bytes() == b"weights" * 1000


def test_a_missing_peer_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert not peers.is_installed("Nobody", peers.Peer(peers.load_hibari, ("sys", "nobody_here")))
    assert "Nobody is left out: no package nobody_here: pip install -r scripts/benchmarks" in capsys.readouterr().err


def test_the_folders_of_a_peer_are_those_of_its_packages(hibari: Path) -> None:
    assert peers.HIBARI.folders == [hibari / "hibari"]


def test_nothing_heavy_is_loaded_before_it_is_measured() -> None:
    source = Path(peers.__file__).read_text(encoding="utf-8")
    module = ModuleType("probe")
    before = set(sys.modules)
    exec(compile(source, peers.__file__, "exec"), {"__name__": module.__name__})
    assert not {name for name in set(sys.modules) - before if name.startswith(("numpy", "tts", "torch"))}


def test_kokoro_reads_tokens_with_the_style_of_their_number(hibari: Path) -> None:
    """The stand-in graph returns its tokens times the mean of its style, and the speed."""
    nodes = [
        helper.make_node("Cast", ["tokens"], ["numbers"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["style"], ["mean"], keepdims=0),
        helper.make_node("Mul", ["numbers", "mean"], ["scaled"]),
        helper.make_node("Mul", ["scaled", "speed"], ["audio"]),
    ]
    inputs = [
        helper.make_tensor_value_info("tokens", TensorProto.INT64, [1, None]),
        helper.make_tensor_value_info("style", TensorProto.FLOAT, [1, 256]),
        helper.make_tensor_value_info("speed", TensorProto.FLOAT, [1]),
    ]
    audio = helper.make_tensor_value_info("audio", TensorProto.FLOAT, [1, None])
    graph = helper.make_graph(nodes, "kokoro", inputs, [audio])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.save(model, hibari / "model.onnx")
    (hibari / "vocab.json").write_text(json.dumps({"vocab": {"a": 5, "b": 7}}))
    styles = np.repeat(np.arange(4, dtype=np.float32) + 1, 256)
    styles.tofile(hibari / "voice.bin")
    first, second = peers.load_kokoro(hibari, "voice", threads=1)("any")
    assert first[1] == second[1] == 24_000
    assert first[0].tolist() == [0.0, 15.0, 21.0, 15.0, 0.0]  # three tokens: the third style; "?" has no token
    assert second[0].tolist() == [0.0, 7.0, 0.0]


def test_the_classic_stack_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "CLASSIC_SECONDS", 1)
    ((samples, rate),) = peers.load_classic(threads=1)("Hello.")
    assert len(samples) / rate == pytest.approx(1, abs=0.02)


def test_prose_is_as_long_as_asked_for_and_speakable() -> None:
    text, frontend = prose.prose(300), Frontend()
    assert text == prose.prose(300)
    assert text != prose.prose(300, seed=1)
    assert 300 <= len(text.split()) < 345
    assert "\n\n" in text
    sentences = list(frontend.sentences(text))
    lengths = [sum(not token.is_mark for token in sentence.tokens) for sentence in sentences]
    assert len(sentences) > 10
    assert 7 <= min(lengths) < 15 < max(lengths) < 60
    assert not any(sentence.skipped for sentence in sentences)
