"""Our cells equal PyTorch's, with another order of gates."""

from __future__ import annotations

from functools import partial

import pytest
import torch
from torch import Tensor, nn

from tts.model.cells import AttentionGRU, AttentionLSTM, AttentionRNN, run_rnn, sequence_rnn

INPUT, CONTEXT, DIM = 3, 4, 5
LSTM_ORDER = torch.cat([torch.arange(0, 10), torch.arange(15, 20), torch.arange(10, 15)])  # i f o g -> i f g o


@pytest.fixture
def parts() -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Make input, context, hidden state and cell state of two utterances."""
    torch.manual_seed(0)
    x, context, hidden, cell = (torch.randn(2, size) for size in (INPUT, CONTEXT, DIM, DIM))
    return x, context, hidden, cell


@torch.no_grad()
def test_the_attention_lstm_is_an_lstm(parts: tuple[Tensor, Tensor, Tensor, Tensor]) -> None:
    x, context, hidden, cell = parts
    ours, reference = AttentionLSTM(INPUT, CONTEXT, DIM), nn.LSTMCell(INPUT + CONTEXT, DIM)
    weight = torch.cat([ours.input_gates.weight, ours.recurrent_gates.weight[:, :CONTEXT]], dim=1)
    reference.weight_ih.copy_(weight[LSTM_ORDER])
    reference.weight_hh.copy_(ours.recurrent_gates.weight[LSTM_ORDER, CONTEXT:])
    reference.bias_ih.copy_(ours.input_gates.bias[LSTM_ORDER])
    reference.bias_hh.zero_()
    expected = reference(torch.cat([x, context], dim=1), (hidden, cell))
    torch.testing.assert_close(ours(ours.input_gates(x), context, (hidden, cell)), expected)


@torch.no_grad()
def test_the_attention_gru_is_a_gru(parts: tuple[Tensor, Tensor, Tensor, Tensor]) -> None:
    x, context, hidden, _ = parts
    ours, reference = AttentionGRU(INPUT, CONTEXT, DIM), nn.GRUCell(INPUT + CONTEXT, DIM)
    ours.recurrent_gates.bias.normal_()
    reference.weight_ih.copy_(torch.cat([ours.input_gates.weight, ours.context_gates.weight], dim=1))
    reference.weight_hh.copy_(ours.recurrent_gates.weight)
    reference.bias_ih.copy_(ours.input_gates.bias)
    reference.bias_hh.copy_(ours.recurrent_gates.bias)
    expected = reference(torch.cat([x, context], dim=1), hidden)
    torch.testing.assert_close(ours(ours.input_gates(x), context, (hidden,)), (expected,))


@torch.no_grad()
def test_the_attention_rnn_is_an_rnn(parts: tuple[Tensor, Tensor, Tensor, Tensor]) -> None:
    x, context, hidden, _ = parts
    ours, reference = AttentionRNN(INPUT, CONTEXT, DIM), nn.RNNCell(INPUT + CONTEXT, DIM)
    reference.weight_ih.copy_(torch.cat([ours.input_gates.weight, ours.recurrent_gates.weight[:, :CONTEXT]], dim=1))
    reference.weight_hh.copy_(ours.recurrent_gates.weight[:, CONTEXT:])
    reference.bias_ih.copy_(ours.input_gates.bias)
    reference.bias_hh.zero_()
    expected = reference(torch.cat([x, context], dim=1), hidden)
    torch.testing.assert_close(ours(ours.input_gates(x), context, (hidden,)), (expected,))


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_a_fresh_cell_keeps_its_state(cell: str) -> None:
    """After ten steps the state depends more on the initial state than with PyTorch's initial values."""
    torch.manual_seed(0)
    n_states, dim = (2 if cell == "lstm" else 1), 64
    rest = tuple(torch.zeros(1, dim) for _ in range(n_states - 1))

    def after_ten_steps(rnn: nn.RNNBase, last: Tensor) -> Tensor:
        return run_rnn(rnn, torch.zeros(1, 10, 2), (*rest, last))[1][-1]

    ours = sequence_rnn(cell, 2, dim)
    reach = [
        torch.autograd.functional.jacobian(partial(after_ten_steps, rnn), torch.zeros(1, dim)).norm()
        for rnn in (ours, type(ours)(2, dim, batch_first=True))
    ]
    assert reach[0] > 5 * reach[1]
