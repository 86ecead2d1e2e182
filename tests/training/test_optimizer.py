"""Muon and AdamW as one optimizer: who gets what, one schedule, and resuming."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn

from tts.model.tacotron import Tacotron
from tts.training import optimizer as optimizers
from tts.training.optimizer import Muon, MuonAdamW, divide, orthogonal


def network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 4))


def descend(model: nn.Module, optimizer: MuonAdamW, steps: int) -> list[float]:
    x = torch.randn(32, 6, generator=torch.Generator().manual_seed(1))
    target = x[:, :4] * 2
    losses = []
    for _ in range(steps):
        loss = (model(x) - target).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def test_each_parameter_has_one_optimizer(tiny_model: Tacotron) -> None:
    matrices, others = divide(tiny_model)
    assert {id(p) for p in (*matrices, *others)} == {id(p) for p in tiny_model.parameters()}
    assert len(matrices) + len(others) == len(list(tiny_model.parameters()))
    assert all(parameter.ndim == 2 for parameter in matrices)
    assert any(parameter is tiny_model.encoder.embedding.weight for parameter in others)
    assert any(parameter is tiny_model.decoder.attention_rnn.input_gates.weight for parameter in matrices)


@pytest.mark.parametrize("has_bf16", [True, False])
def test_it_learns(has_bf16: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(optimizers, "has_bf16", lambda: has_bf16)
    model = network()
    losses = descend(model, MuonAdamW(model, 0.02), 150)
    assert losses[-1] < losses[0] / 20


def test_a_schedule_moves_both_learning_rates() -> None:
    optimizer = MuonAdamW(network(), 0.02)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 / (1 + step))
    optimizer.step()
    schedule.step()
    assert [group["lr"] for part in optimizer.optimizers for group in part.param_groups] == [0.01, 0.01]


def test_a_resumed_run_is_an_unbroken_one() -> None:
    model = network()
    optimizer = MuonAdamW(model, 0.02)
    descend(model, optimizer, 5)
    resumed = network()
    other = MuonAdamW(resumed, 0.5)
    resumed.load_state_dict(model.state_dict())
    other.load_state_dict(copy.deepcopy(optimizer.state_dict()))
    assert descend(resumed, other, 5) == descend(model, optimizer, 5)


@pytest.mark.parametrize("shape", [(8, 8), (4, 12), (12, 4)])
def test_an_orthogonal_matrix_keeps_the_singular_vectors(shape: tuple[int, int]) -> None:
    matrix = torch.randn(shape, generator=torch.Generator().manual_seed(2))
    left, _, right = torch.linalg.svd(matrix, full_matrices=False)
    found = left.t() @ orthogonal(matrix, (3.4445, -4.7750, 2.0315), 5) @ right.t()
    values = found.diagonal()
    assert values.min() > 0.5
    assert values.max() < 1.3
    torch.testing.assert_close(found, values.diag(), atol=1e-4, rtol=0)


def test_a_step_in_fp32_is_that_of_torch_in_bf16(monkeypatch: pytest.MonkeyPatch) -> None:
    stepped = []
    for has_bf16 in (True, False):
        monkeypatch.setattr(optimizers, "has_bf16", lambda has_bf16=has_bf16: has_bf16)
        weight = network()[0].weight
        optimizer = Muon([weight], lr=0.1, weight_decay=0.01, adjust_lr_fn="match_rms_adamw")
        for seed in range(3):
            weight.grad = torch.randn(weight.shape, generator=torch.Generator().manual_seed(seed))
            optimizer.step()
        stepped.append(weight.detach())
    assert (stepped[0] - stepped[1]).abs().max() < 0.02
    assert (stepped[0] - network()[0].weight).abs().max() > 0.1
