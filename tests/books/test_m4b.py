"""Joining chapters into one file: of any length, in little memory."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.cli.test_cli import REPOSITORY
from tts.books import boxes, m4b
from tts.books.encoding import encode
from tts.books.m4b import FRAME, chapter_starts, save_m4b

av = pytest.importorskip("av", reason="no package av: pip install '.[book]'")
RATE = 24000
JOIN = """
import resource, sys
from pathlib import Path
from tts.books.m4b import save_m4b
hours, chapter, out = float(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
titles = [f"Chapter {number}" for number in range(round(6 * hours))]
save_m4b(out, [chapter] * len(titles), titles, {}, None)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def write_chapter(path: Path, seconds: float, seed: int = 0) -> Path:
    samples = np.random.default_rng(seed).integers(-3000, 3000, round(seconds * RATE), np.int16)
    soundfile.write(path.with_suffix(".flac"), samples, RATE)
    encode([path.with_suffix(".flac")], path, "m4a", {}, None)
    return path


@pytest.fixture
def chapters(tmp_path: Path) -> list[Path]:
    return [write_chapter(tmp_path / f"{number}.m4a", 1.5 * number, number) for number in (1, 9, 3)]


def packets(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the time and the bytes of each packet of sound."""
    with av.open(str(path)) as file:
        for packet in file.demux(file.streams.audio[0]):
            if packet.size:
                yield packet.pts, bytes(packet)


@pytest.mark.parametrize("farthest", [1 << 20, 3])
def test_all_packets_are_joined_at_their_times(
    farthest: int, chapters: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The template has packets at the times beyond which FFmpeg does not count."""
    monkeypatch.setattr(m4b, "_FARTHEST", farthest)
    save_m4b(tmp_path / "a.m4b", chapters, ["One", "Two", "Three"], {"title": "A"}, None)
    wanted = [data for chapter in chapters for _, data in packets(chapter)]
    joined = [*packets(tmp_path / "a.m4b")]
    assert [data for _, data in joined] == wanted
    assert [time for time, _ in joined] == [(number - 1) * FRAME for number in range(len(wanted))]
    with av.open(str(tmp_path / "a.m4b")) as file:
        stream = file.streams.audio[0]
        assert stream.frames == len(wanted)
        assert stream.bit_rate == pytest.approx(8 * sum(map(len, wanted)) / (len(wanted) * FRAME / RATE), abs=1)
        assert file.duration / 1e6 == pytest.approx((len(wanted) - 1) * FRAME / RATE, abs=0.05)
        starts = [float(chapter["start"] * chapter["time_base"]) for chapter in file.chapters()]
    assert starts == pytest.approx(chapter_starts(chapters), abs=1e-3)


def test_a_place_beyond_32_bits_is_written(
    chapters: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_m4b(tmp_path / "small.m4b", chapters, ["One", "Two", "Three"], {}, None)
    monkeypatch.setattr(boxes, "LARGEST", 1000)
    save_m4b(tmp_path / "large.m4b", chapters, ["One", "Two", "Three"], {}, None)
    assert b"co64" in (tmp_path / "large.m4b").read_bytes()
    assert [*packets(tmp_path / "large.m4b")] == [*packets(tmp_path / "small.m4b")]


def test_a_middle_can_be_sought(chapters: list[Path], tmp_path: Path) -> None:
    save_m4b(tmp_path / "a.m4b", chapters, ["One", "Two", "Three"], {}, None)
    second = round(chapter_starts(chapters)[1] * RATE)
    with av.open(str(tmp_path / "a.m4b")) as file:
        stream = file.streams.audio[0]
        file.seek(second + 5 * FRAME, stream=stream)
        packet = next(file.demux(stream))
        assert (packet.pts, bytes(packet)) in [*packets(tmp_path / "a.m4b")]
        assert abs(packet.pts - second - 5 * FRAME) <= FRAME


def test_memory_is_flat(tmp_path: Path) -> None:
    """Three hours more would take FFmpeg 30 MiB; here the sizes of the packets take one."""
    chapter = write_chapter(tmp_path / "a.m4a", 600.0)
    peaks = []
    for hours in (0.5, 3.5):
        command = [sys.executable, "-c", JOIN, str(hours), str(chapter), str(tmp_path / "a.m4b")]
        peaks.append(float(subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True).stdout))
    assert peaks[1] - peaks[0] < 8, peaks
