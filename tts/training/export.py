"""A trained model -> a voice folder that the runtime plays."""

from __future__ import annotations

import copy
import io
import logging
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn
from torch.export import Dim
from torch.nn.utils.fusion import fuse_conv_bn_eval
from tqdm import tqdm

from tts.audio.mel import inverse_filterbank, mel_filterbank
from tts.config import AudioConfig, ModelConfig, VoiceCard, from_dict
from tts.model.decoder import N_PRENET_LAYERS, DecoderState
from tts.model.tacotron import Tacotron
from tts.training.checkpoint import (
    Facts,
    describe,
    load_weights,
    newest_checkpoint,
    read_checkpoint,
    stored_facts,
)
from tts.training.features import Features
from tts.training.settings import load_config, read_yaml
from tts.training.trainer import model_config
from tts.voice import GRAPHS, MEL_BASIS, Voice

HALF_MINIMUM_SIZE = 1024  # smaller tensors are not worth a cast at load


class StepGraph(nn.Module):
    """`Decoder.step` for one utterance, its state flat and its mask, all true, inside."""

    def __init__(self, model: Tacotron) -> None:
        super().__init__()
        self.decoder = model.decoder

    def forward(self, frame: Tensor, memory: Tensor, dropout: Tensor, *state: Tensor) -> tuple[Tensor, ...]:
        """Return mel (1, n_channels, reduction_factor), stop_logits (1, 1), then the new state, alignment last."""
        mask = torch.ones_like(state[-1], dtype=torch.bool)
        output, new_state = self.decoder.step(frame, DecoderState(*state), memory, mask, dropout)
        return output.mel, output.stop_logits, *new_state


class PostnetGraph(nn.Module):
    """The postnet and the way back to log-mel magnitudes."""

    def __init__(self, model: Tacotron) -> None:
        super().__init__()
        self.model = model

    def forward(self, mel: Tensor) -> Tensor:
        """Standardised mel (1, n_channels, T_mel) -> natural-log mel magnitudes, of the same shape."""
        return self.model.log_mel(self.model.postnet(mel))


def load_trained(checkpoint: Path, run: Path) -> tuple[Tacotron, Facts, int]:
    """The averaged weights in a run's checkpoint, what they were trained on, and the step they are from.

    Raises ValueError where the checkpoint is damaged, or does not fit the run.
    """
    saved = read_checkpoint(checkpoint)
    facts = stored_facts(saved) or _facts_of_run(run)
    model = Tacotron(facts.model)
    prefix = "average.module."
    weights = {key.removeprefix(prefix): value for key, value in saved["state_dict"].items() if key.startswith(prefix)}
    load_weights(model, weights, checkpoint)
    return model, facts, saved["global_step"]


def _facts_of_run(run: Path) -> Facts:
    """What a checkpoint of an older version leaves to the run's features folder."""
    config = load_config(run / "config.yaml", [])
    features = Features(Path(config.data.dir))
    return describe(features, model_config(config, features))


def export_run(run: Path, checkpoint: Path | None, card: Path, folder: Path) -> Voice:
    """Export a training run as the voice that a YAML file of `VoiceCard` fields describes.

    Raises ValueError where the run has no checkpoint, or the card lacks a field.
    """
    checkpoint = checkpoint or newest_checkpoint(run)
    if checkpoint is None:
        raise ValueError(f"{run} holds no checkpoint: run 'tts train … run.dir={run}' first")
    described = read_yaml(card)
    model, facts, steps = load_trained(checkpoint, run)
    amounts = {"clips": facts.n_clips, "hours": facts.hours, "steps": steps}
    return export_voice(model, facts.audio, facts.symbols, {**described, "training": amounts}, folder)


def export_voice(
    model: Tacotron, audio: AudioConfig, symbols: Iterable[str], card: dict[str, Any], folder: Path
) -> Voice:
    """Write a voice folder: `voice.json`, the three graphs and the mel basis.

    card: the fields of `VoiceCard` that describe rather than define: name, language, description, licence, ….
    """
    basis = io.BytesIO()
    np.savez_compressed(basis, inverse=inverse_filterbank(mel_filterbank(audio)))
    files = {MEL_BASIS: basis.getvalue()}
    graphs = zip(GRAPHS, trace(freeze(model)), strict=True)
    for name, graph in tqdm(graphs, total=len(GRAPHS), unit="graph", leave=False):
        files[name] = store_as_half(graph)
    definition = {"audio": vars(audio), "model": vars(model.config), "symbols": list(symbols), "files": {}}
    return Voice.save(folder, from_dict(VoiceCard, {**card, **definition}), files)


def freeze(model: Tacotron) -> Tacotron:
    """A copy for the export: batch norms folded into their convolutions, weights rounded to what half floats hold."""
    model = copy.deepcopy(model).eval()
    for block in model.modules():
        if not isinstance(block, nn.Sequential):
            continue
        conv, norm = block[0], block[1]
        if isinstance(conv, nn.Conv1d) and isinstance(norm, nn.BatchNorm1d):
            block[0] = fuse_conv_bn_eval(conv, norm)
            block[1] = nn.Identity()
    for parameter in model.parameters():
        if parameter.numel() >= HALF_MINIMUM_SIZE:
            parameter.data = parameter.data.half().float()
    return model


def trace(model: Tacotron) -> Iterator[onnx.ModelProto]:
    """Yield the encoder, the decoder step and the postnet as ONNX graphs, for one utterance of any length."""
    config: ModelConfig = model.config
    text, frames = Dim("text", min=2, max=100_000), Dim("frames", min=2, max=1_000_000)
    ids = torch.zeros(1, 7, dtype=torch.int64)
    memory = torch.zeros(1, 7, config.encoder_dim)
    state = model.decoder.initial_state(memory)
    dropout = torch.zeros(1, N_PRENET_LAYERS, config.prenet_dim)
    frame = torch.zeros(1, config.n_channels)
    yield _export(model.encoder, (ids,), ["phoneme_ids"], ["memory"], [{1: text}])
    names = [f"{field}_in" for field in DecoderState._fields]
    state_shapes = tuple({1: text} if field == "alignment" else None for field in DecoderState._fields)
    yield _export(
        StepGraph(model),
        (frame, memory, dropout, *state),
        ["frame", "memory", "dropout", *names],
        ["mel", "stop_logits", *DecoderState._fields],
        [None, {1: text}, None, state_shapes],
    )
    yield _export(PostnetGraph(model), (torch.zeros(1, config.n_channels, 9),), ["mel"], ["log_mel"], [{2: frames}])


def _export(
    module: nn.Module, arguments: tuple[Any, ...], inputs: list[str], outputs: list[str], shapes: list[Any]
) -> onnx.ModelProto:
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            module.eval(),
            arguments,
            input_names=inputs,
            output_names=outputs,
            dynamic_shapes=shapes,
            dynamo=True,
            verbose=False,
        )
    assert program is not None
    return program.model_proto


def store_as_half(graph: onnx.ModelProto) -> bytes:
    """Serialise a graph with its large weights as half floats, cast back when it is loaded."""
    for tensor in list(graph.graph.initializer):
        if tensor.data_type != TensorProto.FLOAT or np.prod(tensor.dims) < HALF_MINIMUM_SIZE:
            continue
        values = numpy_helper.to_array(tensor)
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}.half"))
        cast = helper.make_node("Cast", [f"{name}.half"], [name], name=f"{name}.cast", to=TensorProto.FLOAT)
        graph.graph.node.insert(0, cast)
    strip_traces(graph)
    onnx.checker.check_model(graph)
    return bytes(graph.SerializeToString())


def strip_traces(graph: onnx.ModelProto) -> None:
    """Drop the exporter's notes on each node: stack traces of this machine, that every start would read."""
    for part in (graph, graph.graph, *graph.graph.node, *graph.graph.value_info, *graph.functions):
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    graph.graph.ClearField("value_info")
