"""Pack the weights of a voice into a compact file for fine-tuning. The exported graphs cannot be trained."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from tts.common.arrays import read_arrays
from tts.errors import VoiceError

LARGEST_BYTES = 1 << 30
"""Bytes of all tensors of a voice; those of `heart` take 5 MB."""
LARGEST = 127
MINIMUM_SIZE = 1024  # smaller tensors stay as they are
SCALE = ".scale"


def pack(weights: Mapping[str, Tensor]) -> bytes:
    """Pack a state dict into an NPZ file. Rows of large matrices become 8-bit integers with a scale.

    Small tensors, such as biases and statistics, stay unchanged; they are about 2 % of the file.
    """
    arrays: dict[str, Any] = {}
    for name, tensor in weights.items():
        array = tensor.detach().cpu().numpy()
        if array.ndim < 2 or array.size < MINIMUM_SIZE:
            arrays[name] = array
            continue
        largest = np.abs(array).reshape(len(array), -1).max(axis=1)
        # At least the smallest normal half float. Rows are divided by the rounded scale that is stored.
        scale = np.maximum(largest / LARGEST, np.finfo(np.float16).tiny).astype(np.float16)
        integers = np.rint(array / _by_row(scale, array.ndim))
        arrays[name] = np.clip(integers, -LARGEST, LARGEST).astype(np.int8)
        arrays[name + SCALE] = scale
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def unpack(data: bytes) -> dict[str, Tensor]:
    """Unpack a state dict, with rounding errors. Raises VoiceError if the file cannot be read."""
    try:
        arrays = read_arrays(data, LARGEST_BYTES)
    except ValueError as error:
        raise VoiceError(f"the weights cannot be read ({error}): export the voice again") from error
    scales = [name for name in arrays if name.endswith(SCALE) and name.removesuffix(SCALE) in arrays]
    for name in scales:  # a network may have a scale of its own
        scale, whole = arrays.pop(name), name.removesuffix(SCALE)
        arrays[whole] = arrays[whole] * _by_row(scale, arrays[whole].ndim)
    return {name: torch.from_numpy(array) for name, array in arrays.items()}


def _by_row(scale: NDArray[np.float16], ndim: int) -> NDArray[np.float32]:
    return scale.astype(np.float32).reshape(-1, *[1] * (ndim - 1))
