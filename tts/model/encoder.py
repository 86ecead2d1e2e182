"""Encode phoneme ids as memory: embedding, convolutions, bidirectional LSTM (Shen et al. 2018, section 2.2)."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from tts.config import ModelConfig


class Encoder(nn.Module):
    """Encode phoneme ids (B, T_text) as memory (B, T_text, encoder_dim)."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        dim = config.encoder_dim
        self.embedding = nn.Embedding(config.n_symbols, dim)
        nn.init.normal_(self.embedding.weight, std=0.3)
        self.convs = nn.ModuleList(
            nn.Sequential(
                nn.Conv1d(dim, dim, config.kernel_size, padding=config.kernel_size // 2),
                nn.BatchNorm1d(dim),
                nn.ReLU(),
                nn.Dropout(config.conv_dropout),
            )
            for _ in range(config.encoder_convs)
        )
        self.rnn = nn.LSTM(dim, dim // 2, batch_first=True, bidirectional=True)

    def forward(self, phoneme_ids: Tensor, phoneme_lengths: Tensor | None = None) -> Tensor:
        """Return memory (B, T_text, encoder_dim), zero past each item's length.

        phoneme_ids: (B, T_text) int64. phoneme_lengths: (B,) int64, or None without padding (the export).
        """
        x = self.embedding(phoneme_ids).transpose(1, 2)  # (B, encoder_dim, T_text)
        if phoneme_lengths is None:
            for conv in self.convs:
                x = conv(x)
            whole: Tensor = self.rnn(x.transpose(1, 2))[0]  # (B, T_text, encoder_dim)
            return whole
        mask = length_mask(phoneme_lengths, phoneme_ids.size(1)).unsqueeze(1)  # (B, 1, T_text)
        for conv in self.convs:
            x = conv(x * mask)
        packed = pack_padded_sequence(x.transpose(1, 2), phoneme_lengths.cpu(), batch_first=True, enforce_sorted=False)
        memory, _ = pad_packed_sequence(self.rnn(packed)[0], batch_first=True, total_length=phoneme_ids.size(1))
        return memory  # (B, T_text, encoder_dim)


def length_mask(lengths: Tensor, size: int) -> Tensor:
    """Mark the positions before each length: (B,) int64 -> (B, size) bool."""
    return torch.arange(size, device=lengths.device) < lengths.unsqueeze(1)
