"""Fine-tuning: a fresh model takes over the weights of a trained one, symbol by symbol."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from torch import Tensor

from tts.config import AudioConfig, ModelConfig
from tts.model.tacotron import Tacotron
from tts.training.checkpoint import Facts, check_weights, newest_checkpoint
from tts.training.models import load_trained
from tts.training.weights import unpack
from tts.voice import bundled_voices, read_weights

EMBEDDING = "encoder.embedding.weight"
OWN = ("mel_mean", "mel_std", "decoder.attention.prior")
"""What a model does not take over: its features' statistics (see `initialize`), and a setting stored as a tensor."""
FREE_MODEL = ("n_symbols", "conv_dropout", "prenet_dropout", "prior_taps", "prior_alpha", "prior_beta")
FREE_AUDIO = ("f0_min", "f0_max")  # where the pitch is looked for, not what its value means


class Trained(NamedTuple):
    """A trained model, wherever it was found."""

    origin: str
    weights: dict[str, Tensor]
    audio: AudioConfig
    model: ModelConfig
    symbols: Sequence[str]


class Mapping(NamedTuple):
    """What became of the symbols."""

    mapped: list[str]  # the new table's, whose embeddings were taken over
    new: list[str]  # the new table's, whose embeddings begin at random
    unused: list[str]  # the old table's, whose embeddings were left behind

    def __str__(self) -> str:
        parts = [f"{len(self.mapped)} symbols mapped by name"]
        for label, symbols in (("new, which begin at random", self.new), ("left behind", self.unused)):
            if symbols:
                parts.append(f"{len(symbols)} {label}: {' '.join(symbols)}")
        return "; ".join(parts)


def read_trained(source: str) -> Trained:
    """The trained model in a checkpoint file, a run folder (its newest), or a voice by name or folder.

    Raises ValueError where it is none of these, is damaged, or is a voice without weights to train.
    """
    path = Path(source)
    if source in bundled_voices() or (path / "voice.json").is_file():
        card, data = read_weights(source)
        return Trained(f"voice {card.name!r}", unpack(data), card.audio, card.model, card.symbols)
    checkpoint = path if path.is_file() else newest_checkpoint(path)
    if checkpoint is None:
        raise ValueError(
            f"{source!r} holds nothing to start from: name a checkpoint, a run folder that holds one, a voice folder, "
            f"or a voice of {', '.join(bundled_voices())}"
        )
    model, facts, step = load_trained(checkpoint, checkpoint.parents[1])
    return Trained(f"{checkpoint} of step {step}", model.state_dict(), facts.audio, facts.model, facts.symbols)


def initialize(model: Tacotron, facts: Facts, trained: Trained) -> Mapping:
    """Take a trained model's weights over; `facts` are the fresh model's.

    Embeddings go by the symbol's name. The spectrogram's statistics stay those of the new features: the network reads
    and writes standard deviations from a mean, so with them its first output has the level, the colour and the pitch
    of the new speaker at once, and all that is fed back is distributed as it has learnt; with the old ones, every one
    of these would have to be learnt as a bias. Raises ValueError where the settings or the tensors do not fit.
    """
    _check_settings(trained, facts)
    weights = {**trained.weights}
    old_rows, fresh = weights[EMBEDDING], model.encoder.embedding.weight.detach().clone()
    place = {symbol: row for row, symbol in enumerate(trained.symbols)}
    for row, symbol in enumerate(facts.symbols):
        if symbol in place:
            fresh[row] = old_rows[place[symbol]]
    weights[EMBEDDING] = fresh
    own = model.state_dict()
    weights.update({name: own[name] for name in OWN if name in own})
    check_weights(model, weights, Path(trained.origin))
    model.load_state_dict(weights)
    known = [symbol for symbol in facts.symbols if symbol in place]
    new = [symbol for symbol in facts.symbols if symbol not in place]
    return Mapping(known, new, [symbol for symbol in trained.symbols if symbol not in set(known)])


def _check_settings(trained: Trained, facts: Facts) -> None:
    for name, wanted in dataclasses.asdict(trained.model).items():
        found = getattr(facts.model, name)
        if found != wanted and name in ("n_mels", "n_source"):
            raise ValueError(
                f"the features have {name} {found}, but {trained.origin} has {wanted}: prepare them with its audio "
                "settings"
            )
        if found != wanted and name not in FREE_MODEL:
            raise ValueError(
                f"model setting {name} is {found}, but {trained.origin} has {wanted}: set model.{name}={wanted}, or "
                "train without --init-from"
            )
    for name, wanted in dataclasses.asdict(trained.audio).items():
        found = getattr(facts.audio, name)
        if found != wanted and name not in FREE_AUDIO:
            raise ValueError(
                f"the features have audio setting {name} {found}, but {trained.origin} has {wanted}: prepare them "
                "with its audio settings"
            )
