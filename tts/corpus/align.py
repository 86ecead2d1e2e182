"""Give the symbols of an analysed corpus their durations, which the aligner finds."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from tts.common.files import append_json_line, atomic_write
from tts.config import AudioConfig
from tts.corpus.aligner import Aligner, Float32, States, best_path
from tts.corpus.folder import FRAMES, JOURNAL, clips_of
from tts.corpus.journal import Clip, read_journal
from tts.text.symbols import SYMBOLS

LEAST_SECONDS = 45.0
"""Less speech does not teach the aligner what each phoneme sounds like."""
_N_LEARNED = 300  # clips that teach the aligner
_END_FRAMES = 2  # of the silence after the last word; the mark before it has the rest


def align(folder: Path, audio: AudioConfig) -> None:
    """Write the durations of all clips into the journal of a features folder.

    A clip whose text does not fit into its frames gets none. The clips of a tiny corpus get none either.
    """
    made_with, entries = read_journal(folder / JOURNAL)
    clips = clips_of(entries)
    if sum(clip.n_frames for clip in clips) < LEAST_SECONDS * audio.frames_per_second:
        return
    assert made_with is not None
    frames = np.memmap(folder / FRAMES, np.float16, "r").reshape(-1, audio.n_channels)
    offsets = np.cumsum([0] + [clip.n_frames for clip in clips])

    def mel(index: int) -> Float32:
        found: Float32 = frames[offsets[index] : offsets[index + 1]].astype(np.float32).T
        return found

    aligner = taught(clips, mel, SYMBOLS, audio)
    aligned = {
        clip.clip_id: clip._replace(durations=durations_of(aligner, clip, mel(index)))
        for index, clip in enumerate(tqdm(clips, unit="clip", desc="align", leave=False))
    }
    with atomic_write(folder / JOURNAL) as aside, aside.open("wb") as file:
        append_json_line(file, made_with)
        for entry in entries:
            append_json_line(file, aligned.get(entry.clip_id, entry)._asdict())


def taught(clips: Sequence[Clip], mel: Callable[[int], Float32], symbols: Sequence[str], audio: AudioConfig) -> Aligner:
    """Return an aligner that has learnt from some of the clips. mel: returns the frames (n_channels, T) of a clip."""
    aligner = Aligner(symbols, audio)
    chosen = random.Random(0).sample(range(len(clips)), min(_N_LEARNED, len(clips)))
    texts = [aligner.states(clips[index].phoneme_ids) for index in chosen]
    aligner.learn([aligner.inputs(mel(index)) for index in chosen], texts)
    return aligner


def durations_of(aligner: Aligner, clip: Clip, mel: Float32) -> list[int]:
    """Return the frames of each symbol of a clip; none if the text does not fit into its frames (n_channels, T)."""
    states = aligner.states(clip.phoneme_ids)
    path = best_path(aligner.scores(aligner.inputs(mel)), states)
    return [] if path is None else durations(path, states, len(clip.phoneme_ids)).tolist()


def durations(path: NDArray[np.int64], states: States, n_symbols: int) -> NDArray[np.int64]:
    """Return the frames of each symbol, (n_symbols,), from the state of each frame, (T,)."""
    counts = np.bincount(states.symbols[path], minlength=n_symbols)
    last = states.symbols[-1]
    at_end = min(_END_FRAMES, int(counts[last]))
    counts[last] -= at_end
    counts[-1] += at_end
    return counts
