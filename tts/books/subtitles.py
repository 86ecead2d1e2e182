"""Subtitles of chapters, for a file of each chapter or of the whole book."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby, zip_longest
from pathlib import Path

from tts.books.book import place_text
from tts.books.pieces import Piece
from tts.books.speaking import Timings, read_timings
from tts.common.files import atomic_write
from tts.prosody.timing import WordTiming
from tts.subtitle_cues import GAP, Cue, cues
from tts.subtitles import srt_blocks

SpokenPiece = tuple[Piece, Path]


def save_srt(path: Path, chapters: Iterable[Sequence[SpokenPiece]], starts: Iterable[float] = (0.0,)) -> None:
    """Write the subtitles of chapters, each of which starts at so many seconds."""
    count = 0
    with atomic_write(path) as aside, aside.open("w", encoding="utf-8", newline="\n") as file:
        for pieces, start in zip(chapters, starts, strict=True):
            for piece, audio in pieces:
                timings = read_timings(audio)
                for block in srt_blocks(_apart(_cues(piece, timings, start)), count + 1):
                    file.write("\n" * (count > 0) + block)
                    count += 1
                start += timings.seconds


def _cues(piece: Piece, timings: Timings, start: float) -> Iterator[Cue]:
    """Yield the subtitles of each block. None has text of two blocks."""
    for number, words in groupby(timings.words, lambda word: word.block):
        text, places = place_text(piece.blocks[number].html)
        timed = [
            WordTiming("", places[word.start], places[word.end], start + word.start_time, start + word.end_time, ())
            for word in words
        ]
        yield from cues(timed, text)


def _apart(shown: Iterable[Cue]) -> list[Cue]:
    """End each subtitle before the next one."""
    found = list(shown)
    pairs = zip_longest(found, found[1:])
    return [replace(one, end_time=min(one.end_time, after.start_time - GAP)) if after else one for one, after in pairs]
