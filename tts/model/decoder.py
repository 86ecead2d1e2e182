"""Memory to spectrogram frames: one step, one state (Shen et al. 2018, section 2.2).

`Decoder.step` is the decoder. `Decoder.teacher_force` runs the same modules where the frames are known beforehand: only
the attention LSTM and the attention, which feed back, stay in its loop; the decoder LSTM, which feeds nothing back into
the attention, runs afterwards over the whole sequence at once.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor, nn

from tts.config import ModelConfig
from tts.model.attention import DynamicConvolutionAttention

N_PRENET_LAYERS = 2


class DecoderState(NamedTuple):
    """All that one step hands to the next."""

    attention_hidden: Tensor  # (B, attention_rnn_dim)
    attention_cell: Tensor  # (B, attention_rnn_dim)
    decoder_hidden: Tensor  # (B, decoder_rnn_dim)
    decoder_cell: Tensor  # (B, decoder_rnn_dim)
    context: Tensor  # (B, encoder_dim)
    alignment: Tensor  # (B, T_text)


class DecoderOutput(NamedTuple):
    """What one step, or all steps of a teacher-forced sequence, produced; T_step is 1 for one step."""

    mel: Tensor  # (B, n_channels, T_step * reduction_factor), standardised, before the postnet
    stop_logits: Tensor  # (B, T_step)
    alignment: Tensor  # (B, T_step, T_text)


class Prenet(nn.Module):
    """Two narrow layers with dropout that is never off: the bottleneck that makes the decoder attend.

    The dropout is an argument, so that a seed means the same in training, in generation and in the exported graph.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        sizes = [config.n_channels] + [config.prenet_dim] * N_PRENET_LAYERS
        self.layers = nn.ModuleList(nn.Linear(a, b, bias=False) for a, b in pairwise(sizes))
        self.probability = config.prenet_dropout
        self.dim = config.prenet_dim

    def forward(self, frame: Tensor, dropout: Tensor) -> Tensor:
        """frame (..., n_channels), dropout (..., 2, prenet_dim) -> (..., prenet_dim)."""
        for index, layer in enumerate(self.layers):
            frame = torch.relu(layer(frame)) * dropout[..., index, :]
        return frame

    def draw_dropout(self, *shape: int, generator: torch.Generator | None = None) -> Tensor:
        """Draw masks (*shape, 2, prenet_dim): 0 where dropped, 1 / (1 - probability) where kept."""
        weight = next(self.parameters())
        keep = torch.empty(*shape, N_PRENET_LAYERS, self.dim, device=weight.device, dtype=weight.dtype)
        keep.bernoulli_(1 - self.probability, generator=generator)
        return keep / (1 - self.probability)


class AttentionLSTM(nn.Module):
    """An LSTM cell in two products: the gates of an input known beforehand, and those of what feeds back."""

    def __init__(self, input_dim: int, context_dim: int, dim: int) -> None:
        super().__init__()
        self.input_gates = nn.Linear(input_dim, 4 * dim)
        self.recurrent_gates = nn.Linear(context_dim + dim, 4 * dim, bias=False)
        for weight in (self.input_gates.weight, self.recurrent_gates.weight):
            nn.init.uniform_(weight, -(dim**-0.5), dim**-0.5)
        nn.init.zeros_(self.input_gates.bias)
        nn.init.ones_(self.input_gates.bias[dim : 2 * dim])  # as in open_forget_gates

    def forward(self, input_gates: Tensor, context: Tensor, hidden: Tensor, cell: Tensor) -> tuple[Tensor, Tensor]:
        """Gates (B, 4 dim) from `self.input_gates`, context (B, context_dim), state (B, dim) twice -> new state."""
        gates = input_gates + self.recurrent_gates(torch.cat([context, hidden], dim=1))  # (B, 4 dim)
        dim = cell.size(1)
        sigmoids = torch.sigmoid(gates[:, : 3 * dim])
        write, forget, read = sigmoids[:, :dim], sigmoids[:, dim : 2 * dim], sigmoids[:, 2 * dim :]
        cell = forget * cell + write * torch.tanh(gates[:, 3 * dim :])
        return read * torch.tanh(cell), cell


def open_forget_gates(rnn: nn.LSTM) -> None:
    """Set every bias to zero but the forget gates', to one (Jozefowicz et al. 2015, section 2.2)."""
    for name, parameter in rnn.named_parameters():
        if name.startswith("bias"):
            nn.init.zeros_(parameter)
        if name.startswith("bias_ih"):
            nn.init.ones_(parameter[rnn.hidden_size : 2 * rnn.hidden_size])


class Decoder(nn.Module):
    """Prenet, attention LSTM, attention, decoder LSTM, and the projections to frames and to the stop logit."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.prenet = Prenet(config)
        self.attention_rnn = AttentionLSTM(config.prenet_dim, config.encoder_dim, config.attention_rnn_dim)
        self.attention = DynamicConvolutionAttention(config)
        self.decoder_rnn = nn.LSTM(
            config.attention_rnn_dim + config.encoder_dim, config.decoder_rnn_dim, batch_first=True
        )
        open_forget_gates(self.decoder_rnn)
        features = config.decoder_rnn_dim + config.encoder_dim
        self.mel_projection = nn.Linear(features, config.n_channels * config.reduction_factor)
        self.stop_projection = nn.Linear(features, 1)

    def initial_state(self, memory: Tensor) -> DecoderState:
        """The state before the first step: all zero but the alignment, which is on the first symbol."""
        batch, text, _ = memory.shape
        config = self.config
        alignment = memory.new_zeros(batch, text)
        alignment[:, 0] = 1.0
        return DecoderState(
            memory.new_zeros(batch, config.attention_rnn_dim),
            memory.new_zeros(batch, config.attention_rnn_dim),
            memory.new_zeros(batch, config.decoder_rnn_dim),
            memory.new_zeros(batch, config.decoder_rnn_dim),
            memory.new_zeros(batch, config.encoder_dim),
            alignment,
        )

    def step(
        self, frame: Tensor, state: DecoderState, memory: Tensor, mask: Tensor, dropout: Tensor
    ) -> tuple[DecoderOutput, DecoderState]:
        """Predict the next `reduction_factor` frames.

        frame: (B, n_channels), the last frame of the step before (zeros before the first). memory: (B, T_text,
        encoder_dim). mask: (B, T_text) bool. dropout: (B, 2, prenet_dim) from `Prenet.draw_dropout`.
        """
        gates = self.attention_rnn.input_gates(self.prenet(frame, dropout))  # (B, 4 attention_rnn_dim)
        hidden, cell, context, alignment = self._attend(gates, state, memory, mask, self.attention.static_weights())
        decoder_input = torch.cat([hidden, context], dim=1).unsqueeze(1)  # (B, 1, attention_rnn_dim + encoder_dim)
        decoder_state = (state.decoder_hidden.unsqueeze(0), state.decoder_cell.unsqueeze(0))
        features, (decoder_hidden, decoder_cell) = self.decoder_rnn(decoder_input, decoder_state)
        mel, stop_logits = self._project(features, context.unsqueeze(1))
        new_state = DecoderState(hidden, cell, decoder_hidden.squeeze(0), decoder_cell.squeeze(0), context, alignment)
        return DecoderOutput(mel, stop_logits, alignment.unsqueeze(1)), new_state

    def teacher_force(self, mel: Tensor, memory: Tensor, mask: Tensor, dropout: Tensor) -> DecoderOutput:
        """Predict a whole spectrogram, each step shown the true frame before it.

        mel: (B, n_channels, T_mel), T_mel a multiple of the reduction factor. dropout: (B, T_step, 2, prenet_dim).
        """
        gates = self.attention_rnn.input_gates(self.prenet(self.previous_frames(mel), dropout))  # (B, T_step, 4 dim)
        static_weights = self.attention.static_weights()
        state = self.initial_state(memory)
        hiddens, contexts, alignments = [], [], []
        for step_gates in gates.unbind(1):
            hidden, cell, context, alignment = self._attend(step_gates, state, memory, mask, static_weights)
            state = state._replace(attention_hidden=hidden, attention_cell=cell, context=context, alignment=alignment)
            hiddens.append(hidden)
            contexts.append(context)
            alignments.append(alignment)
        context = torch.stack(contexts, dim=1)  # (B, T_step, encoder_dim)
        features, _ = self.decoder_rnn(torch.cat([torch.stack(hiddens, dim=1), context], dim=2))
        predicted, stop_logits = self._project(features, context)
        return DecoderOutput(predicted, stop_logits, torch.stack(alignments, dim=1))

    def previous_frames(self, mel: Tensor) -> Tensor:
        """The last frame of the step before each step: (B, n_channels, T_mel) -> (B, T_step, n_channels)."""
        factor = self.config.reduction_factor
        last = mel[:, :, factor - 1 : -1 : factor].transpose(1, 2)  # (B, T_step - 1, n_channels)
        return nn.functional.pad(last, (0, 0, 1, 0))

    def _attend(
        self, gates: Tensor, state: DecoderState, memory: Tensor, mask: Tensor, static_weights: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        hidden, cell = self.attention_rnn(gates, state.context, state.attention_hidden, state.attention_cell)
        alignment = self.attention(hidden, state.alignment, mask, static_weights)  # (B, T_text)
        context = torch.bmm(alignment.unsqueeze(1), memory).squeeze(1)  # (B, encoder_dim)
        return hidden, cell, context, alignment

    def _project(self, features: Tensor, context: Tensor) -> tuple[Tensor, Tensor]:
        """Two (B, T_step, features) -> mel (B, n_channels, T_mel), stop_logits (B, T_step)."""
        features = torch.cat([features, context], dim=2)
        frames = self.mel_projection(features)  # (B, T_step, reduction_factor * n_channels)
        mel = frames.reshape(frames.size(0), -1, self.config.n_channels).transpose(1, 2)
        return mel, self.stop_projection(features).squeeze(2)
