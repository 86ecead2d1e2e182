"""Each format can be read back, no partial file remains, and each error names the remedy."""

import io
import os
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tts.audio import files, formats
from tts.audio.files import open_writer, read
from tts.audio.formats import to_int16

from .signals import noise, sine


def _write(path: Path | str, samples: np.ndarray, sample_rate: int = 22050, pieces: int = 3) -> None:
    with open_writer(path, sample_rate) as writer:
        for piece in np.array_split(samples, pieces):
            writer.write(piece)


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_to_int16_rounds_and_clips() -> None:
    samples = np.array([0.0, 1.0, -1.0, 2.0, -9.0, 0.5, np.nan, np.inf, -np.inf], np.float32)
    assert to_int16(samples).tolist() == [0, 32767, -32767, 32767, -32768, 16384, 0, 32767, -32768]
    assert to_int16(samples).dtype == np.int16


@pytest.mark.parametrize("suffix", ["wav", "flac", "WAV"])
def test_lossless_formats_come_back(tmp_path: Path, suffix: str) -> None:
    samples, path = noise(10000), tmp_path / f"speech.{suffix}"
    _write(path, samples)
    again, sample_rate = read(path)
    assert sample_rate == 22050
    assert again.dtype == np.float32
    np.testing.assert_array_equal(to_int16(samples), np.rint(again * 32768).astype(np.int16))
    assert soundfile.info(path).subtype == "PCM_16"
    assert _names(tmp_path) == [path.name]


@pytest.mark.parametrize(("suffix", "sample_rate"), [("ogg", 22050), ("mp3", 22050), ("opus", 24000)])
def test_lossy_formats_come_back(tmp_path: Path, suffix: str, sample_rate: int) -> None:
    path = tmp_path / f"speech.{suffix}"
    _write(path, sine(440.0, sample_rate, sample_rate), sample_rate)
    again, found_rate = read(path)
    assert found_rate == sample_rate
    assert abs(len(again) - sample_rate) < 3000  # encoders pad
    spectrum = np.abs(np.fft.rfft(again[: sample_rate // 2]))
    assert abs(spectrum.argmax() * 2 - 440) <= 4
    assert np.abs(again).max() == pytest.approx(0.5, abs=0.05)


def test_minutes_of_vorbis_at_once(tmp_path: Path) -> None:
    _write(tmp_path / "long.ogg", np.zeros(3_000_000, np.float32), pieces=1)
    assert soundfile.info(tmp_path / "long.ogg").frames == 3_000_000


def test_no_samples_make_a_valid_file(tmp_path: Path) -> None:
    _write(tmp_path / "empty.wav", np.zeros(0, np.float32))
    samples, _ = read(tmp_path / "empty.wav")
    assert samples.shape == (0,)


@pytest.mark.parametrize("existed", [True, False])
def test_an_exception_midway_changes_nothing(tmp_path: Path, existed: bool) -> None:
    path = tmp_path / "speech.wav"
    if existed:
        path.write_bytes(b"precious")

    def interrupted() -> None:
        with open_writer(path, 22050) as writer:
            writer.write(noise(5000))
            assert not existed or path.read_bytes() == b"precious"
            raise RuntimeError

    with pytest.raises(RuntimeError):
        interrupted()
    assert _names(tmp_path) == (["speech.wav"] if existed else [])
    assert not existed or path.read_bytes() == b"precious"


@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg", "mp3"])
def test_an_interruption_keeps_what_was_said(tmp_path: Path, suffix: str) -> None:
    path, samples = tmp_path / f"speech.{suffix}", sine(440.0, 66150)

    def interrupted() -> None:
        with open_writer(path, 22050) as writer:
            writer.write(samples[:30000])
            writer.write(samples[30000:44100])
            signal.raise_signal(signal.SIGINT)
            writer.write(samples[44100:])

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert _names(tmp_path) == [path.name]
    again, _ = read(path)
    assert abs(len(again) - 44100) < 3000  # encoders pad
    assert np.abs(again[10000:20000]).max() == pytest.approx(0.5, abs=0.05)


def test_an_interruption_before_the_first_word_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "speech.wav"
    path.write_bytes(b"precious")

    def interrupted() -> None:
        with open_writer(path, 22050):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert _names(tmp_path) == ["speech.wav"]
    assert path.read_bytes() == b"precious"


def test_replacing_keeps_permissions_and_links(tmp_path: Path) -> None:
    real, link, fresh = tmp_path / "real.wav", tmp_path / "link.wav", tmp_path / "fresh.wav"
    real.write_bytes(b"old")
    real.chmod(0o640)
    link.symlink_to(real)
    _write(link, noise(100))
    assert link.is_symlink()
    assert len(read(real)[0]) == 100
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    _write(fresh, noise(100))
    plain = tmp_path / "plain"
    plain.touch()
    assert fresh.stat().st_mode == plain.stat().st_mode


def test_the_format_can_be_named(tmp_path: Path) -> None:
    with open_writer(tmp_path / "speech.bin", 22050, format="flac") as writer:
        writer.write(noise(100))
    assert soundfile.info(tmp_path / "speech.bin").format == "FLAC"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("speech.xyz", r"suffix '\.xyz'.*wav, flac, ogg.*speech\.wav"),
        ("speech", r"no suffix: use one of wav.*speech\.wav"),
        ("absent/speech.wav", r"absent' does not exist: create it"),
        ("", "is a directory: name a file in it"),
    ],
)
def test_refusals(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        open_writer(tmp_path / name, 22050)
    assert _names(tmp_path) == []


def test_refuses_an_unknown_format(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="unknown audio format 'wma': use one of wav"):
        open_writer(tmp_path / "speech.wav", 22050, format="wma")
    with pytest.raises(ValueError, match="only wav can be streamed"):
        open_writer("-", 22050, format="mp3")


def test_refuses_what_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    protected = tmp_path / "speech.wav"
    protected.write_bytes(b"precious")
    monkeypatch.setattr(files.os, "access", lambda *_: False)  # root can write anywhere, so simulate the refusal
    with pytest.raises(ValueError, match="write-protected: choose another"):
        open_writer(protected, 22050)

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(files.os, "open", refuse)
    with pytest.raises(ValueError, match=r"cannot write in .*Permission denied.*another folder"):
        open_writer(tmp_path / "other.wav", 22050)
    assert _names(tmp_path) == ["speech.wav"]


@pytest.mark.parametrize("name", [os.fsdecode(b"\xe9.wav"), "\N{GRINNING FACE}" * 60 + ".wav"])
def test_any_name_that_the_system_takes(tmp_path: Path, name: str) -> None:
    _write(tmp_path / name, noise(100))
    assert len(read(tmp_path / name)[0]) == 100
    assert _names(tmp_path) == [name]


def test_an_interruption_while_opening_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(formats.soundfile, "SoundFile", interrupt)
    with pytest.raises(KeyboardInterrupt):
        open_writer(tmp_path / "speech.wav", 22050)
    assert _names(tmp_path) == []


def test_refuses_two_channels(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="one channel"), open_writer(tmp_path / "speech.wav", 22050) as writer:
        writer.write(np.zeros((10, 2), np.float32))
    assert _names(tmp_path) == []


def _parse_streamed(data: bytes) -> tuple[np.ndarray, int]:
    samples, sample_rate = soundfile.read(io.BytesIO(data), dtype="int16")
    return samples, sample_rate


_PROGRAM = """
import sys, numpy as np
from tts.audio.files import open_writer
with open_writer("-", 22050) as writer:
    for piece in np.array_split(np.linspace(-1, 1, 5000, dtype=np.float32), 4):
        writer.write(piece)
"""


def test_standard_output_is_a_wav_of_unknown_length() -> None:
    data = subprocess.run([sys.executable, "-c", _PROGRAM], stdout=subprocess.PIPE, check=True).stdout
    assert len(data) == 44 + 2 * 5000
    samples, sample_rate = _parse_streamed(data)
    assert sample_rate == 22050
    assert np.array_equal(samples, to_int16(np.linspace(-1, 1, 5000, dtype=np.float32)))


def test_standard_output_is_sent_at_each_write(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    with open_writer("-", 16000) as writer:
        writer.write(noise(100))
        assert len(capfdbinary.readouterr().out) == 44 + 200
        writer.write(noise(50))
        assert len(capfdbinary.readouterr().out) == 100
    assert capfdbinary.readouterr().out == b""


def test_nothing_said_to_standard_output_is_still_a_wav(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    with open_writer("-", 16000):
        pass
    samples, sample_rate = _parse_streamed(capfdbinary.readouterr().out)
    assert (len(samples), sample_rate) == (0, 16000)


def test_a_closed_pipe_is_the_callers_to_handle(tmp_path: Path) -> None:
    fifo = tmp_path / "pipe.wav"
    os.mkfifo(fifo)
    reader = threading.Thread(target=lambda: fifo.open("rb").close())
    reader.start()
    with open_writer(fifo, 22050) as writer:
        reader.join()
        with pytest.raises(BrokenPipeError):
            writer.write(noise(100))
    assert stat.S_ISFIFO(fifo.stat().st_mode)


def test_a_fifo_is_written_in_place(tmp_path: Path) -> None:
    fifo, received = tmp_path / "pipe.wav", []
    os.mkfifo(fifo)
    reader = threading.Thread(target=lambda: received.append(fifo.read_bytes()))
    reader.start()
    _write(fifo, noise(5000))
    reader.join()
    assert np.array_equal(_parse_streamed(received[0])[0], to_int16(noise(5000)))
    assert stat.S_ISFIFO(fifo.stat().st_mode)


def test_the_null_device_stays_a_device() -> None:
    _write("/dev/null", noise(5000))
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    with pytest.raises(ValueError, match="only wav can be streamed"):
        open_writer("/dev/null", 22050, format="flac")


def test_read_refusals(tmp_path: Path) -> None:
    (tmp_path / "notes.wav").write_text("not audio")
    with pytest.raises(ValueError, match=r"notes\.wav' as audio"):
        read(tmp_path / "notes.wav")
    soundfile.write(tmp_path / "stereo.wav", np.zeros((10, 2)), 22050)
    with pytest.raises(ValueError, match=r"stereo\.wav' has 2 channels: convert"):
        read(tmp_path / "stereo.wav")
    with pytest.raises(FileNotFoundError, match=r"absent\.wav"):
        read(tmp_path / "absent.wav")
    with pytest.raises(FileNotFoundError, match="no audio file"):
        read(tmp_path)
