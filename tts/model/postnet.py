"""Sharpen the decoder's frames, knowing which symbol each of them speaks.

Tacotron 2's postnet (Shen et al. 2018, section 2.2) sees frames alone, and so can only guess where in a blurred
transition one phoneme ends and the next begins. This postnet also reads the encoder's memory of each frame's symbol,
at the place that the attention gave it: boundaries are sharp in its input, and a loss on averages leaves them sharp.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from tts.config import ModelConfig
from tts.model.convnext import ConvNeXt


class Postnet(nn.Module):
    """Decoder frames and the memory of their symbols -> the frames plus a correction."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.stack = ConvNeXt(
            config.n_channels + config.encoder_dim,
            config.n_channels,
            config.postnet_dim,
            config.postnet_hidden_dim,
            config.postnet_blocks,
        )

    def forward(self, mel: Tensor, context: Tensor, mask: Tensor | None = None) -> Tensor:
        """mel (B, n_channels, T_mel), context (B, T_mel, encoder_dim) -> (B, n_channels, T_mel).

        mask: (B, T_mel) bool, true where there is a frame; None where no item is padded (the export).
        """
        frames = mel.transpose(1, 2)  # (B, T_mel, n_channels)
        real = frames.new_ones(1, 1, 1) if mask is None else mask.unsqueeze(2).to(frames.dtype)
        correction: Tensor = self.stack(torch.cat([frames, context], dim=2), real)
        return (frames + correction).transpose(1, 2)


def symbol_of_frame(alignment: Tensor, step_lengths: Tensor, reduction_factor: int) -> Tensor:
    """Harden an alignment: (B, T_step, T_text) -> index of the symbol that each frame speaks, (B, T_mel) int64.

    The attention that a symbol receives, summed over the steps, is its duration; so the sum over all symbols up to it
    is where it ends. Unlike the largest share of each step this places boundaries between frames, not between steps,
    and never goes back.
    """
    batch, steps, text = alignment.shape
    mask = torch.arange(steps, device=alignment.device) < step_lengths.unsqueeze(1)  # (B, T_step)
    durations = (alignment * mask.unsqueeze(2)).sum(dim=1) * reduction_factor  # (B, T_text), in frames
    ends = durations.cumsum(dim=1).round()
    frames = torch.arange(steps * reduction_factor, device=alignment.device).expand(batch, -1).contiguous()
    return torch.searchsorted(ends, frames.to(ends.dtype), right=True).clamp_max(text - 1)


def context_of_frame(memory: Tensor, symbols: Tensor) -> Tensor:
    """memory (B, T_text, encoder_dim), symbols (B, T_mel) from `symbol_of_frame` -> (B, T_mel, encoder_dim)."""
    return memory.gather(1, symbols.unsqueeze(2).expand(-1, -1, memory.size(2)))
