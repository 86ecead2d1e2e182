"""Fill a features folder by a teacher: in parallel, in order, up to some hours of speech, resumable."""

from __future__ import annotations

import argparse
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from recipes.shared.texts import mixture
from tts.common.processes import follow_parent
from tts.common.threads import usable_cores
from tts.config import AudioConfig
from tts.corpus.folder import DESCRIPTION, Writer, finish, header, resumed
from tts.corpus.journal import Clip, Entry
from tts.evaluation.sentences import Line

AHEAD = 8  # lines submitted per process before their results are needed
BAR = "{n:.1f} of {total:.0f} minutes of speech |{bar}| {elapsed}<{remaining}"


class Reading(NamedTuple):
    """One line as the teacher reads it."""

    entry: Entry
    frames: NDArray[np.float16]  # (T, n_channels); empty for a skipped line
    parts: NDArray[np.float16] | None  # (T, 5, n_freqs), if requested
    sound: NDArray[np.int16] | None = None  # (T * hop_length,); kept where no parts are


Reader = Callable[[Line, bool], Reading]
"""Takes a line, and whether to return the parts of its spectrum."""


class Amounts(NamedTuple):
    """How much to read, in hours of speech."""

    hours: float
    parts_hours: float  # hours, from the beginning, whose parts are kept


def corpus_parser(description: str | None, hours: float) -> argparse.ArgumentParser:
    """Return a parser with the arguments that every teacher's script needs. hours: by default."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0] if description else None)
    parser.add_argument("metadata", type=Path, help="metadata.csv of LJSpeech-1.1")
    parser.add_argument("features", type=Path, help="folder to write")
    parser.add_argument("--hours", type=float, default=hours, help="hours of speech (default: %(default)s)")
    parser.add_argument("--workers", type=int, default=usable_cores(), help="processes (default: one per core)")
    return parser


def fill(
    arguments: argparse.Namespace, audio: AudioConfig, teacher: str, amounts: Amounts, start: Callable[[], Reader]
) -> None:
    """Let a teacher read the mixture of texts, and show the progress. arguments: of `corpus_parser`."""
    lines = mixture(arguments.metadata)
    entries = read_lines(lines, arguments.features, audio, teacher, amounts, start, arguments.workers)
    with tqdm(total=60 * amounts.hours, bar_format=BAR) as bar:
        for entry in entries:
            if isinstance(entry, Clip):
                bar.update(entry.n_frames / audio.frames_per_second / 60)


def read_lines(
    lines: Sequence[Line],
    folder: Path,
    audio: AudioConfig,
    teacher: str,
    amounts: Amounts,
    start: Callable[[], Reader],
    workers: int,
) -> Iterator[Entry]:
    """Write the features of `lines` to a folder until there are enough hours, and yield each clip when it is written.

    teacher: its name and version. start: makes the reader, once in each process. Raises CorpusError if the folder holds
    features of other lines, of other settings or of another teacher.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made_with = header(audio, teacher=teacher, parts_hours=amounts.parts_hours)
    done = resumed(folder, lines, made_with)
    yield from done
    spoken = sum(entry.n_frames for entry in done if isinstance(entry, Clip))  # frames so far
    frames_per_hour = 3600 * audio.frames_per_second

    def are_parts_wanted() -> bool:
        return spoken < amounts.parts_hours * frames_per_hour

    def is_enough() -> bool:
        return spoken >= amounts.hours * frames_per_hour

    if (folder / DESCRIPTION).exists() and (is_enough() or len(done) == len(lines)):
        return
    jobs = ((line, are_parts_wanted()) for line in lines[len(done) :] if not is_enough())
    with Writer(folder, audio, made_with, done) as writer, closing(_run(start, jobs, workers)) as readings:
        for reading in readings:
            if is_enough():  # the line was submitted before its predecessors were counted
                break
            entry, parts = reading.entry, reading.parts if are_parts_wanted() else None
            sound = reading.sound if parts is None else None
            if isinstance(entry, Clip):
                entry = entry._replace(has_parts=parts is not None, has_sound=sound is not None)
                spoken += entry.n_frames
            writer.add(entry, reading.frames, parts, sound)
            yield entry
    finish(folder, audio)


def _run(
    start: Callable[[], Reader], jobs: Iterable[tuple[Line, bool]], workers: int
) -> Generator[Reading, None, None]:
    """Yield the readings of the jobs in order, and take each job from `jobs` as late as possible."""
    if workers == 1:
        reader = start()
        yield from (reader(*job) for job in jobs)
        return
    pool = ProcessPoolExecutor(workers, initializer=_start, initargs=(start,))
    try:
        pending: deque[Future[Reading]] = deque()
        for job in jobs:
            pending.append(pool.submit(_read, *job))
            if len(pending) == AHEAD * workers:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


_process: dict[str, Any] = {}  # the reader of a worker process


def _start(start: Callable[[], Reader]) -> None:
    follow_parent()
    _process["reader"] = start()


def _read(line: Line, with_parts: bool) -> Reading:
    reading: Reading = _process["reader"](line, with_parts)
    return reading
