"""Write a network of train_guesser.py as the file that the package carries: tts/text/data/guesser.npz.

    python recipes/text/export_guesser.py NETWORK.pt tts/text/data/guesser.npz

Each row of a matrix becomes 8-bit integers with one scale. Vectors stay 32-bit numbers.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

_LARGEST = 127
_RENAMED = {
    "letters.weight": "letters", "conv.weight": "conv.weight", "conv.bias": "conv.bias",
    "memory.weight": "memory.weight", "memory.bias": "memory.bias", "last.weight": "last",
    "second_last.weight": "second_last", "is_stressed.weight": "is_stressed", "output.weight": "output.weight",
    "output.bias": "output.bias",
}  # fmt: skip


def export(network: Path, out: Path) -> None:
    """Write the weights of `network`, and the chunks of phonemes."""
    content = torch.load(network, weights_only=True)
    weights = {name: tensor.float().numpy() for name, tensor in content["weights"].items()}
    arrays = {new: weights[name] for name, new in _RENAMED.items()}
    arrays["conv.weight"] = arrays["conv.weight"].reshape(len(arrays["conv.weight"]), -1)
    for layer in ("l0", "l0_reverse", "l1", "l1_reverse"):
        arrays[f"ih_{layer}"] = weights[f"encoder.weight_ih_{layer}"]
        arrays[f"hh_{layer}"] = weights[f"encoder.weight_hh_{layer}"]
        arrays[f"bias_{layer}"] = weights[f"encoder.bias_ih_{layer}"] + weights[f"encoder.bias_hh_{layer}"]
    written: dict[str, NDArray[np.generic]] = {"chunks": np.array([" ".join(chunk) for chunk in content["chunks"]])}
    for name, values in arrays.items():
        written |= quantized(name, values)
    np.savez_compressed(out, allow_pickle=False, **written)


def quantized(name: str, values: NDArray[np.float32]) -> dict[str, NDArray[np.generic]]:
    """Return a matrix as 8-bit integers and the scale of each row, a vector as it is."""
    if values.ndim == 1:
        return {name: values}
    scale = np.maximum(np.abs(values).max(1, keepdims=True) / _LARGEST, 1e-12).astype(np.float32)
    return {name: np.round(values / scale).astype(np.int8), f"{name}:scale": scale}


def main() -> None:
    """Export one network."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("network", type=Path, help="network of train_guesser.py, .pt")
    parser.add_argument("out", type=Path, help="file to write, .npz")
    options = parser.parse_args()
    export(options.network, options.out)


if __name__ == "__main__":
    main()
