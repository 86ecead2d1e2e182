"""Pronounce unknown words with our network: a convolution, two bidirectional LSTMs, a layer that sees its output.

Each letter gets a chunk of phonemes, which may be empty. The weights are 8-bit integers with one scale a row; they are
trained by recipes/text/train_guesser.py and written by recipes/text/export_guesser.py.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

FILE = Path(__file__).parents[1] / "data" / "guesser.npz"
LONGEST = 32
"""Letters that are pronounced at once. A longer word is split into pieces."""
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_CACHED_PIECES = 4096
_WIDTH = 5
"""Letters that the convolution sees at once."""


class Weights(NamedTuple):
    """The weights as 32-bit numbers, and the chunk of phonemes of each output. Chunk 0 stands for none."""

    arrays: dict[str, Matrix]
    chunks: list[tuple[str, ...]]


def guess(word: str) -> tuple[str, ...]:
    """Pronounce a word by its letters a to z; () without such a letter, or if all of them are silent."""
    letters = "".join(letter for letter in word if letter in _ALPHABET)
    pieces = -(-len(letters) // LONGEST)
    size = -(-len(letters) // max(pieces, 1))
    return tuple(phoneme for index in range(pieces) for phoneme in _guess(letters[index * size : (index + 1) * size]))


@lru_cache(_CACHED_PIECES)
def _guess(letters: str) -> tuple[str, ...]:
    weights, chunks = load()
    memory = _read(letters, weights)
    last = second_last = had_stress = 0
    said: list[str] = []
    for place in memory:
        history = weights["last"][last] + weights["second_last"][second_last] + weights["is_stressed"][had_stress]
        hidden = (place + history).clip(min=0)
        logits = weights["output.weight"] @ hidden + weights["output.bias"]
        last, second_last = int(logits[1:].argmax()) + 1, last
        had_stress = max(had_stress, int("1" in "".join(chunks[last])))
        said += chunks[last]
    return tuple(said)


@lru_cache(1)
def load() -> Weights:
    """Load the weights once."""
    # Imported on first use, as below: words in the lexicon do not need it, and it would be most of a cold start.
    import numpy as np

    with np.load(FILE, allow_pickle=False) as file:
        content = {name: file[name] for name in file.files}
    chunks = [tuple(chunk.split()) for chunk in content.pop("chunks").tolist()]
    arrays = {
        name: values.astype(np.float32) * content[f"{name}:scale"] if f"{name}:scale" in content else values
        for name, values in content.items()
        if not name.endswith(":scale")
    }
    return Weights(arrays, chunks)


def _read(letters: str, weights: dict[str, Matrix]) -> Matrix:
    """Return what the network remembers of each letter (L, 256)."""
    import numpy as np

    embedded = weights["letters"][[_ALPHABET.index(letter) for letter in letters]]  # (L, 64)
    padded = np.pad(embedded, ((_WIDTH // 2, _WIDTH // 2), (0, 0)))
    windows = np.stack([padded[place : place + len(letters)] for place in range(_WIDTH)], axis=2)  # (L, 64, 5)
    sequence = windows.reshape(len(letters), -1) @ weights["conv.weight"].T + weights["conv.bias"]
    sequence = sequence.clip(min=0)
    for layer in ("l0", "l1"):
        forward = _lstm(sequence, weights, layer)
        backward = _lstm(sequence[::-1], weights, f"{layer}_reverse")[::-1]
        sequence = np.concatenate([forward, backward], axis=1)
    remembered: Matrix = sequence @ weights["memory.weight"].T + weights["memory.bias"]
    return remembered


def _lstm(sequence: Matrix, weights: dict[str, Matrix], name: str) -> Matrix:
    """Run one direction of one layer over the sequence (L, inputs). Gates: input, forget, cell, output."""
    import numpy as np

    recurrent = weights[f"hh_{name}"]
    size = recurrent.shape[1]
    inputs = sequence @ weights[f"ih_{name}"].T + weights[f"bias_{name}"]
    hidden, cell = np.zeros(size, np.float32), np.zeros(size, np.float32)
    outputs = np.empty((len(sequence), size), np.float32)
    for index, row in enumerate(inputs):
        gates = row + recurrent @ hidden
        enter, forget, leave = (_sigmoid(gates[at * size : (at + 1) * size]) for at in (0, 1, 3))
        cell = forget * cell + enter * np.tanh(gates[2 * size : 3 * size])
        hidden = leave * np.tanh(cell)
        outputs[index] = hidden
    return outputs


def _sigmoid(values: Matrix) -> Matrix:
    import numpy as np

    result: Matrix = 0.5 * (1.0 + np.tanh(0.5 * values))
    return result
