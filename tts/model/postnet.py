"""Sharpen a spectrogram with a residual stack of convolutions (Shen et al. 2018, section 2.2)."""

from __future__ import annotations

from itertools import pairwise

from torch import Tensor, nn

from tts.config import ModelConfig


class Postnet(nn.Module):
    """Add a correction to mel (B, n_channels, T_mel), of the same shape."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        sizes = [config.n_channels] + [config.postnet_dim] * (config.postnet_convs - 1) + [config.n_channels]
        self.convs = nn.ModuleList(
            nn.Sequential(
                nn.Conv1d(a, b, config.kernel_size, padding=config.kernel_size // 2, bias=False), nn.BatchNorm1d(b)
            )
            for a, b in pairwise(sizes)
        )

    def forward(self, mel: Tensor, mask: Tensor | None = None) -> Tensor:
        """Return the corrected mel. mask: (B, T_mel) bool, true for frames, or None without padding (the export)."""
        correction = mel
        for index, conv in enumerate(self.convs):
            if mask is not None:
                correction = correction * mask.unsqueeze(1)
            correction = conv(correction)  # (B, postnet_dim, T_mel); the last: (B, n_channels, T_mel)
            if index < len(self.convs) - 1:
                correction = correction.tanh()
        return mel + correction
