"""Encode audio while it is synthesized, so that a response can start early."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol, cast

from tts.audio.files import wav_header
from tts.audio.formats import (
    FORMATS,
    MP3_STREAM,
    Resampler,
    SoundEncoder,
    SoundFormat,
    tell_mp3_delay,
    to_int16,
)
from tts.audio.mel import Float32


class StreamFormat(NamedTuple):
    """A format that can be streamed."""

    media_type: str
    form: SoundFormat | None = None
    """How it is encoded; None is raw samples."""
    sample_rate: int | None = None
    """Sample rate of the audio in hertz; None keeps the rate of the voice."""
    has_length: bool = False
    """Whether the header has the length, so that it is better to make the file before its first byte is sent."""
    whole_form: SoundFormat | None = None
    """How such a file is encoded; None is `form`."""
    is_always_whole: bool = False
    """Whether no reader accepts a file without the length in its header."""


LARGEST_WHOLE_WAV = 1 << 21
"""Bytes, 44 seconds at 24 kHz. A longer wav is streamed without its length, though its text is short: it has pauses."""
FORMATS_STREAMED = {
    "mp3": StreamFormat("audio/mpeg", MP3_STREAM, has_length=True, whole_form=FORMATS["mp3"]),
    "opus": StreamFormat("audio/ogg", FORMATS["opus"], 24_000),
    "aac": StreamFormat("audio/aac", FORMATS["aac"]),
    "flac": StreamFormat("audio/flac", FORMATS["flac"], is_always_whole=True),
    "wav": StreamFormat("audio/wav", has_length=True),
    "pcm": StreamFormat("audio/pcm", sample_rate=24_000),
    "m4a": StreamFormat("audio/mp4", FORMATS["m4a"], is_always_whole=True),
}
"""OpenAI's name -> format, and m4a. Opus allows few rates. Raw samples have no header, and OpenAI's clients expect
24 kHz. Readers of flac and m4a need the length in the header."""


class AudioEncoder:
    """Encodes mono audio. Joined, the results of `push` and the final `finish` are the file.

    Each flac and m4a is returned whole by `finish`, and a wav or mp3 where this is asked. Other headers declare no
    length.
    """

    def __init__(self, format: str, sample_rate: int, is_whole: bool = False) -> None:
        """format: a key of FORMATS_STREAMED. sample_rate: of the samples, in hertz. is_whole: keep a wav or mp3."""
        asked = FORMATS_STREAMED[format]
        self._is_whole = asked.is_always_whole or (is_whole and asked.has_length)
        self._may_stream = asked.form is None
        form = (asked.whole_form if self._is_whole else None) or asked.form
        rate = asked.sample_rate or (form.stored_rate(sample_rate) if form else sample_rate)
        self.sample_rate = rate
        """Rate of the encoded audio, in hertz."""
        self._resampler = Resampler(sample_rate, rate)
        self._sink: _ByteSink
        self._sink = _Compressed(form, rate) if form else _Raw(rate, has_header=format == "wav")

    @property
    def n_kept(self) -> int:
        """Bytes of a file that has to be whole, which are kept until `finish`."""
        return 0 if self._may_stream else self._sink.n_kept

    def push(self, samples: Float32) -> bytes:
        """Encode samples (T,) in -1..1. Returns the bytes that are final, if any."""
        self._sink.push(self._resampler.push(samples))
        if self._may_stream and self._sink.n_kept > LARGEST_WHOLE_WAV:
            self._is_whole = False
        return b"" if self._is_whole else self._sink.take()

    def finish(self) -> bytes:
        """Return the remaining bytes."""
        self._sink.push(self._resampler.finish())
        self._sink.finish()
        return self._sink.take()


class _ByteSink(Protocol):
    """Where samples become bytes."""

    @property
    def n_kept(self) -> int: ...
    def push(self, samples: Float32) -> None: ...
    def finish(self) -> None: ...
    def take(self) -> bytes: ...


class _Raw:
    """Uncompressed samples, after a header if they are a wav."""

    def __init__(self, sample_rate: int, has_header: bool) -> None:
        self._sample_rate, self._lacks_header = sample_rate, has_header
        self._kept = bytearray()
        self._n_samples: int | None = None  # known at the end

    @property
    def n_kept(self) -> int:
        """Bytes that were not taken."""
        return len(self._kept)

    def push(self, samples: Float32) -> None:
        """Keep the samples in little-endian order."""
        self._kept += to_int16(samples).astype("<i2", copy=False).tobytes()

    def finish(self) -> None:
        """Note the length, for a header that was not taken yet."""
        self._n_samples = len(self._kept) // 2

    def take(self) -> bytes:
        """Return the bytes since the last call, the first time after the header."""
        header = wav_header(self._sample_rate, self._n_samples) if self._lacks_header else b""
        self._lacks_header = False
        taken = header + self._kept
        self._kept.clear()
        return taken


class _Compressed:
    """Samples that are encoded into a buffer."""

    def __init__(self, form: SoundFormat, sample_rate: int) -> None:
        self._tells_delay = form is MP3_STREAM  # with the first bytes
        self._buffer = _Buffer()
        self._encoder = SoundEncoder(cast(Any, self._buffer), form, sample_rate)

    @property
    def n_kept(self) -> int:
        """Bytes in the buffer."""
        return self._buffer.n_kept

    def push(self, samples: Float32) -> None:
        """Encode samples."""
        self._encoder.write(samples)

    def finish(self) -> None:
        """Complete the file."""
        self._encoder.close()

    def take(self) -> bytes:
        """Return the bytes that were written since the last call."""
        taken = self._buffer.take()
        if taken and self._tells_delay:
            self._tells_delay = False
            return tell_mp3_delay(taken)
        return taken


class _Buffer:
    """A file for the libraries whose bytes are taken while it is written.

    At the end they write the length into the header. If the header has been sent by then, that is dropped.
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
        """Return nothing: the libraries require the method but do not use it for writing."""
        return b""
