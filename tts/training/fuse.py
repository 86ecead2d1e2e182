"""A decoder step for the export: `Decoder.step` in half as many operations, its weights multiplied out beforehand.

One step is so little arithmetic that starting an operation costs as much as doing it. A test proves the two equal.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from tts.model.attention import PRIOR_FLOOR
from tts.model.decoder import AttentionLSTM, Decoder, DecoderState


class FusedOutput(NamedTuple):
    """What one step of one utterance produced."""

    mel: Tensor  # (1, reduction_factor * n_channels), frame by frame, standardised, before the postnet
    stop_logits: Tensor  # (1, 1)


class FusedStep(nn.Module):
    """`Decoder.step` for one utterance, whose symbols are all real; the alignment in its state is (1, 1, T_text)."""

    prior: Tensor

    def __init__(self, decoder: Decoder) -> None:
        super().__init__()
        self.config = decoder.config
        self.prenet = decoder.prenet
        self.attention_gates = _attention_gates(decoder.attention_rnn)
        self.decoder_gates = _lstm_gates(decoder.decoder_rnn)
        self.dynamic_hidden = decoder.attention.dynamic_hidden
        self.kernel = self._kernel(decoder)
        self.score = decoder.attention.score
        self.register_buffer("prior", decoder.attention.prior.reshape(1, 1, -1))
        self.projection = _stacked([decoder.mel_projection, decoder.stop_projection])

    def forward(
        self, frame: Tensor, memory: Tensor, dropout: Tensor, *state: Tensor
    ) -> tuple[FusedOutput, Tensor, DecoderState]:
        """Return the output, its last frame (1, n_channels), and the new state.

        frame: (1, n_channels). memory: (1, T_text, encoder_dim). dropout: (1, 2 * prenet_dim). state: a `DecoderState`.
        """
        old = DecoderState(*state)
        for layer, keep in zip(self.prenet.layers, dropout.chunk(len(self.prenet.layers), dim=1), strict=True):
            frame = torch.relu(layer(frame)) * keep
        gates = self.attention_gates(torch.cat([frame, old.context, old.attention_hidden], dim=1))
        hidden, cell = _turn(gates, old.attention_cell)
        alignment = self._attend(hidden, old.alignment)  # (1, 1, T_text)
        context = (alignment @ memory).squeeze(1)  # (1, encoder_dim)
        gates = self.decoder_gates(torch.cat([hidden, context, old.decoder_hidden], dim=1))
        decoder_hidden, decoder_cell = _turn(gates, old.decoder_cell)
        n_channels, factor = self.config.n_channels, self.config.reduction_factor
        frames = self.projection(torch.cat([decoder_hidden, context], dim=1))
        mel, stop_logits = torch.split(frames, [n_channels * factor, 1], dim=1)
        new = DecoderState(hidden, cell, decoder_hidden, decoder_cell, context, alignment)
        return FusedOutput(mel, stop_logits), mel[:, -n_channels:], new

    def _attend(self, query: Tensor, alignment: Tensor) -> Tensor:
        dim, taps = self.config.attention_dim, self.config.attention_taps
        kernel = self.kernel(torch.tanh(self.dynamic_hidden(query))).view(dim, 1, taps)
        hidden = torch.tanh(nn.functional.conv1d(alignment, kernel, padding=taps // 2))  # (1, attention_dim, T_text)
        expected = nn.functional.conv1d(alignment, self.prior, padding=taps // 2)  # (1, 1, T_text)
        return torch.softmax(self.score.weight @ hidden + torch.log(expected.clamp_min(PRIOR_FLOOR)), dim=2)

    def _kernel(self, decoder: Decoder) -> nn.Linear:
        """From the dynamic filters' hidden layer to all weights on a window, the static ones among them, at once."""
        attention, config = decoder.attention, decoder.config
        dim, taps, filters = config.attention_dim, config.attention_taps, config.attention_filters
        banks = attention.dynamic_filters.weight.view(taps, filters, dim)
        weight = torch.einsum("tfh,df->dth", banks, attention.dynamic_projection.weight)
        bias = (attention.static_weights() + attention.dynamic_projection.bias).t()  # (attention_dim, taps)
        return _linear(weight.reshape(dim * taps, dim), bias.reshape(-1))


def _turn(gates: Tensor, cell: Tensor) -> tuple[Tensor, Tensor]:
    """Gates (1, 4 dim) of write, forget, read and candidate, and the cell (1, dim) -> new hidden state and cell."""
    dim = cell.size(1)
    sigmoids, candidate = torch.split(gates, [3 * dim, dim], dim=1)
    write, forget, read = torch.sigmoid(sigmoids).chunk(3, dim=1)
    cell = forget * cell + write * torch.tanh(candidate)
    return read * torch.tanh(cell), cell


def _attention_gates(rnn: AttentionLSTM) -> nn.Linear:
    weight = torch.cat([rnn.input_gates.weight, rnn.recurrent_gates.weight], dim=1)
    return _linear(weight, rnn.input_gates.bias)


def _lstm_gates(rnn: nn.LSTM) -> nn.Linear:
    weights: dict[str, Tensor] = dict(rnn.named_parameters())
    weight = torch.cat([weights["weight_ih_l0"], weights["weight_hh_l0"]], dim=1)
    bias = weights["bias_ih_l0"] + weights["bias_hh_l0"]
    write, forget, candidate, read = range(4)  # PyTorch's order
    order = [write, forget, read, candidate]
    dim = rnn.hidden_size
    rows = torch.cat([torch.arange(gate * dim, (gate + 1) * dim) for gate in order])
    return _linear(weight[rows], bias[rows])


def _stacked(layers: list[nn.Linear]) -> nn.Linear:
    return _linear(torch.cat([layer.weight for layer in layers]), torch.cat([layer.bias for layer in layers]))


def _linear(weight: Tensor, bias: Tensor) -> nn.Linear:
    layer = nn.Linear(weight.size(1), weight.size(0))
    layer.weight = nn.Parameter(weight.detach().contiguous())
    layer.bias = nn.Parameter(bias.detach().contiguous())
    return layer
