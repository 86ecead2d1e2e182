"""Every format is read back by FFmpeg (PyAV): its length to the sample, and its sound in its place."""

from __future__ import annotations

import errno
import io
import resource
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.audio.reading import delay, read_back
from tests.audio.signals import sine
from tts.audio.files import encode, open_writer
from tts.audio.formats import FORMATS, MP3_STREAM, SoundEncoder
from tts.errors import AudioError, MissingPackageError
from tts.speech import Speech

EXACT = {"wav", "flac", "opus", "mp3"}  # of the others FFmpeg decodes whole frames, and the header has the length


def burst(n_samples: int, rate: int) -> np.ndarray:
    """Make a tone that begins and ends within the samples."""
    samples = sine(440, n_samples, rate)
    samples[: n_samples // 4] = samples[-n_samples // 4 :] = 0
    return samples


@pytest.mark.parametrize("rate", [22050, 24000, 20000])
@pytest.mark.parametrize("n_samples", [24001, 50000, 94500])
@pytest.mark.parametrize("format", FORMATS)
def test_every_format_comes_back(tmp_path: Path, format: str, n_samples: int, rate: int) -> None:
    path, samples = tmp_path / f"speech.{format}", burst(n_samples, rate)
    with open_writer(path, rate) as writer:
        for start in range(0, n_samples, 7000):
            writer.write(samples[start : start + 7000])
    found = read_back(path.read_bytes())
    expected = n_samples * found.rate / rate
    stored = {"opus": 48000}.get(format, FORMATS[format].stored_rate(rate))
    assert found.rate == stored
    if format in EXACT:
        assert len(found.samples) == pytest.approx(expected, abs=1)
    elif format in ("m4a", "ogg", "oga"):
        assert found.n_declared == pytest.approx(expected, abs=1)
    else:  # adts has no place for a length
        assert expected <= len(found.samples) <= expected + 2 * 1024
    if format in ("ogg", "oga"):
        assert soundfile.info(path).frames == n_samples
    late = 1024 / found.rate if format == "aac" else 0.0  # the encoder's delay, for which adts has no place either
    assert delay(found, samples, rate) == pytest.approx(late, abs=0.001)


def test_mp3_whose_beginning_was_sent_early_is_late_by_the_frame_of_its_header() -> None:
    samples, file = burst(50000, 24000), io.BytesIO()
    encoder = SoundEncoder(file, MP3_STREAM, 24000)
    encoder.write(samples[:20000])
    sent = file.getvalue()
    encoder.write(samples[20000:])
    encoder.close()
    found = read_back(sent + file.getvalue()[len(sent) :])
    assert delay(found, samples, 24000) == pytest.approx(0.024, abs=0.001)
    assert 576 <= len(found.samples) - len(samples) <= 5 * 576


@pytest.mark.parametrize("format", FORMATS)
def test_bytes_are_the_file(tmp_path: Path, format: str) -> None:
    speech = Speech(burst(30000, 22050), 22050)
    speech.save(tmp_path / f"speech.{format}")
    speech.save(tmp_path / "named", format=format)
    file = io.BytesIO()
    speech.save(file, format=format)
    assert not file.closed
    found = [(tmp_path / f"speech.{format}").read_bytes(), (tmp_path / "named").read_bytes(), file.getvalue()]
    found.append(speech.to_bytes(format))
    if format in ("ogg", "oga", "opus"):  # Ogg streams are numbered at random
        assert len({len(data) for data in found}) == 1
    else:
        assert len(set(found)) == 1
    with pytest.raises(AudioError, match=r"an open file has no format: name one, as in save\(file, format='mp3'\)"):
        speech.save(file)


def test_bytes_are_a_wav_by_default() -> None:
    with soundfile.SoundFile(io.BytesIO(Speech(sine(440, 1000), 22050).to_bytes())) as file:
        assert (file.format, file.frames) == ("WAV", 1000)


@pytest.mark.parametrize("format", ["", "wma", "../wav"])
def test_an_unknown_format_is_named(format: str) -> None:
    with pytest.raises(
        AudioError, match=r"unknown audio format .*: use one of wav, flac, ogg, oga, opus, mp3, aac, m4a"
    ):
        encode(sine(440, 100), 22050, format)


@pytest.mark.parametrize("format", ["aac", "m4a"])
def test_what_needs_a_package_says_so_first(tmp_path: Path, format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(MissingPackageError, match=rf"{format} needs the package av: run pip install '\.\[book\]'"):
        open_writer(tmp_path / f"speech.{format}", 22050)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("format", FORMATS)
def test_the_error_of_the_disk_is_told_with_its_file(tmp_path: Path, format: str) -> None:
    path, noise = tmp_path / f"speech.{format}", np.random.default_rng(0).normal(0, 0.3, 200_000).astype(np.float32)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))  # Python ignores the signal: EFBIG
    try:
        with pytest.raises(OSError, match="File too large") as caught, open_writer(path, 24000) as writer:
            writer.write(noise)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (caught.value.errno, caught.value.filename) == (errno.EFBIG, str(path))
    assert not list(tmp_path.iterdir())
