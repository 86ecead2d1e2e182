"""Encode mono audio into a file: libsndfile writes most formats, FFmpeg (the package av) writes AAC."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any, BinaryIO, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from tts.audio.mel import Float32
from tts.errors import AudioError, MissingPackageError

try:
    import soundfile as soundfile  # files.py takes it from here
except OSError as error:  # the Python package is installed, but its native library is missing
    raise ImportError(str(error), name="soundfile") from error

_OPUS_RATES = (8000, 12000, 16000, 24000, 48000)
_MPEG_RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)
_USUAL_RATE = 24_000
_PIECE = 1 << 16  # samples; libsndfile's Vorbis encoder overflows the stack on minutes of audio at once
_BIT_RATE = 64_000
_LAME_DELAY = 576  # samples
FULL_SCALE = 32767
"""The 16-bit integer of a sample of 1."""
_NO_OPTIONS: Mapping[str, Any] = MappingProxyType({})


class SoundFormat(NamedTuple):
    """How a kind of file is written."""

    container: str
    """The name of libsndfile or FFmpeg."""
    codec: str
    """The name of libsndfile or FFmpeg."""
    is_ffmpeg: bool = False
    """Whether FFmpeg writes it."""
    options: Mapping[str, Any] = _NO_OPTIONS
    """Of libsndfile's file, or of FFmpeg's codec."""
    rates: tuple[int, ...] = ()
    """Sample rates that it can store, in hertz; () is any."""

    def stored_rate(self, sample_rate: int) -> int:
        """Return the rate at which it stores sound of some rate, in hertz."""
        return sample_rate if sample_rate in self.rates or not self.rates else _USUAL_RATE


FORMATS = {
    "wav": SoundFormat("WAV", "PCM_16"),
    "flac": SoundFormat("FLAC", "PCM_16"),
    "ogg": SoundFormat("OGG", "VORBIS"),
    "oga": SoundFormat("OGG", "VORBIS"),
    "opus": SoundFormat("OGG", "OPUS", rates=_OPUS_RATES),
    "mp3": SoundFormat("MP3", "MPEG_LAYER_III", rates=_MPEG_RATES),
    "aac": SoundFormat("adts", "aac", True, rates=_MPEG_RATES),
    "m4a": SoundFormat("ipod", "aac", True, rates=_MPEG_RATES),
}
"""File suffix (the name of the format) to how it is written."""
MP3_STREAM = SoundFormat("mp3", "libmp3lame", True, {"compression_level": "7"}, _MPEG_RATES)
"""mp3 whose beginning can be sent early (see `tell_mp3_delay`); all its frames have one size."""


def tell_mp3_delay(head: bytes) -> bytes:
    """Return the first bytes of an `MP3_STREAM` with LAME's delay in the header, so that players skip it.

    FFmpeg writes it there when the file is complete, with the length. Layout: LAME's "Mp3 Info Tag", revision 1.
    """
    tag = head.find(b"Xing", 0, 64)  # "Info" if the file is complete
    place = tag + 141  # 12 bits for the delay, 12 for the samples added at the end, which are not known
    return head if tag < 0 else head[:place] + (_LAME_DELAY << 12).to_bytes(3, "big") + head[place + 3 :]


def to_int16(samples: Float32) -> NDArray[np.int16]:
    """Convert samples of -1..1 to 16-bit integers of the same shape. Louder samples are clipped."""
    scaled = np.nan_to_num(np.rint(samples * np.float32(FULL_SCALE)))
    clipped: NDArray[np.int16] = np.clip(scaled, -32768, 32767).astype(np.int16)
    return clipped


def check_available(name: str, form: SoundFormat) -> None:
    """Raise AudioError or MissingPackageError if this installation cannot write a format."""
    if form.is_ffmpeg:
        try:
            import av  # noqa: F401
        except ImportError as error:
            raise MissingPackageError(
                f"{name} needs the package av: run pip install '.[book]' in griffon's folder, or choose another format"
            ) from error
    elif not soundfile.check_format(form.container, form.codec):
        raise AudioError(f"this libsndfile cannot write {name}: update the package soundfile, or choose another format")


class Resampler:
    """Converts the rate of samples that arrive in pieces."""

    def __init__(self, source: int, target: int) -> None:
        self._stream = None
        if source != target:
            import soxr  # imported late: few files need it

            self._stream = soxr.ResampleStream(source, target, 1, dtype="float32")

    def push(self, samples: Float32) -> Float32:
        """Convert samples (T,). Some are kept for the next call."""
        return self._stream.resample_chunk(samples) if self._stream else samples

    def finish(self) -> Float32:
        """Return the samples left."""
        nothing = np.zeros(0, np.float32)
        return self._stream.resample_chunk(nothing, last=True) if self._stream else nothing


class SoundEncoder:
    """Encodes mono samples into a binary file. An OSError of the file is raised by the next call."""

    def __init__(self, file: BinaryIO, form: SoundFormat, sample_rate: int) -> None:
        """sample_rate: of the samples, in hertz. Raises AudioError for a rate that the format does not allow."""
        rate = form.stored_rate(sample_rate)
        self._resampler = Resampler(sample_rate, rate)
        self._file = _Failing(file)
        self._sink: _Sink
        try:
            self._sink = (_Ffmpeg if form.is_ffmpeg else _Libsndfile)(self._file, form, rate)
        except (soundfile.LibsndfileError, ValueError, OSError) as error:
            self._file.check()
            raise AudioError(f"cannot write {form.codec} at {rate} Hz ({error}): choose another format") from error

    def write(self, samples: Float32) -> None:
        """Append samples (T,) in -1..1."""
        self._push(self._resampler.push(samples))

    def close(self) -> None:
        """Write what is left. The file stays open."""
        self._push(self._resampler.finish())
        with self._file.raising():
            self._sink.close()

    def abandon(self) -> None:
        """Release the encoder of a file that is thrown away."""
        with contextlib.suppress(Exception):
            self._sink.close()

    def _push(self, samples: Float32) -> None:
        whole = to_int16(samples)
        for start in range(0, len(whole), _PIECE):
            with self._file.raising():
                self._sink.write(whole[start : start + _PIECE])


class _Sink(Protocol):
    def write(self, samples: NDArray[np.int16]) -> None: ...
    def close(self) -> None: ...


class _Failing:
    """A file that keeps the first error for later: the libraries do not hand on the errors of Python."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._error: OSError | None = None
        self._position = 0
        self.read = file.read

    def write(self, data: Any) -> int:
        """Write all bytes, or keep the error."""
        self._try(lambda: self._file.write(bytes(data)))
        self._position += len(data)
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move the position, or keep the error: what was written before may be flushed."""
        self._position = offset if whence == 0 else self._position
        self._try(lambda: self._file.seek(offset, whence))
        return self.tell()

    def tell(self) -> int:
        """Return the position; after an error, one that the library may expect."""
        return self._file.tell() if self._error is None else self._position

    def _try(self, action: Callable[[], object]) -> None:
        if self._error is None:
            try:
                action()
            except OSError as error:
                self._error = error

    def flush(self) -> None:
        """Do nothing: libsndfile requires the method."""

    def check(self) -> None:
        """Raise the error that was kept."""
        if self._error is not None:
            raise self._error

    @contextlib.contextmanager
    def raising(self) -> Iterator[None]:
        """Raise the error that was kept, before one of the library that it caused."""
        try:
            yield
        finally:
            self.check()


class _Libsndfile:
    def __init__(self, file: _Failing, form: SoundFormat, rate: int) -> None:
        self._file = soundfile.SoundFile(file, "w", rate, 1, form.codec, format=form.container, **form.options)

    def write(self, samples: NDArray[np.int16]) -> None:
        self._file.write(samples)

    def close(self) -> None:
        self._file.close()


class _Ffmpeg:
    """Writes the same bytes for the same samples, each packet as soon as it exists."""

    def __init__(self, file: _Failing, form: SoundFormat, rate: int) -> None:
        import av

        self._frame = av.AudioFrame
        options = {"fflags": "+bitexact+flush_packets"}
        if form.container == "ipod":
            options["movie_timescale"] = str(rate)  # the length in samples, not in milliseconds
        self._out = av.open(file, "w", format=form.container, options=options)
        stream = self._out.add_stream(form.codec, rate=rate, options=dict(form.options), layout="mono")
        assert isinstance(stream, av.AudioStream)
        self._stream = stream
        self._stream.codec_context.bit_rate = _BIT_RATE
        self._stream.codec_context.open()
        self._rate, self._n_written = rate, 0

    def write(self, samples: NDArray[np.int16]) -> None:
        frame = self._frame.from_ndarray(samples[np.newaxis], format="s16", layout="mono")
        frame.sample_rate, frame.time_base, frame.pts = self._rate, Fraction(1, self._rate), self._n_written
        self._n_written += len(samples)
        self._out.mux(self._stream.encode(frame))

    def close(self) -> None:
        self._out.mux(self._stream.encode(None))
        self._out.close()
