"""Export a trained model as a voice folder for the runtime."""

from __future__ import annotations

import copy
import dataclasses
import io
import logging
import warnings
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from torch import Tensor, nn
from torch.export import Dim
from torch.nn.utils.fusion import fuse_conv_bn_eval
from tqdm import tqdm

from tts.audio.mel import inverse_filterbank, mel_filterbank
from tts.card import VoiceCard
from tts.common.validation import from_dict
from tts.config import AudioConfig, ModelConfig, convnext_look_ahead
from tts.errors import ConfigError, TrainingError, VoiceError
from tts.export.calibrate import calibrate_run
from tts.export.fuse import FusedStep, flatten, state_names
from tts.export.graphs import MINIMUM_SIZE, loop, quantize, serialize, strip_traces
from tts.export.networks import EncoderGraph, PostnetGraph, SpectrumGraph
from tts.export.ranges import input_ranges, sample_ids
from tts.export.sharpen import sharpening
from tts.model.decoder import N_PRENET_LAYERS
from tts.model.tacotron import STOP_LOGIT, Tacotron
from tts.training.checkpoint import newest_checkpoint
from tts.training.initialize import blend, manner_of_start
from tts.training.models import load_trained
from tts.training.settings import read_yaml
from tts.training.weights import pack
from tts.voice import MEL_BASIS, WEIGHTS, Voice, carried_over, check_card, graph_names


def export_run(run: Path, checkpoint: Path | None, card: Path, folder: Path, share: float | None = None) -> Voice:
    """Export a training run as a voice.

    `checkpoint`: None takes the newest. `card`: a YAML file with `VoiceCard` fields; its `calibration` takes precedence
    over the measured one, and its other fields over those of the voice that the run started from (see
    `manner_of_start`). `share`: for a fine-tuned run, the weight of its parameters in a blend with the parameters that
    it started from (see `blend`); None exports the run itself. Card and folder are checked first. Raises ConfigError if
    a field of the card is missing or not allowed, VoiceError if the folder cannot become a voice, TrainingError if the
    run has no checkpoint or nothing to blend with.
    """
    described = {**manner_of_start(run), **read_yaml(card)}
    _check_described(described, card)
    carried_over(folder)
    checkpoint = checkpoint or newest_checkpoint(run)
    if checkpoint is None:
        raise TrainingError(f"{run} holds no checkpoint: run 'tts train … run.dir={run}' first")
    model, facts, steps = load_trained(checkpoint, run)
    amounts: dict[str, float] = {"clips": facts.n_clips, "hours": facts.hours, "steps": steps}
    if share is not None:
        blend(model, run, share)
        amounts["blend"] = share
    measured, given = dataclasses.asdict(calibrate_run(run, facts.audio)), described.get("calibration", {})
    described["calibration"] = {**measured, **given} if isinstance(given, dict) else given
    return export_voice(model, facts.audio, facts.symbols, {**described, "training": amounts}, folder)


def _check_described(described: dict[str, Any], path: Path) -> None:
    """Raise ConfigError or VoiceError for a card that the voice could not be loaded with."""
    audio = AudioConfig()
    model = {"n_symbols": 1, "n_mels": audio.n_bands, "n_source": audio.n_source}
    known = {"audio": {}, "model": model, "symbols": ["_"], "training": {}, "files": {}}
    try:
        check_card(from_dict(VoiceCard, {**described, **known}))
    except (ConfigError, VoiceError) as error:
        raise type(error)(f"{path}: {error}") from error


def export_voice(
    model: Tacotron, audio: AudioConfig, symbols: Iterable[str], card: dict[str, Any], folder: Path
) -> Voice:
    """Write a voice folder: `voice.json`, the graphs, the mel basis, and the weights to train on from.

    `card`: the descriptive fields of `VoiceCard`: name, language, description, licence, ….
    """
    basis = io.BytesIO()
    np.savez_compressed(basis, inverse=inverse_filterbank(mel_filterbank(audio)))
    files = {MEL_BASIS: basis.getvalue(), WEIGHTS: pack(model.state_dict())}
    names, share = graph_names(model.config), float(card.get("sharpening", 0.0))
    sharper = sharpening(audio, share) if share else None
    graphs = trace(freeze(model), sample_ids(list(symbols)), sharper, bool(card.get("keeps_dropout", True)))
    for name, graph in tqdm(zip(names, graphs, strict=True), total=len(names), unit="graph", leave=False):
        files[name] = serialize(graph)
    definition = {
        "audio": dataclasses.asdict(audio),
        "model": dataclasses.asdict(model.config),
        "symbols": list(symbols),
        "postnet_look_ahead": convnext_look_ahead(model.config.postnet_blocks),
        "files": {},
    }
    return Voice.save(folder, from_dict(VoiceCard, {**card, **definition}), files)


def freeze(model: Tacotron) -> Tacotron:
    """Copy the model for export: fold batch norms into their convolutions and round weights to half precision."""
    model = copy.deepcopy(model).eval()
    for block in model.modules():
        if not isinstance(block, nn.Sequential):
            continue
        conv, norm = block[0], block[1]
        if isinstance(conv, nn.Conv1d) and isinstance(norm, nn.BatchNorm1d):
            block[0] = fuse_conv_bn_eval(conv, norm)
            block[1] = nn.Identity()
    for parameter in model.parameters():
        if parameter.numel() >= MINIMUM_SIZE:
            parameter.data = parameter.data.half().float()
    return model


def trace(
    model: Tacotron, texts: Sequence[Sequence[int]], sharpening: Tensor | None, keeps_dropout: bool
) -> Iterator[onnx.ModelProto]:
    """Yield the graphs of `tts.voice.graph_names`: for utterances of any length, the decoder's for several at once.

    texts: ids of symbols, to measure what the layers read. sharpening: as in `PostnetGraph`. keeps_dropout: as in
    `VoiceCard`.
    """
    config: ModelConfig = model.config
    text, frames = Dim("text", min=2, max=100_000), Dim("frames", min=2, max=1_000_000)
    batch = Dim("batch", min=1, max=1000)
    ids = torch.zeros(1, 7, dtype=torch.int64)
    encoder = _export(EncoderGraph(model.encoder), (ids,), ["phoneme_ids"], ["memory"], [{1: text}])
    encoder.graph.output[0].type.tensor_type.shape.dim[1].dim_param = "text"  # the exporter writes the example's length
    quantize(encoder)
    yield encoder
    memory = torch.zeros(2, 7, config.encoder_dim)
    names = state_names(model.decoder)
    carried = ["frame", *names]  # values passed from step to step
    of_text = model.decoder.attention.state_names
    fused, refining = FusedStep(model.decoder), PostnetGraph(model, sharpening)
    networks = [fused, refining, *([] if model.spectrum is None else [SpectrumGraph(model.spectrum)])]
    ranges = input_ranges(networks, model, texts, keeps_dropout)
    step = _export(
        fused,
        (
            torch.zeros(2, config.n_channels),
            memory,
            torch.zeros(2, N_PRENET_LAYERS * config.prenet_dim),
            torch.zeros(2, 1, 7),
            *flatten(model.decoder.initial_state(memory)),
        ),
        ["frame_in", "memory", "dropout", "mask", *(f"{name}_in" for name in names)],
        ["mel", "stop_logits", *carried],
        [
            {0: batch},
            {0: batch, 1: text},
            {0: batch},
            {0: batch, 2: text},
            tuple({0: batch, 2: text} if name in of_text else {0: batch} for name in names),
        ],
    )
    quantize(step, ranges[0])
    yield loop(step, carried, STOP_LOGIT)
    refine = (torch.zeros(1, config.n_channels, 9), torch.zeros(9, config.encoder_dim))
    postnet = _export(refining, refine, ["mel", "context"], ["log_mel"], [{2: frames}, {0: frames}])
    quantize(postnet, ranges[1])
    yield postnet
    for network, known in zip(networks[2:], ranges[2:], strict=True):
        names = ["parts", "harmonic", "aperiodic"]
        spectrum = _export(network, (torch.zeros(config.n_channels, 9),), ["frames"], names, [{1: frames}])
        quantize(spectrum, known)
        yield spectrum


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
    graph: onnx.ModelProto = program.model_proto
    strip_traces(graph)
    return graph
