"""Fine-tuning: a fresh model takes over the weights of a trained one, symbol by symbol."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from torch import Tensor

from tts.config import AudioConfig, ModelConfig
from tts.errors import ConfigError, TrainingError
from tts.model.tacotron import Tacotron
from tts.training.checkpoint import Facts, check_weights, newest_checkpoint, read_checkpoint
from tts.training.models import load_trained
from tts.training.storage import WholeCheckpoints
from tts.training.weights import unpack
from tts.voice import bundled_voices, read_weights

START = "start.ckpt"  # in a run folder: the weights that fine-tuning began with
EMBEDDING = "encoder.embedding.weight"
OWN = ("mel_mean", "mel_std", "spectrum.mean", "spectrum.std", "spectrum.interpolation", "decoder.attention.prior")
"""What a model does not take over: its features' statistics (see `initialize`), and settings stored as tensors."""
FREE_MODEL = ("n_symbols", "conv_dropout", "prenet_dropout", "prior_taps", "prior_alpha", "prior_beta")
FREE_NETWORKS = ("postnet_dim", "postnet_hidden_dim", "postnet_blocks", "spectrum")
"""Dimensions of the networks after the decoder. They may differ: then the network begins at random."""
FREE_AUDIO = ("f0_min", "f0_max")  # where the pitch is looked for, not what its value means


class Trained(NamedTuple):
    """A trained model, wherever it was found."""

    origin: str
    weights: dict[str, Tensor]
    audio: AudioConfig
    model: ModelConfig
    symbols: Sequence[str]


class Mapping(NamedTuple):
    """Which symbols and networks were taken over."""

    mapped: list[str]  # the new table's, whose embeddings were taken over
    new: list[str]  # the new table's, whose embeddings begin at random
    unused: list[str]  # the old table's, whose embeddings were left behind
    fresh: list[str]  # networks of the new model that begin at random

    def __str__(self) -> str:
        parts = [f"{len(self.mapped)} symbols mapped by name"]
        if self.fresh:
            parts.append(f"networks that begin at random: {', '.join(self.fresh)}")
        for label, symbols in (("new, which begin at random", self.new), ("left behind", self.unused)):
            if symbols:
                parts.append(f"{len(symbols)} {label}: {' '.join(symbols)}")
        return "; ".join(parts)


def read_trained(source: str) -> Trained:
    """The trained model in a checkpoint file, a run folder (its newest), or a voice by name or folder.

    Raises TrainingError where it is none of these, is damaged, or is a voice without weights to train.
    """
    path = Path(source)
    if source in bundled_voices() or (path / "voice.json").is_file():
        card, data = read_weights(source)
        return Trained(f"voice {card.name!r}", unpack(data), card.audio, card.model, card.symbols)
    checkpoint = path if path.is_file() else newest_checkpoint(path)
    if checkpoint is None:
        raise TrainingError(
            f"{source!r} holds nothing to start from: name a checkpoint, a run folder that holds one, a voice folder, "
            f"or a voice of {', '.join(bundled_voices())}"
        )
    model, facts, step = load_trained(checkpoint, checkpoint.parents[1])
    return Trained(f"{checkpoint} of step {step}", model.state_dict(), facts.audio, facts.model, facts.symbols)


def initialize(model: Tacotron, facts: Facts, trained: Trained) -> Mapping:
    """Take a trained model's weights over, network by network, where they fit; `facts` are the fresh model's.

    Embeddings go by the symbol's name. The spectrogram's statistics stay those of the new features: the network reads
    and writes standard deviations from a mean, so with them its first output has the level, the colour and the pitch
    of the new speaker at once, and all that is fed back is distributed as it has learnt; with the old ones, every one
    of these would have to be learnt as a bias. Raises TrainingError where the settings do not fit.
    """
    _check_settings(trained, facts)
    weights = {**trained.weights}
    old_rows, embedding = weights[EMBEDDING], model.encoder.embedding.weight.detach().clone()
    place = {symbol: row for row, symbol in enumerate(trained.symbols)}
    for row, symbol in enumerate(facts.symbols):
        if symbol in place:
            embedding[row] = old_rows[place[symbol]]
    weights[EMBEDDING] = embedding
    own = {name: tensor for name, tensor in model.state_dict().items() if name not in OWN}
    fits = {name: name in weights and weights[name].shape == tensor.shape for name, tensor in own.items()}
    fresh = list(dict.fromkeys(_network(name) for name, fit in fits.items() if not fit))
    taken = {name: weights[name] for name in own if _network(name) not in fresh}
    model.load_state_dict({**model.state_dict(), **taken})
    known = [symbol for symbol in facts.symbols if symbol in place]
    new = [symbol for symbol in facts.symbols if symbol not in place]
    return Mapping(known, new, [symbol for symbol in trained.symbols if symbol not in set(known)], fresh)


def _network(name: str) -> str:
    """Return the network that a tensor belongs to. Networks are taken over whole or not at all."""
    return ".".join(name.split(".")[:2])


def keep_start(run: Path, model: Tacotron) -> None:
    """Keep in a run folder what its fine-tuning begins with: what it was trained from may be moved, or change."""
    WholeCheckpoints().save_checkpoint({"state_dict": model.state_dict(), "global_step": 0}, run / START)


def blend(model: Tacotron, run: Path, share: float) -> None:
    """Take a fine-tuned model back to `share` of the way from its start: 1 leaves it, 0 is the start.

    Halfway, it has much of the new speaker and little of what was forgotten for her (Wortsman et al. 2022, section 3,
    equation 1). Raises ConfigError where the share is not from 0 to 1, TrainingError where the run has not kept its
    start.
    """
    if not 0 <= share <= 1:
        raise ConfigError(f"the blend is {share}, but a number from 0, the start, to 1, the trained weights, is needed")
    path = run / START
    if not path.is_file():
        raise TrainingError(f"{run} has no {START} to blend with, as runs with --init-from have: leave out --blend")
    start: dict[str, Tensor] = read_checkpoint(path)["state_dict"]
    check_weights(model, start, path)
    for name, tuned in model.state_dict().items():
        if tuned.is_floating_point():
            tuned.lerp_(start[name], 1 - share)


def _check_settings(trained: Trained, facts: Facts) -> None:
    """Raise TrainingError for the first setting of the encoder, the decoder or the frames that differs.

    Frames of another kind, with or without voicing edges, are allowed: the layers that read and write them have other
    shapes and begin at random. Any other difference would keep those layers, which would then be wrong.
    """
    is_other_kind = bool(trained.audio.voicing_edges) != bool(facts.audio.voicing_edges)
    for name, wanted in dataclasses.asdict(trained.model).items():
        found = getattr(facts.model, name)
        if found == wanted or name in (*FREE_MODEL, *FREE_NETWORKS):
            continue
        if name not in ("n_mels", "n_source"):
            raise TrainingError(
                f"model setting {name} is {found}, but {trained.origin} has {wanted}: set model.{name}={wanted}, or "
                "train without --init-from"
            )
        if not is_other_kind:
            raise TrainingError(
                f"the features have {name} {found}, but {trained.origin} has {wanted}: prepare them with its audio "
                "settings"
            )
    if is_other_kind:
        return
    for name, wanted in dataclasses.asdict(trained.audio).items():
        found = getattr(facts.audio, name)
        if found != wanted and name not in FREE_AUDIO:
            raise TrainingError(
                f"the features have audio setting {name} {found}, but {trained.origin} has {wanted}: prepare them "
                "with its audio settings"
            )
