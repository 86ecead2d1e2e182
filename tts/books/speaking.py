"""Speak a piece of a book into a lossless file, and note when each word is heard."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tts.audio.files import AudioWriter, open_writer
from tts.audio.mel import Float32
from tts.books.book import Block, Kind, to_text
from tts.books.dialogue import Run, split_runs
from tts.books.pieces import Piece
from tts.common.files import atomic_write_text
from tts.common.processes import Stopped
from tts.errors import TextError
from tts.options import SynthesisOptions
from tts.synthesizer import Synthesizer
from tts.text.pronunciation.user_lexicon import UserLexicon

CHAPTER_START, CHAPTER_END = 0.5, 1.5
BEFORE_HEADING, AFTER_HEADING, BREAK = 1.5, 1.0, 1.5
BETWEEN_RUNS = 0.15
"""Seconds of silence, at speed 1: at the start and the end of a chapter, before and after a heading, at a break between
scenes, and between dialogue and narration. Other pauses are those of the options."""

_WORD = re.compile(r"[^\W_]")


@dataclass(frozen=True)
class ChapterReading:
    """Who reads a book, and how."""

    voice: str
    dialogue_voice: str | None
    options: SynthesisOptions
    lexicon: UserLexicon | None = None


class PlacedWord(NamedTuple):
    """A spoken word: its block in the piece, its span in the block's XHTML, and its times in seconds."""

    block: int
    start: int
    end: int
    start_time: float
    end_time: float


class Timings(NamedTuple):
    """The times of a piece."""

    n_samples: int
    sample_rate: int
    words: list[PlacedWord]
    n_warnings: int

    @property
    def seconds(self) -> float:
        """Length of the piece."""
        return self.n_samples / self.sample_rate


def timings_path(audio: Path) -> Path:
    """Return the path of the timings of a piece."""
    return audio.with_suffix(".json")


def read_timings(audio: Path) -> Timings:
    """Read the timings of a spoken piece."""
    n_samples, sample_rate, words, n_warnings = json.loads(timings_path(audio).read_text(encoding="utf-8"))
    return Timings(n_samples, sample_rate, [PlacedWord(*word) for word in words], n_warnings)


class ChapterSpeaker:
    """Speaks pieces with one or two voices."""

    def __init__(self, reading: ChapterReading) -> None:
        self._reading = reading
        self._synthesizer = lru_cache(maxsize=2)(self._load)
        self.sample_rate = self._synthesizer(reading.voice).sample_rate

    def speak(self, piece: Piece, path: Path, is_stopped: Callable[[], bool]) -> Timings:
        """Write a piece into a flac file and its timings beside it. The audio appears last.

        Raises Stopped if `is_stopped` is true after a chunk of speech, OSError if a file cannot be written.
        """
        with open_writer(path, self.sample_rate) as writer:
            tape = _Tape(writer, self.sample_rate, piece.limit)
            before = piece.before
            for number, block in enumerate(piece.blocks):
                if not tape.is_full:
                    tape.silence(self._pause(before, block.kind))
                    self._speak_block(block, number, tape, is_stopped)
                    before = block.kind
            if piece.ends_chapter:
                tape.silence(CHAPTER_END)
            timings = tape.timings()
            atomic_write_text(timings_path(path), json.dumps(timings))
        return timings

    def _load(self, voice: str) -> Synthesizer:
        return Synthesizer(voice, lexicon=self._reading.lexicon)

    def _pause(self, before: Kind | None, kind: Kind) -> float:
        """Return the seconds of silence between two blocks."""
        if before is None:
            return CHAPTER_START
        options = self._reading.options
        if kind in ("item", "line") and before == kind:
            pause = options.sentence_pause
        elif kind == "break":
            pause = 0.0  # the break itself is the pause
        elif kind == "heading":
            pause = max(BEFORE_HEADING, options.paragraph_pause)
        elif before == "heading":
            pause = max(AFTER_HEADING, options.paragraph_pause)
        else:
            pause = BREAK if before == "break" else options.paragraph_pause
        return pause / options.speed

    def _speak_block(self, block: Block, number: int, tape: _Tape, is_stopped: Callable[[], bool]) -> None:
        is_first = True
        for run in self._runs(block):
            if not _WORD.search(to_text(block.html[run.start : run.end])):
                continue
            if not is_first:
                tape.silence(BETWEEN_RUNS / self._reading.options.speed)
            is_first = False
            self._speak_run(block.html[run.start : run.end], run, number, tape, is_stopped)

    def _runs(self, block: Block) -> list[Run]:
        if self._reading.dialogue_voice is None or block.kind == "heading":
            return [Run(0, len(block.html), False)]
        return split_runs(block.html)

    def _speak_run(self, html: str, run: Run, number: int, tape: _Tape, is_stopped: Callable[[], bool]) -> None:
        dialogue = self._reading.dialogue_voice
        synthesizer = self._synthesizer(dialogue if run.is_dialogue and dialogue else self._reading.voice)
        begun = tape.seconds
        try:
            for chunk in synthesizer.stream(html, self._reading.options, early=False, markup="html"):
                if is_stopped():
                    raise Stopped
                tape.write(_resampled(chunk.samples, chunk.sample_rate, self.sample_rate))
                tape.n_warnings += len(chunk.warnings)
                for word in chunk.words:
                    start, end = begun + word.start_time, begun + word.end_time
                    tape.words.append(PlacedWord(number, run.start + word.start, run.start + word.end, start, end))
                if chunk.is_last and tape.is_full:
                    break
        except TextError:  # it has letters, but nothing that can be spoken
            tape.n_warnings += 1


class _Tape:
    """The audio of a piece while it grows."""

    def __init__(self, writer: AudioWriter, sample_rate: int, limit: float | None) -> None:
        self._writer, self._rate, self._limit = writer, sample_rate, limit
        self._n_samples = 0
        self.words: list[PlacedWord] = []
        self.n_warnings = 0

    @property
    def seconds(self) -> float:
        return self._n_samples / self._rate

    @property
    def is_full(self) -> bool:
        """Whether the piece has reached its limit."""
        return self._limit is not None and self.seconds >= self._limit

    def write(self, samples: Float32) -> None:
        self._writer.write(samples)
        self._n_samples += len(samples)

    def silence(self, seconds: float) -> None:
        self.write(np.zeros(round(seconds * self._rate), np.float32))

    def timings(self) -> Timings:
        words = [
            word._replace(start_time=round(word.start_time, 3), end_time=round(word.end_time, 3)) for word in self.words
        ]
        return Timings(self._n_samples, self._rate, words, self.n_warnings)


def _resampled(samples: Float32, rate: int, wanted: int) -> Float32:
    """Resample a chunk of the second voice, if its rate is another."""
    if rate == wanted or not len(samples):
        return samples
    from scipy.signal import resample_poly

    common = int(np.gcd(rate, wanted))
    return np.asarray(resample_poly(samples, wanted // common, rate // common), np.float32)
