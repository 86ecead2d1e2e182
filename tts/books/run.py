"""Make an audiobook: speak what is missing, and put chapters and book in place as they are finished."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from tts.books.book import Book, Chapter
from tts.books.encoding import readable_cover
from tts.books.journal import FinishedChapter, Journal, lock
from tts.books.m4b import chapter_starts, read_mark, save_m4b
from tts.books.names import chapter_stem
from tts.books.overlays import save_overlays
from tts.books.pieces import Piece, cut_chapter, digest, fingerprint
from tts.books.speaking import ChapterReading, read_timings, timings_path
from tts.books.subtitles import save_srt
from tts.books.target import STAGING, Target
from tts.books.tasks import Done, EncodeChapter, SpeakPiece, Task, begin, failed
from tts.card import fingerprint as fingerprint_voice
from tts.common.files import remove_unfinished
from tts.common.processes import work_on
from tts.common.threads import usable_cores
from tts.errors import BookError, ConfigError, StorageError
from tts.voice import Voice


class BookProgress(NamedTuple):
    """What was just finished."""

    words: int
    chapter: Chapter | None
    """A finished chapter."""
    is_new: bool
    """Whether this run made it, and not an earlier one."""


class _Plan(NamedTuple):
    """A chapter with its pieces, the files of these, and its own file."""

    chapter: Chapter
    pieces: tuple[tuple[Piece, Path], ...]
    file: str
    request: str


def make_audiobook(
    book: Book,
    target: Target,
    reading: ChapterReading,
    report: Callable[[BookProgress], None],
    *,
    workers: int | None = None,
    limit: float | None = None,
    lexicon_digest: str = "",
    overwrite: bool = False,
) -> list[FinishedChapter] | None:
    """Write an audiobook, and return its chapters, or None if an .m4b of the same call is there already.

    What an earlier run finished is kept, so the same call continues after an interruption, with the same bytes in the
    end. workers: processes; None is one for each core. limit: seconds after which the first chapter ends. overwrite:
    whether an .m4b that is there is made again. Raises VoiceError for a voice, StorageError for a folder that another
    run writes to and for an .m4b of another call, BookError if a process dies, OSError if a file cannot be written.
    """
    if workers is not None and workers < 1:
        raise ConfigError(f"workers is {workers}: use 1 or more")
    staging = target.folder / STAGING
    digests = [fingerprint_voice(Voice.load(name).card) for name in (reading.voice, reading.dialogue_voice) if name]
    read_by = digest([digests, asdict(reading.options), lexicon_digest])
    if not overwrite and _Maker(book, target, read_by, report, limit).is_finished():
        return None
    staging.mkdir(parents=True, exist_ok=True)
    with contextlib.closing(lock(staging)):
        remove_unfinished(staging)
        remove_unfinished(target.folder)
        maker = _Maker(book, target, read_by, report, limit)
        done = work_on(maker.tasks(), partial(begin, reading), failed, workers or usable_cores())
        with contextlib.closing(done):  # stops the workers at once on an interruption
            for one in done:
                maker.finish(one)
        entries = maker.complete()
    shutil.rmtree(target.folder if target.is_one_file else staging)
    return entries


class _Maker:
    """Knows what is done and what is next."""

    def __init__(
        self, book: Book, target: Target, read_by: str, report: Callable[[BookProgress], None], limit: float | None
    ) -> None:
        self._book, self._target, self._report = book, target, report
        self._cover = readable_cover(book.cover)
        self._journal = Journal(target.folder)
        self._plans = [self._plan(chapter, read_by, limit) for chapter in book.chapters]
        self._request = digest([plan.request for plan in self._plans])
        self._mark = f"griffon {self._request[:16]}"
        self._missing: dict[int, int] = {}  # number of a chapter -> number of pieces that are not spoken
        self._ready: list[_Plan] = []
        self._entries: dict[int, FinishedChapter] = {}

    def is_finished(self) -> bool:
        """Return whether the .m4b is of this book, voice and options, with its subtitles.

        Raises StorageError if it is of others.
        """
        target = self._target
        if not target.is_one_file or not target.path.exists():
            return False
        if read_mark(target.path) == self._mark:
            beside = {"srt": target.path.with_suffix(".srt"), "epub": target.overlays(self._book)}
            return target.subtitles is None or beside[target.subtitles].exists()
        raise StorageError(f"{str(target.path)!r} exists: name another OUT, or add --overwrite to replace it")

    def tasks(self) -> Iterator[Task | None]:
        """Yield the tasks that are not done; None while all that are left wait for others."""
        for plan in self._plans:
            if entry := self._finished(plan):
                self._entries[plan.chapter.number] = entry
                self._report(BookProgress(plan.chapter.n_words, plan.chapter, False))
                continue
            missing = [(piece, path) for piece, path in plan.pieces if not path.exists()]
            for piece, path in plan.pieces:
                if path.exists():
                    self._report(BookProgress(piece.n_words, None, False))
            self._missing[plan.chapter.number] = len(missing)
            if not missing:
                self._ready.append(plan)
            for piece, path in missing:
                yield from self._encodings()
                yield SpeakPiece(plan.chapter.number, piece, path)
        while len(self._entries) < len(self._plans):
            yield from self._encodings()
            yield None

    def finish(self, done: Done) -> None:
        """Take note of a task that is done. Raises BookError if it failed."""
        if done.error:
            raise BookError(f"{done.error}: run the same command again to continue")
        task = done.task
        if isinstance(task, SpeakPiece):
            self._missing[task.chapter] -= 1
            self._report(BookProgress(task.piece.n_words, None, True))
            if not self._missing[task.chapter]:
                self._ready.append(next(plan for plan in self._plans if plan.chapter.number == task.chapter))
        elif isinstance(task, EncodeChapter):
            plan = next(plan for plan in self._plans if plan.chapter.number == task.chapter.number)
            self._entries[task.chapter.number] = self._record(plan)
            for _, path in plan.pieces:
                path.unlink(missing_ok=True)
            self._report(BookProgress(0, plan.chapter, True))

    def complete(self) -> list[FinishedChapter]:
        """Write what is of the whole book."""
        entries = [self._entries[plan.chapter.number] for plan in self._plans]
        target, chapters = self._target, [plan.pieces for plan in self._plans]
        if target.subtitles == "epub" and not self._journal.find(target.overlays(self._book).name, self._request):
            self._save_overlays(entries)
        if target.is_one_file:
            files, titles = [target.folder / entry.file for entry in entries], [entry.title for entry in entries]
            if target.subtitles == "srt":
                save_srt(target.path.with_suffix(".srt"), chapters, chapter_starts(files))
            # Last, because its mark says that all is finished.
            save_m4b(target.path, files, titles, {**self._tags(), "keywords": self._mark}, self._cover)
        return entries

    def _save_overlays(self, entries: Sequence[FinishedChapter]) -> None:
        """Write the EPUB, and its own entry in the journal of a folder."""
        target, path = self._target, self._target.overlays(self._book)
        parts = [
            (plan.pieces, entry, target.folder / plan.file) for plan, entry in zip(self._plans, entries, strict=True)
        ]
        save_overlays(path, replace(self._book, cover=self._cover), parts)
        if not target.is_one_file:
            seconds, words = sum(entry.seconds for entry in entries), sum(entry.words for entry in entries)
            size = path.stat().st_size
            self._journal.add(
                FinishedChapter(0, self._book.title, path.name, round(seconds, 3), words, 0, size, self._request)
            )

    def _encodings(self) -> Iterator[Task]:
        while self._ready:
            plan = self._ready.pop(0)
            path = self._target.folder / plan.file
            by_chapter = self._target.subtitles == "srt" and not self._target.is_one_file
            srt = path.with_suffix(".srt") if by_chapter else None
            tags = self._tags(plan.chapter)
            yield EncodeChapter(plan.chapter, plan.pieces, path, self._target.format, tags, self._cover, srt)

    def _plan(self, chapter: Chapter, read_by: str, limit: float | None) -> _Plan:
        staging = self._target.folder / STAGING
        pieces = [(piece, fingerprint(piece, read_by)) for piece in cut_chapter(chapter, limit)]
        file = f"{chapter_stem(chapter, self._book)}.{self._target.format}"
        cover = digest(self._cover.data.hex()) if self._cover else ""
        wanted = [[request for _, request in pieces], self._target.format, self._target.subtitles, cover]
        request = digest([*wanted, self._tags(chapter)])
        return _Plan(chapter, tuple((piece, staging / f"{name}.flac") for piece, name in pieces), file, request)

    def _finished(self, plan: _Plan) -> FinishedChapter | None:
        """Return the entry of a chapter that an earlier run finished, with everything that its subtitles need."""
        entry = self._journal.find(plan.file, plan.request)
        needed = list[Path]()
        if self._target.subtitles == "srt" and not self._target.is_one_file:
            needed = [(self._target.folder / plan.file).with_suffix(".srt")]
        elif self._target.subtitles and not self._journal.find(self._target.overlays(self._book).name, self._request):
            needed = [timings_path(path) for _, path in plan.pieces]
        return entry if all(path.exists() for path in needed) else None

    def _record(self, plan: _Plan) -> FinishedChapter:
        timings = [read_timings(path) for _, path in plan.pieces]
        entry = FinishedChapter(
            plan.chapter.number,
            plan.chapter.title,
            plan.file,
            round(sum(one.seconds for one in timings), 3),
            sum(len(one.words) for one in timings),
            sum(one.n_warnings for one in timings),
            (self._target.folder / plan.file).stat().st_size,
            plan.request,
        )
        self._journal.add(entry)
        return entry

    def _tags(self, chapter: Chapter | None = None) -> dict[str, str]:
        """Return the tags of a chapter, or of the whole book."""
        book = self._book
        tags = {"title": chapter.title if chapter else book.title, "album": book.title, "genre": "Audiobook"}
        if book.authors:
            tags |= {"artist": ", ".join(book.authors), "album_artist": ", ".join(book.authors)}
        return tags | ({"track": f"{chapter.number}/{book.n_chapters}"} if chapter else {})
