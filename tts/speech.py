"""The speech of a text: whole, or in chunks while it is being made."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from tts.audio.files import encode, open_writer
from tts.errors import AudioError
from tts.prosody.timing import MarkTiming, WordTiming
from tts.text.token import SpeechWarning

Float32 = NDArray[np.float32]
LONGEST_PLAYED = 600.0  # seconds; a longer speech would make a notebook of tens of megabytes


@dataclass(frozen=True, eq=False)
class AudioChunk:
    """Part of the speech of one sentence. All chunks of a text, joined, are its speech.

    Examples:
        >>> from tts import Synthesizer
        >>> first = next(Synthesizer().stream("Hello there."))
        >>> first  # doctest: +ELLIPSIS
        AudioChunk(... s at 24000 Hz, characters 0 to 12)
    """

    samples: Float32
    """Samples in -1..1, (T,)."""
    sample_rate: int
    """Samples per second, in hertz."""
    start: int
    """First character of the sentence in the text."""
    end: int
    """One past the last character of the sentence."""
    is_last: bool = True
    """Whether the sentence ends with this chunk. The pause between two sentences is a chunk of the second sentence."""
    warnings: tuple[SpeechWarning, ...] = ()
    """Text of the sentence or clause that is not spoken, or may not be spoken right: with its first sound."""
    words: tuple[WordTiming, ...] = ()
    """Words of the sentence or clause, timed from the start of the speech: with its first sound."""
    marks: tuple[MarkTiming, ...] = ()
    """Places that SSML names, passed by these words."""

    @property
    def seconds(self) -> float:
        """Duration of the samples."""
        return len(self.samples) / self.sample_rate

    def __repr__(self) -> str:
        return f"AudioChunk({self.seconds:.2f} s at {self.sample_rate} Hz, characters {self.start} to {self.end})"


@dataclass(frozen=True, eq=False)
class Speech:
    """The speech of a whole text.

    Examples:
        >>> from tts import Synthesizer
        >>> speech = Synthesizer().synthesize("Hello there.")
        >>> speech  # doctest: +ELLIPSIS
        Speech(... s at 24000 Hz, 2 words)
        >>> 0.5 < speech.seconds < 2
        True
        >>> speech.save("hello.mp3")
    """

    samples: Float32
    """Samples in -1..1, (T,)."""
    sample_rate: int
    """Samples per second, in hertz."""
    warnings: tuple[SpeechWarning, ...] = ()
    """Parts of the text that are not spoken, or may not be spoken right."""
    words: tuple[WordTiming, ...] = ()
    """The spoken words, each with its place in the text and its times."""
    marks: tuple[MarkTiming, ...] = ()
    """The places that SSML names with <mark>, and when the speech passes them."""

    @property
    def seconds(self) -> float:
        """Duration of the speech."""
        return len(self.samples) / self.sample_rate

    def __repr__(self) -> str:
        counts = (("word", len(self.words)), ("warning", len(self.warnings)), ("mark", len(self.marks)))
        noted = "".join(f", {count} {name}{'s' * (count != 1)}" for name, count in counts if count)
        return f"Speech({self.seconds:.2f} s at {self.sample_rate} Hz{noted})"

    def _repr_html_(self) -> str:
        """Show a player in a notebook, with the sound inside the page."""
        if self.seconds > LONGEST_PLAYED:
            return f"<p>{self!r}: longer than {LONGEST_PLAYED / 60:.0f} minutes, so save it to a file</p>"
        sound = base64.b64encode(self.to_bytes("wav")).decode()
        return f'<audio controls src="data:audio/wav;base64,{sound}"></audio><p>{self!r}</p>'

    def save(self, file: str | Path | BinaryIO, format: str | None = None) -> None:
        """Write wav, flac, ogg, oga, opus, mp3, aac or m4a. The last two need the package av.

        file: a path, or a binary file, which stays open. format: None takes the suffix of the path. Raises AudioError
        for an unknown format, OSError if the file cannot be written.
        """
        if isinstance(file, str | Path):
            with open_writer(str(file), self.sample_rate, format) as writer:
                writer.write(self.samples)
        elif format is None:
            raise AudioError("an open file has no format: name one, as in save(file, format='mp3')")
        else:
            file.write(self.to_bytes(format))

    def to_bytes(self, format: str = "wav") -> bytes:
        """Return the file that `save` writes in a format."""
        return encode(self.samples, self.sample_rate, format)


def joined(chunks: Sequence[AudioChunk]) -> Speech:
    """Return the speech that the chunks of a text make. chunks: one at least."""
    return Speech(
        np.concatenate([chunk.samples for chunk in chunks]),
        chunks[0].sample_rate,
        tuple(warning for chunk in chunks for warning in chunk.warnings),
        tuple(word for chunk in chunks for word in chunk.words),
        tuple(mark for chunk in chunks for mark in chunk.marks),
    )
