"""A run keeps its table of logged values, and a finished run stays as it is."""

from __future__ import annotations

import csv
import logging
import shutil
from pathlib import Path

import pytest

from tests.conftest import leave_pictures_empty
from tests.training.test_trainer import last_checkpoint, settings
from tts.training.data import ClipDataset, Example
from tts.training.log import ContinuedCSVLogger
from tts.training.trainer import train

pytestmark = pytest.mark.usefixtures("without_pictures")

TIMED = "audio_s_per_s"


def rows(run: Path) -> list[dict[str, str]]:
    """Read the rows of losses, without empty cells and the speed, which differs each time.

    The rows of learning rates are left out: after a resumption Lightning numbers them one step later.
    """
    with (run / "csv" / "metrics.csv").open(newline="") as file:
        found = [
            {name: value for name, value in row.items() if value and name != TIMED} for row in csv.DictReader(file)
        ]
    return [row for row in found if not any(name.startswith("lr-") for name in row)]


def files(folder: Path) -> dict[Path, tuple[int, bytes]]:
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in found}


@pytest.fixture(scope="module")
def straight(features: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a run that never stopped."""
    run = tmp_path_factory.mktemp("straight") / "run"
    with pytest.MonkeyPatch.context() as patch:
        leave_pictures_empty(patch)
        train(settings(features, run, max_steps=8))
    return run


@pytest.mark.parametrize("n_clips", [30, 40, 50])
def test_a_resumed_run_has_the_rows_of_one_that_never_stopped(
    features: Path, straight: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, n_clips: int
) -> None:
    broken = settings(features, tmp_path / "broken", max_steps=8)
    read, items = ClipDataset.__getitem__, iter(range(n_clips))

    def fail(dataset: ClipDataset, item: int) -> Example:
        if next(items, None) is None:
            raise OSError("the disk went")
        return read(dataset, item)

    with monkeypatch.context() as patch:
        patch.setattr(ClipDataset, "__getitem__", fail)
        with pytest.raises(OSError, match="the disk went"):
            train(broken)
    before = rows(tmp_path / "broken")
    assert 0 < len(before) < len(rows(straight))
    train(broken)
    assert rows(tmp_path / "broken") == rows(straight)


def test_rows_after_the_checkpoint_go(tmp_path: Path) -> None:
    first = ContinuedCSVLogger(tmp_path, 0, 1)
    for step in range(6):
        first.log_metrics({"loss": step / 2}, step)
    second = ContinuedCSVLogger(tmp_path, 4, 1)
    second.log_metrics({"loss": 9.0, "new": 1.0}, 4)
    second.finalize("success")
    expected = [(str(step), str(step / 2)) for step in range(4)] + [("4", "9.0")]
    assert [(row["step"], row["loss"]) for row in rows(tmp_path)] == expected
    third = ContinuedCSVLogger(tmp_path, 0, 1)  # no checkpoint was left
    third.log_metrics({"loss": 5.0}, 0)
    assert rows(tmp_path) == [{"step": "0", "loss": "5.0"}]


def test_a_table_that_was_cut_short_keeps_its_whole_rows(tmp_path: Path) -> None:
    (tmp_path / "csv").mkdir()
    (tmp_path / "csv" / "metrics.csv").write_text("loss,step\n1.0,0\n2.0,1\n3.")
    ContinuedCSVLogger(tmp_path, 5, 1).log_metrics({"loss": 4.0}, 5)
    assert [row["step"] for row in rows(tmp_path)] == ["0", "1", "5"]


def test_a_finished_run_says_so_and_is_not_touched(
    features: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    config = settings(features, tmp_path / "run", max_steps=3)
    train(config)
    before = files(tmp_path / "run")
    with caplog.at_level(logging.INFO):
        train(config)
        train(settings(tmp_path / "moved away", tmp_path / "run", max_steps=2))
    assert files(tmp_path / "run") == before
    first, second = (record.message for record in caplog.records if "finished" in record.message)
    assert first.endswith("run is finished: step 3 of 3; a larger max_steps continues it")
    assert "step 3 of 2" in second
    train(settings(features, tmp_path / "run", max_steps=4))
    assert [row["step"] for row in rows(tmp_path / "run") if "train/total" in row] == ["0", "1", "2", "3"]


@pytest.fixture
def other(features: Path, tmp_path: Path) -> Path:
    return shutil.copytree(features, tmp_path / "other")


def test_a_run_does_not_continue_with_other_features_unasked(features: Path, other: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    config = settings(features, run, max_steps=1)
    train(config)
    before = files(run)
    with pytest.raises(
        ValueError, match=r"data.dir is .*other, but .*run has trained on .*features.*run.new_data=true"
    ):
        train(settings(other, run, max_steps=2))
    assert files(run) == before
    (tmp_path / "link").symlink_to(features)
    train(settings(tmp_path / "link", run, max_steps=2))  # the same folder by another name
    asked = {"dir": str(run), "validate_every": 2, "log_every": 1, "new_data": True}
    train(settings(other, run, max_steps=3, run=asked))
    train(settings(other, run, max_steps=4))
    assert last_checkpoint(config).name == "last.ckpt"
