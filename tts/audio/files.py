"""Audio files in and out: an incremental writer that leaves nothing half-written, and a reader of mono speech."""

from __future__ import annotations

import contextlib
import os
import secrets
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol

import numpy as np
from numpy.typing import NDArray

from tts.audio.mel import Float32

try:
    import soundfile
except OSError as error:  # the package is there, and the library that it loads is not
    raise ImportError(str(error), name="soundfile") from error

FORMATS: dict[str, tuple[str, str]] = {
    "wav": ("WAV", "PCM_16"),
    "flac": ("FLAC", "PCM_16"),
    "ogg": ("OGG", "VORBIS"),
    "opus": ("OGG", "OPUS"),
    "mp3": ("MP3", "MPEG_LAYER_III"),
}
"""Suffix, or name of a format -> libsndfile's container and encoding."""

_OPUS_RATES = (8000, 12000, 16000, 24000, 48000)
_UNKNOWN_LENGTH = 0xFFFFFFFF
_PIECE = 1 << 16  # samples


def to_int16(samples: Float32) -> NDArray[np.int16]:
    """Samples of -1..1 as 16-bit integers, same shape: rounded, and clipped where they are louder than full scale."""
    scaled = np.nan_to_num(np.rint(samples * np.float32(32767.0)))
    clipped: NDArray[np.int16] = np.clip(scaled, -32768, 32767).astype(np.int16)
    return clipped


def read(path: str | os.PathLike[str]) -> tuple[Float32, int]:
    """Samples `(T,)` and their rate in hertz, from any format libsndfile knows.

    Raises FileNotFoundError, and ValueError for a file that is not audio or has more than one channel.
    """
    if not Path(path).is_file():
        raise FileNotFoundError(f"no audio file {os.fspath(path)!r}: check the path")
    try:
        samples, sample_rate = soundfile.read(_native(path), dtype="float32", always_2d=True)  # (T, channels)
    except soundfile.LibsndfileError as error:
        raise ValueError(f"cannot read {os.fspath(path)!r} as audio ({error.error_string.rstrip('.')})") from error
    if samples.shape[1] != 1:
        raise ValueError(f"{os.fspath(path)!r} has {samples.shape[1]} channels: convert it to one")
    return np.ascontiguousarray(samples[:, 0]), int(sample_rate)


def _native(path: str | os.PathLike[str]) -> str | bytes:
    """A path as libsndfile takes it. Elsewhere than on Windows names are bytes, and not all of them are UTF-8."""
    return os.fspath(path) if sys.platform == "win32" else os.fsencode(path)


class _Sink(Protocol):
    """Where samples go: `commit` or `discard` is called once, and last."""

    def write(self, samples: NDArray[np.int16]) -> None: ...
    def commit(self) -> None: ...
    def discard(self) -> None: ...


class AudioWriter:
    """A context manager: `write` as often as there is sound; leaving normally keeps the file, an exception drops it.

    An interruption by the user keeps what has been said so far, as a complete file, unless that is nothing.
    """

    def __init__(self, sink: _Sink) -> None:
        self._sink = sink
        self._is_empty = True

    def write(self, samples: Float32) -> None:
        """Append samples `(T,)`, -1..1. A pipe whose reader has gone raises BrokenPipeError, the caller's to handle."""
        if samples.ndim != 1:
            raise ValueError(f"samples have shape {samples.shape}: pass one channel, shape (T,)")
        self._sink.write(to_int16(samples))
        self._is_empty &= len(samples) == 0

    def __enter__(self) -> AudioWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if kind is None or (kind is KeyboardInterrupt and not self._is_empty):
            self._sink.commit()
        else:
            self._sink.discard()


def open_writer(path: str | os.PathLike[str], sample_rate: int, format: str | None = None) -> AudioWriter:
    """Writer of mono audio to `path`; `"-"` is standard output, as a wav that can be played while it is written.

    The format follows the suffix unless given (a key of FORMATS). A regular file appears under its name only when
    finished; a device or a FIFO is written in place. Raises ValueError, naming the remedy, for a format that is
    unknown or does not fit, a missing or unwritable folder, or a path that is a directory.
    """
    name = os.fspath(path)
    if name == "-":
        if format not in (None, "wav"):
            raise ValueError(f"cannot write {format!r} to standard output: only wav can be streamed, or name a file")
        return AudioWriter(_WavStream(sys.stdout.buffer, sample_rate))
    target = Path(path)
    if target.is_dir():
        raise ValueError(f"{name!r} is a directory: name a file in it, such as {str(target / 'speech.wav')!r}")
    special = target.exists() and not target.is_file()
    chosen = _choose_format(target, format or ("wav" if special and not target.suffix else None), sample_rate)
    if special:
        if chosen != "wav":
            raise ValueError(f"cannot write {chosen!r} to the special file {name!r}: only wav can be streamed")
        return AudioWriter(_WavStream(_open_special(target), sample_rate, owned=True))
    return AudioWriter(_ReplacingFile(target, sample_rate, *FORMATS[chosen]))


def _choose_format(target: Path, wanted: str | None, sample_rate: int) -> str:
    """Key of FORMATS for a target, checked against what this libsndfile can do."""
    chosen = (wanted or target.suffix.removeprefix(".")).lower()
    allowed = [key for key, (kind, coding) in FORMATS.items() if soundfile.check_format(kind, coding)]
    if chosen not in allowed:
        listed = ", ".join(allowed)
        if wanted:
            raise ValueError(f"unknown audio format {wanted!r}: use one of {listed}")
        suffix = f"unknown suffix {target.suffix!r}" if target.suffix else "no suffix"
        example = str(target.with_suffix(".wav"))
        raise ValueError(f"{str(target)!r} has {suffix}: use one of {listed}, such as {example!r}")
    if chosen == "opus" and sample_rate not in _OPUS_RATES:
        listed = ", ".join(map(str, _OPUS_RATES))
        raise ValueError(f"opus cannot hold {sample_rate} Hz, only {listed}: use ogg (Vorbis), which takes any rate")
    return chosen


def _open_special(target: Path) -> BinaryIO:
    try:
        return target.open("wb", buffering=0)
    except OSError as error:
        raise ValueError(f"cannot write {str(target)!r} ({error.strerror}): choose another file") from error


class _WavStream:
    """16-bit wav into a stream that cannot seek: lengths are declared unknown, and every write is flushed."""

    def __init__(self, stream: BinaryIO, sample_rate: int, owned: bool = False) -> None:
        self.stream, self.owned = stream, owned
        self.header: bytes | None = wav_header(sample_rate)

    def write(self, samples: NDArray[np.int16]) -> None:
        """Send the header if it is still due, then the samples."""
        header, self.header = self.header or b"", None
        remaining = memoryview(header + samples.astype("<i2", copy=False).tobytes())
        while remaining:  # an unbuffered stream may take a part of what it is offered
            remaining = remaining[self.stream.write(remaining) :]
        self.stream.flush()

    def commit(self) -> None:
        """Send the header of a file without samples, and close what was opened here."""
        self.write(np.zeros(0, np.int16))
        self.discard()

    def discard(self) -> None:
        """Close what was opened here: what has been sent cannot be taken back."""
        if self.owned:
            self.stream.close()


def wav_header(sample_rate: int) -> bytes:
    """44 bytes before mono 16-bit samples of unknown number (RIFF, "Multimedia Programming Interface 1.0", 1991).

    The largest length is what players and libsndfile read as "until the stream ends".
    """
    layout = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, sample_rate, 2 * sample_rate, 2, 16)
    riff, data = struct.pack("<4sI4s", b"RIFF", _UNKNOWN_LENGTH, b"WAVE"), struct.pack("<4sI", b"data", _UNKNOWN_LENGTH)
    return riff + layout + data


class _ReplacingFile:
    """A file written under a temporary name beside its target, and renamed over it when complete."""

    def __init__(self, target: Path, sample_rate: int, container: str, coding: str) -> None:
        self.target = Path(os.path.realpath(target))  # through a symbolic link, which stays a link
        if not self.target.parent.is_dir():
            raise ValueError(f"folder {str(target.parent)!r} does not exist: create it, or choose another")
        if self.target.exists() and not os.access(self.target, os.W_OK):
            raise ValueError(f"{str(target)!r} is write-protected: choose another file")
        self.temporary = self.target.with_name(f".tts-{secrets.token_hex(6)}.part")
        try:  # a plain open, unlike tempfile's, gives the permissions of any new file
            os.close(os.open(self.temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        except OSError as error:
            folder = str(target.parent)
            raise ValueError(f"cannot write in {folder!r} ({error.strerror}): choose another folder") from error
        try:
            self.file = soundfile.SoundFile(_native(self.temporary), "w", sample_rate, 1, coding, format=container)
        except BaseException as error:
            self.temporary.unlink()
            if not isinstance(error, soundfile.LibsndfileError):
                raise
            raise ValueError(f"cannot write {container} at {sample_rate} Hz ({error.error_string})") from error

    def write(self, samples: NDArray[np.int16]) -> None:
        """Append samples; raises OSError, of a full disk for instance."""
        # In pieces: libsndfile's Vorbis encoder overflows the stack when offered minutes at once.
        for start in range(0, len(samples), _PIECE):
            with self._naming_errors():
                self.file.write(samples[start : start + _PIECE])

    def commit(self) -> None:
        """Finish the file and put it in place, with the permissions of the one it replaces."""
        try:
            with self._naming_errors():
                self.file.close()
            if self.target.exists():
                self.temporary.chmod(self.target.stat().st_mode & 0o777)
            self.temporary.replace(self.target)
        except BaseException:
            self.discard()
            raise

    def discard(self) -> None:
        """Remove what was written; an earlier file stays as it was."""
        with contextlib.suppress(soundfile.SoundFileError):
            self.file.close()
        self.temporary.unlink(missing_ok=True)

    @contextlib.contextmanager
    def _naming_errors(self) -> Iterator[None]:
        try:
            yield
        except soundfile.LibsndfileError as error:
            raise OSError(f"cannot write {str(self.target)!r} ({error.error_string.rstrip('.')})") from error
