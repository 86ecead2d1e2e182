"""Errors in a corpus are reported with file and line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from tts.corpus.reader import read_metadata
from tts.corpus.recording import count_clipped, level, read_recording


def metadata(folder: Path, content: bytes) -> Path:
    (folder / "metadata.csv").write_bytes(content)
    return folder


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"only-an-id", r"expected 'id\|text'"),
        (b"|text", r"expected 'id\|text'"),
        (b"b\0|two", "a zero byte, which no text has"),
        (b"b|", "clip b has no text"),
        (b"b| | ", "clip b has no text"),
        (b"a|again", "clip a is on line 1 already"),
        (b"b|caf\xe9", "byte 0xe9 is not UTF-8"),
        (b"../b|Two.", r"clip '\.\./b' is outside wavs/: use an id without"),
        (b"x/../../b|Two.", "clip .* is outside wavs/"),
        (b"/etc/b|Two.", "clip '/etc/b' is outside wavs/"),
        (rb"..\b|Two.", "clip .* is outside wavs/"),
        (rb"C:\b|Two.", "clip .* is outside wavs/"),
    ],
)
def test_a_bad_line_is_named_or_left_out(tmp_path: Path, line: bytes, message: str) -> None:
    corpus = metadata(tmp_path, b"a|One.\n" + line + b"\nc|Three.\n")
    with pytest.raises(ValueError, match=f"metadata.csv, line 2: {message}"):
        read_metadata(corpus)
    skipped: list[str] = []
    assert [row.clip_id for row in read_metadata(corpus, skipped)] == ["a", "c"]
    (reason,) = skipped
    assert "metadata.csv, line 2: " in reason


def test_an_id_may_name_a_folder_of_wavs(tmp_path: Path) -> None:
    (row,) = read_metadata(metadata(tmp_path, b"speaker/a..b|One.\n"))
    assert row.wav == tmp_path / "wavs" / "speaker" / "a..b.wav"


@pytest.mark.parametrize("name", [rb".\/b", b".//b", b"././/b", rb"wavs/\b", b"wavs//b", rb".\/wavs//b"])
def test_a_name_stays_inside_however_it_is_written(tmp_path: Path, name: bytes) -> None:
    """fuzz_files.py found the first: without its empty parts it is b, and not /b."""
    (row,) = read_metadata(metadata(tmp_path, name + b"|One.\n"))
    assert row.clip_id == "b"
    assert row.wav.is_relative_to(tmp_path)


def test_rows_know_their_place(tmp_path: Path) -> None:
    first, second = read_metadata(metadata(tmp_path, b"\xef\xbb\xbfa|1.|One.\r\nb|Two.\r\n"))
    assert (first.clip_id, first.text, second.text) == ("a", "One.", "Two.")
    assert first.wav == tmp_path / "wavs" / "a.wav"
    assert second.where == f"{tmp_path / 'metadata.csv'}, line 2"


@pytest.mark.parametrize("content", [b"", b"|\n"])
def test_a_corpus_without_clips_is_named(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ValueError, match=r"metadata.csv has no clip: add one line"):
        read_metadata(metadata(tmp_path, content), [])


def test_a_missing_corpus_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"metadata.csv is missing: a corpus is a folder"):
        read_metadata(tmp_path)


def test_a_very_long_text_is_read(tmp_path: Path) -> None:
    (row,) = read_metadata(metadata(tmp_path, b"a|" + b"one " * 40_000))
    assert len(row.text) == 159_999  # without the last space


@pytest.mark.parametrize("samples", [np.full(20000, np.nan), np.zeros(0)])
def test_a_wav_without_sound_is_named(tmp_path: Path, samples: np.ndarray) -> None:
    soundfile.write(tmp_path / "a.wav", samples, 22050, subtype="FLOAT")
    with pytest.raises(ValueError, match=r"a.wav is empty, or has samples that are not numbers"):
        read_recording(tmp_path / "a.wav", 22050)


def test_what_is_no_audio_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"RIFF, but no more")
    with pytest.raises(ValueError, match=r"cannot read .*a.wav' as audio"):
        read_recording(tmp_path / "a.wav", 22050)


def test_resampling_keeps_the_tone_and_the_count_of_clipped_samples(tmp_path: Path) -> None:
    tone = np.clip(1.5 * np.sin(2 * np.pi * 500 * np.arange(16000) / 16000), -1, 1)
    soundfile.write(tmp_path / "a.wav", tone, 16000, subtype="FLOAT")
    recording = read_recording(tmp_path / "a.wav", 22050)
    assert len(recording.samples) == 22050
    assert np.abs(np.fft.rfft(recording.samples)).argmax() == 500
    assert recording.n_clipped == np.count_nonzero(np.abs(tone) == 1)
    assert recording.sample_rate == 16000


def test_a_single_peak_is_not_clipping() -> None:
    samples = np.array([0, 1, 0, -1, -1, 0.5, 1, 1, 1, 0], np.float32)
    assert count_clipped(samples) == 5


def test_levels() -> None:
    assert level(np.full(100, 0.1, np.float32)) == -20.0
    assert level(np.zeros(100, np.float32)) == -120.0
