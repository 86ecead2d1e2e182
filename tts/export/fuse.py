"""A fused decoder step for the export: `Decoder.step` with premultiplied weights and half as many operations.

A step needs so little arithmetic that launching an operation costs as much as computing it. A test proves that both
steps are equal.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from tts.model.attention import PRIOR_FLOOR, Attention, AttentionState, DynamicConvolutionAttention
from tts.model.cells import AttentionCell, AttentionGRU, CellState, SequenceCell
from tts.model.decoder import Decoder, DecoderState

PADDED = -1e9
"""What the mask adds to the score of a padded symbol: its attention is 0."""


def state_names(decoder: Decoder) -> list[str]:
    """Return the names of the parts of a decoder's state, in the order of a fused step's inputs and outputs."""
    cell = ("hidden", "cell")[: decoder.attention_rnn.n_states]
    names = ("attention", "decoder") if decoder.decoder_rnn is not None else ("attention",)
    return [*(f"{rnn}_{part}" for rnn in names for part in cell), "context", *decoder.attention.state_names]


def flatten(state: DecoderState) -> list[Tensor]:
    """Return a state's parts in the order of `state_names`. The attention's parts get shape (B, 1, T_text)."""
    return [*state.attention_rnn, *state.decoder_rnn, state.context, *(part.unsqueeze(1) for part in state.attention)]


class FusedStep(nn.Module):
    """`Decoder.step` at inference, for B utterances."""

    def __init__(self, decoder: Decoder) -> None:
        super().__init__()
        self.config = decoder.config
        self.prenet = decoder.prenet
        cell = {"lstm": FusedLSTM, "gru": FusedGRU, "rnn": FusedRNN}[self.config.cell]
        self.n_states, self.n_alignments = decoder.attention_rnn.n_states, len(decoder.attention.state_names)
        self.attention_rnn = cell(*_split(decoder.attention_rnn))
        self.decoder_rnn = None if decoder.decoder_rnn is None else cell(*_split(decoder.decoder_rnn))
        self.attention = _fused(decoder.attention)
        self.projection = _stacked([decoder.mel_projection, decoder.stop_projection])

    def forward(
        self, frame: Tensor, memory: Tensor, dropout: Tensor, mask: Tensor, *state: Tensor
    ) -> tuple[Tensor, ...]:
        """Return mel, stop_logits (B, 1), the last frame (B, n_channels), and the parts of the new state.

        frame: (B, n_channels). memory: (B, T_text, encoder_dim). dropout: (B, 2 * prenet_dim). mask: (B, 1, T_text), 0
        for symbols and PADDED for padding. state: flat (see `flatten`). mel: (B, reduction_factor * n_channels), frame
        by frame, standardised, before the postnet.
        """
        for layer, keep in zip(self.prenet.layers, dropout.chunk(len(self.prenet.layers), dim=1), strict=True):
            frame = torch.relu(layer(frame)) * keep
        n = self.n_states
        rnns, (context, *alignment) = state[: -1 - self.n_alignments], state[-1 - self.n_alignments :]
        attention_rnn = self.attention_rnn([frame, context], rnns[:n])
        attention = self.attention(attention_rnn[0], alignment, memory, mask)
        context = (attention[0] @ memory).squeeze(1)  # (B, encoder_dim)
        decoder_rnn = self.decoder_rnn([attention_rnn[0], context], rnns[n:]) if self.decoder_rnn else ()
        features = (decoder_rnn or attention_rnn)[0]
        n_channels, factor = self.config.n_channels, self.config.reduction_factor
        frames = self.projection(torch.cat([features, context], dim=1))
        mel, stop_logits = torch.split(frames, [n_channels * factor, 1], dim=1)
        return mel, stop_logits, mel[:, -n_channels:], *attention_rnn, *decoder_rnn, context, *attention


class FusedLSTM(nn.Module):
    """An LSTM cell with one matrix product."""

    def __init__(self, given: nn.Linear, fed_back: nn.Linear) -> None:
        super().__init__()
        self.gates = _joined(given, fed_back)

    def forward(self, inputs: Sequence[Tensor], state: CellState) -> CellState:
        """Return the new state from the parts of the input (B, …) and the state, two of (B, dim)."""
        hidden, cell = state
        dim = cell.size(1)
        sigmoids, candidate = torch.split(self.gates(torch.cat([*inputs, hidden], dim=1)), [3 * dim, dim], dim=1)
        write, forget, read = torch.sigmoid(sigmoids).chunk(3, dim=1)
        cell = forget * cell + write * torch.tanh(candidate)
        return read * torch.tanh(cell), cell


class FusedGRU(nn.Module):
    """A GRU cell with one matrix product. The candidate's input part and recurrent part have separate rows."""

    def __init__(self, given: nn.Linear, fed_back: nn.Linear) -> None:
        super().__init__()
        dim = fed_back.in_features
        both = _joined(given, fed_back)
        alone = torch.cat([given.weight[2 * dim :], torch.zeros(dim, dim)], dim=1)
        back = torch.cat([torch.zeros(dim, given.in_features), fed_back.weight[2 * dim :]], dim=1)
        weight = torch.cat([both.weight[: 2 * dim], alone, back])
        self.gates = linear(weight, torch.cat([both.bias[: 2 * dim], given.bias[2 * dim :], fed_back.bias[2 * dim :]]))

    def forward(self, inputs: Sequence[Tensor], state: CellState) -> CellState:
        """Return the new state (B, dim) from the parts of the input (B, …) and the state (B, dim)."""
        (hidden,) = state
        dim = hidden.size(1)
        gates = self.gates(torch.cat([*inputs, hidden], dim=1))
        sigmoids, given, fed_back = torch.split(gates, [2 * dim, dim, dim], dim=1)
        reset, keep = torch.sigmoid(sigmoids).chunk(2, dim=1)
        candidate = torch.tanh(given + reset * fed_back)
        return (candidate + keep * (hidden - candidate),)


class FusedRNN(nn.Module):
    """A plain recurrent cell with one matrix product."""

    def __init__(self, given: nn.Linear, fed_back: nn.Linear) -> None:
        super().__init__()
        self.sum = _joined(given, fed_back)

    def forward(self, inputs: Sequence[Tensor], state: CellState) -> CellState:
        """Return the new state (B, dim) from the parts of the input (B, …) and the state (B, dim)."""
        return (torch.tanh(self.sum(torch.cat([*inputs, state[0]], dim=1))),)


class FusedDynamicConvolution(nn.Module):
    """Dynamic convolution attention with filters and projections, static and dynamic, multiplied into one layer.

    The kernels of a step differ for each utterance. One fixed convolution takes the alignment apart into the windows
    that all kernels read, and computes the prior, so that the rest is products of matrices.
    """

    windows: Tensor

    def __init__(self, attention: DynamicConvolutionAttention) -> None:
        super().__init__()
        self.dynamic_hidden, self.score = attention.dynamic_hidden, attention.score
        self.dim, self.taps = attention.score.in_features, attention.taps
        banks = attention.dynamic_filters.weight.view(self.taps, attention.filters, self.dim)
        weight = torch.einsum("tfh,df->dth", banks, attention.dynamic_projection.weight)
        bias = (attention.static_weights() + attention.dynamic_projection.bias).t()  # (attention_dim, taps)
        self.kernel = linear(weight.reshape(self.dim * self.taps, self.dim), bias.reshape(-1))
        windows = torch.cat([torch.eye(self.taps), attention.prior.reshape(1, -1)])
        self.register_buffer("windows", windows.unsqueeze(1))  # (taps + 1, 1, taps)

    def forward(self, query: Tensor, state: AttentionState, memory: Tensor, mask: Tensor) -> AttentionState:
        """Return the next alignment (B, 1, T_text) from query (B, attention_rnn_dim) and the previous alignment."""
        (alignment,) = state
        kernels = self.kernel(torch.tanh(self.dynamic_hidden(query))).view(-1, self.dim, self.taps)
        convolved = nn.functional.conv1d(alignment, self.windows, padding=self.taps // 2)  # (B, taps + 1, T_text)
        windows, expected = torch.split(convolved, [self.taps, 1], dim=1)
        scores = self.score.weight @ torch.tanh(kernels @ windows)  # (B, 1, T_text)
        return (torch.softmax(scores + torch.log(expected.clamp_min(PRIOR_FLOOR)) + mask, dim=2),)


class UnfusedAttention(nn.Module):
    """An attention of the user, as it is. It prepares the memory at each step."""

    def __init__(self, attention: Attention) -> None:
        super().__init__()
        self.attention = attention

    def forward(self, query: Tensor, state: AttentionState, memory: Tensor, mask: Tensor) -> AttentionState:
        """Return the next state, parts of (B, 1, T_text), from query (B, attention_rnn_dim) and the previous state."""
        parts = tuple(part.squeeze(1) for part in state)
        following = self.attention(query, parts, mask.squeeze(1) > PADDED, self.attention.prepare(memory))
        return tuple(part.unsqueeze(1) for part in following)


def _fused(attention: Attention) -> FusedDynamicConvolution | UnfusedAttention:
    if isinstance(attention, DynamicConvolutionAttention):
        return FusedDynamicConvolution(attention)
    return UnfusedAttention(attention)


def _split(rnn: AttentionCell | SequenceCell) -> tuple[nn.Linear, nn.Linear]:
    """Return a cell's layers for its input and for its hidden state, with rows in the order of `tts.model.cells`."""
    if isinstance(rnn, nn.RNNBase):
        weights: dict[str, Tensor] = dict(rnn.named_parameters())
        dim, rows = rnn.hidden_size, torch.arange(len(weights["bias_ih_l0"]))
        if rnn.mode == "LSTM":
            write, forget, candidate, read = rows.view(4, dim)  # PyTorch's order
            rows = torch.cat([write, forget, read, candidate])
        layers = ((weights[f"weight_{part}_l0"][rows], weights[f"bias_{part}_l0"][rows]) for part in ("ih", "hh"))
        given, fed_back = (linear(*layer) for layer in layers)
        return given, fed_back
    recurrent = rnn.recurrent_gates
    if isinstance(rnn, AttentionGRU):
        weight = torch.cat([rnn.input_gates.weight, rnn.context_gates.weight], dim=1)
        return linear(weight, rnn.input_gates.bias), recurrent
    context, hidden = recurrent.weight[:, : -rnn.dim], recurrent.weight[:, -rnn.dim :]
    weight = torch.cat([rnn.input_gates.weight, context], dim=1)
    return linear(weight, rnn.input_gates.bias), linear(hidden, torch.zeros(len(hidden)))


def _joined(given: nn.Linear, fed_back: nn.Linear) -> nn.Linear:
    return linear(torch.cat([given.weight, fed_back.weight], dim=1), given.bias + fed_back.bias)


def _stacked(layers: list[nn.Linear]) -> nn.Linear:
    return linear(torch.cat([layer.weight for layer in layers]), torch.cat([layer.bias for layer in layers]))


def linear(weight: Tensor, bias: Tensor) -> nn.Linear:
    """Return a linear layer of these weights (out, in) and biases (out,)."""
    layer = nn.Linear(weight.size(1), weight.size(0))
    layer.weight = nn.Parameter(weight.detach().contiguous())
    layer.bias = nn.Parameter(bias.detach().contiguous())
    return layer
