"""Keep the table of logged values, `csv/metrics.csv`, over the resumptions of a run."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from lightning.fabric.loggers.logger import rank_zero_experiment
from lightning.pytorch.loggers import CSVLogger
from lightning.pytorch.loggers.csv_logs import ExperimentWriter

from tts.common.files import atomic_write_text


class ContinuedCSVLogger(CSVLogger):
    """Appends to the rows before a step. Lightning's own logger deletes all rows of an earlier start."""

    def __init__(self, run: Path, first_step: int, log_every: int) -> None:
        """first_step: of the checkpoint that the run continues from; later rows are dropped. log_every: as logged."""
        super().__init__(run, name="", version="csv", flush_logs_every_n_steps=log_every)
        self._first_step = first_step

    @property
    @rank_zero_experiment
    def experiment(self) -> Any:
        """The writer of the table."""
        if self._experiment is None:
            self._experiment = _Appending(self.log_dir)
            self._experiment.metrics_keys = _drop_rows(Path(self._experiment.metrics_file_path), self._first_step)
        return self._experiment


class _Appending(ExperimentWriter):
    def _check_log_dir_exists(self) -> None:
        """Keep the files of an earlier start."""


def _drop_rows(path: Path, first_step: int) -> list[str]:
    """Remove the rows from `first_step` on, and return the columns of the table. Without rows, there is no table."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        columns = list(reader.fieldnames or ())
        kept = [row for row in reader if _is_before(row, first_step)]
    if not kept:
        path.unlink()
        return []
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(kept)
    atomic_write_text(path, text.getvalue())
    return columns


def _is_before(row: dict[str, str], first_step: int) -> bool:
    """Whether a row was logged before a step. The validation before it is logged with its number, and not repeated."""
    step = row.get("step") or ""
    if not step.isdigit():
        return False
    is_validation = any(value for name, value in row.items() if name and name.startswith("val/"))
    return int(step) < first_step + is_validation
