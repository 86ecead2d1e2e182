"""A signal ends a run after a whole step with status 130, and the run resumes exactly."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

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


@pytest.mark.parametrize("processes", [1, 2])
def test_the_command_ends_with_130(features: Path, tmp_path: Path, processes: int) -> None:
    run = tmp_path / "run"
    config = settings(features, run, max_steps=100_000)
    command = [sys.executable, "-m", "tts", "train", "--config", str(tmp_path / "config.yaml")]
    command += [f"run.processes={processes}", "run.validate_every=3"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 300
        while not (run / "samples").exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.1)  # the first picture shows that training runs
        process.send_signal(signal.SIGINT)
        try:
            _, errors = process.communicate(timeout=120)
        finally:
            process.kill()
    assert process.returncode == 130, errors
    assert "Traceback" not in errors
    assert errors.count("tts: interrupted") == 1
    assert last_checkpoint(config).name == "interrupted.ckpt"
