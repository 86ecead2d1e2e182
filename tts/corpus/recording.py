"""Read the recordings of a corpus, and find them by the names that tables give them."""

from __future__ import annotations

import math
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tts.audio.files import read
from tts.errors import CorpusError

SUFFIXES = (".wav", ".WAV", ".flac", ".FLAC", ".mp3", ".MP3", ".ogg", ".OGG", ".opus")
"""Recordings that are read."""
FOLDERS = ("wavs", "wav", "audio", "")
"""Folders of a corpus with recordings."""
_FULL_SCALE = 0.999


class Recording(NamedTuple):
    """The content of a recording."""

    samples: NDArray[np.float32]  # (T,), at the requested rate
    sample_rate: int  # of the file, in hertz
    n_clipped: int  # clipped samples of the file


def without_suffix(name: str) -> str:
    """Return the name of a recording without its suffix. Other dots stay."""
    return next((name.removesuffix(suffix) for suffix in SUFFIXES if name.endswith(suffix)), name)


def find_recording(corpus: Path, name: str) -> Path:
    """Return the recording that a table names, with or without folder and suffix; a missing wav if there is none."""
    stem = without_suffix(name)
    suffixes = [name.removeprefix(stem)] if name != stem else []
    for folder in FOLDERS:
        for suffix in (*suffixes, *SUFFIXES):
            path = corpus / folder / f"{stem}{suffix}"
            if path.is_file():
                return path
    return corpus / FOLDERS[0] / f"{stem}.wav"


def read_recording(wav: Path, sample_rate: int) -> Recording:
    """Read a clip and resample it to `sample_rate` hertz if necessary.

    Raises FileNotFoundError; AudioError for a file that is not audio or has several channels, because a program cannot
    guess which of them speaks; CorpusError for a file without samples, or with samples that are not numbers.
    """
    samples, recorded_rate = read(wav)
    if not samples.size or not np.isfinite(samples).all():
        raise CorpusError(f"{wav} is empty, or has samples that are not numbers: record or convert it again")
    n_clipped = count_clipped(samples)
    if recorded_rate != sample_rate:
        from librosa import resample

        samples = resample(samples, orig_sr=recorded_rate, target_sr=sample_rate, res_type="soxr_hq")
    return Recording(samples, recorded_rate, n_clipped)


def count_clipped(samples: NDArray[np.float32]) -> int:
    """Count samples of `(T,)` at full scale beside another one. A single one may be a normal peak."""
    at_limit = np.abs(samples) >= _FULL_SCALE
    beside = np.zeros_like(at_limit)
    beside[1:] |= at_limit[:-1]
    beside[:-1] |= at_limit[1:]
    return int(np.count_nonzero(at_limit & beside))


def level(samples: NDArray[np.float32]) -> float:
    """Return the root mean square of samples `(T,)` in decibels of full scale; at least -120."""
    power = float(np.mean(samples.astype(np.float64) ** 2))
    return round(10 * math.log10(max(power, 1e-12)), 1)
