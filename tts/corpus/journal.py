"""`clips.jsonl` of a features folder: what it was made with, then one line a clip, in the order of the frames."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, TextIO


class Clip(NamedTuple):
    """One clip of a features folder. What has a default is missing in a journal of an older version."""

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


class Skip(NamedTuple):
    """A clip that was left out."""

    clip_id: str
    text: str
    skipped: str  # why
    wav_bytes: int
    wav_changed: int


Entry = Clip | Skip


def read_journal(path: Path) -> tuple[dict[str, Any] | None, list[Entry]]:
    """What the clips were made with (None in an old journal), and the clips, in order.

    A last line cut short by a crash is dropped from the file as well.
    """
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if whole != content:
        path.write_bytes(whole)
    lines = [json.loads(line) for line in whole.split(b"\n")[:-1]]  # str.splitlines also cuts at U+2028, inside a text
    header = lines.pop(0) if lines and "clip_id" not in lines[0] else None
    return header, [Skip(**line) if "skipped" in line else Clip(**line) for line in lines]


def append(journal: TextIO, line: dict[str, Any]) -> None:
    """Write one line, at once: what is in the journal is never to be done again."""
    journal.write(json.dumps(line, ensure_ascii=False) + "\n")
    journal.flush()
