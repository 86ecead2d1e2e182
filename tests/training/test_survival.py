"""After any failure a run continues from its newest complete checkpoint."""

from __future__ import annotations

import os
import resource
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkProcess
from pathlib import Path

import pytest
import torch

from tests.training.forked import run_command
from tests.training.test_trainer import assert_same_weights, last_checkpoint, losses, settings
from tts.training.checkpoint import newest_checkpoint, newest_whole_checkpoint, read_checkpoint
from tts.training.config import TrainConfig
from tts.training.module import TacotronModule, clips_of_step
from tts.training.storage import WholeCheckpoints
from tts.training.trainer import train


def every_step(features: Path, run: Path, max_steps: int) -> TrainConfig:
    """Configure a run with a checkpoint at each step and no pictures."""
    values = {"dir": str(run), "validate_every": 1000, "log_every": 1, "checkpoint_minutes": 1e-9}
    return settings(features, run, max_steps=max_steps, run=values)


@contextmanager
def full_disk(n_bytes: int) -> Iterator[None]:
    """Limit the size of a file, as if the disk were full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, ignored)


def train_until(step: int, config: TrainConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Train with `config`, but stop at a step."""
    train_step = TacotronModule.training_step

    def stop(module: TacotronModule, batch: object, batch_idx: int) -> torch.Tensor:
        if module.global_step == step:
            raise OSError("far enough")
        return train_step(module, batch, batch_idx)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(TacotronModule, "training_step", stop)
        with pytest.raises(OSError, match="far enough"):
            train(config)


def test_a_killed_run_goes_on_from_its_last_checkpoint(
    features: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    straight, broken = (every_step(features, tmp_path / name, 100_000) for name in ("straight", "broken"))
    command = ("train", "--config", str(tmp_path / "config.yaml"))  # of the second
    process = ForkProcess(target=run_command, args=(tmp_path / "log", *command))
    process.start()
    deadline = time.monotonic() + 120
    checkpoints = tmp_path / "broken" / "checkpoints"
    while len(list(checkpoints.glob("*.ckpt"))) < 2 and process.is_alive() and time.monotonic() < deadline:
        time.sleep(0.02)
    process.kill()
    process.join()
    assert process.exitcode == -signal.SIGKILL, (tmp_path / "log").read_text(encoding="utf-8")
    path, step = newest_whole_checkpoint(tmp_path / "broken")
    assert path is not None
    train_until(step + 2, broken, monkeypatch)
    train_until(step + 2, straight, monkeypatch)
    ours, theirs = losses(tmp_path / "broken"), losses(tmp_path / "straight")
    assert [ours[at] for at in (step, step + 1)] == [theirs[at] for at in (step, step + 1)]
    assert len(list(checkpoints.glob("step=*.ckpt"))) == 2  # none is left of the run that was killed


def test_a_full_disk_leaves_the_checkpoints_before_it(
    features: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    straight, broken = (every_step(features, tmp_path / name, 6) for name in ("straight", "broken"))
    train(straight)
    train_until(2, broken, monkeypatch)
    before = sorted((tmp_path / "broken" / "checkpoints").iterdir())
    with (
        full_disk(last_checkpoint(broken).stat().st_size // 2),
        pytest.raises(
            ValueError,
            match=r"checkpoint .* cannot be written \(File too large\): make room",
        ),
    ):
        train(broken)
    assert sorted((tmp_path / "broken" / "checkpoints").iterdir()) == before
    train(broken)
    assert_same_weights(straight, broken, step=6)


@pytest.mark.parametrize("damage", ["truncated", "flipped"])
def test_a_damaged_checkpoint_is_passed_over(
    features: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    damage: str,
) -> None:
    straight = every_step(features, tmp_path / "straight", 5)
    broken = every_step(features, tmp_path / "broken", 5)
    train(straight)
    train_until(3, broken, monkeypatch)
    path = last_checkpoint(broken)
    content = bytearray(path.read_bytes())
    if damage == "truncated":
        del content[len(content) // 2 :]
    else:
        content[len(content) // 2] ^= 0x10
    path.write_bytes(content)
    assert newest_checkpoint(tmp_path / "broken") == path
    train(broken)
    assert f"{path} cannot be read as a checkpoint" in caplog.text
    assert_same_weights(straight, broken, step=5)


def test_a_run_of_damaged_checkpoints_does_not_start_anew(tmp_path: Path) -> None:
    folder = tmp_path / "checkpoints"
    folder.mkdir()
    assert newest_whole_checkpoint(tmp_path) == (None, 0)
    (folder / "step=000001.ckpt").write_bytes(b"half")
    with pytest.raises(ValueError, match=r"no checkpoint in .*checkpoints can be read: name another run.dir"):
        newest_whole_checkpoint(tmp_path)


def test_a_checkpoint_appears_when_it_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, seen = tmp_path / "new" / "a.ckpt", list[tuple[bool, int]]()
    synchronise = os.fsync

    def look(descriptor: int) -> None:
        synchronise(descriptor)
        seen.extend((each.name != path.name, each.stat().st_size) for each in path.parent.iterdir())

    monkeypatch.setattr(os, "fsync", look)
    WholeCheckpoints().save_checkpoint({"weights": torch.ones(1000)}, path)
    assert seen == [(True, path.stat().st_size)]  # the data was on the disk before the rename
    assert [each.name for each in path.parent.iterdir()] == ["a.ckpt"]
    assert torch.load(path)["weights"].sum() == 1000


def test_a_gradient_that_is_no_number_ends_the_run_before_the_weights_are_lost(
    features: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = TacotronModule.training_step

    def explode(module: TacotronModule, batch: object, batch_idx: int) -> torch.Tensor:
        loss = step(module, batch, batch_idx)  # type: ignore[arg-type]
        if module.global_step == 2:
            loss = loss + (torch.sqrt(next(module.model.parameters()).sum() * 0) - 0)  # 0, of infinite slope
        return loss

    monkeypatch.setattr(TacotronModule, "training_step", explode)
    run = every_step(features, tmp_path / "run", 5)
    with pytest.raises(
        ValueError, match=r"the gradient is nan at step 2; clips of the step: tiny-\d\d.*checkpoint is .*\.ckpt: "
    ):
        train(run)
    saved = read_checkpoint(last_checkpoint(run))
    assert saved["global_step"] == 2
    assert all(torch.isfinite(value).all() for value in saved["state_dict"].values())


def test_clips_of_all_accumulated_batches_are_named() -> None:
    class Fake:
        def __init__(self, *clip_ids: str) -> None:
            self.clip_ids = list(clip_ids)

    named = list[str]()
    for index, batch in enumerate((Fake("a"), Fake("b", "c"), Fake("d"))):
        named = clips_of_step(named, batch, index, accumulated=2)  # type: ignore[arg-type]
        assert named == [["a"], ["a", "b", "c"], ["d"]][index]
