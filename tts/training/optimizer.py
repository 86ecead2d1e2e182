"""Two optimizers as one: Muon for the matrices inside the model, AdamW for everything else.

Muon (Jordan et al. 2024, "Muon: an optimizer for hidden layers in neural networks") replaces the momentum of a matrix
by the nearest matrix whose singular values are all equal, so that rare directions are learnt as fast as common ones.
On this model it needs about half as many steps as AdamW (recipes/heart/LAB.md), and costs a tenth of a step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn

from tts.training.precision import has_bf16

OUTSIDE = ("embedding", "score", "stop_projection")
"""Parts of the names of matrices that are no linear map between hidden features, and so go to AdamW."""
_WEIGHT_DECAY = 0.01
_BETAS = (0.9, 0.98)
_ADAMW_WEIGHT_DECAY = 1e-3
_SMALLEST_NORM = 1e-7


class Muon(torch.optim.Muon):
    """torch's Muon, with products of matrices in fp32 where the machine has no bf16. torch's own are always bf16."""

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:  # type: ignore[override]
        """Take one step. closure: computes the loss and the gradients."""
        if has_bf16():
            taken: float | None = super().step(closure)  # type: ignore[no-untyped-call]
            return taken
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for matrix in group["params"]:
                if matrix.grad is not None:
                    self._move(matrix, matrix.grad, group)
        return loss

    def _move(self, matrix: Tensor, gradient: Tensor, group: dict[str, Any]) -> None:
        """Move a matrix against its gradient."""
        momentum: Tensor = self.state[matrix].setdefault("momentum_buffer", torch.zeros_like(gradient))
        momentum.lerp_(gradient, 1 - group["momentum"])
        update = orthogonal(gradient.lerp(momentum, group["momentum"]), group["ns_coefficients"], group["ns_steps"])
        matrix.mul_(1 - group["lr"] * group["weight_decay"])
        # As large as AdamW's update (Liu et al. 2025, "Muon is scalable for LLM training", section 2.2).
        matrix.add_(update, alpha=-group["lr"] * 0.2 * max(matrix.shape) ** 0.5)


def orthogonal(matrix: Tensor, coefficients: tuple[float, float, float], steps: int) -> Tensor:
    """Return about the nearest matrix (M, N) whose singular values are all 1, by a Newton-Schulz iteration.

    Every step maps the singular values s to a s + b s^3 + c s^5 (Jordan et al. 2024).
    """
    a, b, c = coefficients
    wide = matrix if matrix.size(0) <= matrix.size(1) else matrix.t()
    wide = wide / wide.norm().clamp(min=_SMALLEST_NORM)
    for _ in range(steps):
        gram = wide @ wide.t()
        wide = torch.addmm(wide, torch.addmm(gram, gram, gram, beta=b, alpha=c), wide, beta=a)
    return wide if matrix.size(0) <= matrix.size(1) else wide.t()


class MuonAdamW(torch.optim.Optimizer):
    """Takes its steps with `Muon` and `torch.optim.AdamW`, at one learning rate."""

    def __init__(self, model: nn.Module, learning_rate: float, groups: Iterable[dict[str, Any]] = ()) -> None:
        """groups: further groups of parameters for AdamW, with settings of their own."""
        matrices, others = divide(model)
        own = {"params": others, "weight_decay": _ADAMW_WEIGHT_DECAY}
        self.optimizers: list[torch.optim.Optimizer] = [
            torch.optim.AdamW([own, *groups], learning_rate, _BETAS, eps=1e-6, weight_decay=0.0),
            Muon(matrices, learning_rate, weight_decay=_WEIGHT_DECAY, adjust_lr_fn="match_rms_adamw"),
        ]
        super().__init__([group for part in self.optimizers for group in part.param_groups], {})

    def step(self, closure: Callable[[], float] | None = None) -> float | None:  # type: ignore[override]
        """Take one step. closure: computes the loss and the gradients."""
        loss = None if closure is None else closure()
        for part in self.optimizers:
            part.step()
        return loss

    def state_dict(self) -> dict[str, Any]:
        """Return the state of both."""
        return {"optimizers": [part.state_dict() for part in self.optimizers]}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over the state of both."""
        for part, state in zip(self.optimizers, state_dict["optimizers"], strict=True):
            part.load_state_dict(state)
        self.param_groups = [group for part in self.optimizers for group in part.param_groups]


def divide(model: nn.Module) -> tuple[list[Tensor], list[Tensor]]:
    """Return the parameters for Muon and those for AdamW."""
    matrices: list[Tensor] = []
    others: list[Tensor] = []
    for name, parameter in model.named_parameters():
        is_hidden = parameter.ndim == 2 and not any(part in name for part in OUTSIDE)
        (matrices if is_hidden else others).append(parameter)
    return matrices, others
