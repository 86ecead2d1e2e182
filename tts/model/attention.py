"""Attention: compute the alignment of a decoder step from the alignments of earlier steps."""

from __future__ import annotations

import math
from typing import ClassVar

import torch
from torch import Tensor, nn

from tts.common.plugins import load_plugin
from tts.config import ModelConfig
from tts.errors import ConfigError

AttentionState = tuple[Tensor, ...]

PRIOR_FLOOR = 1e-6  # Battenberg et al. 2020, equation 9: keeps the logarithm finite


class Attention(nn.Module):
    """Base class of all attentions: the interface that the decoder uses. An attention is built from a `ModelConfig`."""

    state_names: ClassVar[tuple[str, ...]] = ("alignment",)
    """Names of the tensors of a state, each (B, T_text). The first one is the alignment."""
    runs_at_once: ClassVar[bool] = False
    """Whether teacher forcing may run all steps at once, each from the true alignment before: the state must be the
    alignment alone, and `prepare` must return nothing that belongs to one row of a batch."""

    def prepare(self, memory: Tensor) -> tuple[Tensor, ...]:
        """Return values of memory (B, T_text, encoder_dim) that all steps of an utterance share; here none."""
        return ()

    def initial_state(self, memory: Tensor) -> AttentionState:
        """Return the state before the first step: here the alignment (B, T_text) is on the first symbol."""
        return (on_first_symbol(memory),)

    def forward(
        self, query: Tensor, state: AttentionState, mask: Tensor, prepared: tuple[Tensor, ...]
    ) -> AttentionState:
        """Return the next state, whose alignment (B, T_text) is a distribution over symbols.

        query: (B, attention_rnn_dim). mask: (B, T_text) bool, true for symbols. prepared: from `prepare`.
        """
        raise NotImplementedError


class DynamicConvolutionAttention(Attention):
    """Score each symbol from a window of the previous alignment around it (Battenberg et al. 2020, section 3.3).

    The scores are purely location-relative and ignore the memory's content. So the attention generalises from short
    sentences to long ones, and a repeated word cannot pull it back.
    """

    runs_at_once = True
    prior: Tensor

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        filters, taps, dim = config.attention_filters, config.attention_taps, config.attention_dim
        self.taps = taps
        self.filters = filters
        # Equation 8, with each bank of filters multiplied into its projection, so that one product per step suffices.
        self.static_filters = nn.Linear(filters, taps, bias=False)
        self.static_projection = nn.Linear(filters, dim, bias=False)
        self.dynamic_hidden = nn.Linear(config.attention_rnn_dim, dim)
        self.dynamic_filters = nn.Linear(dim, taps * filters, bias=False)
        self.dynamic_projection = nn.Linear(filters, dim)
        self.score = nn.Linear(dim, 1, bias=False)
        prior = beta_binomial(config.prior_taps, config.prior_alpha, config.prior_beta)
        # The window of symbol i is the alignment at i - taps // 2 ... i + taps // 2. The prior uses only its past half.
        window = torch.zeros(taps)
        window[taps // 2 - (config.prior_taps - 1) : taps // 2 + 1] = prior.flip(0)
        self.register_buffer("prior", window)

    def static_weights(self) -> Tensor:
        """Multiply the static filters by their projection: (taps, attention_dim), the same at every step."""
        return self.static_filters.weight @ self.static_projection.weight.t()

    def prepare(self, memory: Tensor) -> tuple[Tensor, ...]:
        """Return the values shared by all steps of an utterance: `static_weights`. `memory` is not used."""
        return (self.static_weights(),)

    def forward(
        self, query: Tensor, state: AttentionState, mask: Tensor, prepared: tuple[Tensor, ...]
    ) -> AttentionState:
        """Return the next alignment (B, T_text). prepared: `static_weights`."""
        (alignment,), (static_weights,) = state, prepared
        half = self.taps // 2
        windows = nn.functional.pad(alignment, (half, half)).unfold(1, self.taps, 1)  # (B, T_text, taps)
        filters = self.dynamic_filters(torch.tanh(self.dynamic_hidden(query)))  # (B, taps * filters)
        dynamic_weights = self.dynamic_projection(filters.view(-1, self.taps, self.filters))  # (B, taps, attention_dim)
        hidden = torch.tanh(torch.bmm(windows, static_weights + dynamic_weights))  # (B, T_text, attention_dim)
        log_prior = torch.log((windows @ self.prior).clamp_min(PRIOR_FLOOR))  # (B, T_text)
        energies = self.score(hidden).squeeze(2) + log_prior  # (B, T_text)
        return (torch.softmax(energies.masked_fill(~mask, -torch.inf), dim=1),)


ATTENTIONS: dict[str, type[Attention]] = {"dynamic_convolution": DynamicConvolutionAttention}


def attention_class(name: str) -> type[Attention]:
    """Return the class of an attention: one of `ATTENTIONS`, or a user's own as `module:Class`.

    Raises ConfigError if there is no such class, or if it is not an `Attention`.
    """
    found = ATTENTIONS[name] if name in ATTENTIONS else load_plugin("model.attention", name)
    if not (isinstance(found, type) and issubclass(found, Attention)):
        raise ConfigError(f"model.attention is {name!r}: name a class that is derived from {__name__}.Attention")
    return found


def on_first_symbol(memory: Tensor) -> Tensor:
    """Return the alignment (B, T_text) on the first symbol of memory (B, T_text, encoder_dim)."""
    alignment = memory.new_zeros(memory.shape[:2])
    alignment[:, 0] = 1.0
    return alignment


def beta_binomial(taps: int, alpha: float, beta: float) -> Tensor:
    """Return the prior (taps,) of advancing 0 ... taps - 1 symbols per step (Battenberg et al. 2020, section 3.3)."""

    def log_beta(a: float, b: float) -> float:
        return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)

    n = taps - 1
    return torch.tensor(
        [math.comb(n, k) * math.exp(log_beta(k + alpha, n - k + beta) - log_beta(alpha, beta)) for k in range(taps)]
    )
