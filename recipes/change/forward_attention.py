"""Forward attention: stay on a symbol or move to the next one (Zhang et al. 2018, equation 5).

model.attention=forward_attention:ForwardAttention
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from tts.config import ModelConfig
from tts.model.attention import Attention, AttentionState

FLOOR = 1e-6  # keeps a gradient where the attention has not been yet


class ForwardAttention(Attention):
    """Multiplies additive attention to the content by the probability of being on a symbol or on the one before."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.query = nn.Linear(config.attention_rnn_dim, config.attention_dim)
        self.key = nn.Linear(config.encoder_dim, config.attention_dim, bias=False)
        self.score = nn.Linear(config.attention_dim, 1, bias=False)

    def prepare(self, memory: Tensor) -> tuple[Tensor, ...]:
        """Return the keys (B, T_text, attention_dim)."""
        return (self.key(memory),)

    def forward(
        self, query: Tensor, state: AttentionState, mask: Tensor, prepared: tuple[Tensor, ...]
    ) -> AttentionState:
        """Return the next alignment (B, T_text)."""
        (alignment,), (keys,) = state, prepared
        energies = self.score(torch.tanh(self.query(query).unsqueeze(1) + keys)).squeeze(2)  # (B, T_text)
        content = torch.softmax(energies.masked_fill(~mask, -torch.inf), dim=1)
        reached = alignment + nn.functional.pad(alignment[:, :-1], (1, 0)) + FLOOR
        weights = reached * content
        return (weights / weights.sum(dim=1, keepdim=True),)
