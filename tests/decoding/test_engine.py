"""The exported graphs are the PyTorch modules."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import onnxruntime
import pytest
import torch

from tests.conftest import CARD, CELLS, model_of, traced
from tts.config import AudioConfig, ModelConfig
from tts.decoding.engine import LONGEST_TOGETHER, N_PRENET_LAYERS, STOP_LOGIT, Engine, Steps
from tts.export import export, graphs
from tts.export.export import export_voice, freeze
from tts.model import decoder, tacotron
from tts.model.tacotron import Tacotron
from tts.text.symbols import SYMBOLS
from tts.voice import Voice

STEPS = 40  # more than one call of the decoder makes
IDS = [1, 20, 30, 3, 40, 50, 4, 2]
Pair = tuple[Tacotron, Engine]


@pytest.fixture(scope="module")
def pairs(
    tiny_config: ModelConfig, tiny_audio: AudioConfig, traces: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Pair]:
    """Export a model with some cells when it is first asked for, which takes seconds; no test changes it.

    All models have the same encoder and postnet.
    """
    first = model_of(CELLS[0], tiny_config)

    @functools.cache
    def pair(cells: str) -> Pair:
        model = model_of(cells, tiny_config)
        model.encoder, model.postnet = first.encoder, first.postnet
        model.mel_mean, model.mel_std = first.mel_mean, first.mel_std
        with traced(traces, but="" if cells == CELLS[0] else "FusedStep"):
            return exported(model, tiny_audio, tmp_path_factory.mktemp("pair"))

    return pair


@pytest.fixture
def pair(pairs: Callable[[str], Pair]) -> Pair:
    return pairs("lstm")


@pytest.fixture(params=CELLS)
def any_pair(request: pytest.FixtureRequest, pairs: Callable[[str], Pair]) -> Pair:
    return pairs(request.param)


def exported(model: Tacotron, audio: AudioConfig, folder: Path) -> Pair:
    """A model and its export, but for the rounding of weights that are multiplied out, to eight bits or sixteen."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(export, "quantize", lambda graph, ranges=None: None)
        patch.setattr(graphs, "MINIMUM_SIZE", 10**9)
        voice = export_voice(model, audio, SYMBOLS, CARD, folder / "pair")
    return freeze(model), Engine(voice)


def engine_dropout(seed: int | None, model: Tacotron) -> torch.Tensor:
    """The masks that `Engine.steps` draws."""
    if seed is None:
        return torch.ones(STEPS, 1, N_PRENET_LAYERS, model.config.prenet_dim)
    rng = np.random.Generator(np.random.PCG64(seed))
    keep = 1 - model.config.prenet_dropout
    shape = (1, N_PRENET_LAYERS, model.config.prenet_dim)
    masks = [(rng.random(shape, np.float32) < keep).astype(np.float32) / np.float32(keep) for _ in range(STEPS)]
    return torch.from_numpy(np.stack(masks))


class Step(NamedTuple):
    """One decoder step, in the shapes of the module."""

    mel: np.ndarray  # (1, n_channels, reduction_factor)
    alignment: np.ndarray  # (1, T_text)
    is_last: bool


def single_steps(engine: Engine, *arguments: Any, **named: Any) -> Iterator[Step]:
    return each(engine.steps(*arguments, **named))


def each(found: Iterator[Steps]) -> Iterator[Step]:
    """Yield each of the steps that the decoder made in one call."""
    for steps in found:
        for mel, alignment, is_last in zip(*steps, strict=True):
            yield Step(mel.T[None], alignment[None], bool(is_last))


@pytest.mark.parametrize("seed", [7, None])
@torch.inference_mode()
def test_graphs_equal_modules(any_pair: Pair, seed: int | None) -> None:
    model, engine = any_pair
    ids = torch.tensor([IDS])
    memory = model.encoder(ids)
    state = model.decoder.initial_state(memory)
    frame = torch.zeros(1, model.config.n_channels)
    frames = []
    for dropout, step in zip(engine_dropout(seed, model), single_steps(engine, engine.encode(IDS), seed), strict=False):
        output, state = model.decoder.step(frame, state, memory, torch.ones_like(ids, dtype=torch.bool), dropout)
        np.testing.assert_allclose(step.mel, output.mel, atol=1e-4)
        np.testing.assert_allclose(step.alignment, output.alignment[:, 0], atol=1e-4)
        assert step.is_last == (output.stop_logits.item() > STOP_LOGIT)
        frame = output.mel[:, :, -1]
        frames.append(output.mel)
    assert len(frames) == STEPS
    mel = torch.cat(frames, dim=2)
    context = torch.randn(1, mel.size(2), model.config.encoder_dim)
    refined = model.log_mel(model.postnet(mel, context))[0]
    np.testing.assert_allclose(engine.refine(mel.numpy(), context[0].numpy()), refined, atol=1e-4)


def test_eight_bits_are_enough(pair: Pair, random_voice: Path) -> None:
    _, exact = pair
    rounded = Engine(Voice.load(random_voice))  # of the same model
    for step, other in zip(
        islice(single_steps(rounded, rounded.encode(IDS), 7), 4),
        single_steps(exact, exact.encode(IDS), 7),
        strict=False,
    ):
        assert not np.array_equal(step.mel, other.mel)
        np.testing.assert_allclose(step.mel, other.mel, atol=0.05)
        np.testing.assert_allclose(step.alignment, other.alignment, atol=0.02)


def test_the_graph_stops_where_the_model_does_and_may_go_on(pair: Pair) -> None:
    """In calls of many steps and of one the same: a stop inside a call loses no step and no dropout."""
    _, engine = pair
    many = list(islice(single_steps(engine, engine.encode(IDS), 3), STEPS))
    single = list(islice(single_steps(engine, engine.encode(IDS), 3, window=lambda alignment: alignment), STEPS))
    assert [step.is_last for step in many] == [step.is_last for step in single]
    for one, other in zip(many, single, strict=True):
        np.testing.assert_array_equal(one.mel, other.mel)
        np.testing.assert_array_equal(one.alignment, other.alignment)


@pytest.mark.parametrize("seed", [7, None])
def test_sentences_decoded_together_are_those_decoded_alone(random_voice: Path, seed: int | None) -> None:
    """To the bit, whatever their lengths are, whichever is asked for its steps first, and beyond their ends."""
    engine = Engine(Voice.load(random_voice))
    texts = (IDS, [1, *range(10, 80), 2], [1, 20, 2], [1, *range(20, 60)] * 4, [20] * (LONGEST_TOGETHER + 1))
    memories = [engine.encode(ids) for ids in texts]
    together = [each(steps) for steps in engine.steps_together(memories, seed)]
    for index in (2, 0, 4, 3, 1):
        alone = single_steps(engine, memories[index], seed)
        for found, expected in zip(islice(together[index], 2 * STEPS), alone, strict=False):
            for part, wanted in zip(found, expected, strict=True):
                np.testing.assert_array_equal(part, wanted)


def test_the_window_moves_the_attention(pair: Pair) -> None:
    _, engine = pair
    last = np.eye(len(IDS), dtype=np.float32)[-1]
    steps = list(islice(single_steps(engine, engine.encode(IDS), 3, window=lambda alignment: last), 3))
    assert steps[0].alignment[0].argmax() < len(IDS) - 2
    assert steps[2].alignment[0].argmax() == len(IDS) - 1


def test_parts_of_a_spectrogram_are_refined_as_the_whole(pair: Pair) -> None:
    model, engine = pair
    mel = np.random.default_rng(0).standard_normal((1, model.config.n_channels, 50), np.float32)
    context = np.random.default_rng(1).standard_normal((50, model.config.encoder_dim), np.float32)
    whole = engine.refine(mel, context)
    for size in (1, 7, 50):
        parts = [engine.refine(mel, context, start, min(50, start + size)) for start in range(0, 50, size)]
        np.testing.assert_allclose(np.concatenate(parts, axis=1), whole, atol=1e-5)


@pytest.mark.parametrize("length", [2, 3, 200])
def test_any_length_of_text(pair: Pair, length: int) -> None:
    _, engine = pair
    steps = list(islice(single_steps(engine, engine.encode([5] * length), seed=0), 3))
    assert [step.alignment.shape for step in steps] == [(1, length)] * 3
    np.testing.assert_allclose([step.alignment.sum() for step in steps], 1.0, rtol=1e-5)


def test_no_output_declares_the_length_of_the_example(tiny_voice: Path) -> None:
    for path in tiny_voice.glob("*.onnx"):
        outputs = {value.name: value.shape for value in onnxruntime.InferenceSession(path).get_outputs()}
        for name in outputs.keys() & {"memory", "log_mel", "alignments", "mels"}:
            assert any(not isinstance(size, int) for size in outputs[name]), (path.name, name, outputs[name])


def test_runtime_and_model_agree_on_constants() -> None:
    """The runtime does not import torch, so it states these again."""
    assert N_PRENET_LAYERS == decoder.N_PRENET_LAYERS
    assert STOP_LOGIT == tacotron.STOP_LOGIT


def test_graphs_hold_no_trace_of_the_machine_that_made_them(tiny_voice: Path) -> None:
    graphs_of_voice = sorted(tiny_voice.glob("*.onnx"))
    assert len(graphs_of_voice) == 3
    for path in graphs_of_voice:
        data = path.read_bytes()
        assert b"site-packages" not in data
        assert str(Path(__file__).parents[2]).encode() not in data


@torch.inference_mode()
def test_freezing_changes_the_output_by_no_more_than_half_precision(tiny_model: Tacotron) -> None:
    frozen = freeze(tiny_model)
    ids = torch.tensor([IDS])
    torch.testing.assert_close(frozen.encoder(ids), tiny_model.encoder(ids), rtol=1e-2, atol=2e-3)
    mel = torch.randn(1, tiny_model.config.n_channels, 20)
    context = torch.randn(1, 20, tiny_model.config.encoder_dim)
    torch.testing.assert_close(frozen.postnet(mel, context), tiny_model.postnet(mel, context), rtol=1e-2, atol=5e-3)
