"""The speech of a text: whole, or in chunks while it is being made."""

from __future__ import annotations

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


@dataclass(frozen=True, eq=False)
class AudioChunk:
    """Part of the speech of one sentence. All chunks of a text, joined, are its speech."""

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


@dataclass(frozen=True, eq=False)
class Speech:
    """The speech of a whole text."""

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
