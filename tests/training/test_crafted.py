"""A checkpoint from a stranger is data: nothing in it runs, and it names no files to delete."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
import yaml

from tests.conftest import CARD
from tests.training.test_trainer import last_checkpoint, settings
from tts.errors import TrainingError
from tts.export.export import export_run
from tts.training.checkpoint import read_checkpoint
from tts.training.config import TrainConfig
from tts.training.initialize import read_trained
from tts.training.trainer import train

pytestmark = pytest.mark.usefixtures("without_pictures")


class Payload:
    """An object whose unpickling makes a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return os.mkdir, (str(self.folder),)


def resume(config: TrainConfig, card: Path) -> None:
    train(settings(Path(config.data.dir), Path(config.run.dir), max_steps=3))


def start_from(config: TrainConfig, card: Path) -> None:
    read_trained(config.run.dir)


def export(config: TrainConfig, card: Path) -> None:
    export_run(Path(config.run.dir), None, card, card.parent / "voice")


@pytest.fixture
def card(tmp_path: Path) -> Path:
    path = tmp_path / "card.yaml"
    path.write_text(yaml.safe_dump(CARD))
    return path


@pytest.mark.parametrize("use", [resume, start_from, export])
def test_a_crafted_checkpoint_runs_nothing(
    features: Path, tmp_path: Path, card: Path, use: Callable[[TrainConfig, Path], None]
) -> None:
    config = settings(features, tmp_path / "run", max_steps=2)
    train(config)
    mark, path = tmp_path / "it ran", last_checkpoint(config)
    whole = torch.load(path, weights_only=True)
    torch.save({**whole, "hparams": Payload(mark)}, path)
    for other in path.parent.glob("*.ckpt"):
        other.write_bytes(path.read_bytes())
    with pytest.raises(TrainingError, match=r"checkpoint") as caught:
        use(config, card)
    assert not mark.exists()
    assert "weights_only" not in str(caught.value)  # PyTorch's advice is to load the file unsafely
    torch.load(path, weights_only=False)  # the payload works
    assert mark.exists()


def test_a_checkpoint_with_objects_is_refused_with_a_remedy(tmp_path: Path) -> None:
    path = tmp_path / "old.ckpt"
    torch.save({"state_dict": {}, "global_step": 1, "config": Payload(tmp_path / "it ran")}, path)
    with pytest.raises(TrainingError, match=r"old\.ckpt holds posix\.mkdir beside .*: name a checkpoint of"):
        read_checkpoint(path)
    assert not (tmp_path / "it ran").exists()


def test_a_checkpoint_names_no_files_to_delete(features: Path, tmp_path: Path) -> None:
    config = settings(features, tmp_path / "run", max_steps=2)
    train(config)
    path, victim = last_checkpoint(config), tmp_path / "victim.txt"
    victim.write_text("keep me")
    saved = torch.load(path, weights_only=True)
    (rotation,) = (state for name, state in saved["callbacks"].items() if name.startswith("TimedCheckpoints"))
    outside = f"{path.parent}/../../{victim.name}"
    rotation["best_k_models"] = {outside: torch.tensor(0.0), str(path): torch.tensor(1.0)}
    rotation |= {"kth_best_model_path": outside, "kth_value": torch.tensor(0.0)}
    torch.save(saved, path)
    further = settings(
        features,
        tmp_path / "run",
        max_steps=4,
        run={
            "dir": str(tmp_path / "run"),
            "validate_every": 1000,
            "log_every": 1,
            "checkpoint_minutes": 1e-9,
        },
    )
    train(further)
    assert victim.read_text() == "keep me"
