"""Write checkpoints whole or not at all."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import torch
from lightning.fabric.plugins.io.torch_io import TorchCheckpointIO
from lightning.pytorch.callbacks import ModelCheckpoint

from tts.common.files import atomic_write
from tts.errors import StorageError
from tts.training.data import is_whole_step

_NAME = re.compile(r"step=(\d+)(-v\d+)?\.ckpt")  # the second one of a step ends with -v1


class WholeCheckpoints(TorchCheckpointIO):
    """Writes checkpoints with `atomic_write`. A full disk or a power failure never leaves half a file.

    Lightning writes to the folder for temporary files and moves the result, which is a copy if that is another disk.
    """

    def save_checkpoint(self, checkpoint: dict[str, Any], path: str | Path, storage_options: Any = None) -> None:
        """Save a checkpoint. Raises StorageError if the disk is full or cannot be written."""
        buffer = io.BytesIO()
        torch.save(checkpoint, buffer)
        path = Path(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with atomic_write(path) as aside:
                aside.write_bytes(buffer.getbuffer())
        except OSError as error:
            raise StorageError(
                f"the checkpoint {path} cannot be written ({error.strerror}): make room, then repeat the command, "
                "which continues from the newest complete checkpoint"
            ) from error


class TimedCheckpoints(ModelCheckpoint):
    """Saves a checkpoint every few minutes, after whole steps only. The newest two are kept."""

    def on_train_batch_end(self, trainer: Any, pl_module: Any, outputs: Any, batch: Any, batch_idx: int) -> None:
        """Save if it is time and the step is whole. Then remove what a killed run had no time to remove."""
        if not is_whole_step(trainer, batch_idx):
            return
        before = self.best_model_path  # the newest one
        super().on_train_batch_end(trainer, pl_module, outputs, batch, batch_idx)
        if trainer.is_global_zero and self.best_model_path != before:
            for path in self._found():
                if str(path) not in self.best_k_models:
                    path.unlink(missing_ok=True)

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Continue to rotate the newest checkpoints of this folder.

        The state would name others: those of the folder that a run was copied from, and never its own file.
        """
        found = self._found()
        newest = sorted(found, key=found.__getitem__)[-self.save_top_k :]
        self.best_k_models = {str(path): torch.tensor(float(found[path])) for path in newest}
        if newest:
            self.kth_best_model_path = str(newest[0])

    def _found(self) -> dict[Path, int]:
        """Return the checkpoints that a run wrote into the folder, and their steps."""
        assert self.dirpath is not None
        names = [(path, _NAME.fullmatch(path.name)) for path in Path(self.dirpath).glob("step=*.ckpt")]
        return {path: int(name[1]) for path, name in names if name}
