"""Attention: which symbol a step reads, from where the steps before it have read.

Every kind has the same three parts: `prepare`, what every step of an utterance needs and none changes; `initial_state`;
and `forward`, from one state to the next. The first tensor of a state is the alignment (B, T_text), which begins on the
first symbol; every other begins at zero.
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


class LocationSensitiveAttention(nn.Module):
    """Score every symbol by its content and by where the attention was and has been (Shen et al. 2018, section 2.2).

    Additive attention (Bahdanau et al. 2015) extended with convolutions over the previous alignment (Chorowski et al.
    2015, section 2.2) and over the sum of all before, which tells what is already read.
    """

    state_names = ("alignment", "past")  # past: (B, T_text), the sum of the alignments before the previous one

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        dim = config.attention_dim
        self.taps = config.attention_taps
        self.query = nn.Linear(config.attention_rnn_dim, dim)
        self.memory = nn.Linear(config.encoder_dim, dim, bias=False)
        self.location_filters = nn.Linear(2 * config.attention_taps, config.attention_filters, bias=False)
        self.location_projection = nn.Linear(config.attention_filters, dim, bias=False)
        self.score = nn.Linear(dim, 1, bias=False)

    def location_weights(self) -> Tensor:
        """The location filters seen through their projection: (2 taps, attention_dim), previous alignment first."""
        return self.location_filters.weight.t() @ self.location_projection.weight.t()

    def prepare(self, memory: Tensor) -> tuple[Tensor, ...]:
        """The memory as it is compared, (B, T_text, attention_dim), and `location_weights`."""
        return self.memory(memory), self.location_weights()

    def initial_state(self, memory: Tensor) -> AttentionState:
        """The alignment (B, T_text), on the first symbol, and nothing read before."""
        return on_first_symbol(memory), memory.new_zeros(memory.shape[:2])

    def forward(
        self, query: Tensor, state: AttentionState, mask: Tensor, prepared: tuple[Tensor, ...]
    ) -> AttentionState:
        """Return the next state: an alignment (B, T_text), a distribution over symbols, and what was read before it.

        query: (B, attention_rnn_dim). mask: (B, T_text) bool, true where there is a symbol. prepared: from `prepare`.
        """
        (alignment, past), (keys, location_weights) = state, prepared
        half, past = self.taps // 2, past + alignment
        padded = nn.functional.pad(torch.stack([alignment, past], dim=1), (half, half))
        windows = padded.unfold(2, self.taps, 1).transpose(1, 2).flatten(2)  # (B, T_text, 2 taps)
        hidden = torch.tanh(self.query(query).unsqueeze(1) + keys + windows @ location_weights)
        energies = self.score(hidden).squeeze(2)  # (B, T_text)
        return torch.softmax(energies.masked_fill(~mask, -torch.inf), dim=1), past


Attention = DynamicConvolutionAttention | LocationSensitiveAttention
ATTENTIONS: dict[str, type[Attention]] = {
    "dynamic_convolution": DynamicConvolutionAttention,
    "location_sensitive": LocationSensitiveAttention,
}


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
