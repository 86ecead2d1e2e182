"""Make a tiny model, voice and corpus once per session, so that the whole path takes milliseconds."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import gc
import logging
import os
import sys
import wave
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from filelock import FileLock

from tts.common.threads import usable_cores
from tts.config import AudioConfig, ModelConfig
from tts.text.symbols import SYMBOLS
from tts.voice import Voice, graph_names, read_card

if TYPE_CHECKING:  # the process that hands out the tests reads this file, too, and needs no PyTorch
    from tts.model.tacotron import Tacotron

# The models are tiny and tests run in parallel: a second thread would only cause waiting.
os.environ["OMP_NUM_THREADS"] = "1"
# The processes that tests start then compile the package once, not each for itself.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

CARD = {
    "name": "tiny",
    "language": "en-US",
    "description": "Random weights.",
    "licence": "CC0-1.0",
    "provenance": "Made by the tests.",
}
SIZES = {
    "encoder_dim": 16,
    "encoder_convs": 2,
    "prenet_dim": 16,
    "attention_rnn_dim": 24,
    "attention_dim": 12,
    "decoder_rnn_dim": 24,
    "reduction_factor": 2,
    "postnet_dim": 16,
    "postnet_hidden_dim": 24,
    "postnet_blocks": 2,
}
"""Settings of a tiny model."""
CELLS = ("lstm", "gru", "rnn", "lstm alone")
"""Each recurrent cell, and a model without a decoder RNN."""
MAKING = ("tests/decoding/test_engine.py", "tests/export/", "tests/recipes/", "tests/training/")
MAKING += ("tests/cli/test_adapt.py", "tests/cli/test_cli.py::test_prepare_train_export_synthesize")
"""Where voices are made. The first test makes the tiny voice, before tests of another process ask for it."""
APART = "tests/training/test_agents.py"
"""Where others make them."""
LONG = (*MAKING, "tests/scripts/test_every_script.py", "tests/corpus/", "tests/scripts/", "tests/evaluation/")
"""Where long tests are."""
QUICK = ("tests/audio/", "tests/common/", "tests/text/")
"""Where many short tests are."""


def pytest_sessionstart() -> None:
    """Compile what librosa compiles before the processes start: at the same time they can spoil numba's cache."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        import librosa.core.pitch
        import librosa.effects  # noqa: F401


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the long tests first and the short ones last: the processes that share the files out then end together."""

    def place(item: pytest.Item) -> tuple[int, bool]:
        places = [number for number, start in enumerate(LONG) if item.nodeid.startswith(start)]
        return min(places, default=len(LONG)), item.nodeid.startswith(QUICK)

    items.sort(key=place)


def pytest_xdist_auto_num_workers() -> int:
    """Let one process more run than there are cores: a test that waits for a browser leaves its core to another."""
    return usable_cores() + 1


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Make voices in one process: another would load what trains and exports them, too, which takes ten seconds."""
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            is_making = nodeid.startswith(MAKING) and not nodeid.startswith(APART)
            return "making" if is_making else super()._split_scope(nodeid)

    return Scheduling(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Import all modules without garbage collections, and leave what is there then out of later ones."""
    gc.disable()
    result = yield
    gc.freeze()
    gc.enable()
    return result


def pytest_collection_finish() -> None:
    """Search for garbage rarely, start autograd, and let all exports share the operators that ONNX Script knows.

    A search takes long where PyTorch is loaded. A trace before the first gradient would have autograd start threads,
    and copies of the process could not train. Each export would translate 500 functions anew.
    """
    gc.set_threshold(50_000, 20, 20)
    if "torch" in sys.modules:
        import torch

        torch.autograd.backward(torch.ones(1, requires_grad=True))
    if "torch.onnx" not in sys.modules:
        return
    with contextlib.suppress(ImportError):  # PyTorch may move it
        from torch.onnx._internal._lazy_import import onnxscript_apis

        read = onnxscript_apis.__getattr__  # imports ONNX Script
        onnxscript_apis.get_torchlib_ops = functools.cache(lambda: read("get_torchlib_ops")())


@pytest.fixture(autouse=True)
def _loggers_are_heard() -> None:
    """Enable our loggers again: a library that a test before configured may have disabled those it found."""
    logging.disable(logging.NOTSET)
    for name, logger in logging.root.manager.loggerDict.items():
        if name.startswith("tts") and isinstance(logger, logging.Logger):
            logger.disabled, logger.propagate = False, True
            logger.setLevel(logging.NOTSET)


@pytest.fixture(scope="session")
def tiny_config() -> ModelConfig:
    return ModelConfig(n_symbols=len(SYMBOLS), n_mels=20, **SIZES)


@pytest.fixture
def tiny_model(tiny_config: ModelConfig) -> Tacotron:
    return random_model(tiny_config)


@pytest.fixture(params=CELLS)
def any_model(request: pytest.FixtureRequest, tiny_config: ModelConfig) -> Tacotron:
    return model_of(request.param, tiny_config)


def model_of(cells: str, config: ModelConfig) -> Tacotron:
    """Make a tiny model with one of `CELLS`."""
    cell, *alone = cells.split()
    dim = 0 if alone else config.decoder_rnn_dim
    return random_model(dataclasses.replace(config, cell=cell, decoder_rnn_dim=dim))


def random_model(config: ModelConfig) -> Tacotron:
    import torch

    from tts.model.tacotron import Tacotron

    torch.manual_seed(0)
    model = Tacotron(config)
    # Change the statistics from their initial values, so that a graph that ignores them fails.
    model.mel_mean.uniform_(-6, -4)
    model.mel_std.uniform_(1, 2)
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm1d):
            module.running_mean.uniform_(-0.2, 0.2)
            module.running_var.uniform_(0.5, 1.5)
    return model.eval()


@pytest.fixture(scope="session")
def tiny_audio() -> AudioConfig:
    return AudioConfig(n_mels=20)


def shared(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return a folder that one of the processes of a session makes for all of them. No test changes it."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    with FileLock(folder.with_suffix(".lock")):
        if not folder.exists():
            make(folder)
    return folder


@pytest.fixture(scope="session")
def tiny_voice(tiny_config: ModelConfig, tiny_audio: AudioConfig, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the folder of a voice with random weights: it babbles, through every stage."""

    def make(folder: Path) -> None:
        import torch

        from tts.export.export import export_voice
        from tts.model.tacotron import Tacotron

        torch.manual_seed(1)
        export_voice(Tacotron(tiny_config), tiny_audio, SYMBOLS, CARD, folder)

    return shared(tmp_path_factory, "tiny", make)


@pytest.fixture(scope="session")
def traces(
    tiny_config: ModelConfig, tiny_audio: AudioConfig, tiny_voice: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Make a folder with what PyTorch traces of each module of `tiny_model`, and with its voice: see `traced`.

    The same process makes the tiny voice, which many tests of other processes wait for.
    """

    def make(folder: Path) -> None:
        import onnx

        from tts.export import export

        folder.mkdir()
        trace = export._export

        def keep(module: object, *rest: Any) -> onnx.ModelProto:
            graph = trace(module, *rest)
            onnx.save(graph, folder / f"{type(module).__name__}.onnx")
            return graph

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(export, "_export", keep)
            export.export_voice(random_model(tiny_config), tiny_audio, SYMBOLS, CARD, folder / "voice")

    return shared(tmp_path_factory, "traces", make)


@pytest.fixture(scope="session")
def random_voice(traces: Path) -> Path:
    """Give the voice of `tiny_model`. A test that changes a file copies the folder."""
    return traces / "voice"


@contextlib.contextmanager
def traced(traces: Path, but: str = "") -> Iterator[None]:
    """Give exported voices the modules of `tiny_model`, except for one: PyTorch takes seconds to trace a module."""
    import onnx

    from tts.export import export

    trace = export._export

    def known(module: object, *rest: Any) -> onnx.ModelProto:
        name = type(module).__name__
        return trace(module, *rest) if name == but else onnx.load(traces / f"{name}.onnx")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(export, "_export", known)
        yield


@contextlib.contextmanager
def graphs_of(voice: Path) -> Iterator[None]:
    """Give exported voices all graphs of this one."""
    import onnx

    names = graph_names(read_card(voice).model)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tts.export.export.trace", lambda *_: [onnx.load(voice / name) for name in names])
        yield


@pytest.fixture
def without_tracing(random_voice: Path) -> Iterator[None]:
    """Give exported voices graphs that do not fit: nobody speaks with them."""
    with graphs_of(random_voice):
        yield


@pytest.fixture
def voice(tiny_voice: Path) -> Voice:
    return Voice.load(tiny_voice)


@pytest.fixture(scope="session")
def tiny_corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make twelve short clips in LJSpeech's layout: each word is a tone, with silence at both ends."""
    return shared(tmp_path_factory, "corpus", write_tones)


def write_tones(corpus: Path) -> None:
    """Write the recordings and the table of the tiny corpus."""
    (corpus / "wavs").mkdir(parents=True)
    words = ["one", "two", "three", "four"]
    rng = np.random.default_rng(0)
    lines = []
    for number in range(12):
        chosen = [words[(number + k) % 4] for k in range(1 + number % 3)]
        tones = [np.sin(2 * np.pi * 220 * (1 + words.index(word)) * np.arange(4410) / 22050) for word in chosen]
        samples = np.concatenate([np.zeros(6000), *tones, np.zeros(9000)]) * 0.3 + 1e-4 * rng.standard_normal()
        with wave.open(str(corpus / "wavs" / f"tiny-{number:02}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(22050)
            file.writeframes((samples * 32767).astype("<i2").tobytes())
        lines.append(f"tiny-{number:02}|{' '.join(chosen)}|{' '.join(chosen)}\n")
    (corpus / "metadata.csv").write_text("".join(lines), encoding="utf-8")


@pytest.fixture(scope="session")
def features(tiny_corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a features folder of twelve clips with 20 mel bands."""
    from tts.corpus.features import prepare
    from tts.corpus.reader import read_metadata

    def make(folder: Path) -> None:
        list(prepare(read_metadata(tiny_corpus), folder, AudioConfig(n_mels=20), 1))

    return shared(tmp_path_factory, "features", make)


@pytest.fixture
def without_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the pictures of each validation empty: they take longer than the steps of a tiny model.

    A run writes its files all the same. `tests/training/test_report.py` draws the pictures.
    """
    leave_pictures_empty(monkeypatch)


def leave_pictures_empty(patch: pytest.MonkeyPatch) -> None:
    """Do what the fixture above does, for a fixture of a module."""
    from tts.common.plots import new_figure

    patch.setattr("tts.training.callbacks.draw", lambda *_: new_figure(1, 1))
    patch.setattr("tts.training.report.draw_curves", lambda curves: "")
