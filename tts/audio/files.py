"""Read mono audio files, and write audio incrementally without leaving incomplete files."""

from __future__ import annotations

import contextlib
import io
import os
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol

import numpy as np

from tts.audio.formats import FORMATS, SoundEncoder, SoundFormat, check_available, soundfile, to_int16
from tts.audio.mel import Float32
from tts.common.files import name_aside, put_in_place
from tts.errors import AudioError, StorageError

_UNKNOWN_LENGTH = 0xFFFFFFFF


def read(path: str | os.PathLike[str]) -> tuple[Float32, int]:
    """Read samples `(T,)` and their rate in hertz from any format that libsndfile supports.

    Raises FileNotFoundError, or AudioError for a file that is not audio or has more than one channel.
    """
    if not Path(path).is_file():
        raise FileNotFoundError(f"no audio file {os.fspath(path)!r}: check the path")
    try:
        samples, sample_rate = soundfile.read(_native(path), dtype="float32", always_2d=True)  # (T, channels)
    except soundfile.LibsndfileError as error:
        raise AudioError(f"cannot read {os.fspath(path)!r} as audio ({error.error_string.rstrip('.')})") from error
    if samples.shape[1] != 1:
        raise AudioError(f"{os.fspath(path)!r} has {samples.shape[1]} channels: convert it to one")
    return np.ascontiguousarray(samples[:, 0]), int(sample_rate)


def _native(path: str | os.PathLike[str]) -> str | bytes:
    """Convert a path for libsndfile. Except on Windows, file names are bytes and may not be UTF-8."""
    return os.fspath(path) if sys.platform == "win32" else os.fsencode(path)


class _SampleSink(Protocol):
    """Receives samples. Either `commit` or `discard` is called once, at the end."""

    def write(self, samples: Float32) -> None: ...
    def commit(self) -> None: ...
    def discard(self) -> None: ...


class AudioWriter:
    """Context manager that writes audio. A normal exit keeps the file; an exception discards it.

    KeyboardInterrupt keeps the samples written so far as a complete file, if there are any.
    """

    def __init__(self, sink: _SampleSink) -> None:
        self._sink = sink
        self._is_empty = True

    def write(self, samples: Float32) -> None:
        """Append samples `(T,)`, -1..1. Raises BrokenPipeError if the reader has closed the pipe."""
        if samples.ndim != 1:
            raise ValueError(f"samples have shape {samples.shape}: pass one channel, shape (T,)")
        self._sink.write(samples)
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
    """Open a writer of mono audio to `path`; `"-"` is standard output, as a wav stream.

    `format`: a key of FORMATS; None takes the suffix of `path`. A regular file appears under its name only once it is
    complete; a device or a FIFO is written directly. Raises AudioError for an unknown or unsuitable format,
    StorageError for a missing or unwritable folder, or a directory.
    """
    name = os.fspath(path)
    if name == "-":
        if format not in (None, "wav"):
            raise AudioError(f"cannot write {format!r} to standard output: only wav can be streamed, or name a file")
        return AudioWriter(_WavStream(sys.stdout.buffer, sample_rate))
    target = Path(path)
    if target.is_dir():
        raise StorageError(f"{name!r} is a directory: name a file in it, such as {str(target / 'speech.wav')!r}")
    special = target.exists() and not target.is_file()
    chosen = choose_format(target, format or ("wav" if special and not target.suffix else None))
    if special:
        if chosen != "wav":
            raise AudioError(f"cannot write {chosen!r} to the special file {name!r}: only wav can be streamed")
        return AudioWriter(_WavStream(_open_special(target), sample_rate, owned=True))
    return AudioWriter(_ReplacingFile(target, sample_rate, FORMATS[chosen]))


def encode(samples: Float32, sample_rate: int, format: str) -> bytes:
    """Return the file of samples `(T,)`, -1..1. Raises AudioError for an unknown format."""
    form, file = FORMATS[choose_format(None, format)], io.BytesIO()
    encoder = SoundEncoder(file, form, sample_rate)
    encoder.write(samples)
    encoder.close()
    return file.getvalue()


def choose_format(target: Path | None, wanted: str | None = None) -> str:
    """Choose a key of FORMATS: the one wanted, or that of the suffix of a target.

    Raises AudioError for an unknown format, MissingPackageError for one that needs another package.
    """
    suffix = target.suffix if target else ""
    chosen, listed = (wanted or suffix.removeprefix(".")).lower(), ", ".join(FORMATS)
    if chosen not in FORMATS:
        if wanted or target is None:
            raise AudioError(f"unknown audio format {wanted!r}: use one of {listed}")
        found = f"unknown suffix {suffix!r}" if suffix else "no suffix"
        example = str(target.with_suffix(".wav"))
        raise AudioError(f"{str(target)!r} has {found}: use one of {listed}, such as {example!r}")
    check_available(chosen, FORMATS[chosen])
    return chosen


def _open_special(target: Path) -> BinaryIO:
    try:
        return target.open("wb", buffering=0)
    except OSError as error:
        raise StorageError(f"cannot write {str(target)!r} ({error.strerror}): choose another file") from error


class _WavStream:
    """16-bit wav in a stream that cannot seek: the header declares unknown lengths, and every write is flushed."""

    def __init__(self, stream: BinaryIO, sample_rate: int, owned: bool = False) -> None:
        self.stream, self.owned = stream, owned
        self.header: bytes | None = wav_header(sample_rate)

    def write(self, samples: Float32) -> None:
        """Send the header, if not sent yet, and the samples."""
        header, self.header = self.header or b"", None
        remaining = memoryview(header + to_int16(samples).astype("<i2", copy=False).tobytes())
        while remaining:  # an unbuffered stream may accept only part of the bytes
            remaining = remaining[self.stream.write(remaining) :]
        self.stream.flush()

    def commit(self) -> None:
        """Send the header if there were no samples, and close the stream if it was opened here."""
        self.write(np.zeros(0, np.float32))
        self.discard()

    def discard(self) -> None:
        """Close the stream if it was opened here. Samples already sent cannot be withdrawn."""
        if self.owned:
            self.stream.close()


def wav_header(sample_rate: int, n_samples: int | None = None) -> bytes:
    """Return a 44-byte header for mono 16-bit samples; None is an unknown number of them.

    Format: RIFF, "Multimedia Programming Interface 1.0", 1991. Players and libsndfile take the largest length as "until
    the stream ends".
    """
    layout = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, sample_rate, 2 * sample_rate, 2, 16)
    n_bytes, n_all = (_UNKNOWN_LENGTH,) * 2 if n_samples is None else (2 * n_samples, 2 * n_samples + 36)
    return struct.pack("<4sI4s", b"RIFF", n_all, b"WAVE") + layout + struct.pack("<4sI", b"data", n_bytes)


class _ReplacingFile:
    """A file that is written under a temporary name next to its target and renamed to it when complete."""

    def __init__(self, target: Path, sample_rate: int, form: SoundFormat) -> None:
        self.target = Path(os.path.realpath(target))  # the file behind a symbolic link, so that the link stays
        if not self.target.parent.is_dir():
            raise StorageError(f"folder {str(target.parent)!r} does not exist: create it, or choose another")
        if self.target.exists() and not os.access(self.target, os.W_OK):
            raise StorageError(f"{str(target)!r} is write-protected: choose another file")
        self.temporary = name_aside(self.target)
        try:  # unlike tempfile, a plain open gives the default permissions of a new file
            number = os.open(self.temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o666)
        except OSError as error:
            folder = str(target.parent)
            raise StorageError(f"cannot write in {folder!r} ({error.strerror}): choose another folder") from error
        self.file = os.fdopen(number, "wb")
        try:
            self.encoder = SoundEncoder(self.file, form, sample_rate)
        except BaseException:
            self._delete()
            raise

    def write(self, samples: Float32) -> None:
        """Append samples. Raises OSError, for example if the disk is full."""
        with self._naming_errors():
            self.encoder.write(samples)

    def commit(self) -> None:
        """Complete the file and rename it to its target, with the permissions of the file that it replaces."""
        try:
            with self._naming_errors():
                self.encoder.close()
                self.file.close()
            put_in_place(self.temporary, self.target)
        except BaseException:
            self.discard()
            raise

    def discard(self) -> None:
        """Delete the temporary file. An existing target stays unchanged."""
        self.encoder.abandon()
        self._delete()

    def _delete(self) -> None:
        with contextlib.suppress(OSError):
            self.file.close()
        self.temporary.unlink(missing_ok=True)

    @contextlib.contextmanager
    def _naming_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(self.target)) from error
