"""The course of a run: its logged values by step, kept in its checkpoints."""

from __future__ import annotations

from typing import Any

import lightning

_MOST = 2000  # points of a curve before every second one is dropped


class History(lightning.Callback):
    """Curves of everything that is logged. A resumed run has those of its checkpoint: no gap, nothing twice."""

    def __init__(self) -> None:
        self.curves: dict[str, list[tuple[int, float]]] = {}
        """Name of a value -> (step, value), steps rising."""

    def on_train_batch_end(self, trainer: Any, pl_module: Any, outputs: Any, batch: Any, batch_idx: int) -> None:
        """Note the values of training as often as they are logged."""
        if trainer.global_step % trainer.log_every_n_steps == 0:
            self._note(trainer, [name for name in trainer.callback_metrics if not name.startswith("val/")])

    def on_validation_end(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        """Note the values of this validation."""
        self._note(trainer, [name for name in trainer.callback_metrics if name.startswith("val/")])

    def state_dict(self) -> dict[str, Any]:
        """What a checkpoint keeps."""
        return {"curves": self.curves}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on with the curves of a checkpoint."""
        self.curves = state_dict["curves"]

    def latest(self, name: str) -> float | None:
        """The last value of a curve; None where there is none yet."""
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
