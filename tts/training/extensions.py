"""Losses and attentions of the user, named as `module:name` in the settings. They are checked before data are read."""

from __future__ import annotations

import inspect
from typing import Protocol

import torch
from torch import Tensor

from tts.common.plugins import is_plugin, load_plugin
from tts.common.validation import from_dict
from tts.config import ModelConfig
from tts.errors import ConfigError
from tts.model.attention import attention_class
from tts.model.tacotron import Tacotron, TeacherForced
from tts.training.config import TrainConfig
from tts.training.data import Batch
from tts.training.windows import Refined


class ExtraLoss(Protocol):
    """A loss of the user."""

    def __call__(
        self, model: Tacotron, batch: Batch, mel: Tensor, output: TeacherForced, windows: Refined, /
    ) -> Tensor:
        """Return a scalar. mel: (B, n_channels, T_mel), standardised."""


def load_loss(name: str) -> ExtraLoss:
    """Return the loss `module:function`. Raises ConfigError if it does not take the arguments of `ExtraLoss`."""
    found: ExtraLoss = load_plugin("loss.extra", name)
    wanted = ("model", "batch", "mel", "output", "windows")
    try:
        inspect.signature(found).bind(*wanted)
    except TypeError as error:
        raise ConfigError(
            f"loss.extra is {name!r}, which cannot be called ({error}): let it take {', '.join(wanted)}"
        ) from error
    return found


def check_extensions(config: TrainConfig) -> None:
    """Load the user's losses, and take two steps with the user's attention. Raises ConfigError."""
    for name in config.loss.extra:
        load_loss(name)
    sizes = from_dict(ModelConfig, {**config.model, "n_symbols": 1, "n_mels": 1, "n_source": 1}, "model")
    if is_plugin(sizes.attention):
        _try_attention(sizes)


@torch.no_grad()
def _try_attention(sizes: ModelConfig) -> None:
    """Raise ConfigError if an attention breaks the contract of `Attention`, on a batch of two and three symbols."""
    attention = attention_class(sizes.attention)(sizes).eval()
    memory = torch.randn(2, 3, sizes.encoder_dim)
    mask = torch.tensor([[True, True, False], [True, True, True]])
    state, prepared = attention.initial_state(memory), attention.prepare(memory)
    names = attention.state_names
    for _ in range(2):
        state = attention(torch.randn(2, sizes.attention_rnn_dim), state, mask, prepared)
        shapes = [tuple(part.shape) for part in state]
        if names[:1] != ("alignment",) or shapes != [(2, 3)] * len(names):
            raise ConfigError(
                f"model.attention is {sizes.attention!r}, whose state has the names {names} and the shapes {shapes}: "
                "return a tensor (B, T_text) for each name, the alignment first"
            )
        alignment = state[0]
        if alignment.min() < 0 or alignment[~mask].any() or not torch.allclose(alignment.sum(1), torch.ones(2)):
            raise ConfigError(
                f"model.attention is {sizes.attention!r}, which returns the alignment {alignment.tolist()} for texts "
                "of 2 and 3 symbols: return a distribution over the symbols, and 0 for padding"
            )
