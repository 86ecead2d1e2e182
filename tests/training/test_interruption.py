"""A signal ends a run after a whole step with status 130, and the run resumes exactly."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from multiprocessing.context import ForkProcess
from pathlib import Path

import pytest
import torch

from tests.training.forked import run_command
from tests.training.test_trainer import assert_same_weights, last_checkpoint, losses, settings
from tts.training.checkpoint import newest_checkpoint
from tts.training.data import Batch
from tts.training.interruption import Interruption
from tts.training.module import TacotronModule
from tts.training.trainer import train

pytestmark = pytest.mark.usefixtures("without_pictures")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run_equals_one_that_never_stopped(
    features: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    handlers = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]
    straight, broken = (settings(features, tmp_path / name, max_steps=6) for name in ("straight", "broken"))
    train(straight)
    step = TacotronModule.training_step

    def signalled(module: TacotronModule, batch: Batch, batch_idx: int) -> torch.Tensor:
        if module.global_step == 2:
            os.kill(os.getpid(), number)
        return step(module, batch, batch_idx)

    with monkeypatch.context() as patch:
        patch.setattr(TacotronModule, "training_step", signalled)
        with pytest.raises(KeyboardInterrupt):
            train(broken)
    assert last_checkpoint(broken).name == "interrupted.ckpt"
    assert list(losses(tmp_path / "broken")) == [0, 1, 2]
    train(broken)
    assert losses(tmp_path / "broken") == losses(tmp_path / "straight")
    assert_same_weights(straight, broken, step=6)
    assert not (tmp_path / "broken" / "checkpoints" / "interrupted.ckpt").exists()
    assert [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)] == handlers


def test_nothing_is_saved_in_the_middle_of_a_step(
    features: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(module: TacotronModule, batch: Batch, batch_idx: int) -> torch.Tensor:
        raise OSError("out of memory")

    monkeypatch.setattr(TacotronModule, "training_step", fail)
    with pytest.raises(OSError, match="out of memory"):
        train(settings(features, tmp_path / "run", max_steps=3))
    assert newest_checkpoint(tmp_path / "run") is None


def test_a_second_ctrl_c_does_not_wait() -> None:
    interruption = Interruption(Path())
    interruption._note(signal.SIGINT, None)
    with pytest.raises(KeyboardInterrupt):
        interruption._note(signal.SIGINT, None)


def train_command(features: Path, run: Path, *more: str) -> tuple[str, ...]:
    """Return the arguments of an endless run with a checkpoint at each step."""
    settings(features, run, max_steps=100_000)
    overrides = ("run.validate_every=100_000", "run.checkpoint_minutes=1e-9", *more)
    return ("train", "--config", str(run.parent / "config.yaml"), *overrides)


def wait_for_a_step(run: Path, is_running: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 300
    while newest_checkpoint(run) is None and is_running() and time.monotonic() < deadline:
        time.sleep(0.05)


def assert_interrupted(run: Path, status: int | None, errors: str) -> None:
    assert status == 130, errors
    assert "Traceback" not in errors
    assert errors.count("tts: interrupted") == 1
    newest = newest_checkpoint(run)
    assert newest is not None
    assert newest.name == "interrupted.ckpt"


@pytest.mark.parametrize("processes", [1, 2])
def test_the_command_ends_with_130(features: Path, tmp_path: Path, processes: int) -> None:
    run, log = tmp_path / "run", tmp_path / "log"
    command = train_command(features, run, f"run.processes={processes}")
    process = ForkProcess(target=run_command, args=(log, *command))
    process.start()
    wait_for_a_step(run, process.is_alive)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGINT)
    process.join(120)
    process.kill()
    assert_interrupted(run, process.exitcode, log.read_text(encoding="utf-8"))
