"""Features are the same bytes however often they are interrupted."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tts.audio.mel import log_mel, mel_filterbank
from tts.config import AudioConfig
from tts.text.symbols import SYMBOLS
from tts.training.features import Features, prepare, read_metadata, trim

AUDIO = AudioConfig(n_mels=20)


def prepared(corpus: Path, folder: Path, workers: int = 1) -> dict[str, bytes]:
    list(prepare(read_metadata(corpus), folder, AUDIO, workers))
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_features(tiny_corpus: Path, tmp_path: Path) -> None:
    prepared(tiny_corpus, tmp_path)
    features = Features(tmp_path)
    assert features.audio == AUDIO
    assert features.symbols == list(SYMBOLS)
    assert [clip.clip_id for clip in features.clips] == [row.clip_id for row in read_metadata(tiny_corpus)]
    samples, _ = soundfile.read(tiny_corpus / "wavs" / "tiny-03.wav", dtype="float32")
    expected = log_mel(trim(samples, AUDIO), AUDIO, mel_filterbank(AUDIO))
    np.testing.assert_allclose(features.mel(3), expected, atol=1e-2)  # stored as half floats
    frames = np.concatenate([features.mel(index) for index in range(len(features.clips))], axis=1)
    np.testing.assert_allclose(features.mel_mean, frames.mean(axis=1), atol=1e-3)
    np.testing.assert_allclose(features.mel_std, frames.std(axis=1), rtol=1e-2)


def test_silence_is_trimmed_to_margins() -> None:
    tone = 0.3 * np.sin(2 * np.pi * 440 * np.arange(22050) / 22050).astype(np.float32)
    trimmed = trim(np.concatenate([np.zeros(20000, np.float32), tone, np.zeros(30000, np.float32)]), AUDIO)
    assert 1.0 < len(trimmed) / 22050 < 1.3


def test_workers_write_the_same_bytes(tiny_corpus: Path, tmp_path: Path) -> None:
    assert prepared(tiny_corpus, tmp_path / "one") == prepared(tiny_corpus, tmp_path / "two", workers=2)


def test_an_interrupted_run_goes_on(tiny_corpus: Path, tmp_path: Path) -> None:
    whole = prepared(tiny_corpus, tmp_path / "whole")
    broken = tmp_path / "broken"
    for _ in zip(range(5), prepare(read_metadata(tiny_corpus), broken, AUDIO, 1), strict=False):
        pass  # the generator is dropped after five clips, as by Ctrl-C
    with pytest.raises(ValueError, match="holds no finished features: run 'tts prepare"):
        Features(broken)
    with (broken / "clips.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"clip_id": "tin')  # and the machine lost power in the middle of a line
    with (broken / "mels.f16").open("ab") as file:
        file.write(b"half a clip")
    assert prepared(tiny_corpus, broken) == whole


def test_a_finished_folder_is_left_alone(tiny_corpus: Path, tmp_path: Path) -> None:
    assert prepared(tiny_corpus, tmp_path) == prepared(tiny_corpus, tmp_path)


def test_features_of_another_corpus_are_refused(tiny_corpus: Path, tmp_path: Path) -> None:
    prepared(tiny_corpus, tmp_path)
    rows = read_metadata(tiny_corpus)[::-1]
    with pytest.raises(ValueError, match="holds features of another corpus"):
        list(prepare(rows, tmp_path, AUDIO, 1))


@pytest.mark.parametrize("line", ["only-an-id", "|text", "id|", "id|a|b|c"])
def test_a_malformed_row_is_named(tiny_corpus: Path, tmp_path: Path, line: str) -> None:
    corpus = Path(shutil.copytree(tiny_corpus, tmp_path / "corpus"))
    with (corpus / "metadata.csv").open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
    with pytest.raises(ValueError, match=r"metadata.csv, line 13: expected 'id\|text'"):
        read_metadata(corpus)


def test_a_missing_corpus_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"metadata.csv is missing: a corpus is a folder"):
        read_metadata(tmp_path)


def test_a_wrong_sample_rate_is_named(tiny_corpus: Path, tmp_path: Path) -> None:
    corpus = Path(shutil.copytree(tiny_corpus, tmp_path / "corpus"))
    soundfile.write(corpus / "wavs" / "tiny-02.wav", np.zeros(8000), 8000)
    with pytest.raises(ValueError, match=r"tiny-02.wav has 8000 Hz, but 22050 Hz is needed"):
        prepared(corpus, tmp_path / "out")
