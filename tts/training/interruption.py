"""Ctrl-C ends a run between two steps, on every process at once, with a checkpoint that goes on exactly."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from types import FrameType
from typing import Any

import lightning
from lightning.pytorch.callbacks import OnExceptionCheckpoint

from tts.training.data import is_whole_step


class Interruption(OnExceptionCheckpoint):
    """Saves `interrupted.ckpt` when the run is told to stop, or fails, and its state is that of a whole step.

    SIGINT and SIGTERM take effect at the end of a step, on which all processes agree: a checkpoint needs them all, and
    one that waited for it while another waited for gradients would wait for ever. A second SIGINT ends the run at once.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "interrupted")
        self.stopped = False
        """Whether the run was stopped by a signal and saved."""
        self._signalled = False
        self._between_steps = False

    def on_train_start(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        """Take the signals over, after Lightning has; Lightning puts back what was there before it."""
        self._between_steps = True
        if threading.current_thread() is threading.main_thread():  # elsewhere Python lets nobody handle signals
            signal.signal(signal.SIGINT, self._note)
            signal.signal(signal.SIGTERM, self._note)

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self._signalled and number == signal.SIGINT:
            raise KeyboardInterrupt
        self._signalled = True

    def on_train_batch_start(self, trainer: Any, pl_module: Any, batch: Any, batch_idx: int) -> None:
        """From here on, batch norms, weights and their average are of different steps."""
        self._between_steps = False

    def on_train_batch_end(self, trainer: Any, pl_module: Any, outputs: Any, batch: Any, batch_idx: int) -> None:
        """Stop where any process has been told to."""
        self._between_steps = is_whole_step(trainer, batch_idx)
        if not self._between_steps:
            return
        if trainer.strategy.reduce_boolean_decision(self._signalled, all=False):
            self.stopped = True
            trainer.save_checkpoint(self.ckpt_path)
            trainer.limit_val_batches = 0  # Lightning validates before it stops, which nobody wants to wait for
            trainer.should_stop = True

    def on_exception(self, trainer: lightning.Trainer, *_: Any, **__: Any) -> None:
        """Save where that is safe: the other processes may not have failed, and do not come to save."""
        if self._between_steps and trainer.world_size == 1:
            trainer.save_checkpoint(self.ckpt_path)

    def teardown(self, trainer: lightning.Trainer, *_: Any, **__: Any) -> None:
        """Remove a checkpoint of an earlier interruption from a run that has reached its end."""
        if not self.stopped:
            super().teardown(trainer)
