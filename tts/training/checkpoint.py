"""Read checkpoints, check them, and store what an export needs besides weights."""

from __future__ import annotations

import dataclasses
import logging
import pickle
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from tts.common.validation import from_dict
from tts.config import AudioConfig, ModelConfig
from tts.corpus.features import Features
from tts.errors import TrainingError

logger = logging.getLogger(__name__)

KEY = "griffon"  # of the facts, among Lightning's own keys


class Facts(NamedTuple):
    """What the features decide about a model. With these facts, an export does not need the features folder."""

    audio: AudioConfig
    model: ModelConfig
    symbols: list[str]
    n_clips: int
    hours: float  # of audio, trimmed


def describe(features: Features, model: ModelConfig) -> Facts:
    """Collect the facts of a model that is trained on a features folder."""
    hours = int(features.offsets[-1]) / features.audio.frames_per_second / 3600
    return Facts(features.audio, model, features.symbols, len(features.clips), round(hours, 2))


def store_facts(checkpoint: dict[str, Any], facts: Facts) -> None:
    """Add facts to a checkpoint as plain data, which survives renamed classes."""
    plain = {"audio": dataclasses.asdict(facts.audio), "model": dataclasses.asdict(facts.model)}
    checkpoint[KEY] = {**facts._asdict(), **plain}


def stored_facts(checkpoint: dict[str, Any]) -> Facts | None:
    """Return the facts in a checkpoint; None if an older version wrote it."""
    if KEY not in checkpoint:
        return None
    values = {**checkpoint[KEY]}
    audio = from_dict(AudioConfig, values.pop("audio"), "audio")
    return Facts(audio, from_dict(ModelConfig, values.pop("model"), "model"), **values)


def newest_checkpoint(run: Path) -> Path | None:
    """Return the newest checkpoint in a run folder, or None."""
    return next(iter(_newest_first(run)), None)


def newest_whole_checkpoint(run: Path) -> tuple[Path | None, int]:
    """Return the newest readable checkpoint and its step, or None and 0. Damaged ones are skipped with a warning.

    Raises TrainingError if all are damaged, because a run must not restart unasked.
    """
    found = _newest_first(run)
    for path in found:
        try:
            step = int(read_checkpoint(path)["global_step"])
        except TrainingError as error:
            logger.warning("%s", error)
        else:
            return path, step
    if found:
        raise TrainingError(f"no checkpoint in {found[0].parent} can be read: name another run.dir, or remove them all")
    return None, 0


def _newest_first(run: Path) -> list[Path]:
    found = (run / "checkpoints").glob("*.ckpt")
    return sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)


def read_checkpoint(path: Path) -> dict[str, Any]:
    """Load a checkpoint to the CPU: tensors and plain values only, because a pickled object can run code.

    Raises TrainingError if the file is damaged, holds other objects, or is not from a training run.
    """
    try:
        _check_sums(path)
        saved: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise TrainingError(
            f"{path} holds {_objects(path)} beside tensors and plain values, and loading them could run code: name a "
            "checkpoint of this version, or export a trusted older one with the version that wrote it"
        ) from error
    except Exception as error:
        raise TrainingError(f"{path} cannot be read as a checkpoint ({error}): name or keep an older one") from error
    if not isinstance(saved, dict) or not {"state_dict", "global_step"} <= set(saved):
        raise TrainingError(f"{path} is not a checkpoint of 'tts train': name one from a run's checkpoints folder")
    return saved


def _objects(path: Path) -> str:
    """Name the objects other than tensors and plain values that a checkpoint holds."""
    try:
        return ", ".join(torch.serialization.get_unsafe_globals_in_checkpoint(path)) or "objects"
    except Exception:  # as the unpickler before it
        return "objects"


def _check_sums(path: Path) -> None:
    """Raise TrainingError for a wrong checksum. torch.load does not check for flipped bits."""
    with zipfile.ZipFile(path) as archive:
        damaged = archive.testzip()
    if damaged:
        raise TrainingError(f"wrong checksum of {damaged}")


def load_weights(module: nn.Module, weights: Mapping[str, Tensor], path: Path) -> None:
    """Load weights into a module. Raises TrainingError with the first tensor of another shape."""
    check_weights(module, weights, path)
    module.load_state_dict(weights)


def check_weights(module: nn.Module, weights: Mapping[str, Tensor], path: Path) -> None:
    """Raise TrainingError with the first tensor that does not fit the module."""
    needed = {name: tuple(tensor.shape) for name, tensor in module.state_dict().items()}
    found = {name: tuple(tensor.shape) for name, tensor in weights.items()}
    for name in [*needed, *found]:
        if needed.get(name) != found.get(name):
            raise TrainingError(
                f"{path} does not fit the model: {name} is {found.get(name, 'missing')}, but "
                f"{needed.get(name, 'nothing')} is needed: use the model settings and the features of its run"
            )


def check_resumable(path: Path, module: nn.Module, facts_at: Callable[[int], Facts]) -> None:
    """Raise TrainingError, with the difference, if a run cannot continue from a checkpoint.

    facts_at: returns the facts of the run after a number of steps.
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
