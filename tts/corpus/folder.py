"""The layout of a features folder, and a writer that adds clips to one.

- `mels.f16`: the frames of every clip, one clip after another, as half floats (T, n_channels).
- `parts.f16`: the parts of a teacher's spectrum, half floats (T, 5, n_freqs), of the clips with `has_parts`.
- `sound.i16`: the trimmed recordings, 16-bit integers (T * hop_length,), of the clips with `has_sound`.
- `clips.jsonl`: one line with the settings that made the clips, then one line a clip, in the same order.
- `features.json`, written last: the analysis settings, the symbol table, and the mean and deviation of each channel.
  A folder without it is unfinished; the same command continues it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tts.common.files import append_json_line, atomic_write_text, naming
from tts.config import AudioConfig
from tts.corpus.journal import Clip, Entry, Skip, read_journal
from tts.errors import CorpusError
from tts.text.symbols import SYMBOLS

FRAMES, PARTS, SOUND = "mels.f16", "parts.f16", "sound.i16"
JOURNAL, DESCRIPTION = "clips.jsonl", "features.json"
TEACHER_PARTS = ("log_harmonic", "phase", "log_noise", "log_free", "free_phase")
"""The parts of a teacher's spectrum, in the parametrisation of hibari-tts:

    S = exp(log_harmonic) exp(i pi tanh(phase)) E + exp(log_noise) Z + exp(log_free) exp(i free_phase)

E is the spectrum of unit pulses at the pitch, Z is complex Gaussian noise.
"""


class Writer:
    """Adds clips to a features folder, in order. A clip that was added survives a crash."""

    def __init__(self, folder: Path, audio: AudioConfig, made_with: dict[str, Any], done: Sequence[Entry]) -> None:
        """Open a folder that holds the clips `done`, and remove incomplete data after them. With none, start anew.

        Raises CorpusError if a file is shorter than those clips need.
        """
        self.folder, self.audio = folder, audio
        (folder / DESCRIPTION).unlink(missing_ok=True)  # from here on the folder is unfinished
        sizes = check_sizes(folder, clips_of(done), audio) if done else {FRAMES: 0, PARTS: 0, SOUND: 0}
        self.journal = (folder / JOURNAL).open("ab" if done else "wb")
        self.files = {name: (folder / name).open("ab") for name in (FRAMES, PARTS, SOUND)}
        for name, file in self.files.items():
            file.truncate(sizes[name])
        if not done:
            append_json_line(self.journal, made_with)

    def __enter__(self) -> Writer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for file in (self.journal, *self.files.values()):
            # What a full disk did not take is written once more, and the error of that would hide the first one.
            with naming(file) if error is None else contextlib.suppress(OSError):
                file.close()
        for path in (self.folder / PARTS, self.folder / SOUND):
            if not path.stat().st_size:
                path.unlink()

    def add(
        self,
        entry: Entry,
        frames: NDArray[np.float16],
        parts: NDArray[np.float16] | None = None,
        sound: NDArray[np.int16] | None = None,
    ) -> None:
        """Append a clip: frames (T, n_channels), parts (T, 5, n_freqs) if it `has_parts`, sound (T * hop_length,) if it
        `has_sound`."""
        for name, values in ((FRAMES, frames), (PARTS, parts), (SOUND, sound)):
            if values is not None:
                with naming(self.files[name]):  # ndarray.tofile would not say why it fails
                    self.files[name].write(np.ascontiguousarray(values).data)
                    self.files[name].flush()  # the journal never names what is not there
        append_json_line(self.journal, entry._asdict())


def header(audio: AudioConfig, **more: Any) -> dict[str, Any]:
    """Return the first line of the journal: the settings that make the clips, as JSON reads them back."""
    made_with = {"audio": dataclasses.asdict(audio), "symbols": list(SYMBOLS), **more}
    read_back: dict[str, Any] = json.loads(json.dumps(made_with))
    return read_back


def resumed(folder: Path, texts: Sequence[tuple[str, str]], made_with: dict[str, Any]) -> list[Entry]:
    """Return the clips that an earlier run finished. texts: id and text of every clip to be made.

    Raises CorpusError if the earlier run had other settings, ids or texts.
    """
    if not (folder / JOURNAL).exists():
        return []
    remedy = f"remove {folder}, or name an empty folder"
    found, done = read_journal(folder / JOURNAL)
    if done and found is None:
        raise CorpusError(f"{folder} holds features of an older version, which does not say how it made them: {remedy}")
    if done and found != made_with:
        raise CorpusError(f"{folder} holds features of other audio settings or symbols: {remedy}")
    if [entry.clip_id for entry in done] != [clip_id for clip_id, _ in texts[: len(done)]]:
        raise CorpusError(f"{folder} holds features of another corpus: {remedy}")
    for entry, (_, text) in zip(done, texts, strict=False):
        if entry.text != text:
            raise CorpusError(
                f"{folder} holds clip {entry.clip_id} with the text {entry.text!r}, now another: {remedy}"
            )
    return done


def clips_of(entries: Iterable[Entry]) -> list[Clip]:
    """Return the entries that are clips."""
    return [entry for entry in entries if isinstance(entry, Clip)]


def check_sizes(folder: Path, clips: Sequence[Clip], audio: AudioConfig) -> dict[str, int]:
    """Return the bytes that these clips need, by file. Raises CorpusError if a file is shorter."""
    item = np.dtype(np.float16).itemsize
    needed = {
        FRAMES: sum(clip.n_frames for clip in clips) * audio.n_channels * item,
        PARTS: sum(clip.n_frames for clip in clips if clip.has_parts) * len(TEACHER_PARTS) * audio.n_freqs * item,
        SOUND: sum(clip.n_frames for clip in clips if clip.has_sound) * audio.hop_length * np.dtype(np.int16).itemsize,
    }
    for name, size in needed.items():
        path = folder / name
        found = path.stat().st_size if path.exists() else 0
        if found < size:
            raise CorpusError(f"{path} has {found} bytes, but {size} are needed: remove {folder} and prepare it again")
    return needed


def check_durations(folder: Path, clips: Sequence[Clip]) -> None:
    """Raise CorpusError if a clip does not have one duration a symbol, or its durations do not sum to its frames."""
    for clip in clips:
        if clip.durations and len(clip.durations) != len(clip.phoneme_ids):
            wrong = f"{len(clip.durations)} durations, but {len(clip.phoneme_ids)} symbols"
        elif clip.durations and (sum(clip.durations) != clip.n_frames or min(clip.durations) < 0):
            wrong = f"durations of {sum(clip.durations)} frames in all, but {clip.n_frames} frames"
        else:
            continue
        raise CorpusError(
            f"clip {clip.clip_id} in {folder / JOURNAL} has {wrong}: remove {folder} and prepare it again"
        )


def finish(folder: Path, audio: AudioConfig) -> None:
    """Write `features.json`, which marks the folder as complete.

    Raises CorpusError, with the reason for the first skipped clip, if there is no clip.
    """
    if not (folder / FRAMES).stat().st_size:
        first = next(entry for entry in read_journal(folder / JOURNAL)[1] if isinstance(entry, Skip))
        raise CorpusError(f"no clip is left; the first: {first.skipped}")
    frames = np.memmap(folder / FRAMES, np.float16, "r").reshape(-1, audio.n_channels)
    total, squares = np.zeros(audio.n_channels), np.zeros(audio.n_channels)
    for start in range(0, len(frames), 65536):  # an hour-long corpus would not fit in memory as doubles
        block = frames[start : start + 65536].astype(np.float64)
        total += block.sum(axis=0)
        squares += (block**2).sum(axis=0)
    mean = total / len(frames)
    std = np.sqrt(np.maximum(squares / len(frames) - mean**2, 1e-6))
    description = {
        "audio": dataclasses.asdict(audio),
        "symbols": list(SYMBOLS),
        "mel_mean": [round(float(value), 5) for value in mean],
        "mel_std": [round(float(value), 5) for value in std],
    }
    atomic_write_text(folder / DESCRIPTION, json.dumps(description, ensure_ascii=False, indent=1) + "\n")
