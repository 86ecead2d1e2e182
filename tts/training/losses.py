"""Losses, and measures of the alignment. Padding never counts."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from tts.model.encoder import length_mask

DIAGONAL = 0.15  # share of the text, to either side; pauses and long vowels deviate as far from an even pace
SMALLEST_SHARE = 1e-5  # of attention, before the logarithm


def frame_loss(predicted: Tensor, target: Tensor, mask: Tensor, weights: Tensor) -> Tensor:
    """Return the mean absolute error of frames (B, n_channels, T_mel) where mask (B, T_mel) is true.

    Unlike a squared error, it is not minimal at the mean of several likely spectrograms, which is blurred.
    weights: (n_channels,), the weight of each channel.
    """
    channels = ((predicted - target) * mask.unsqueeze(1)).abs().sum(dim=(0, 2))  # (n_channels,)
    return (channels * weights).sum() / (mask.sum() * weights.sum()).clamp_min(1)


def stop_loss(stop_logits: Tensor, step_lengths: Tensor, positive_weight: float) -> Tensor:
    """Return the binary cross-entropy of stop_logits (B, T_step). Only the last step of an utterance is positive."""
    target = torch.zeros_like(stop_logits)
    target.scatter_(1, (step_lengths - 1).unsqueeze(1), 1.0)
    mask = length_mask(step_lengths, stop_logits.size(1))
    losses = functional.binary_cross_entropy_with_logits(
        stop_logits, target, pos_weight=stop_logits.new_tensor(positive_weight), reduction="none"
    )
    return (losses * mask).sum() / mask.sum()


def occupancy(symbols: Tensor, mel_lengths: Tensor, n_symbols: int, reduction_factor: int) -> Tensor:
    """Return the share of each step's frames that each symbol speaks, (B, T_step, n_symbols).

    symbols: (B, T_mel) int64, the symbol of each frame. The shares of a step sum to 1, those of padding are 0.
    """
    batch, frames = symbols.shape
    steps = frames // reduction_factor
    real = length_mask(mel_lengths, frames).float().view(batch, steps, reduction_factor)
    shares = real.new_zeros(batch, steps, n_symbols)
    shares.scatter_add_(2, symbols.view(batch, steps, reduction_factor), real)
    return shares / real.sum(dim=2, keepdim=True).clamp_min(1)


def duration_loss(alignment: Tensor, shares: Tensor) -> Tensor:
    """Return the mean Kullback-Leibler divergence of alignment (B, T_step, T_text) from `occupancy`."""
    divergence = torch.xlogy(shares, shares) - shares * torch.log(alignment + SMALLEST_SHARE)
    return divergence.sum() / _n_steps(shares)


def position_loss(alignment: Tensor, shares: Tensor) -> Tensor:
    """Return the mean distance, in symbols, between the centres of alignment (B, T_step, T_text) and `occupancy`."""
    places = torch.arange(alignment.size(2), device=alignment.device, dtype=alignment.dtype)
    difference = ((alignment - shares) @ places).abs() * shares.sum(dim=2)  # (B, T_step), 0 for padding
    return difference.sum() / _n_steps(shares)


def _n_steps(shares: Tensor) -> Tensor:
    """Return the number of steps that are not padding, at least 1."""
    return shares.sum().clamp_min(1)


def guided_attention_loss(alignment: Tensor, step_lengths: Tensor, phoneme_lengths: Tensor, sigma: float) -> Tensor:
    """Return the mean attention off the diagonal of alignment (B, T_step, T_text) (Tachibana et al. 2018, 3.3)."""
    _, steps, text = alignment.shape
    distance = _distance(alignment, step_lengths, phoneme_lengths)
    penalty = 1 - torch.exp(-(distance**2) / (2 * sigma**2))  # (B, T_step, T_text)
    mask = length_mask(step_lengths, steps).unsqueeze(2) & length_mask(phoneme_lengths, text).unsqueeze(1)
    return (alignment * penalty * mask).sum() / step_lengths.sum().clamp_min(1)


def attention_focus(alignment: Tensor, step_lengths: Tensor) -> Tensor:
    """Return the mean over steps of the largest attention weight, the focus rate of Ren et al. 2019.

    alignment: (B, T_step, T_text).
    """
    mask = length_mask(step_lengths, alignment.size(1))
    return (alignment.amax(dim=2) * mask).sum() / mask.sum()


def attention_diagonality(alignment: Tensor, step_lengths: Tensor, phoneme_lengths: Tensor) -> Tensor:
    """Return the share of the attention near the diagonal: close to 1 if aligned, 2 DIAGONAL if uniform.

    alignment: (B, T_step, T_text). After the attention diagonal ratio of Xu et al. 2020 ("LRSpeech").
    """
    distance = _distance(alignment, step_lengths, phoneme_lengths)
    mask = length_mask(step_lengths, alignment.size(1)).unsqueeze(2)
    return (alignment * (distance.abs() <= DIAGONAL) * mask).sum() / step_lengths.sum()


def _distance(alignment: Tensor, step_lengths: Tensor, phoneme_lengths: Tensor) -> Tensor:
    """Return the distance from the diagonal as a share of the text, (B, T_step, T_text)."""
    _, steps, text = alignment.shape
    row = torch.arange(steps, device=alignment.device).view(1, -1, 1) / step_lengths.view(-1, 1, 1)
    column = torch.arange(text, device=alignment.device).view(1, 1, -1) / phoneme_lengths.view(-1, 1, 1)
    return row - column
