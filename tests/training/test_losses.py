"""Padding enters no loss, and each loss equals its formula."""

from __future__ import annotations

import math

import pytest
import torch

from tts.model.encoder import length_mask
from tts.training.losses import (
    attention_diagonality,
    attention_focus,
    duration_loss,
    frame_loss,
    guided_attention_loss,
    occupancy,
    position_loss,
    stop_loss,
)


def test_frame_loss_is_the_mean_error_of_what_is_not_padding() -> None:
    predicted, target = torch.zeros(2, 3, 4), torch.full((2, 3, 4), 2.0)
    mask = length_mask(torch.tensor([4, 2]), 4)
    target[1, :, 2:] = 1e6  # padding
    assert frame_loss(predicted, target, mask, torch.ones(3)).item() == 2.0


def test_frame_loss_weighs_channels() -> None:
    predicted, target = torch.zeros(2, 3, 4), torch.zeros(2, 3, 4)
    target[:, 2] = -1.0
    mask = torch.ones(2, 4, dtype=torch.bool)
    assert frame_loss(predicted, target, mask, torch.tensor([1.0, 1.0, 6.0])).item() == 6 / 8


def test_frame_loss_of_nothing_is_zero() -> None:
    mask = torch.zeros(1, 4, dtype=torch.bool)
    assert frame_loss(torch.ones(1, 3, 4), torch.zeros(1, 3, 4), mask, torch.ones(3)).item() == 0.0


def test_occupancy_is_the_share_of_a_steps_frames() -> None:
    symbols = torch.tensor([[0, 0, 1, 1, 1, 2], [1, 2, 2, 9, 9, 9]])  # the 9s are padding, of the last step and beyond
    symbols[1, 3:] = 0
    shares = occupancy(symbols, torch.tensor([6, 3]), 3, reduction_factor=2)
    expected = [
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.5, 0.5]],
        [[0.0, 0.5, 0.5], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]],
    ]
    assert shares.tolist() == expected


def test_duration_loss_is_the_divergence_of_each_step() -> None:
    shares = torch.tensor([[[1.0, 0.0], [0.5, 0.5], [0.0, 0.0]]])  # the last step is padding
    alignment = torch.tensor([[[0.25, 0.75], [0.5, 0.5], [0.1, 0.9]]])
    expected = (math.log(1 / 0.25) + 0.0) / 2
    torch.testing.assert_close(duration_loss(alignment, shares), torch.tensor(expected), rtol=0, atol=1e-4)
    torch.testing.assert_close(duration_loss(shares, shares), torch.tensor(0.0), rtol=0, atol=1e-4)


def test_position_loss_is_in_symbols_and_has_a_slope_far_from_the_place() -> None:
    shares = torch.zeros(1, 2, 8)
    shares[0, 0, 6] = 1.0  # the second step is padding
    logits = torch.zeros(1, 2, 8)
    logits[0, :, 0] = 30.0  # all attention is on the first symbol
    logits.requires_grad_()
    alignment = logits.softmax(dim=2)
    loss = position_loss(alignment, shares)
    torch.testing.assert_close(loss.item(), 6.0)
    lost = torch.autograd.grad(duration_loss(alignment, shares), logits, retain_graph=True)[0]
    assert lost.abs().max() < 1e-4  # as against this one:
    moved = torch.zeros(1, 2, 8)
    moved[0, :, 3] = 1.0
    assert position_loss(moved, shares).item() == 3.0


def test_stop_loss() -> None:
    logits = torch.zeros(2, 4)
    logits[1, 2:] = 1e6  # padding
    expected = (math.log(2) * 5 + math.log(2) * 3 + math.log(2) * 5 + math.log(2)) / 6
    torch.testing.assert_close(stop_loss(logits, torch.tensor([4, 2]), 5.0), torch.tensor(expected))


def test_guided_attention_is_free_on_the_diagonal_and_dear_off_it() -> None:
    diagonal = torch.eye(10).unsqueeze(0)
    lengths = torch.tensor([10])
    assert guided_attention_loss(diagonal, lengths, lengths, 0.2).item() == 0.0
    assert guided_attention_loss(diagonal.flip(1), lengths, lengths, 0.2).item() > 0.5


def test_guided_attention_ignores_padding() -> None:
    alone = torch.rand(1, 6, 5)
    padded = torch.rand(1, 9, 8)
    padded[:, :6, :5] = alone
    lengths = torch.tensor([6]), torch.tensor([5])
    torch.testing.assert_close(
        guided_attention_loss(padded, *lengths, 0.2), guided_attention_loss(alone, *lengths, 0.2)
    )


def test_focus_is_the_largest_share_and_diagonality_the_share_in_order() -> None:
    lengths = torch.tensor([20, 10])
    alignment = torch.zeros(2, 20, 20)
    alignment[0], alignment[1, :10, :10] = (
        torch.eye(20),
        0.1,
    )  # a diagonal alignment, and a uniform alignment in a padded clip
    alignment[1, 10:] = 1.0  # padding
    assert attention_focus(alignment[:1], lengths[:1]).item() == 1.0
    assert attention_diagonality(alignment[:1], lengths[:1], lengths[:1]).item() == 1.0
    assert attention_focus(alignment[1:], lengths[1:]).item() == pytest.approx(0.1)
    assert attention_diagonality(alignment[1:], lengths[1:], lengths[1:]).item() == pytest.approx(0.28)
    assert attention_diagonality(alignment[:1].flip(1), lengths[:1], lengths[:1]).item() < 0.25
    assert attention_focus(alignment, lengths).item() == pytest.approx((20 * 1.0 + 10 * 0.1) / 30)
