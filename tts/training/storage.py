"""Write checkpoints whole or not at all."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import torch
from lightning.fabric.plugins.io.torch_io import TorchCheckpointIO
from lightning.pytorch.callbacks import ModelCheckpoint

from tts.common.files import atomic_write
from tts.errors import StorageError
from tts.training.data import is_whole_step


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
        """Save if it is time and the step is whole."""
        if is_whole_step(trainer, batch_idx):
            super().on_train_batch_end(trainer, pl_module, outputs, batch, batch_idx)

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Continue to rotate the checkpoints of this folder. Lightning deletes the files that the state names."""
        assert self.dirpath is not None
        folder = Path(self.dirpath).resolve()
        named = [*state_dict["best_k_models"], state_dict["kth_best_model_path"], state_dict["last_model_path"]]
        if all(Path(path).resolve().parent == folder for path in named if path):
            super().load_state_dict(state_dict)
