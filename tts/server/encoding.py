"""Encode audio while it is synthesized, so that a response can start early."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from tts.audio.files import FORMATS, to_int16, wav_header
from tts.audio.mel import Float32

_PIECE = 1 << 16  # samples; libsndfile's encoders overflow the stack when offered minutes at once
_ENCODING = {"mp3": {"bitrate_mode": "CONSTANT", "compression_level": 0.6}}
"""Options of libsndfile. At a constant bit rate (64 kbit/s for the bundled voice) players know the length of a stream;
at a variable one the length is in a header that is written at the end."""


class StreamFormat(NamedTuple):
    """A format that can be streamed."""

    media_type: str
    sample_rate: int | None
    """Sample rate of the audio in hertz; None keeps the rate of the voice."""


FORMATS_STREAMED = {
    "mp3": StreamFormat("audio/mpeg", None),
    "opus": StreamFormat("audio/ogg", 24_000),
    "flac": StreamFormat("audio/flac", None),
    "wav": StreamFormat("audio/wav", None),
    "pcm": StreamFormat("audio/pcm", 24_000),
}
"""OpenAI's name -> format. Opus allows few rates. Raw samples have no header, and OpenAI's clients expect 24 kHz."""


class AudioEncoder:
    """Encodes mono audio. Joined, the results of `push` and the final `finish` are the file.

    A wav declares an unknown length. A flac is returned whole by `finish`, because libsndfile and other readers need
    the length and the checksum in its header.
    """

    def __init__(self, format: str, sample_rate: int) -> None:
        """format: a key of FORMATS_STREAMED. sample_rate: rate of the pushed samples, in hertz."""
        self.sample_rate = FORMATS_STREAMED[format].sample_rate or sample_rate
        """Rate of the encoded audio, in hertz."""
        self._resampler = None
        if sample_rate != self.sample_rate:
            self._resampler = soxr.ResampleStream(sample_rate, self.sample_rate, 1, dtype="float32")
        self._sink: _ByteSink
        if format in ("wav", "pcm"):
            self._sink = _Raw(wav_header(self.sample_rate) if format == "wav" else b"")
        else:
            self._sink = _Compressed(format, self.sample_rate)

    @property
    def n_kept(self) -> int:
        """Bytes of the file that are kept until `finish`."""
        return self._sink.n_kept

    def push(self, samples: Float32) -> bytes:
        """Encode samples (T,) in -1..1. Returns the bytes that are final, if any."""
        return self._sink.push(to_int16(self._resample(samples, False)))

    def finish(self) -> bytes:
        """Return the remaining bytes."""
        rest = self._sink.push(to_int16(self._resample(np.zeros(0, np.float32), True)))
        return rest + self._sink.finish()

    def _resample(self, samples: Float32, is_last: bool) -> Float32:
        return self._resampler.resample_chunk(samples, last=is_last) if self._resampler else samples


class _ByteSink(Protocol):
    """Where samples become bytes."""

    @property
    def n_kept(self) -> int: ...
    def push(self, samples: NDArray[np.int16]) -> bytes: ...
    def finish(self) -> bytes: ...


class _Raw:
    """Uncompressed samples after a header."""

    n_kept = 0

    def __init__(self, header: bytes) -> None:
        self._header = header

    def push(self, samples: NDArray[np.int16]) -> bytes:
        """Return the samples in little-endian order, the first time after the header."""
        header, self._header = self._header, b""
        return header + samples.astype("<i2", copy=False).tobytes()

    def finish(self) -> bytes:
        """Return nothing: the file has no end marker."""
        return b""


class _Compressed:
    """Samples that libsndfile encodes into a buffer."""

    def __init__(self, format: str, sample_rate: int) -> None:
        container, coding = FORMATS[format]
        self._buffer, self._is_whole = _Buffer(), format == "flac"
        self._file = soundfile.SoundFile(
            self._buffer, "w", sample_rate, 1, coding, format=container, **_ENCODING.get(format, {})
        )

    @property
    def n_kept(self) -> int:
        """Bytes in the buffer."""
        return self._buffer.n_kept

    def push(self, samples: NDArray[np.int16]) -> bytes:
        """Encode samples and return the bytes that libsndfile has written."""
        for start in range(0, len(samples), _PIECE):
            self._file.write(samples[start : start + _PIECE])
        return b"" if self._is_whole else self._buffer.take()

    def finish(self) -> bytes:
        """Close the file and return the last bytes."""
        self._file.close()
        return self._buffer.take()


class _Buffer:
    """A file for libsndfile whose bytes are taken while it is written.

    At the end libsndfile writes the length into the header. The header has been sent by then, so that is dropped.
    """

    def __init__(self) -> None:
        self._kept = bytearray()
        self._gone = 0  # bytes taken
        self._position = 0

    @property
    def n_kept(self) -> int:
        """Bytes that were written and not taken."""
        return len(self._kept)

    def take(self) -> bytes:
        """Return the bytes written since the last call."""
        taken = bytes(self._kept)
        self._kept.clear()
        self._gone += len(taken)
        return taken

    def write(self, data: bytes) -> int:
        """Write at the current position; bytes before the kept part are dropped."""
        start = self._position - self._gone
        late = bytes(data)[max(0, -start) :]
        if late:
            self._kept[max(0, start) : max(0, start) + len(late)] = late
        self._position += len(data)
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move the position, relative to the start, the position or the end."""
        self._position = offset + (0, self._position, self._gone + len(self._kept))[whence]
        return self._position

    def tell(self) -> int:
        """Return the position."""
        return self._position

    def read(self, size: int = -1) -> bytes:
        """Return nothing: libsndfile requires the method but does not use it for writing."""
        return b""
