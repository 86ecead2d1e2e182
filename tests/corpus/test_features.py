"""Features have the same bytes after any number of interruptions."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tts.audio.mel import log_mel, mel_filterbank
from tts.audio.pitch import analyse_source
from tts.config import AudioConfig
from tts.corpus.features import Features, prepare, trim
from tts.corpus.journal import Clip, Skip
from tts.corpus.reader import read_metadata
from tts.text.symbols import SYMBOLS

AUDIO = AudioConfig(n_mels=20)


def prepared(corpus: Path, folder: Path, workers: int = 1) -> dict[str, bytes]:
    list(prepare(read_metadata(corpus), folder, AUDIO, workers))
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def finished(features: Path, tmp_path: Path) -> Path:
    """Copy what `prepared` makes of the tiny corpus, so that a test may change it."""
    return Path(shutil.copytree(features, tmp_path / "out"))


def test_features(tiny_corpus: Path, tmp_path: Path) -> None:
    prepared(tiny_corpus, tmp_path)
    features = Features(tmp_path)
    assert features.audio == AUDIO
    assert features.symbols == list(SYMBOLS)
    assert [clip.clip_id for clip in features.clips] == [row.clip_id for row in read_metadata(tiny_corpus)]
    samples, _ = soundfile.read(tiny_corpus / "wavs" / "tiny-03.wav", dtype="float32")
    trimmed = trim(samples, AUDIO)
    expected = np.concatenate([log_mel(trimmed, AUDIO, mel_filterbank(AUDIO)), analyse_source(trimmed, AUDIO)])
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
        file.write('{"clip_id": "tin')  # a power failure in the middle of a line
    with (broken / "mels.f16").open("ab") as file:
        file.write(b"half a clip")
    assert prepared(tiny_corpus, broken) == whole


def test_a_finished_folder_is_left_alone(tiny_corpus: Path, finished: Path) -> None:
    before = {path.name: path.read_bytes() for path in finished.iterdir()}
    assert prepared(tiny_corpus, finished) == before


def test_features_of_another_corpus_are_refused(tiny_corpus: Path, finished: Path) -> None:
    rows = read_metadata(tiny_corpus)[::-1]
    with pytest.raises(ValueError, match="holds features of another corpus"):
        list(prepare(rows, finished, AUDIO, 1))


def copied(corpus: Path, folder: Path) -> Path:
    return Path(shutil.copytree(corpus, folder / "corpus"))


def rewrite(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def change_text(corpus: Path, out: Path) -> None:
    rewrite(corpus / "metadata.csv", "tiny-00|one|one", "tiny-00|two|two")


def change_wav(corpus: Path, out: Path) -> None:
    soundfile.write(corpus / "wavs" / "tiny-00.wav", np.full(30000, 0.1), 22050)


def change_symbols(corpus: Path, out: Path) -> None:
    rewrite(out / "clips.jsonl", '"symbols": ["_"', '"symbols": ["%"')


def change_audio(corpus: Path, out: Path) -> None:
    rewrite(out / "clips.jsonl", '"hop_length": 256', '"hop_length": 200')


def drop_header(corpus: Path, out: Path) -> None:
    lines = (out / "clips.jsonl").read_bytes().split(b"\n", 1)
    (out / "clips.jsonl").write_bytes(lines[1])


def cut_frames(corpus: Path, out: Path) -> None:
    with (out / "mels.f16").open("r+b") as file:
        file.truncate(100)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (change_text, "holds clip tiny-00 with the text 'one', now another: remove .*, or name an empty folder"),
        (change_wav, "holds clip tiny-00 as it was before .*tiny-00.wav changed: remove"),
        (change_symbols, "other audio settings or symbols: remove"),
        (change_audio, "other audio settings or symbols: remove"),
        (drop_header, "features of an older version"),
        (cut_frames, r"mels.f16 has 100 bytes, but \d+ are needed: remove"),
    ],
)
def test_stale_features_are_refused(
    tiny_corpus: Path, tmp_path: Path, finished: Path, change: Callable[[Path, Path], None], message: str
) -> None:
    corpus = copied(tiny_corpus, tmp_path)  # with the times of its files
    change(corpus, finished)
    with pytest.raises(ValueError, match=message):
        prepared(corpus, finished)


def test_features_of_an_older_version_load(finished: Path) -> None:
    clips = Features(finished).clips
    lines = [json.dumps({key: getattr(clip, key) for key in Clip._fields[:4]}) + "\n" for clip in clips]
    (finished / "clips.jsonl").write_text("".join(lines))
    assert [clip[:4] for clip in Features(finished).clips] == [clip[:4] for clip in clips]


def test_cut_frames_do_not_load(tiny_corpus: Path, finished: Path) -> None:
    cut_frames(tiny_corpus, finished)
    with pytest.raises(ValueError, match=r"mels.f16 has 100 bytes"):
        Features(finished)


def test_an_extension_is_unfinished_until_its_end(tiny_corpus: Path, tmp_path: Path) -> None:
    rows, out = read_metadata(tiny_corpus), tmp_path / "out"
    list(prepare(rows[:6], out, AUDIO, 1))
    for _ in zip(range(8), prepare(rows, out, AUDIO, 1), strict=False):
        pass
    with pytest.raises(ValueError, match="holds no finished features"):
        Features(out)
    assert prepared(tiny_corpus, out) == prepared(tiny_corpus, tmp_path / "whole")


def test_line_separators_inside_a_text(tiny_corpus: Path, tmp_path: Path) -> None:
    corpus = copied(tiny_corpus, tmp_path)
    text = "one\u2028two\u2029three\x85four"
    rewrite(corpus / "metadata.csv", "tiny-03|four|four", f"tiny-03|{text}|{text}")
    prepared(corpus, tmp_path / "out")
    assert Features(tmp_path / "out").clips[3].text == text
    prepared(corpus, tmp_path / "out")


def test_bad_clips_are_left_out_and_listed(tiny_corpus: Path, tmp_path: Path) -> None:
    corpus, out = copied(tiny_corpus, tmp_path), tmp_path / "out"
    (corpus / "wavs" / "tiny-00.wav").unlink()
    soundfile.write(corpus / "wavs" / "tiny-05.wav", np.zeros((9000, 2)), 22050)
    rows = read_metadata(corpus)
    with pytest.raises(ValueError, match=r"metadata.csv, line 1: .*tiny-00.wav.*; --skip-bad leaves such clips out"):
        list(prepare(rows, out, AUDIO, 1))
    for _ in zip(range(8), prepare(rows, out, AUDIO, 1, skip_bad=True), strict=False):
        pass  # after an interruption it still knows the clips it left out
    entries = list(prepare(rows, out, AUDIO, 2, skip_bad=True))
    reasons = [entry.skipped for entry in entries if isinstance(entry, Skip)]
    assert [reason.split(":")[0].rpartition(", ")[2] for reason in reasons] == ["line 1", "line 6"]
    assert "tiny-05.wav' has 2 channels" in reasons[1]
    features = Features(out)
    assert [clip.clip_id for clip in features.clips] == [
        rows[index].clip_id for index in range(12) if index not in (0, 5)
    ]
    assert features.mel(9).shape == (AUDIO.n_channels, features.clips[9].n_frames)
    with pytest.raises(ValueError, match=r"was prepared without clip tiny-00 .*: remove"):
        list(prepare(rows, out, AUDIO, 1))
    shutil.copy(tiny_corpus / "wavs" / "tiny-00.wav", corpus / "wavs")
    with pytest.raises(ValueError, match="holds clip tiny-00 as it was before"):
        list(prepare(rows, out, AUDIO, 1, skip_bad=True))


def test_a_corpus_without_a_good_clip_is_no_corpus(tiny_corpus: Path, tmp_path: Path) -> None:
    corpus = copied(tiny_corpus, tmp_path)
    shutil.rmtree(corpus / "wavs")
    with pytest.raises(ValueError, match=r"no clip is left; the first: .*metadata.csv, line 1: no audio file"):
        list(prepare(read_metadata(corpus), tmp_path / "out", AUDIO, 1, skip_bad=True))


def test_another_sample_rate_is_resampled(tiny_corpus: Path, tmp_path: Path) -> None:
    corpus = copied(tiny_corpus, tmp_path)
    tone = 0.3 * np.sin(2 * np.pi * 440 * np.arange(44100) / 44100)
    soundfile.write(corpus / "wavs" / "tiny-00.wav", tone, 44100)
    prepared(corpus, tmp_path / "out")
    features = Features(tmp_path / "out")
    clip = features.clips[0]
    assert clip.wav_rate == 44100
    assert clip.n_frames / AUDIO.frames_per_second == pytest.approx(1.0, abs=0.05)
    assert np.exp(np.median(features.mel(0)[AUDIO.n_mels])) == pytest.approx(
        440 / 2, rel=0.02
    )  # 55 to 400 Hz: an octave below
    assert clip.level == pytest.approx(20 * np.log10(0.3 / np.sqrt(2)), abs=0.2)
