"""Fourier transforms of real signals along the last axis: those of scipy, loaded without the rest of it.

`import scipy.fft` takes longer than everything else before the first sound, because it imports what other kinds of
arrays need. The transforms are one compiled module of it (pocketfft; that of numpy transforms five times slower), which
is loaded by its path. Where it has another path or another signature, scipy.fft is imported.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]
Complex64 = NDArray[np.complex64]

_MODULE = "scipy.fft._pocketfft.pypocketfft"
_Transforms = tuple[Callable[[Float32], Complex64], Callable[[Complex64, int], Float32]]


def _compiled() -> _Transforms:
    """Return the transforms of the compiled module. Raises ImportError or TypeError if they are others."""
    scipy = importlib.util.find_spec("scipy")  # does not import it
    if scipy is None or scipy.origin is None:
        raise ImportError("scipy is not installed", name="scipy")
    base = Path(scipy.origin).parent.joinpath(*_MODULE.split(".")[1:])
    paths = [path for suffix in EXTENSION_SUFFIXES if (path := base.with_name(base.name + suffix)).exists()]
    if not paths:
        raise ImportError(f"{base} is not there", name=_MODULE)
    spec = importlib.util.spec_from_file_location(_MODULE, paths[0])
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    def forward(signal: Float32) -> Complex64:
        spectrum: Complex64 = module.r2c(signal, (-1,), True, 0, None, 1)
        return spectrum

    def inverse(spectrum: Complex64, n: int) -> Float32:
        signal: Float32 = module.c2r(spectrum, (-1,), n, False, 2, None, 1)
        return signal

    impulse = np.eye(1, 4, dtype=np.float32)
    if not np.array_equal(inverse(forward(impulse), 4), impulse):
        raise ImportError(f"{paths[0]} transforms otherwise", name=_MODULE)
    return forward, inverse


def _imported() -> _Transforms:
    import scipy.fft

    def inverse(spectrum: Complex64, n: int) -> Float32:
        signal: Float32 = scipy.fft.irfft(spectrum, n, workers=1)
        return signal

    return lambda signal: scipy.fft.rfft(signal, workers=1), inverse


try:
    _forward, _inverse = _compiled()
except (ImportError, TypeError):
    _forward, _inverse = _imported()


def rfft(signal: Float32) -> Complex64:
    """Signal (..., n) -> spectrum (..., n // 2 + 1)."""
    return _forward(signal)


def irfft(spectrum: Complex64, n: int) -> Float32:
    """Spectrum (..., n // 2 + 1) -> signal (..., n)."""
    return _inverse(spectrum, n)
