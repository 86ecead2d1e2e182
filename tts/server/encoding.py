"""Sound into bytes while it is made: what a response sends before the speech is whole."""

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
"""Options of libsndfile. At a constant rate (64 kbit/s for the bundled voice) players know how long a stream is, which
at a variable one stands in a header that is written when all is over."""


class StreamFormat(NamedTuple):
    """A format that can be sent while it is made."""

    media_type: str
    sample_rate: int | None
    """Hertz to which sound is converted; None keeps the voice's own."""


FORMATS_STREAMED = {
    "mp3": StreamFormat("audio/mpeg", None),
    "opus": StreamFormat("audio/ogg", 24_000),
    "flac": StreamFormat("audio/flac", None),
    "wav": StreamFormat("audio/wav", None),
    "pcm": StreamFormat("audio/pcm", 24_000),
}
"""By OpenAI's names. Opus knows few rates; raw samples do not tell theirs, and OpenAI's clients expect 24 kHz."""


class Encoder:
    """Encodes mono sound. `push` as often as there is sound, then `finish`: joined, what they return is the file.

    A wav says that its length is unknown. flac comes whole, with `finish`: its header holds length and checksum, and
    readers such as libsndfile do not read one without.
    """

    def __init__(self, format: str, sample_rate: int) -> None:
        """format: a key of FORMATS_STREAMED. sample_rate: of the sound that is pushed, in hertz."""
        self.sample_rate = FORMATS_STREAMED[format].sample_rate or sample_rate
        """Of the sound that is encoded, in hertz."""
        self._resampler = None
        if sample_rate != self.sample_rate:
            self._resampler = soxr.ResampleStream(sample_rate, self.sample_rate, 1, dtype="float32")
        self._sink: _Sink
        if format in ("wav", "pcm"):
            self._sink = _Raw(wav_header(self.sample_rate) if format == "wav" else b"")
        else:
            self._sink = _Compressed(format, self.sample_rate)

    def push(self, samples: Float32) -> bytes:
        """Samples (T,) in -1..1 to the bytes that are final with them; perhaps none."""
        return self._sink.push(to_int16(self._resample(samples, False)))

    def finish(self) -> bytes:
        """The rest of the bytes."""
        rest = self._sink.push(to_int16(self._resample(np.zeros(0, np.float32), True)))
        return rest + self._sink.finish()

    def _resample(self, samples: Float32, is_last: bool) -> Float32:
        return self._resampler.resample_chunk(samples, last=is_last) if self._resampler else samples


class _Sink(Protocol):
    def push(self, samples: NDArray[np.int16]) -> bytes: ...
    def finish(self) -> bytes: ...


class _Raw:
    """Samples as they are, after a header that goes with the first of them."""

    def __init__(self, header: bytes) -> None:
        self._header = header

    def push(self, samples: NDArray[np.int16]) -> bytes:
        """The samples in little-endian order."""
        header, self._header = self._header, b""
        return header + samples.astype("<i2", copy=False).tobytes()

    def finish(self) -> bytes:
        """Nothing follows the samples."""
        return b""


class _Compressed:
    """Samples through libsndfile, which writes into a buffer."""

    def __init__(self, format: str, sample_rate: int) -> None:
        container, coding = FORMATS[format]
        self._buffer, self._is_whole = _Buffer(), format == "flac"
        self._file = soundfile.SoundFile(
            self._buffer, "w", sample_rate, 1, coding, format=container, **_ENCODING.get(format, {})
        )

    def push(self, samples: NDArray[np.int16]) -> bytes:
        """What the encoder has written by now, and will not write again."""
        for start in range(0, len(samples), _PIECE):
            self._file.write(samples[start : start + _PIECE])
        return b"" if self._is_whole else self._buffer.take()

    def finish(self) -> bytes:
        """What it writes at the end."""
        self._file.close()
        return self._buffer.take()


class _Buffer:
    """A file that is taken away while it is written. What is written again into a part that is gone is dropped:

    libsndfile goes back to the header when it closes a file, to say how long it has become.
    """

    def __init__(self) -> None:
        self._kept = bytearray()
        self._gone = 0  # bytes taken
        self._position = 0

    def take(self) -> bytes:
        """What has been written since the last time."""
        taken = bytes(self._kept)
        self._kept.clear()
        self._gone += len(taken)
        return taken

    def write(self, data: bytes) -> int:
        """Write where the position is, in what is kept."""
        start = self._position - self._gone
        late = bytes(data)[max(0, -start) :]
        if late:
            self._kept[max(0, start) : max(0, start) + len(late)] = late
        self._position += len(data)
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move as any file does: from the start, from here, or from the end."""
        self._position = offset + (0, self._position, self._gone + len(self._kept))[whence]
        return self._position

    def tell(self) -> int:
        """Where the next byte would go."""
        return self._position

    def read(self, size: int = -1) -> bytes:
        """Nothing: it is a file to write, but libsndfile is offered only what can be read too."""
        return b""
