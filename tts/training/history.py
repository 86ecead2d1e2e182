"""Keep the logged values of a run by step, also in its checkpoints."""

from __future__ import annotations

from typing import Any

import lightning

_MOST = 2000  # points of a curve; beyond that, every second point is dropped


class History(lightning.Callback):
    """Curves of all logged values. A resumed run continues the curves of its checkpoint without gap or overlap."""

    def __init__(self) -> None:
        self.curves: dict[str, list[tuple[int, float]]] = {}
        """Name of a value -> (step, value), by rising step."""

    def on_train_batch_end(self, trainer: Any, pl_module: Any, outputs: Any, batch: Any, batch_idx: int) -> None:
        """Record the training values whenever they are logged."""
        if trainer.global_step % trainer.log_every_n_steps == 0:
            self._note(trainer, [name for name in trainer.callback_metrics if not name.startswith("val/")])

    def on_validation_end(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        """Record the validation values."""
        self._note(trainer, [name for name in trainer.callback_metrics if name.startswith("val/")])

    def state_dict(self) -> dict[str, Any]:
        """Return the curves for a checkpoint."""
        return {"curves": self.curves}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Restore the curves from a checkpoint."""
        self.curves = state_dict["curves"]

    def latest(self, name: str) -> float | None:
        """Return the last value of a curve, or None."""
        curve = self.curves.get(name)
        return curve[-1][1] if curve else None

    def _note(self, trainer: lightning.Trainer, names: list[str]) -> None:
        for name in names:
            curve = self.curves.setdefault(name, [])
            if curve and curve[-1][0] == trainer.global_step:
                curve.pop()  # of an earlier batch of the same step
            curve.append((trainer.global_step, float(trainer.callback_metrics[name])))
            if len(curve) > _MOST:
                del curve[1::2]
