"""Checkpoints on the disk: whole, or not there."""

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
    """Writes aside, waits for the disk, then renames: neither a full disk nor a lost current leaves half a file.

    Lightning's own way is through the folder for temporary files, which may be on another disk: then it is a copy.
    """

    def save_checkpoint(self, checkpoint: dict[str, Any], path: str | Path, storage_options: Any = None) -> None:
        """Raises StorageError where the disk is full or cannot be written."""
        buffer = io.BytesIO()
        torch.save(checkpoint, buffer)
        path = Path(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with atomic_write(path) as aside:
                aside.write_bytes(buffer.getbuffer())
        except OSError as error:
            raise StorageError(
                f"the checkpoint {path} cannot be written ({error.strerror}): those before it are whole; make room, "
                "then the same command goes on from the newest of them"
            ) from error


class TimedCheckpoints(ModelCheckpoint):
    """A checkpoint every so many minutes, of whole steps only; the newest two are kept."""

    def on_train_batch_end(self, trainer: Any, pl_module: Any, outputs: Any, batch: Any, batch_idx: int) -> None:
        """Save where it is time."""
        if is_whole_step(trainer, batch_idx):
            super().on_train_batch_end(trainer, pl_module, outputs, batch, batch_idx)
