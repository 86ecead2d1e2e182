"""The two tasks of a worker: speak a piece, and encode a chapter whose pieces are spoken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from tts.books.book import Chapter, Cover
from tts.books.encoding import encode
from tts.books.pieces import Piece
from tts.books.speaking import ChapterReading, ChapterSpeaker
from tts.books.subtitles import save_srt
from tts.common.processes import Work
from tts.errors import TTSError


class Task:
    """What a worker does at once."""


@dataclass(frozen=True)
class SpeakPiece(Task):
    """Speak a piece of a chapter into a lossless file."""

    chapter: int
    piece: Piece
    path: Path

    def __str__(self) -> str:
        return f"chapter {self.chapter}"


@dataclass(frozen=True)
class EncodeChapter(Task):
    """Join the pieces of a chapter into its file, and write its subtitles if there is a path for them."""

    chapter: Chapter
    pieces: tuple[tuple[Piece, Path], ...]
    path: Path
    format: str
    tags: Mapping[str, str]
    cover: Cover | None
    srt: Path | None

    def __str__(self) -> str:
        return f"chapter {self.chapter.number}"


class Done(NamedTuple):
    """A task and why it failed, if it did."""

    task: Task
    error: str | None = None


def begin(reading: ChapterReading) -> Work[Task, Done]:
    """Return what does a task."""
    speaker: ChapterSpeaker | None = None

    def work(task: Task, is_stopped: Callable[[], bool]) -> Done:
        nonlocal speaker
        try:
            if isinstance(task, SpeakPiece):
                speaker = speaker or ChapterSpeaker(reading)
                speaker.speak(task.piece, task.path, is_stopped)
            elif isinstance(task, EncodeChapter):
                if task.srt:
                    save_srt(task.srt, [task.pieces])
                encode([path for _, path in task.pieces], task.path, task.format, task.tags, task.cover)
        except TTSError as error:
            return Done(task, f"{task}: {error}")
        return Done(task)

    return work


def failed(task: Task, end: str) -> Done:
    """Return what became of a task whose process ended."""
    return Done(task, f"the process that spoke {task} {end}")
