"""Attention: choose the symbol that a step reads from the alignments of the steps before.

`prepare` computes once what every step of an utterance needs, `initial_state` makes the state before the first step,
and `forward` takes one state to the next. The first tensor of a state is the alignment (B, T_text).
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from tts.config import ModelConfig

AttentionState = tuple[Tensor, ...]

PRIOR_FLOOR = 1e-6  # Battenberg et al. 2020, equation 9: keeps the logarithm finite


class DynamicConvolutionAttention(nn.Module):
    """Score every symbol from a window of the previous alignment around it (Battenberg et al. 2020, section 3.3).

    Purely location-relative: no comparison with the memory's content, so an alignment learnt on short sentences holds
    on long ones, and a word that occurs twice cannot draw the attention back.
    """

    state_names = ("alignment",)
    prior: Tensor

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        filters, taps, dim = config.attention_filters, config.attention_taps, config.attention_dim
        self.taps = taps
        self.filters = filters
        # Equation 8, with each bank of filters multiplied into its projection: one product per step serves both.
        self.static_filters = nn.Linear(filters, taps, bias=False)
        self.static_projection = nn.Linear(filters, dim, bias=False)
        self.dynamic_hidden = nn.Linear(config.attention_rnn_dim, dim)
        self.dynamic_filters = nn.Linear(dim, taps * filters, bias=False)
        self.dynamic_projection = nn.Linear(filters, dim)
        self.score = nn.Linear(dim, 1, bias=False)
        prior = beta_binomial(config.prior_taps, config.prior_alpha, config.prior_beta)
        # The window of symbol i holds the alignment at i - taps // 2 ... i + taps // 2; the prior only looks back.
        window = torch.zeros(taps)
        window[taps // 2 - (config.prior_taps - 1) : taps // 2 + 1] = prior.flip(0)
        self.register_buffer("prior", window)

    def static_weights(self) -> Tensor:
        """The static filters seen through their projection: (taps, attention_dim), the same at every step."""
        return self.static_filters.weight @ self.static_projection.weight.t()

    def prepare(self, memory: Tensor) -> tuple[Tensor, ...]:
        """`static_weights`, for every step of an utterance; the memory's content plays no part."""
        return (self.static_weights(),)

    def initial_state(self, memory: Tensor) -> AttentionState:
        """The alignment (B, T_text), on the first symbol."""
        return (on_first_symbol(memory),)

    def forward(
        self, query: Tensor, state: AttentionState, mask: Tensor, prepared: tuple[Tensor, ...]
    ) -> AttentionState:
        """Return the next state: an alignment (B, T_text), a distribution over symbols.

        query: (B, attention_rnn_dim). mask: (B, T_text) bool, true where there is a symbol. prepared: from `prepare`.
        """
        (alignment,), (static_weights,) = state, prepared
        half = self.taps // 2
        windows = nn.functional.pad(alignment, (half, half)).unfold(1, self.taps, 1)  # (B, T_text, taps)
        filters = self.dynamic_filters(torch.tanh(self.dynamic_hidden(query)))  # (B, taps * filters)
        dynamic_weights = self.dynamic_projection(filters.view(-1, self.taps, self.filters))  # (B, taps, attention_dim)
        hidden = torch.tanh(torch.bmm(windows, static_weights + dynamic_weights))  # (B, T_text, attention_dim)
        log_prior = torch.log((windows @ self.prior).clamp_min(PRIOR_FLOOR))  # (B, T_text)
        energies = self.score(hidden).squeeze(2) + log_prior  # (B, T_text)
        return (torch.softmax(energies.masked_fill(~mask, -torch.inf), dim=1),)


def on_first_symbol(memory: Tensor) -> Tensor:
    """Where reading begins: memory (B, T_text, encoder_dim) -> alignment (B, T_text)."""
    alignment = memory.new_zeros(memory.shape[:2])
    alignment[:, 0] = 1.0
    return alignment


def beta_binomial(taps: int, alpha: float, beta: float) -> Tensor:
    """Probability of moving on by 0 ... taps - 1 symbols in one step, (taps,) (Battenberg et al. 2020, section 3.3)."""

    def log_beta(a: float, b: float) -> float:
        return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)

    n = taps - 1
    return torch.tensor(
        [math.comb(n, k) * math.exp(log_beta(k + alpha, n - k + beta) - log_beta(alpha, beta)) for k in range(taps)]
    )
