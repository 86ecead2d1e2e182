"""A book becomes files with chapters, tags and a cover, and an interrupted run goes on with the same bytes."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import soundfile

from tests.books import epubs
from tests.books.making import Maker
from tts.books import pieces
from tts.books.journal import lock
from tts.books.run import BookProgress
from tts.books.speaking import AFTER_HEADING, CHAPTER_END, CHAPTER_START, ChapterReading
from tts.books.target import STAGING
from tts.common.processes import work_on
from tts.errors import BookError, StorageError
from tts.options import SynthesisOptions
from tts.synthesizer import Synthesizer

av = pytest.importorskip("av", reason="no package av: pip install '.[book]'")
FFPROBE = shutil.which("ffprobe")


def test_m4b_has_chapters_tags_cover_and_length(maker: Maker) -> None:
    entries = maker.make("a.m4b")
    with av.open(str(maker.folder / "a.m4b")) as file:
        assert (
            file.metadata.items()
            >= {
                "title": "A Tiny Book",
                "artist": "Ann Author",
                "album": "A Tiny Book",
                "genre": "Audiobook",
            }.items()
        )
        chapters = file.chapters()
        assert [chapter["metadata"]["title"] for chapter in chapters] == ["Copyright", "Chapter the First", "Second"]
        lengths = [float((chapter["end"] - chapter["start"]) * chapter["time_base"]) for chapter in chapters]
        assert lengths == pytest.approx([entry.seconds for entry in entries], abs=0.1)
        assert file.duration / 1e6 == pytest.approx(sum(entry.seconds for entry in entries), abs=0.3)
        (picture,) = [stream for stream in file.streams if stream.type == "video"]
        assert picture.disposition == av.stream.Disposition.attached_pic
        cover = next(bytes(packet) for packet in file.demux(picture) if packet.size)
    assert cover == epubs.picture()
    assert sorted(path.name for path in maker.folder.iterdir()) == ["a.m4b", "book.epub"]


def test_the_sound_of_an_m4b_is_that_of_its_chapters(maker: Maker) -> None:
    """Chapters start where the marks say, although each was encoded by itself."""
    maker.make("folder", "flac")
    maker.make("a.m4b")
    with av.open(str(maker.folder / "a.m4b")) as file:
        starts = [float(chapter["start"] * chapter["time_base"]) for chapter in file.chapters()]
        rate = file.streams.audio[0].rate
        heard = np.concatenate([frame.to_ndarray()[0] for frame in file.decode(audio=0)])
    for start, path in zip(starts, sorted((maker.folder / "folder").glob("*.flac")), strict=True):
        wanted, _ = soundfile.read(path, dtype="float32")
        wanted = wanted[rate // 100 : -rate // 10]
        places = range(round((start + 0.008) * rate), round((start + 0.012) * rate))  # marks are in milliseconds
        alike = [np.corrcoef(heard[place : place + len(wanted)], wanted)[0, 1] for place in places]
        assert max(alike) > 0.9, path


@pytest.mark.skipif(FFPROBE is None, reason="no ffprobe here: as with 'apt install ffmpeg'")
def test_a_player_sees_the_chapters(maker: Maker) -> None:
    assert FFPROBE
    maker.make("a.m4b")
    command = [FFPROBE, "-v", "error", "-of", "json", "-show_chapters", "-show_format", "-show_streams"]
    result = subprocess.run([*command, str(maker.folder / "a.m4b")], capture_output=True, check=True)
    seen = json.loads(result.stdout)
    assert [chapter["tags"]["title"] for chapter in seen["chapters"]] == ["Copyright", "Chapter the First", "Second"]
    assert seen["format"]["tags"]["artist"] == "Ann Author"
    assert [stream["codec_name"] for stream in seen["streams"] if stream["disposition"]["attached_pic"]] == ["mjpeg"]


@pytest.mark.parametrize("kind", ["mp3", "flac", "opus"])
def test_a_folder_has_a_tagged_file_for_each_chapter(kind: str, maker: Maker) -> None:
    entries = maker.make("folder", kind)
    names = [f"01 Copyright.{kind}", f"02 Chapter the First.{kind}", f"03 Second.{kind}"]
    assert sorted(path.name for path in (maker.folder / "folder").iterdir()) == [*names, "chapters.jsonl"]
    with av.open(str(maker.folder / "folder" / names[1])) as file:
        tags = {key.lower(): value for key, value in (file.metadata | file.streams.audio[0].metadata).items()}
        assert (tags["title"], tags["artist"], tags["album"]) == ("Chapter the First", "Ann Author", "A Tiny Book")
        assert tags.get("track", tags.get("tracknumber")) == "2/3"
        assert [stream.type for stream in file.streams].count("video") == 1
        assert file.duration / 1e6 == pytest.approx(entries[1].seconds, abs=0.1)
    rows = [json.loads(line) for line in (maker.folder / "folder" / "chapters.jsonl").read_text().splitlines()]
    assert [row["file"] for row in rows] == names


@pytest.mark.parametrize("subtitles", [None, "srt", "epub"])
def test_a_finished_book_is_left_alone(subtitles: str | None, maker: Maker) -> None:
    maker.make("a.m4b", subtitles=subtitles)
    before = {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in maker.folder.iterdir()}
    assert maker.make_again("a.m4b", subtitles=subtitles) is None
    assert {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in maker.folder.iterdir()} == before
    first = (maker.folder / "a.m4b").read_bytes()
    assert maker.make("a.m4b", subtitles=subtitles, overwrite=True)
    assert (maker.folder / "a.m4b").read_bytes() == first


def test_lost_subtitles_are_made_again(maker: Maker) -> None:
    maker.make("a.m4b", subtitles="srt")
    (maker.folder / "a.srt").unlink()
    maker.make("a.m4b", subtitles="srt")
    assert (maker.folder / "a.srt").exists()


@pytest.mark.parametrize("content", ["another reading", "no audio"])
def test_another_file_is_replaced_only_when_asked(content: str, maker: Maker) -> None:
    path = maker.folder / "a.m4b"
    if content == "no audio":
        path.write_bytes(b"precious")
    else:
        maker.make("a.m4b", reading=replace(maker.reading, options=SynthesisOptions(speed=0.5)))
    before = path.read_bytes()
    with pytest.raises(StorageError, match=r"a\.m4b' exists: name another OUT, or add --overwrite to replace it"):
        maker.make("a.m4b")
    assert path.read_bytes() == before
    assert sorted(one.name for one in maker.folder.iterdir()) == ["a.m4b", "book.epub"]
    maker.make("a.m4b", overwrite=True)
    assert path.read_bytes() != before


def test_pauses_around_headings_and_the_ends_of_chapters(maker: Maker) -> None:
    """The sound is that of the synthesizer, with silence between the blocks."""
    maker.make("folder", "flac", book=replace(maker.book, chapters=maker.book.chapters[2:]))
    heard, rate = soundfile.read(maker.folder / "folder" / "03 Second.flac", dtype="int16")
    synthesizer = Synthesizer(maker.reading.voice)
    texts = [block.html for block in maker.book.chapters[2].blocks]
    heading, text = (synthesizer.synthesize(one, markup="html").samples for one in texts)
    first = round(CHAPTER_START * rate)
    second = first + len(heading) + round(AFTER_HEADING * rate)
    assert len(heard) == second + len(text) + round(CHAPTER_END * rate)
    assert not heard[:first].any()
    assert not heard[first + len(heading) : second].any()
    assert np.abs(heard[second : second + len(text)] - np.rint(text * 32767)).max() <= 1


def test_a_finished_chapter_is_kept(maker: Maker) -> None:
    maker.make("folder", "mp3", book=replace(maker.book, chapters=maker.book.chapters[:2]))
    before = (maker.folder / "folder" / "02 Chapter the First.mp3").stat().st_mtime_ns
    seen = list[BookProgress]()
    maker.make("folder", "mp3", report=seen.append)
    assert [(one.chapter.number, one.is_new) for one in seen if one.chapter] == [(1, False), (2, False), (3, True)]
    assert (maker.folder / "folder" / "02 Chapter the First.mp3").stat().st_mtime_ns == before
    slower = replace(maker.reading, options=SynthesisOptions(speed=0.5))
    seen.clear()
    maker.make("folder", "mp3", report=seen.append, reading=slower)
    assert all(one.is_new for one in seen)


@pytest.mark.parametrize(("name", "kind"), [("folder", "mp3"), ("a.m4b", "m4a")])
@pytest.mark.parametrize("after", [1, 2, 4])
def test_a_run_that_is_broken_off_goes_on_with_the_same_bytes(
    name: str, kind: str, after: int, maker: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "MOST_WORDS", 5)  # several pieces in a chapter
    maker.make(f"whole-{name}", kind, subtitles="srt")
    count = 0

    def interrupt(progress: BookProgress) -> None:
        nonlocal count
        count += 1
        if count == after:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        maker.make(name, kind, report=interrupt, subtitles="srt")
    assert not (maker.folder / "a.m4b").exists()
    seen = list[BookProgress]()
    maker.make(name, kind, report=seen.append, subtitles="srt")
    assert any(not one.is_new for one in seen)
    if kind == "mp3":
        assert maker.files(name) == maker.files(f"whole-{name}")
    else:
        assert (maker.folder / name).read_bytes() == (maker.folder / f"whole-{name}").read_bytes()
        assert (maker.folder / "a.srt").read_bytes() == (maker.folder / "whole-a.srt").read_bytes()


def test_a_full_disk_loses_nothing(maker: Maker) -> None:
    """A limit on the size of files stands for the disk."""
    maker.make("whole", "flac")
    largest = max(len(data) for data in maker.files("whole").values())
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest // 2, limits[1]))
    try:
        with pytest.raises(OSError, match=r"check that the disk has room|File too large"):
            maker.make("folder", "flac")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    maker.make("folder", "flac")
    assert maker.files("folder") == maker.files("whole")


def test_two_runs_do_not_write_one_book(maker: Maker) -> None:
    staging = maker.folder / "folder" / STAGING
    staging.mkdir(parents=True)
    with lock(staging), pytest.raises(StorageError, match="another 'tts book' is writing this book"):
        maker.make("folder", "mp3")


def test_another_file_is_not_taken_for_the_journal(maker: Maker) -> None:
    (maker.folder / "folder").mkdir()
    (maker.folder / "folder" / "chapters.jsonl").write_text("{}\n")
    with pytest.raises(StorageError, match="is not of 'tts book'"):
        maker.make("folder", "mp3")


def test_dialogue_has_its_own_voice(maker: Maker) -> None:
    """A second voice at another rate speaks the dialogue, and nothing else changes."""
    first = replace(maker.book, chapters=maker.book.chapters[1:2])
    maker.make("one", "flac", book=first)
    maker.make("two", "flac", book=first, reading=replace(maker.reading, dialogue_voice="michael"))
    one, rate = soundfile.read(maker.folder / "one" / "02 Chapter the First.flac")
    two, _ = soundfile.read(maker.folder / "two" / "02 Chapter the First.flac")
    narrated = Synthesizer(maker.reading.voice).synthesize("Chapter the <em>First</em>", markup="html")
    alike = round(CHAPTER_START * rate) + len(narrated.samples)
    assert (one[:alike] == two[:alike]).all()
    assert len(one) != len(two)


def test_subtitles_are_timed_from_the_start_of_the_book(maker: Maker) -> None:
    entries = maker.make("a.m4b", subtitles="srt")
    text = (maker.folder / "a.srt").read_text(encoding="utf-8")
    blocks = [block.splitlines() for block in text.split("\n\n")]
    assert [" ".join(block[2:]) for block in blocks][-2:] == ["Second", "The end, at 5 p.m."]
    assert [int(block[0]) for block in blocks] == list(range(1, len(blocks) + 1))
    hours, minutes, seconds = blocks[-2][1].partition(" --> ")[0].replace(",", ".").split(":")
    start = int(hours) * 3600 + int(minutes) * 60 + float(seconds)
    assert start >= sum(entry.seconds for entry in entries[:2]) + CHAPTER_START
    assert start < sum(entry.seconds for entry in entries[:2]) + CHAPTER_START + 1


def test_a_dead_process_is_one_error(maker: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tts.books.run.work_on", work_on)
    monkeypatch.setattr("tts.books.run.begin", _die)
    with pytest.raises(BookError, match=r"chapter 1 .*ended with status 3: run the same command again to continue"):
        maker.make("a.m4b")


def _die(reading: ChapterReading) -> Callable[..., None]:
    return lambda task, is_stopped: os._exit(3)
