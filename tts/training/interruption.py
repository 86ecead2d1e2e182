"""Stop a run on Ctrl-C between two steps, on all processes, with a checkpoint that continues exactly."""

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
    """Saves `interrupted.ckpt` after a signal or a failure, if the state is that of a whole step.

    SIGINT and SIGTERM take effect at the end of a step, on which all processes agree. A checkpoint needs all processes,
    and they would block if one waited for the checkpoint and another for gradients. A second SIGINT stops at once.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "interrupted")
        self.stopped = False
        """Whether a signal stopped the run and it was saved."""
        self._signalled = False
        self._between_steps = False

    def on_train_start(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        """Install the signal handlers, after Lightning's. Lightning restores the original ones."""
        self._between_steps = True
        if threading.current_thread() is threading.main_thread():  # other threads cannot handle signals
            signal.signal(signal.SIGINT, self._note)
            signal.signal(signal.SIGTERM, self._note)

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self._signalled and number == signal.SIGINT:
            raise KeyboardInterrupt
        self._signalled = True

    def on_train_batch_start(self, trainer: Any, pl_module: Any, batch: Any, batch_idx: int) -> None:
        """Mark the state as inconsistent: batch norms, weights and their average are from different steps."""
        self._between_steps = False

    def on_train_batch_end(self, trainer: Any, pl_module: Any, outputs: Any, batch: Any, batch_idx: int) -> None:
        """Save and stop if any process received a signal."""
        self._between_steps = is_whole_step(trainer, batch_idx)
        if not self._between_steps:
            return
        if trainer.strategy.reduce_boolean_decision(self._signalled, all=False):
            self.stopped = True
            trainer.save_checkpoint(self.ckpt_path)
            trainer.limit_val_batches = 0  # otherwise Lightning validates before it stops
            trainer.should_stop = True

    def on_exception(self, trainer: lightning.Trainer, *_: Any, **__: Any) -> None:
        """Save if there is one process. Other processes may not have failed and would not take part."""
        if self._between_steps and trainer.world_size == 1:
            trainer.save_checkpoint(self.ckpt_path)

    def teardown(self, trainer: lightning.Trainer, *_: Any, **__: Any) -> None:
        """Remove the checkpoint of an earlier interruption when a run is complete."""
        if not self.stopped:
            super().teardown(trainer)
