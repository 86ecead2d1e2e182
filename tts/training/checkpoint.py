"""What a checkpoint holds besides weights, and whether it fits what is to be done with it."""

from __future__ import annotations

import dataclasses
import logging
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from tts.config import AudioConfig, ModelConfig, from_dict
from tts.corpus.features import Features
from tts.errors import TrainingError

logger = logging.getLogger(__name__)

KEY = "griffon"  # of the facts, among Lightning's own keys


class Facts(NamedTuple):
    """What the features decided about a model: with them, a checkpoint is exported without the features folder."""

    audio: AudioConfig
    model: ModelConfig
    symbols: list[str]
    n_clips: int
    hours: float  # of audio, trimmed


def describe(features: Features, model: ModelConfig) -> Facts:
    """The facts of a model that is trained on a features folder."""
    hours = int(features.offsets[-1]) / features.audio.frames_per_second / 3600
    return Facts(features.audio, model, features.symbols, len(features.clips), round(hours, 2))


def store_facts(checkpoint: dict[str, Any], facts: Facts) -> None:
    """Add facts to a checkpoint about to be written, as plain data: it outlives a renamed class."""
    plain = {"audio": dataclasses.asdict(facts.audio), "model": dataclasses.asdict(facts.model)}
    checkpoint[KEY] = {**facts._asdict(), **plain}


def stored_facts(checkpoint: dict[str, Any]) -> Facts | None:
    """The facts in a checkpoint; None in one of a version that did not store them."""
    if KEY not in checkpoint:
        return None
    values = {**checkpoint[KEY]}
    audio = from_dict(AudioConfig, values.pop("audio"), "audio")
    return Facts(audio, from_dict(ModelConfig, values.pop("model"), "model"), **values)


def newest_checkpoint(run: Path) -> Path | None:
    """The checkpoint last written to a run folder, or None."""
    return next(iter(_newest_first(run)), None)


def newest_whole_checkpoint(run: Path) -> Path | None:
    """The newest checkpoint that can be read, or None where there is none; a damaged one is passed over with a warning.

    Raises TrainingError where all are damaged: to start anew must not happen unasked.
    """
    found = _newest_first(run)
    for path in found:
        try:
            read_checkpoint(path)
        except TrainingError as error:
            logger.warning("%s", error)
        else:
            return path
    if found:
        raise TrainingError(f"no checkpoint in {found[0].parent} can be read: name another run.dir, or remove them all")
    return None


def _newest_first(run: Path) -> list[Path]:
    found = (run / "checkpoints").glob("*.ckpt")
    return sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)


def read_checkpoint(path: Path) -> dict[str, Any]:
    """A checkpoint's content, on the CPU. Raises TrainingError where it is damaged or not of a training run."""
    try:
        _check_sums(path)
        saved: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=False)
    except Exception as error:
        raise TrainingError(f"{path} cannot be read as a checkpoint ({error}): name or keep an older one") from error
    if not isinstance(saved, dict) or not {"state_dict", "global_step"} <= set(saved):
        raise TrainingError(f"{path} is not a checkpoint of 'tts train': name one from a run's checkpoints folder")
    return saved


def _check_sums(path: Path) -> None:
    """Raises TrainingError where the file is not what was written: torch.load takes flipped bits for weights."""
    with zipfile.ZipFile(path) as archive:
        damaged = archive.testzip()
    if damaged:
        raise TrainingError(f"wrong check sum of {damaged}")


def load_weights(module: nn.Module, weights: Mapping[str, Tensor], path: Path) -> None:
    """Load weights into a module of the same dimensions; raises TrainingError naming the first tensor that differs."""
    check_weights(module, weights, path)
    module.load_state_dict(weights)


def check_weights(module: nn.Module, weights: Mapping[str, Tensor], path: Path) -> None:
    """Raises TrainingError, naming the first difference, where weights do not fit a module."""
    needed = {name: tuple(tensor.shape) for name, tensor in module.state_dict().items()}
    found = {name: tuple(tensor.shape) for name, tensor in weights.items()}
    for name in [*needed, *found]:
        if needed.get(name) != found.get(name):
            raise TrainingError(
                f"{path} does not fit the model: {name} is {found.get(name, 'missing')}, but "
                f"{needed.get(name, 'nothing')} is needed: use the model settings and the features of its run"
            )


def check_resumable(path: Path, module: nn.Module, facts_at: Callable[[int], Facts]) -> None:
    """Raises TrainingError, naming the difference, where a run cannot go on from a checkpoint.

    facts_at: what the run's facts are after so many steps.
    """
    saved = read_checkpoint(path)
    before, facts = stored_facts(saved), facts_at(saved["global_step"])
    if before:
        for section in ("model", "audio"):
            old, new = (dataclasses.asdict(getattr(side, section)) for side in (before, facts))
            for name, value in new.items():
                if old[name] != value:
                    raise TrainingError(
                        f"{section} setting {name} is {value}, but {path} was trained with {old[name]}: "
                        "set it back, or name another run.dir"
                    )
        if before.symbols != facts.symbols:
            raise TrainingError(f"{path} was trained with other symbols than the features have: name another run.dir")
    check_weights(module, saved["state_dict"], path)
