"""Read audio files back with FFmpeg (PyAV)."""

from __future__ import annotations

import io
from typing import NamedTuple

import av
import numpy as np
import scipy.signal


class ReadBack(NamedTuple):
    """What FFmpeg finds in a file."""

    samples: np.ndarray
    """Decoded samples in -1..1, (T,)."""
    rate: int
    n_declared: float
    """Samples, as the header says."""


def read_back(data: bytes) -> ReadBack:
    """Decode a mono file."""
    with av.open(io.BytesIO(data)) as file:
        stream = file.streams.audio[0]
        assert stream.layout.nb_channels == 1
        pieces = [frame.to_ndarray().reshape(-1) for frame in file.decode(stream)]
        declared = float((stream.duration or 0) * (stream.time_base or 0) * stream.rate)
        scale = 32768.0 if pieces[0].dtype == np.int16 else 1.0
        return ReadBack(np.concatenate(pieces) / scale, stream.rate, declared)


def delay(found: ReadBack, samples: np.ndarray, rate: int) -> float:
    """Return the seconds by which the sound in a file comes later than in the samples, from its envelope."""
    envelope = np.abs(scipy.signal.hilbert(found.samples))
    expected = np.abs(scipy.signal.hilbert(samples))
    expected = np.interp(
        np.arange(int(len(samples) * found.rate / rate)) * rate / found.rate, range(len(samples)), expected
    )
    correlation = scipy.signal.correlate(envelope, expected)
    return float(correlation.argmax() - len(expected) + 1) / found.rate
