"""A run shows its progress, and clips the gradients of its two networks apart."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.training.test_survival import every_step
from tests.training.test_trainer import scalars, settings
from tts.training.module import TacotronModule
from tts.training.trainer import train


def test_the_bar_of_a_resumed_run_counts_on(features: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    train(every_step(features, tmp_path / "run", 3))
    first = capfd.readouterr()
    train(every_step(features, tmp_path / "run", 5))
    second = capfd.readouterr()
    for captured, start, end in ((first, "0/3 steps", "3/3 steps"), (second, "3/5 steps", "5/5 steps")):
        bars = re.findall(r"\d+/\d+ steps", captured.err)
        assert (bars[0], bars[-1]) == (start, end)
        assert re.search(r"loss=\d+\.\d{3}, audio_s_per_s=\d+\s*\Z", captured.err)
        assert captured.out == ""


def test_gradients_of_model_and_adversary_are_clipped_apart(
    features: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip, found = TacotronModule.configure_gradient_clipping, list[tuple[float, float]]()

    def norm(network: torch.nn.Module) -> float:
        gradients = [parameter.grad.norm() for parameter in network.parameters() if parameter.grad is not None]
        return float(torch.stack(gradients).norm())

    def spy(module: TacotronModule, *arguments: Any, **named: Any) -> None:
        clip(module, *arguments, **named)
        found.append((norm(module.model), norm(module.adversary)))

    monkeypatch.setattr(TacotronModule, "configure_gradient_clipping", spy)
    optimizer, loss = {"warmup_steps": 5, "gradient_clip": 0.01}, {"adversarial_fraction": 1.0}
    train(settings(features, tmp_path / "run", max_steps=2, optimizer=optimizer, loss=loss))
    for name in ("train/gradient_norm", "adversary/gradient_norm"):  # before clipping
        assert min(scalars(tmp_path / "run", name).values()) > 0.011
    assert len(found) == 2
    assert [value for pair in found for value in pair] == pytest.approx([0.01] * 4, rel=1e-3)
