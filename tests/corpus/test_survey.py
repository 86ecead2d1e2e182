"""The report on a corpus names exactly the clips to listen to."""

from __future__ import annotations

from pathlib import Path

import pytest

from tts.config import AudioConfig
from tts.corpus.journal import Clip
from tts.corpus.survey import survey, write_report

AUDIO = AudioConfig()


def clip(name: str, seconds: float = 4.0, tempo: float = 12.0, **values: object) -> Clip:
    n_frames = round(seconds * AUDIO.frames_per_second)
    facts = {"wav_rate": 22050, "level": -22.0, "n_spoken": round(seconds * tempo), **values}
    return Clip(name, "text", [1], n_frames, **facts)  # type: ignore[arg-type]


def lines(clips: list[Clip], **values: object) -> dict[str, str]:
    report = survey(clips, [], AUDIO, **values)  # type: ignore[arg-type]
    return {line[:10].strip(): line[11:] for line in report}


def test_a_corpus_without_fault() -> None:
    report = lines([clip(f"c{n}", seconds=2 + n, tempo=12 + n % 3) for n in range(20)])
    assert report["clips"] == "20, 0.06 hours after trimming"
    assert report["longest"] == "c19, 21.0 s"
    assert report["shortest"] == "c0, 2.0 s"
    for name in ("too fast", "too slow", "clipped", "silent", "resampled", "guessed", "left out"):
        assert report[name] == "none"


def test_faults_are_named() -> None:
    usual = [clip(f"c{n}", tempo=12 + n % 3) for n in range(20)]
    report = lines(
        [
            *usual,
            clip("cut", tempo=40),
            clip("quick", tempo=30),
            clip("padded", tempo=3),
            clip("loud", n_clipped=5),
            clip("mute", level=-70.0),
            clip("old", wav_rate=16000),
            clip("names", guessed=["maintz", "subiaco", "maintz"]),
        ]
    )
    assert report["too fast"] == "2: cut (39.9), quick (30.0)"
    assert report["too slow"] == "1: padded (3.0)"
    assert report["clipped"] == "1: loud"
    assert report["silent"] == "1: mute"
    assert report["resampled"] == "1: old (16000 Hz)"
    assert report["guessed"] == "2: maintz (2), subiaco (1)"


def test_equal_tempi_are_no_outliers_of_one_another() -> None:
    report = lines([clip(f"c{n}", tempo=12) for n in range(9)] + [clip("a", tempo=13)])
    assert report["too fast"] == "none"


def test_long_lists_are_cut_on_the_terminal_alone() -> None:
    clips = [clip(f"c{n}", n_clipped=9) for n in range(12)]
    assert lines(clips)["clipped"].endswith("c7, …")
    assert lines(clips, most=None)["clipped"].endswith("c11")
    report = survey(clips, [f"reason {n}" for n in range(10)], AUDIO)
    assert report[-3:] == ["  reason 6", "  reason 7", "  …"]


def test_clips_of_an_older_version_are_counted(tmp_path: Path) -> None:
    report = survey([Clip("a", "one", [1], 100), clip("b")], [], AUDIO)
    assert report[-1] == "unmeasured 1 clips of an older version, judged by length alone"
    write_report(tmp_path, report)
    assert (tmp_path / "report.txt").read_text().splitlines() == report
    assert [path.name for path in tmp_path.iterdir()] == ["report.txt"]


def test_levels_are_of_speech() -> None:
    assert lines([clip("a", level=-49.0)])["silent"] == "none"
    assert lines([clip("a", level=-51.0)])["silent"] == "1: a"


def test_seconds_are_those_of_the_frames() -> None:
    assert lines([clip("a", seconds=36)])["clips"].startswith("1, 0.01 hours")
    assert lines([clip("a", seconds=2.5)])["longest"] == "a, 2.5 s"
    assert pytest.approx(12.0, abs=0.1) == float(lines([clip("a")])["tempo"].split()[0])
