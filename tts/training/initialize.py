"""Initialise a model for fine-tuning with the weights of a trained model, symbol by symbol."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from torch import Tensor

from tts.config import AudioConfig, ModelConfig
from tts.errors import ConfigError, TrainingError
from tts.model.tacotron import Tacotron
from tts.training.checkpoint import Facts, check_weights, newest_checkpoint, read_checkpoint
from tts.training.models import load_trained
from tts.training.storage import WholeCheckpoints
from tts.training.weights import unpack
from tts.voice import bundled_voices, read_weights

START = "start.ckpt"  # file in a run folder with the weights at the start of fine-tuning
FRESH, MANNER = "fresh", "manner"  # keys in that file
EMBEDDING = "encoder.embedding.weight"
OWN = ("mel_mean", "mel_std", "spectrum.interpolation", "decoder.attention.prior")
"""Tensors that are not taken over: statistics of the features (see `initialize`), and settings stored as tensors."""
SPECTRUM = "spectrum.stack"
"""The name of the spectrum network, which includes its statistics."""
FREE_MODEL = ("n_symbols", "conv_dropout", "prenet_dropout", "prior_taps", "prior_alpha", "prior_beta")
FREE_NETWORKS = ("postnet_dim", "postnet_hidden_dim", "postnet_blocks", "spectrum")
"""Dimensions of the networks after the decoder. They may differ; the network then starts with random weights."""
OF_MANNER = ("question_rise", "keeps_dropout", "griffin_lim_rounds", "sharpening")
"""Fields of a voice's card that say how its networks sound best."""
FREE_AUDIO = ("f0_min", "f0_max")  # the search range of the pitch, which does not change its meaning


class Trained(NamedTuple):
    """A trained model from a checkpoint or a voice."""

    origin: str
    weights: dict[str, Tensor]
    audio: AudioConfig
    model: ModelConfig
    symbols: Sequence[str]
    manner: Mapping[str, Any] = MappingProxyType({})  # OF_MANNER, of a voice


class TakenOver(NamedTuple):
    """The symbols and networks that were taken over."""

    mapped: list[str]  # symbols of the new table with embeddings from the old
    new: list[str]  # symbols of the new table with random embeddings
    unused: list[str]  # symbols of the old table that the new table lacks
    fresh: list[str]  # networks of the new model with random weights
    manner: Mapping[str, Any] = MappingProxyType({})  # of the voice, if it is one

    def __str__(self) -> str:
        parts = [f"{len(self.mapped)} symbols mapped by name"]
        if self.fresh:
            parts.append(f"networks with random weights: {', '.join(self.fresh)}")
        for label, symbols in (("new, with random embeddings", self.new), ("unused", self.unused)):
            if symbols:
                parts.append(f"{len(symbols)} {label}: {' '.join(symbols)}")
        return "; ".join(parts)


def read_trained(source: str) -> Trained:
    """Read a trained model from a checkpoint, the newest checkpoint of a run folder, or a voice by name or folder.

    Raises TrainingError or VoiceError if the source is none of these, is damaged, or is a voice without weights.
    """
    path = Path(source)
    if source in bundled_voices() or (path / "voice.json").is_file():
        card, data = read_weights(source)
        manner = {name: getattr(card, name) for name in OF_MANNER}
        return Trained(f"voice {card.name!r}", unpack(data), card.audio, card.model, card.symbols, manner)
    path = path.absolute()  # a bare name has no parents
    checkpoint = path if path.is_file() else newest_checkpoint(path)
    if checkpoint is None:
        raise TrainingError(
            f"{source!r} holds nothing to start from: name a checkpoint, a run folder that holds one, a voice folder, "
            f"or a voice of {', '.join(bundled_voices())}"
        )
    model, facts, step = load_trained(checkpoint, checkpoint.parent.parent)
    return Trained(f"{checkpoint} of step {step}", model.state_dict(), facts.audio, facts.model, facts.symbols)


def initialize(model: Tacotron, facts: Facts, trained: Trained, has_spectrum: bool = False) -> TakenOver:
    """Copy the weights of a trained model into `model`, network by network, where they fit. facts: of `model`.

    has_spectrum: whether the spectrum network has its start already (`tts.training.universal`).

    Embeddings are copied by the name of the symbol. The statistics of the spectrogram stay those of the new features.
    The network reads and writes standardised frames, so its first output already has the level, the timbre and the
    pitch of the new speaker, and its inputs are distributed as before. A spectrum network keeps its own statistics: how
    frames sound does not depend on the speaker. Raises TrainingError if the settings do not fit.
    """
    _check_settings(trained, facts)
    is_spectrum_kept = model.spectrum is not None and not next(model.spectrum.parameters()).requires_grad
    weights = {**trained.weights}
    old_rows, embedding = weights[EMBEDDING], model.encoder.embedding.weight.detach().clone()
    place = {symbol: row for row, symbol in enumerate(trained.symbols)}
    for row, symbol in enumerate(facts.symbols):
        if symbol in place:
            embedding[row] = old_rows[place[symbol]]
    weights[EMBEDDING] = embedding
    own = {name: tensor for name, tensor in model.state_dict().items() if name not in OWN}
    if has_spectrum:
        own = {name: tensor for name, tensor in own.items() if _network(name) != SPECTRUM}
    fits = {name: name in weights and weights[name].shape == tensor.shape for name, tensor in own.items()}
    fresh = list(dict.fromkeys(_network(name) for name, fit in fits.items() if not fit))
    if is_spectrum_kept and SPECTRUM in fresh:
        raise TrainingError(
            f"{trained.origin} has no spectrum network of these dimensions, and the features cannot train "
            "one: start from a voice that has one, or leave model.spectrum out"
        )
    taken = {name: weights[name] for name in own if _network(name) not in fresh}
    model.load_state_dict({**model.state_dict(), **taken})
    known = [symbol for symbol in facts.symbols if symbol in place]
    new = [symbol for symbol in facts.symbols if symbol not in place]
    unused = [symbol for symbol in trained.symbols if symbol not in set(known)]
    return TakenOver(known, new, unused, fresh, trained.manner)


def _network(name: str) -> str:
    """Return the network that a tensor belongs to. Networks are taken over whole or not at all."""
    return SPECTRUM if name.startswith("spectrum.") else ".".join(name.split(".")[:2])


def keep_start(run: Path, model: Tacotron, taken: TakenOver) -> None:
    """Save the initial weights into the run folder, because the source may move or change."""
    start = {"state_dict": model.state_dict(), "global_step": 0, FRESH: taken.fresh, MANNER: dict(taken.manner)}
    WholeCheckpoints().save_checkpoint(start, run / START)


def manner_of_start(run: Path) -> dict[str, Any]:
    """Return the fields of a voice's card that a fine-tuned run takes over; none where a network began at random."""
    path = run / START
    saved = read_checkpoint(path) if path.is_file() else {}
    return {} if saved.get(FRESH) else saved.get(MANNER, {})  # both are missing in runs of older versions


def blend(model: Tacotron, run: Path, share: float) -> None:
    """Interpolate between the initial weights (share 0) and the fine-tuned weights (share 1).

    Halfway, the voice has much of the new speaker and has forgotten little (Wortsman et al. 2022, section 3, equation
    1). Networks that began with random weights stay as they were trained, because they have nothing to forget. Raises
    ConfigError if the share is not from 0 to 1, TrainingError if the run has no initial weights.
    """
    check_share(share)
    path = run / START
    if not path.is_file():
        raise TrainingError(f"{run} has no {START}, which only runs with --init-from have: leave out --blend")
    saved = read_checkpoint(path)
    start: dict[str, Tensor] = saved["state_dict"]
    fresh = saved.get(FRESH, [])  # missing in runs of older versions
    check_weights(model, start, path)
    for name, tuned in model.state_dict().items():
        if tuned.is_floating_point() and _network(name) not in fresh:
            tuned.lerp_(start[name], 1 - share)


def check_share(share: float) -> None:
    """Raise ConfigError if a share of a blend is not from 0 to 1."""
    if not 0 <= share <= 1:
        raise ConfigError(f"the blend is {share}: use a number from 0 (the start) to 1 (the trained weights)")


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
