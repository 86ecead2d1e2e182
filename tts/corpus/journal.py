"""The lines of `clips.jsonl` in a features folder: how the clips were made, then one line for each clip."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tts.common.files import read_json_lines


class Clip(NamedTuple):
    """One clip of a features folder. Fields with a default are missing in journals of older versions."""

    clip_id: str
    text: str
    phoneme_ids: list[int]
    n_frames: int
    wav_bytes: int = 0  # size of the recording that was analysed
    wav_changed: int = 0  # when it was last written, in nanoseconds since 1970
    wav_rate: int = 0  # samples a second of the recording, in hertz
    level: float = 0.0  # root mean square of what is left after trimming, in decibels of full scale
    n_clipped: int = 0  # samples that stand at the limit
    n_spoken: int = 0  # phonemes, without marks
    guessed: Sequence[str] = ()  # words that the g2p network pronounced
    durations: Sequence[int] = ()  # frames of each symbol, where a teacher gave them
    has_parts: bool = False  # whether the parts of a teacher's spectrum are in the folder
    has_sound: bool = False  # whether the trimmed recording is in the folder


class Skip(NamedTuple):
    """A clip that was left out."""

    clip_id: str
    text: str
    skipped: str  # why
    wav_bytes: int
    wav_changed: int


Entry = Clip | Skip


def read_journal(path: Path) -> tuple[dict[str, Any] | None, list[Entry]]:
    """Read how the clips were made (None in an old journal), and the clips, in order."""
    lines = [line for _, line in read_json_lines(path, "'tts prepare'")]
    header = lines.pop(0) if lines and "clip_id" not in lines[0] else None
    return header, [Skip(**line) if "skipped" in line else Clip(**line) for line in lines]
