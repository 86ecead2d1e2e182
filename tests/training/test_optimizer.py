"""Muon and AdamW as one optimizer: who gets what, one schedule, and resuming."""

from __future__ import annotations

import copy

import torch
from torch import nn

from tts.model.tacotron import Tacotron
from tts.training.optimizer import MuonAdamW, divide


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


def test_it_learns() -> None:
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
