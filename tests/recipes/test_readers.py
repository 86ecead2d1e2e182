"""The readers of heart and michael have one base: each does what the base promises."""

from __future__ import annotations

from pathlib import Path

import pytest

from recipes.shared.teacher import LEAD, LONGEST
from tests.recipes.teachers import FRAMES, HEART, LINES, MICHAEL, Teacher, files
from tts.corpus.features import Features
from tts.corpus.folder import PARTS
from tts.corpus.journal import Clip, Skip
from tts.evaluation.sentences import Line


@pytest.fixture(params=[HEART, MICHAEL], ids=["heart", "michael"])
def teacher(request: pytest.FixtureRequest) -> Teacher:
    return request.param


def test_a_clip_has_frames_and_durations(teacher: Teacher) -> None:
    reading = teacher.start()(LINES[0], teacher.keeps == PARTS)
    clip = reading.entry
    assert isinstance(clip, Clip)
    assert len(clip.durations) == len(clip.phoneme_ids)
    assert sum(clip.durations) == clip.n_frames == len(reading.frames)
    assert reading.frames.shape[1] == teacher.audio.n_channels
    assert clip.durations[0] == LEAD
    assert clip.durations[-1] == FRAMES  # less than the margin of silence after it
    assert set(clip.durations[1:-1]) == {FRAMES}


def test_lines_are_left_out_with_their_reason(teacher: Teacher) -> None:
    empty, long = Line("empty", "…"), Line("long", "Hello there. " * (LONGEST // FRAMES))
    for line, reason in ((empty, "clip empty: it has nothing to speak"), (long, "clip long: it is")):
        reading = teacher.start()(line, teacher.keeps == PARTS)
        assert isinstance(reading.entry, Skip)
        assert reading.entry.skipped.startswith(reason)
        assert len(reading.frames) == 0


def test_an_interrupted_reading_goes_on_and_more_hours_are_added(teacher: Teacher, tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    lengths = [entry.n_frames for entry in teacher.read(whole) if isinstance(entry, Clip)]
    assert len(lengths) == len(LINES)
    for clip in Features(whole).clips:
        assert clip.has_parts == (teacher is HEART)
        assert clip.has_sound == (teacher is MICHAEL)
    broken = tmp_path / "broken"
    for _ in zip(range(3), teacher.read(broken), strict=False):
        pass
    with (broken / teacher.keeps).open("ab") as file:
        file.write(b"torn")
    few = sum(lengths[:4]) / (3600 * teacher.audio.frames_per_second)
    assert len(list(teacher.read(broken, hours=few))) == 4
    assert len(Features(broken).clips) == 4
    assert len(list(teacher.read(broken, hours=few))) == 4  # all is done
    list(teacher.read(broken))
    assert files(broken) == files(whole)
