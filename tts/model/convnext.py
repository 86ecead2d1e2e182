"""ConvNeXt blocks over time (Liu et al. 2022, "A ConvNet for the 2020s"), as Vocos uses them on frames (Siuzdak 2024).

Two changes make a block cheap on a CPU in 8-bit integers: it works on (B, T, dim), so that only its depthwise
convolution transposes, and it has ReLU, whose output an unsigned integer holds without an offset.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from tts.config import CONVNEXT_INPUT_KERNEL, CONVNEXT_KERNEL

_SCALE = 0.3  # what a new block adds to its input, so that a stack starts close to its first convolution


class ConvNeXtBlock(nn.Module):
    """A depthwise convolution over time, then two layers over channels, added to the input."""

    def __init__(self, dim: int, hidden_dim: int) -> None:
        super().__init__()
        self.depthwise = nn.Conv1d(dim, dim, CONVNEXT_KERNEL, padding=CONVNEXT_KERNEL // 2, groups=dim)
        self.norm = nn.LayerNorm(dim)
        self.expand = nn.Linear(dim, hidden_dim)
        self.contract = nn.Linear(hidden_dim, dim)
        self.scale = nn.Parameter(torch.full((dim,), _SCALE))
        nn.init.zeros_(self.contract.bias)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """x (B, T, dim), mask (B, T, 1): 1 where there is a frame -> (B, T, dim)."""
        mixed = self.depthwise((x * mask).transpose(1, 2)).transpose(1, 2)
        correction: Tensor = self.contract(torch.relu(self.expand(self.norm(mixed))))
        return x + correction * self.scale


class ConvNeXt(nn.Module):
    """Frames (B, T, input_dim) -> (B, T, output_dim): a convolution, blocks, a normalisation, a linear layer.

    A frame of the output depends on `config.convnext_look_ahead` frames of the input on each side. Beyond the ends of
    an utterance every convolution sees zeros.
    """

    def __init__(self, input_dim: int, output_dim: int, dim: int, hidden_dim: int, blocks: int) -> None:
        super().__init__()
        self.input = nn.Conv1d(input_dim, dim, CONVNEXT_INPUT_KERNEL, padding=CONVNEXT_INPUT_KERNEL // 2)
        self.blocks = nn.ModuleList(ConvNeXtBlock(dim, hidden_dim) for _ in range(blocks))
        self.norm = nn.LayerNorm(dim)
        self.output = nn.Linear(dim, output_dim)
        with torch.no_grad():
            self.output.weight.mul_(_SCALE)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """x (B, T, input_dim), mask (B, T, 1) -> (B, T, output_dim)."""
        x = self.input((x * mask).transpose(1, 2)).transpose(1, 2)  # (B, T, dim)
        for block in self.blocks:
            x = block(x, mask)
        output: Tensor = self.output(self.norm(x))
        return output
