"""The spectrum's loss is what its formula says, of what is heard and of nothing else."""

from __future__ import annotations

import math

import pytest
import torch

from tts.model.spectrum import Parts
from tts.training.spectrum_loss import FILTER_PHASE_WEIGHT, FREE_PHASE_WEIGHT, spectrum_loss

TRUE = torch.ones(1, 2, dtype=torch.bool)


def teacher(log_harmonic: float, phase: float, log_noise: float, log_free: float, free_phase: float) -> torch.Tensor:
    values = torch.tensor([log_harmonic, phase, log_noise, log_free, free_phase])
    return values.view(1, 1, 5, 1).expand(1, 2, 5, 3).clone()  # one clip, two frames, three frequencies


def parts(**values: float) -> Parts:
    """Three envelopes of 0, filters of 1, unless given."""
    fields = {name: 1.0 if name.endswith("real") else 0.0 for name in Parts._fields}
    return Parts(*(torch.full((1, 2, 3), values.get(name, value)) for name, value in fields.items()))


def test_what_the_teacher_says_costs_nothing() -> None:
    angle = math.pi * math.tanh(0.4)
    right = parts(
        filter_envelope=2.0,
        filter_real=math.exp(-1) * math.cos(angle),
        filter_imag=math.exp(-1) * math.sin(angle),
        log_noise=-2.0,
        free_envelope=-1.0,
        free_real=math.exp(0.5) * math.cos(2.0),
        free_imag=math.exp(0.5) * math.sin(2.0),
    )
    losses = spectrum_loss(right, teacher(1.0, 0.4, -2.0, -0.5, 2.0), TRUE, TRUE)
    torch.testing.assert_close(torch.stack(losses), torch.zeros(4), rtol=0, atol=1e-4)


def test_each_error_counts_by_how_loud_the_part_is() -> None:
    loud, half = 1 / (1 + math.exp(-6)), 0.5  # of log magnitudes 0 and -6
    losses = spectrum_loss(parts(filter_envelope=1.0), teacher(0.0, 0.0, 0.0, 0.0, math.pi / 2), TRUE, TRUE)
    assert losses.amplitude.item() == pytest.approx(loud, abs=1e-4)
    assert losses.free_phase.item() == pytest.approx(1.0, abs=1e-4)  # a quarter turn
    assert losses.filter_phase.item() == pytest.approx(0.0, abs=1e-4)
    assert losses.total.item() == pytest.approx(loud + FREE_PHASE_WEIGHT, abs=1e-3)
    losses = spectrum_loss(parts(log_noise=-4.0), teacher(0.0, 0.0, -6.0, 0.0, 0.0), TRUE, TRUE)
    assert losses.amplitude.item() == pytest.approx(2.0 * half, abs=1e-4)
    losses = spectrum_loss(parts(filter_real=-1.0), teacher(0.0, 0.0, 0.0, 0.0, 0.0), TRUE, TRUE)
    assert losses.total.item() == pytest.approx(2 * FILTER_PHASE_WEIGHT, abs=1e-3)


def test_pulses_are_not_heard_where_nothing_is_voiced() -> None:
    voiced = torch.tensor([[True, False]])
    losses = spectrum_loss(parts(filter_envelope=1.0), teacher(0.0, 0.0, 0.0, 0.0, 0.0), voiced, TRUE)
    assert losses.amplitude.item() == pytest.approx(0.5, abs=0.01)


def test_padding_is_not_compared() -> None:
    mask, wanted = torch.tensor([[True, False]]), teacher(0.0, 0.0, 0.0, 0.0, 0.0)
    wanted[:, 1] = 3.0
    torch.testing.assert_close(
        torch.stack(spectrum_loss(parts(), wanted, TRUE, mask)), torch.zeros(4), atol=1e-4, rtol=0
    )
    nothing = spectrum_loss(parts(), wanted, TRUE, torch.zeros_like(mask))
    assert not torch.stack(nothing).any()
