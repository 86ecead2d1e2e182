"""The recurrent cells of a model: LSTM, GRU and plain tanh.

Each cell has two forms. The decoder RNN uses PyTorch's layer, which runs over a whole sequence at once. The attention
RNN uses a cell written out here, whose input has two parts: known in advance, and fed back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

CellState = tuple[Tensor, ...]
"""State of a cell, (B, dim) each: the hidden state, which is also the output, and the cell state of an LSTM."""


class LoopedLinear:
    """A bias-free linear layer in a loop, whose weight gradient is computed once, after the loop.

    Without this, every step reads and writes the gradient of the whole weight for a product with only a batch of rows.
    On a CPU that costs more than the rest of the step. The tensors that the products are added to must first pass
    through `receive`.
    """

    def __init__(self, layer: nn.Linear) -> None:
        self._layer = layer
        self._inputs: list[Tensor] = []
        self._weight, device = layer.weight.detach(), layer.weight.device.type
        if torch.is_autocast_enabled(device):  # cast once instead of at every step
            self._weight = self._weight.to(torch.get_autocast_dtype(device))

    def receive(self, summands: Tensor) -> Tensor:
        """Pass on the tensor (B, T, out) that the steps' products are added to; it carries the weight's gradient."""
        added: Tensor = _LateGradient.apply(summands, self._layer.weight, self._inputs)
        return added

    def __call__(self, x: Tensor) -> Tensor:
        """Return one step's product: (B, in) -> (B, out)."""
        if torch.is_grad_enabled():
            self._inputs.append(x.detach())
        return nn.functional.linear(x, self._weight)


class _LateGradient(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, summands: Tensor, weight: Tensor, inputs: list[Tensor]) -> Tensor:
        ctx.inputs, ctx.dtype = inputs, weight.dtype
        return summands.view_as(summands)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor, None]:
        (gradient,) = gradients  # (B, T, out)
        inputs = torch.stack(ctx.inputs, dim=1)  # (B, T, in)
        weight = gradient.flatten(0, 1).t() @ inputs.flatten(0, 1).to(gradient.dtype)
        return gradient, weight.to(ctx.dtype), None


class AttentionLSTM(nn.Module):
    """An LSTM cell (Gers et al. 2000) with two products: one for the input known in advance, one for feedback."""

    n_states = 2

    def __init__(self, input_dim: int, context_dim: int, dim: int) -> None:
        super().__init__()
        self.dim = dim
        self.input_gates = nn.Linear(input_dim, 4 * dim)  # input gate, forget gate, output gate, candidate
        self.recurrent_gates = nn.Linear(context_dim + dim, 4 * dim, bias=False)
        _spread(dim, self.input_gates.weight, self.recurrent_gates.weight)
        nn.init.zeros_(self.input_gates.bias)
        nn.init.ones_(self.input_gates.bias[dim : 2 * dim])  # as in `keep_at_first`

    def loop(self) -> LoopedLinear:
        """Return the feedback layer for a loop over steps; its products are added to the input gates."""
        return LoopedLinear(self.recurrent_gates)

    def forward(
        self, input_gates: Tensor, context: Tensor, state: CellState, looped: LoopedLinear | None = None
    ) -> CellState:
        """Return the new state, two of (B, dim).

        input_gates: (B, 4 dim), from `self.input_gates`. context: (B, context_dim). state: two of (B, dim). looped:
        from `loop`, in a loop over steps.
        """
        hidden, cell = state
        recurrent_gates = looped or self.recurrent_gates
        gates = input_gates + recurrent_gates(torch.cat([context, hidden], dim=1))  # (B, 4 dim)
        dim = self.dim
        sigmoids = torch.sigmoid(gates[:, : 3 * dim])
        write, forget, read = sigmoids[:, :dim], sigmoids[:, dim : 2 * dim], sigmoids[:, 2 * dim :]
        cell = forget * cell + write * torch.tanh(gates[:, 3 * dim :])
        return read * torch.tanh(cell), cell

    def run(self, inputs: Tensor, context: Tensor) -> Tensor:
        """Return the hidden states (B, T, dim) of a sequence whose feedback is known.

        inputs: (B, T, input_dim), before `self.input_gates`. context: (B, T, context_dim), of the step before each.
        """
        weights = _in_two(self.input_gates.weight, self.recurrent_gates.weight, self.dim)
        order = (0, 1, 3, 2)  # PyTorch's: input gate, forget gate, candidate, output gate
        given, fed_back, bias = (
            torch.cat([weight.chunk(4)[index] for index in order]) for weight in (*weights, self.input_gates.bias)
        )
        parameters = given, fed_back, bias, torch.zeros_like(bias)
        return _over_sequence(torch.lstm, self.n_states, inputs, context, parameters)


class AttentionGRU(nn.Module):
    """A GRU cell (Cho et al. 2014) that resets after the product, like PyTorch's, which saves one product."""

    n_states = 1

    def __init__(self, input_dim: int, context_dim: int, dim: int) -> None:
        super().__init__()
        self.input_gates = nn.Linear(input_dim, 3 * dim)  # reset gate, update gate, candidate
        self.context_gates = nn.Linear(context_dim, 3 * dim, bias=False)
        self.recurrent_gates = nn.Linear(dim, 3 * dim)
        _spread(dim, self.input_gates.weight, self.context_gates.weight, self.recurrent_gates.weight)
        nn.init.zeros_(self.input_gates.bias)
        nn.init.ones_(self.input_gates.bias[dim : 2 * dim])  # as in `keep_at_first`
        nn.init.zeros_(self.recurrent_gates.bias)

    def loop(self) -> LoopedLinear:
        """Return the feedback layer for a loop over steps; its products are added to the input gates."""
        return LoopedLinear(self.context_gates)

    def forward(
        self, input_gates: Tensor, context: Tensor, state: CellState, looped: LoopedLinear | None = None
    ) -> CellState:
        """Return the new state (B, dim).

        input_gates: (B, 3 dim), from `self.input_gates`. context: (B, context_dim). state: (B, dim). looped: from
        `loop`, in a loop over steps.
        """
        (hidden,) = state
        given = input_gates + (looped or self.context_gates)(context)  # (B, 3 dim)
        fed_back = self.recurrent_gates(hidden)  # (B, 3 dim)
        dim = hidden.size(1)
        reset, keep = torch.sigmoid(given[:, : 2 * dim] + fed_back[:, : 2 * dim]).chunk(2, dim=1)
        candidate = torch.tanh(given[:, 2 * dim :] + reset * fed_back[:, 2 * dim :])
        return (candidate + keep * (hidden - candidate),)

    def run(self, inputs: Tensor, context: Tensor) -> Tensor:
        """Return the hidden states (B, T, dim) of a sequence whose feedback is known; see `AttentionLSTM.run`."""
        given = torch.cat([self.input_gates.weight, self.context_gates.weight], dim=1)
        weights = given, self.recurrent_gates.weight, self.input_gates.bias, self.recurrent_gates.bias
        return _over_sequence(torch.gru, self.n_states, inputs, context, weights)


class AttentionRNN(nn.Module):
    """A plain recurrent cell (Elman 1990): no gates, one tanh."""

    n_states = 1

    def __init__(self, input_dim: int, context_dim: int, dim: int) -> None:
        super().__init__()
        self.dim = dim
        self.input_gates = nn.Linear(input_dim, dim)
        self.recurrent_gates = nn.Linear(context_dim + dim, dim, bias=False)
        _spread(dim, self.input_gates.weight, self.recurrent_gates.weight)
        nn.init.zeros_(self.input_gates.bias)
        nn.init.orthogonal_(self.recurrent_gates.weight[:, context_dim:])  # as in `keep_at_first`

    def loop(self) -> LoopedLinear:
        """Return the feedback layer for a loop over steps; its products are added to the input gates."""
        return LoopedLinear(self.recurrent_gates)

    def forward(
        self, input_gates: Tensor, context: Tensor, state: CellState, looped: LoopedLinear | None = None
    ) -> CellState:
        """Return the new state (B, dim).

        input_gates: (B, dim), from `self.input_gates`. context: (B, context_dim). state: (B, dim). looped: from `loop`,
        in a loop over steps.
        """
        recurrent_gates = looped or self.recurrent_gates
        return (torch.tanh(input_gates + recurrent_gates(torch.cat([context, state[0]], dim=1))),)

    def run(self, inputs: Tensor, context: Tensor) -> Tensor:
        """Return the hidden states (B, T, dim) of a sequence whose feedback is known; see `AttentionLSTM.run`."""
        weights = _in_two(self.input_gates.weight, self.recurrent_gates.weight, self.dim)
        bias = self.input_gates.bias
        return _over_sequence(torch.rnn_tanh, self.n_states, inputs, context, (*weights, bias, torch.zeros_like(bias)))


AttentionCell = AttentionLSTM | AttentionGRU | AttentionRNN
ATTENTION_CELLS: dict[str, type[AttentionCell]] = {"lstm": AttentionLSTM, "gru": AttentionGRU, "rnn": AttentionRNN}
SequenceCell = nn.LSTM | nn.GRU | nn.RNN
SEQUENCE_CELLS: dict[str, type[SequenceCell]] = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}


def sequence_rnn(cell: str, input_dim: int, dim: int) -> SequenceCell:
    """Make PyTorch's layer of a cell, (B, T, input_dim) -> (B, T, dim), initialised like the attention's cells."""
    rnn = SEQUENCE_CELLS[cell](input_dim, dim, batch_first=True)
    keep_at_first(rnn)
    return rnn


def keep_at_first(rnn: SequenceCell) -> None:
    """Initialise so that the state persists.

    Biases are 1 for the forget gate of an LSTM (Jozefowicz et al. 2015, section 2.2) and the update gate of a GRU, and
    0 elsewhere. A plain cell, which has no gates, gets an orthogonal recurrence (Saxe et al. 2014, section 3).
    """
    dim = rnn.hidden_size
    for name, parameter in rnn.named_parameters():
        if name.startswith("bias"):
            nn.init.zeros_(parameter)
        if name.startswith("bias_ih") and rnn.mode in ("LSTM", "GRU"):
            nn.init.ones_(parameter[dim : 2 * dim])  # second in PyTorch's order: forget gate or update gate
        if name.startswith("weight_hh") and rnn.mode.startswith("RNN"):
            nn.init.orthogonal_(parameter)


def run_rnn(rnn: SequenceCell, x: Tensor, state: CellState | None = None) -> tuple[Tensor, CellState]:
    """Run PyTorch's layer over x (B, T, input_dim) from a state (None: zeros); return (B, T, dim) and the new state."""
    if state is None:
        before = None
    else:
        layered = tuple(part.unsqueeze(0) for part in state)
        before = layered if len(layered) > 1 else layered[0]
    output, after = rnn(x, before)
    return output, tuple(part.squeeze(0) for part in (after if isinstance(after, tuple) else (after,)))


def _in_two(given: Tensor, fed_back: Tensor, dim: int) -> tuple[Tensor, Tensor]:
    """Return PyTorch's two weights of a cell: of inputs and context, and of the hidden state, whose size is `dim`."""
    return torch.cat([given, fed_back[:, :-dim]], dim=1), fed_back[:, -dim:]


def _over_sequence(
    layer: Callable[..., Any], n_states: int, inputs: Tensor, context: Tensor, weights: tuple[Tensor, ...]
) -> Tensor:
    """Run one of PyTorch's layers over inputs and context (B, T, ...) from a state of zeros, in single precision."""
    with torch.autocast(inputs.device.type, enabled=False):
        x = torch.cat([inputs.float(), context.float()], dim=2)
        zeros = x.new_zeros(1, x.size(0), weights[1].size(1))
        state = (zeros, zeros) if n_states > 1 else zeros
        output: Tensor = layer(x, state, list(weights), True, 1, 0.0, True, False, True)[0]
    return output


def _spread(dim: int, *weights: Tensor) -> None:
    for weight in weights:
        nn.init.uniform_(weight, -(dim**-0.5), dim**-0.5)
