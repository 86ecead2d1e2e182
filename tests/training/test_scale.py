"""Several processes, accumulated gradients and half precision give the same training except for rounding."""

from __future__ import annotations

import os
import socket
from multiprocessing.context import ForkProcess
from pathlib import Path

import pytest
import torch

from tests.training.forked import run_command
from tests.training.test_trainer import last_checkpoint, losses, scalars, settings
from tts.corpus.features import Features
from tts.training import trainer
from tts.training.checkpoint import read_checkpoint
from tts.training.config import RunConfig, TrainConfig
from tts.training.data import ClipDataset, Example
from tts.training.module import TacotronModule
from tts.training.trainer import build_model, placement, train

pytestmark = pytest.mark.usefixtures("without_pictures")

DATA = {"batch_frames": 400, "n_validation": 2}


def weights(config: TrainConfig) -> dict[str, torch.Tensor]:
    """Return the parameters after the last step."""
    state = torch.load(last_checkpoint(config), weights_only=True)["state_dict"]
    moving = ("running_mean", "running_var", "num_batches_tracked")  # batch norm statistics: each process keeps its own
    return {name: value for name, value in state.items() if name.startswith("model.") and not name.endswith(moving)}


def run_as(rank: int, port: int, folder: Path) -> None:
    """Run the command as torchrun runs the first or second of two processes. This process is a copy."""
    places = {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": 2, "LOCAL_WORLD_SIZE": 2, "GROUP_RANK": 0}
    os.environ.update({name: str(value) for name, value in places.items()})
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port), TORCHELASTIC_RUN_ID="test")
    run_command(folder / "log", "train", "--config", str(folder / "config.yaml"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def test_two_processes_are_one_that_accumulates(features: Path, tmp_path: Path) -> None:
    """Each step averages the gradients of the same two batches, each with batch norms and dropout of its own.

    Sums are taken in another order, by which rounding differs: after four steps that move weights by up to 3e-3 in all,
    they agree to 1e-5.
    """
    one = settings(features, tmp_path / "one", max_steps=4, data={"dir": str(features), **DATA, "accumulate": 2})
    train(one)
    two = settings(features, tmp_path / "two", max_steps=4)
    port = free_port()
    processes = [ForkProcess(target=run_as, args=(rank, port, tmp_path)) for rank in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0], (tmp_path / "log").read_text(encoding="utf-8")
    ours, theirs = weights(one), weights(two)
    start = TacotronModule(build_model(one, Features(features)), one).state_dict()
    moved = max(float((value - start[name]).abs().max()) for name, value in ours.items())
    assert moved > 1e-4
    for name, value in ours.items():
        torch.testing.assert_close(
            value, theirs[name], rtol=0, atol=1e-5, msg=lambda text, name=name: f"{name}: {text}"
        )


def test_an_accumulating_run_goes_on_between_steps_alone(
    features: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = {"dir": str(features), **DATA, "accumulate": 2}
    run = {"validate_every": 1000, "log_every": 1, "checkpoint_minutes": 1e-9}
    straight, broken = (
        settings(features, tmp_path / name, max_steps=5, data=data, run={"dir": str(tmp_path / name), **run})
        for name in ("straight", "broken")
    )
    train(straight)
    step, n_batches = TacotronModule.training_step, 0

    def fail(module: TacotronModule, batch: object, batch_idx: int) -> torch.Tensor:
        nonlocal n_batches
        n_batches += 1
        if n_batches == 6:  # the second batch of the third step
            raise OSError("the power went")
        return step(module, batch, batch_idx)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(TacotronModule, "training_step", fail)
        with pytest.raises(OSError, match="the power went"):
            train(broken)
    assert read_checkpoint(last_checkpoint(broken))["global_step"] == 2
    train(broken)
    expected = losses(tmp_path / "straight")
    assert list(expected) == list(range(5))
    assert losses(tmp_path / "broken") == expected
    for name, value in weights(straight).items():
        torch.testing.assert_close(weights(broken)[name], value, rtol=0, atol=0)


def test_accumulated_batches_are_read_in_order(features: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    item = ClipDataset.__getitem__

    def note(dataset: ClipDataset, index: int) -> Example:
        example = item(dataset, index)
        read.append(example.clip_id)
        return example

    monkeypatch.setattr(ClipDataset, "__getitem__", note)
    quiet = {"validate_every": 100, "log_every": 1}
    train(settings(features, tmp_path / "a", max_steps=4, run={"dir": str(tmp_path / "a"), **quiet}))
    each = [*read]
    read.clear()
    data = {"dir": str(features), **DATA, "accumulate": 2}
    train(settings(features, tmp_path / "b", max_steps=2, data=data, run={"dir": str(tmp_path / "b"), **quiet}))
    assert read[: len(each)] == each


def test_a_bf16_step_is_one_of_fp32_but_for_rounding(
    features: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Predicting the decoder's own frames without gradients must not disable other gradients."""
    monkeypatch.setattr(trainer, "has_bf16", lambda: True)
    values = []
    for precision in ("fp32", "bf16"):
        run = tmp_path / precision
        train(settings(features, run, max_steps=1, run={"dir": str(run), "precision": precision, "log_every": 1}))
        values.append([scalars(run, name)[0] for name in ("train/total", "train/gradient_norm")])
    assert values[0] == pytest.approx(values[1], rel=0.03)
    assert values[0] != values[1]


def test_bf16_is_not_imitated(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    run = RunConfig(precision="bf16")
    monkeypatch.setattr(trainer, "has_bf16", lambda: True)
    assert trainer.usable_precision(run) == "bf16"
    assert not caplog.messages
    monkeypatch.setattr(trainer, "has_bf16", lambda: False)
    assert trainer.usable_precision(run) == "fp32"
    assert "this processor only imitates" in caplog.text


def test_fp16_needs_a_gpu(features: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    config = settings(features, tmp_path / "run", run={"dir": str(tmp_path / "run"), "precision": "fp16"})
    with pytest.raises(ValueError, match="precision is fp16, which needs a GPU: use fp32 or bf16"):
        train(config)


def test_an_unknown_precision_is_refused() -> None:
    with pytest.raises(ValueError, match="precision is 'half', but one of fp32, bf16, fp16 is needed"):
        RunConfig(precision="half")


@pytest.mark.parametrize(
    ("gpu", "torchrun", "expected"),
    [
        (False, None, {"accelerator": "cpu", "devices": 2, "num_nodes": 3, "strategy": "ddp"}),
        (True, None, {"accelerator": "gpu", "devices": "auto", "num_nodes": 3, "strategy": "auto"}),
        (True, ("4", "8"), {"accelerator": "gpu", "devices": 4, "num_nodes": 2, "strategy": "ddp"}),
        (False, ("2", "2"), {"accelerator": "cpu", "devices": 2, "num_nodes": 1, "strategy": "ddp"}),
    ],
)
def test_placement(
    monkeypatch: pytest.MonkeyPatch, gpu: bool, torchrun: tuple[str, str] | None, expected: dict[str, object]
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: gpu)
    if torchrun:
        for name, value in zip(("LOCAL_WORLD_SIZE", "WORLD_SIZE"), torchrun, strict=True):
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("TORCHELASTIC_RUN_ID", "test")  # as torch detects it
    assert placement(RunConfig(processes=2, nodes=3)) == expected
