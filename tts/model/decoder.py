"""Decode memory into spectrogram frames: one step, one state (Shen et al. 2018, section 2.2).

`Decoder.step` is the decoder. `Decoder.teacher_force` runs the same modules where the frames are known beforehand: only
the attention RNN and the attention, which feed back, stay in its loop; the decoder RNN, which feeds nothing back into
the attention, runs afterwards over the whole sequence at once.

The decoder RNN may be left out (`decoder_rnn_dim` 0): the postnet can do its work, since it knows the symbol of each
frame and sees both sides of it, and the weights of a step then fit into the second-level cache of a CPU core.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor, nn

from tts.config import ModelConfig
from tts.model.attention import Attention, AttentionState, attention_class
from tts.model.cells import ATTENTION_CELLS, AttentionCell, CellState, LoopedLinear, run_rnn, sequence_rnn

N_PRENET_LAYERS = 2


class DecoderState(NamedTuple):
    """All values passed from one step to the next."""

    attention_rnn: CellState  # (B, attention_rnn_dim) each
    decoder_rnn: CellState  # (B, decoder_rnn_dim) each; empty where there is none
    context: Tensor  # (B, encoder_dim)
    attention: AttentionState  # (B, T_text) each, the alignment first


class DecoderOutput(NamedTuple):
    """Output of one step (T_step is 1) or of all steps of a teacher-forced sequence."""

    mel: Tensor  # (B, n_channels, T_step * reduction_factor), standardised, before the postnet
    stop_logits: Tensor  # (B, T_step)
    alignment: Tensor  # (B, T_step, T_text)


class Prenet(nn.Module):
    """Two narrow layers with dropout that is always on: a bottleneck that forces the decoder to attend.

    The dropout masks are an argument, so that a seed has the same effect in training, generation and the export.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        sizes = [config.n_channels] + [config.prenet_dim] * N_PRENET_LAYERS
        self.layers = nn.ModuleList(nn.Linear(a, b, bias=False) for a, b in pairwise(sizes))
        self.probability = config.prenet_dropout
        self.dim = config.prenet_dim

    def forward(self, frame: Tensor, dropout: Tensor) -> Tensor:
        """Map frame (..., n_channels), with dropout (..., 2, prenet_dim), to (..., prenet_dim)."""
        for index, layer in enumerate(self.layers):
            frame = torch.relu(layer(frame)) * dropout[..., index, :]
        return frame

    def draw_dropout(self, *shape: int, generator: torch.Generator | None = None) -> Tensor:
        """Draw masks (*shape, 2, prenet_dim): 0 where dropped, 1 / (1 - probability) where kept."""
        weight = next(self.parameters())
        keep = torch.empty(*shape, N_PRENET_LAYERS, self.dim, device=weight.device, dtype=weight.dtype)
        keep.bernoulli_(1 - self.probability, generator=generator)
        return keep / (1 - self.probability)


class Decoder(nn.Module):
    """Prenet, attention RNN, attention, decoder RNN, and the projections to frames and to the stop logit."""

    def __init__(self, config: ModelConfig, coarsest_factor: int = 1) -> None:
        """coarsest_factor: the largest reduction factor used in training, if above the config's."""
        super().__init__()
        self.config = config
        self.prenet = Prenet(config)
        self.attention_rnn: AttentionCell = ATTENTION_CELLS[config.cell](
            config.prenet_dim, config.encoder_dim, config.attention_rnn_dim
        )
        self.attention: Attention = attention_class(config.attention)(config)
        attended = config.attention_rnn_dim + config.encoder_dim
        self.decoder_rnn = (
            sequence_rnn(config.cell, attended, config.decoder_rnn_dim) if config.decoder_rnn_dim else None
        )
        features = (config.decoder_rnn_dim or config.attention_rnn_dim) + config.encoder_dim
        # Its first rows are the first frame of a step, and so on: a finer factor is the same layer with fewer of them.
        self.mel_projection = nn.Linear(features, config.n_channels * max(coarsest_factor, config.reduction_factor))
        self.stop_projection = nn.Linear(features, 1)

    def initial_state(self, memory: Tensor) -> DecoderState:
        """Return the state before the first step: the alignment is on the first symbol, all other values are zero."""
        batch, n_states = memory.size(0), self.attention_rnn.n_states
        return DecoderState(
            tuple(memory.new_zeros(batch, self.config.attention_rnn_dim) for _ in range(n_states)),
            tuple(
                memory.new_zeros(batch, self.config.decoder_rnn_dim) for _ in range(n_states if self.decoder_rnn else 0)
            ),
            memory.new_zeros(batch, self.config.encoder_dim),
            self.attention.initial_state(memory),
        )

    def step(
        self,
        frame: Tensor,
        state: DecoderState,
        memory: Tensor,
        mask: Tensor,
        dropout: Tensor,
        reduction_factor: int | None = None,
    ) -> tuple[DecoderOutput, DecoderState]:
        """Predict the next frames (`reduction_factor`, or the config's).

        frame: (B, n_channels), the last frame of the previous step (zeros for the first). memory: (B, T_text,
        encoder_dim). mask: (B, T_text) bool. dropout: (B, 2, prenet_dim) from `Prenet.draw_dropout`.
        """
        factor = reduction_factor or self.config.reduction_factor
        gates = self.attention_rnn.input_gates(self.prenet(frame, dropout))  # (B, n_gates * attention_rnn_dim)
        attended = self._attend(gates, state, memory, mask, self.attention.prepare(memory))
        hidden, context = attended.attention_rnn[0].unsqueeze(1), attended.context.unsqueeze(1)
        features, decoder_rnn = self._run_decoder_rnn(hidden, context, state.decoder_rnn)
        mel, stop_logits = self._project(features, context, factor)
        output = DecoderOutput(mel, stop_logits, attended.attention[0].unsqueeze(1))
        return output, attended._replace(decoder_rnn=decoder_rnn)

    def teacher_force(
        self,
        mel: Tensor,
        memory: Tensor,
        mask: Tensor,
        dropout: Tensor,
        reduction_factor: int | None = None,
        alignment: Tensor | None = None,
    ) -> DecoderOutput:
        """Predict a whole spectrogram; the input of each step is the true previous frame.

        mel: (B, n_channels, T_mel), T_mel a multiple of the reduction factor. dropout: (B, T_step, 2, prenet_dim).
        alignment: (B, T_step, T_text), the true one, where it is known. Then each step continues from the true
        alignment of the step before it too, so no step waits for another one, if the attention allows that.
        """
        factor = reduction_factor or self.config.reduction_factor
        frames = self.prenet(previous_frames(mel, factor), dropout)  # (B, T_step, prenet_dim)
        if alignment is None or not self.attention.runs_at_once:
            hidden, context, predicted_alignment = self._attend_in_turn(frames, memory, mask)
        else:
            hidden, context, predicted_alignment = self._attend_at_once(frames, memory, mask, alignment)
        features, _ = self._run_decoder_rnn(hidden, context)
        predicted, stop_logits = self._project(features, context, factor)
        return DecoderOutput(predicted, stop_logits, predicted_alignment)

    def _attend_in_turn(self, frames: Tensor, memory: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the hidden states and the contexts (B, T_step, dim) and the alignment of all steps."""
        looped = self.attention_rnn.loop()
        gates = looped.receive(self.attention_rnn.input_gates(frames))  # (B, T_step, n_gates * attention_rnn_dim)
        prepared = self.attention.prepare(memory)
        state = self.initial_state(memory)
        states = []
        for step_gates in gates.unbind(1):
            state = self._attend(step_gates, state, memory, mask, prepared, looped)
            states.append(state)
        hidden = torch.stack([state.attention_rnn[0] for state in states], dim=1)  # (B, T_step, attention_rnn_dim)
        context = torch.stack([state.context for state in states], dim=1)  # (B, T_step, encoder_dim)
        return hidden, context, torch.stack([state.attention[0] for state in states], dim=1)

    def _attend_at_once(
        self, frames: Tensor, memory: Tensor, mask: Tensor, alignment: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return what `_attend_in_turn` returns, where the alignment before each step is given."""
        shares = alignment.to(memory.dtype)
        context = shares @ memory  # (B, T_step, encoder_dim)
        hidden = self.attention_rnn.run(frames, nn.functional.pad(context[:, :-1], (0, 0, 1, 0)))
        (first,) = self.attention.initial_state(memory)  # (B, T_text)
        before = torch.cat([first.unsqueeze(1), shares[:, :-1]], dim=1)  # (B, T_step, T_text)
        masks = mask.repeat_interleave(before.size(1), dim=0)
        prepared = self.attention.prepare(memory)
        (predicted,) = self.attention(hidden.flatten(0, 1), (before.flatten(0, 1),), masks, prepared)
        return hidden, context, predicted.view_as(before)

    def _attend(
        self,
        gates: Tensor,
        state: DecoderState,
        memory: Tensor,
        mask: Tensor,
        prepared: tuple[Tensor, ...],
        looped: LoopedLinear | None = None,
    ) -> DecoderState:
        """Return the new state, except for the decoder RNN, whose state stays unchanged."""
        attention_rnn = self.attention_rnn(gates, state.context, state.attention_rnn, looped)
        attention = self.attention(attention_rnn[0], state.attention, mask, prepared)
        context = torch.bmm(attention[0].unsqueeze(1), memory).squeeze(1)  # (B, encoder_dim)
        return DecoderState(attention_rnn, state.decoder_rnn, context, attention)

    def _run_decoder_rnn(
        self, hidden: Tensor, context: Tensor, state: CellState | None = None
    ) -> tuple[Tensor, CellState]:
        """Return the features of steps (B, T_step, dim), those of the attention RNN where there is no other one."""
        if self.decoder_rnn is None:
            return hidden, ()
        return run_rnn(self.decoder_rnn, torch.cat([hidden, context], dim=2), state)

    def _project(self, features: Tensor, context: Tensor, reduction_factor: int) -> tuple[Tensor, Tensor]:
        """Project features and context (B, T_step, …) to mel (B, n_channels, T_mel) and stop_logits (B, T_step)."""
        features = torch.cat([features, context], dim=2)
        layer, rows = self.mel_projection, reduction_factor * self.config.n_channels
        frames = nn.functional.linear(features, layer.weight[:rows], layer.bias[:rows])  # (B, T_step, rows)
        mel = frames.reshape(frames.size(0), -1, self.config.n_channels).transpose(1, 2)
        return mel, self.stop_projection(features).squeeze(2)


def previous_frames(mel: Tensor, reduction_factor: int) -> Tensor:
    """Return the last frame before each step: mel (B, n_channels, T_mel) -> (B, T_step, n_channels)."""
    last = mel[:, :, reduction_factor - 1 : -1 : reduction_factor].transpose(1, 2)  # (B, T_step - 1, n_channels)
    return nn.functional.pad(last, (0, 0, 1, 0))
