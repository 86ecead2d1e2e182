"""A features folder as a teacher fills it: durations of symbols, and for some clips the parts of its spectrum."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tts.audio.mel import band_interpolation
from tts.config import AudioConfig
from tts.corpus.folder import TEACHER_PARTS, Writer, finish, header
from tts.corpus.journal import Clip

AUDIO = AudioConfig(
    sample_rate=8000,
    n_fft=128,
    win_length=128,
    hop_length=32,
    n_mels=6,
    f_max=4000.0,
    floor=1e-4,
    f0_min=70.0,
    f0_max=400.0,
    voicing_edges=(),
)
FIRST_SYMBOL, N_VOICED = 20, 8  # of those that the clips speak; half of them are voiced


def write_taught(folder: Path, n_clips: int = 12, n_with_parts: int = 6, n_with_sound: int = 0) -> list[Clip]:
    """Write a features folder in which every symbol has a sound and a duration of its own.

    The first clips have parts of a spectrum; the first `n_with_sound` also have recordings, of noise.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rng, clips = np.random.default_rng(0), []
    with Writer(folder, AUDIO, header(AUDIO), []) as writer:
        for number in range(n_clips):
            spoken = FIRST_SYMBOL + rng.integers(0, 2 * N_VOICED, size=4 + number % 5)
            ids = [1, *spoken.tolist(), 2]
            durations = [2 + symbol % 7 for symbol in ids]
            frames = np.repeat([sound(symbol) for symbol in ids], durations, axis=0).astype(np.float16)
            has_parts = number < n_with_parts
            clip = Clip(
                f"taught-{number:02}",
                f"text {number}",
                ids,
                len(frames),
                durations=durations,
                has_parts=has_parts,
                has_sound=number < n_with_sound,
            )
            noise = rng.normal(0, 3000, len(frames) * AUDIO.hop_length).astype(np.int16) if clip.has_sound else None
            writer.add(clip, frames, spectrum(frames) if has_parts else None, noise)
            clips.append(clip)
    finish(folder, AUDIO)
    return clips


def sound(symbol: int) -> NDArray[np.float64]:
    """A frame (n_channels,) of a symbol."""
    bands = np.sin(symbol * np.arange(1, 1 + AUDIO.n_bands)) - 2
    is_voiced = FIRST_SYMBOL <= symbol < FIRST_SYMBOL + N_VOICED
    return np.concatenate([bands, [np.log(100 + symbol)], [float(is_voiced)]])


def spectrum(frames: NDArray[np.float16]) -> NDArray[np.float16]:
    """The parts (T, 5, n_freqs) that a teacher would have for frames (T, n_channels)."""
    drawn = band_interpolation(AUDIO).T.astype(np.float64)  # (n_mels, n_freqs)
    parts = np.zeros((len(frames), len(TEACHER_PARTS), AUDIO.n_freqs))
    parts[:, 0] = frames[:, : AUDIO.n_mels] @ drawn
    parts[:, 1] = 0.3
    parts[:, 2] = frames[:, AUDIO.n_mels : AUDIO.n_bands] @ drawn - 1
    parts[:, 3] = frames[:, AUDIO.n_mels : AUDIO.n_bands] @ drawn
    parts[:, 4] = 1.0
    return parts.astype(np.float16)
