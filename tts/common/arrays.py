"""Read NPZ files of strangers: the sizes that they declare are checked before anything is allocated."""

from __future__ import annotations

import io
import math
import zipfile
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray


def read_arrays(data: bytes, largest: int) -> dict[str, NDArray[Any]]:
    """Return the arrays of an NPZ file. Python objects are never unpickled.

    largest: bytes that all arrays together may take. Raises ValueError for more, and for anything but an NPZ file.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = list(dict.fromkeys(archive.namelist()))
            total = sum(_declared_bytes(archive, name) for name in names)
            if total > largest:
                raise ValueError(f"its arrays take {total} bytes, and at most {largest} are allowed")
            return {name.removesuffix(".npy"): _read(archive, name) for name in names}
    except ValueError:
        raise
    except Exception as error:  # of zipfile, zlib, struct or tokenize: the file is damaged in any way
        raise ValueError(f"not an NPZ file ({error})") from error


def _declared_bytes(archive: zipfile.ZipFile, name: str) -> int:
    """Return the size of an array according to its header, which is all that is read."""
    with archive.open(name) as file:
        if npy.read_magic(file) != (1, 0):  # later versions have headers of unlimited length
            raise ValueError(f"{name} has another version of the NPY format than 1.0")
        shape, _, dtype = npy.read_array_header_1_0(file)
    if dtype.hasobject or min(shape, default=0) < 0:
        raise ValueError(f"{name} is not an array of numbers")
    return math.prod(shape) * dtype.itemsize


def _read(archive: zipfile.ZipFile, name: str) -> NDArray[Any]:
    with archive.open(name) as file:
        array: NDArray[Any] = npy.read_array(file, allow_pickle=False)
        return np.asarray(array)
