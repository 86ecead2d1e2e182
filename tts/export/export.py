"""Export a trained model as a voice folder for the runtime."""

from __future__ import annotations

import copy
import dataclasses
import io
import logging
import warnings
from collections.abc import Iterable, Iterator
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
from tts.config import AudioConfig, ModelConfig, VoiceCard, convnext_look_ahead, from_dict
from tts.errors import TrainingError
from tts.export.calibrate import calibrate_run
from tts.export.fuse import FusedStep, flatten, linear, state_names
from tts.export.graphs import MINIMUM_SIZE, loop, quantize, serialize, strip_traces
from tts.export.sharpen import sharpening
from tts.model.convnext import ConvNeXt, ConvNeXtBlock
from tts.model.decoder import N_PRENET_LAYERS
from tts.model.encoder import Encoder
from tts.model.spectrum import MAX_LOG_MAGNITUDE, N_PARTS, SpectrumNet
from tts.model.tacotron import STOP_LOGIT, Tacotron
from tts.training.checkpoint import newest_checkpoint
from tts.training.initialize import blend
from tts.training.models import load_trained
from tts.training.settings import read_yaml
from tts.training.weights import pack
from tts.voice import MEL_BASIS, WEIGHTS, Voice, graph_names


class UnrolledConv(nn.Module):
    """A convolution over time for one utterance, (T, in) -> (T, out), as a product of two matrices."""

    def __init__(self, conv: nn.Conv1d) -> None:
        super().__init__()
        assert conv.bias is not None
        self.kernel = conv.kernel_size[0]
        self.product = linear(conv.weight.permute(0, 2, 1).flatten(1), conv.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Return the convolution of x, with zeros beyond its ends."""
        padded = nn.functional.pad(x, (0, 0, self.kernel // 2, self.kernel // 2))
        windows = [padded[offset : offset + x.size(0)] for offset in range(self.kernel)]
        product: Tensor = self.product(torch.cat(windows, dim=1))
        return product


class EncoderGraph(nn.Module):
    """The encoder for one sentence, its batch norms folded into its convolutions (see `freeze`)."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.embedding, self.rnn = encoder.embedding, encoder.rnn
        convs = (layer for block in encoder.convs for layer in block.modules() if isinstance(layer, nn.Conv1d))
        self.convs = nn.ModuleList(map(UnrolledConv, convs))

    def forward(self, phoneme_ids: Tensor) -> Tensor:
        """phoneme_ids (1, T_text) -> memory (1, T_text, encoder_dim)."""
        x = self.embedding(phoneme_ids[0])  # (T_text, encoder_dim)
        for conv in self.convs:
            x = torch.relu(conv(x))
        memory: Tensor = self.rnn(x.unsqueeze(0))[0]
        return memory


class StackGraph(nn.Module):
    """A `ConvNeXt` for one utterance, (T, input_dim) -> (T, output_dim): its layers are products of two matrices."""

    def __init__(self, stack: ConvNeXt) -> None:
        super().__init__()
        self.stack, self.input = stack, UnrolledConv(stack.input)
        self.blocks = [block for block in stack.blocks if isinstance(block, ConvNeXtBlock)]
        self.contract = nn.ModuleList(
            linear(block.contract.weight * block.scale.unsqueeze(1), block.contract.bias * block.scale)
            for block in self.blocks
        )

    def forward(self, x: Tensor) -> Tensor:
        """Return `stack(x)`."""
        x = self.input(x)
        for block, contract in zip(self.blocks, self.contract, strict=True):
            mixed = block.depthwise(x.t().unsqueeze(0)).squeeze(0).t()
            x = x + contract(torch.relu(block.expand(block.norm(mixed))))
        output: Tensor = self.stack.output(self.stack.norm(x))
        return output


class PostnetGraph(nn.Module):
    """The postnet, followed by the conversion to log-mel magnitudes."""

    def __init__(self, model: Tacotron, sharpening: Tensor | None) -> None:
        """sharpening: (n_channels, n_channels), from `tts.export.sharpen`; None for none."""
        super().__init__()
        self.model, self.stack, self.sharpening = model, StackGraph(model.postnet.stack), sharpening

    def forward(self, mel: Tensor, context: Tensor) -> Tensor:
        """Standardised mel (1, n_channels, T_mel), context (T_mel, encoder_dim) -> log-mel bands and source."""
        frames = mel[0].t()  # (T_mel, n_channels)
        refined = frames + self.stack(torch.cat([frames, context], dim=1))
        log_mel = self.model.log_mel(refined.t().unsqueeze(0))
        return log_mel if self.sharpening is None else self.sharpening @ log_mel


class SpectrumGraph(nn.Module):
    """The spectrum network for one utterance, its complex numbers as pairs: real, imaginary, real, ...."""

    def __init__(self, network: SpectrumNet) -> None:
        super().__init__()
        self.network, layer = network, network.stack.output
        rows = torch.arange(layer.out_features).view(N_PARTS, -1)  # real, imag, noise, real, imag; (5, n_freqs)
        order = torch.cat([rows[:2].t().flatten(), rows[3:].t().flatten(), rows[2]])
        stack = copy.deepcopy(network.stack)
        stack.output = linear(layer.weight[order], layer.bias[order])
        self.stack = StackGraph(stack)

    def forward(self, frames: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """frames (n_channels, T) -> parts, harmonic and aperiodic envelope (see `tts.audio.vocoder.Spectrum`)."""
        network = self.network
        x = frames.t()  # (T, n_channels)
        harmonic = x[:, : network.n_mels] @ network.interpolation.t()  # (T, n_freqs)
        aperiodic = x[:, network.n_mels : 2 * network.n_mels] @ network.interpolation.t()
        parts = self.stack((x - network.mean) / network.std)  # (T, 5 n_freqs)
        return parts, *(torch.exp(level.clamp_max(MAX_LOG_MAGNITUDE)) for level in (harmonic, aperiodic))


def export_run(run: Path, checkpoint: Path | None, card: Path, folder: Path, share: float | None = None) -> Voice:
    """Export a training run as a voice.

    `checkpoint`: None takes the newest. `card`: a YAML file with `VoiceCard` fields; its `calibration` takes precedence
    over the measured one. `share`: for a fine-tuned run, the weight of its parameters in a blend with the parameters
    that it started from (see `blend`); None exports the run itself. Raises TrainingError if the run has no checkpoint
    or nothing to blend with, or if the card lacks a field.
    """
    checkpoint = checkpoint or newest_checkpoint(run)
    if checkpoint is None:
        raise TrainingError(f"{run} holds no checkpoint: run 'tts train … run.dir={run}' first")
    described = read_yaml(card)
    model, facts, steps = load_trained(checkpoint, run)
    amounts: dict[str, float] = {"clips": facts.n_clips, "hours": facts.hours, "steps": steps}
    if share is not None:
        blend(model, run, share)
        amounts["blend"] = share
    measured, given = dataclasses.asdict(calibrate_run(run, facts.audio)), described.get("calibration", {})
    described["calibration"] = {**measured, **given} if isinstance(given, dict) else given
    return export_voice(model, facts.audio, facts.symbols, {**described, "training": amounts}, folder)


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
    for name, graph in tqdm(
        zip(names, trace(freeze(model), sharper), strict=True), total=len(names), unit="graph", leave=False
    ):
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


def trace(model: Tacotron, sharpening: Tensor | None = None) -> Iterator[onnx.ModelProto]:
    """Yield the graphs of `tts.voice.graph_names` for one utterance of any length.

    sharpening: as in `PostnetGraph`.
    """
    config: ModelConfig = model.config
    text, frames = Dim("text", min=2, max=100_000), Dim("frames", min=2, max=1_000_000)
    ids = torch.zeros(1, 7, dtype=torch.int64)
    encoder = _export(EncoderGraph(model.encoder), (ids,), ["phoneme_ids"], ["memory"], [{1: text}])
    quantize(encoder)
    yield encoder
    memory = torch.zeros(1, 7, config.encoder_dim)
    names = state_names(model.decoder)
    carried = ["frame", *names]  # values passed from step to step
    of_text = model.decoder.attention.state_names
    step = _export(
        FusedStep(model.decoder),
        (
            torch.zeros(1, config.n_channels),
            memory,
            torch.zeros(1, N_PRENET_LAYERS * config.prenet_dim),
            *flatten(model.decoder.initial_state(memory)),
        ),
        ["frame_in", "memory", "dropout", *(f"{name}_in" for name in names)],
        ["mel", "stop_logits", *carried],
        [None, {1: text}, None, tuple({2: text} if name in of_text else None for name in names)],
    )
    quantize(step)
    yield loop(step, carried, STOP_LOGIT)
    refine = (torch.zeros(1, config.n_channels, 9), torch.zeros(9, config.encoder_dim))
    postnet = _export(
        PostnetGraph(model, sharpening), refine, ["mel", "context"], ["log_mel"], [{2: frames}, {0: frames}]
    )
    quantize(postnet)
    yield postnet
    if model.spectrum is not None:
        names = ["parts", "harmonic", "aperiodic"]
        spectrum = _export(
            SpectrumGraph(model.spectrum), (torch.zeros(config.n_channels, 9),), ["frames"], names, [{1: frames}]
        )
        quantize(spectrum)
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
