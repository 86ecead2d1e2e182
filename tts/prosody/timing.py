"""When each word and each phoneme is heard, computed from the alignment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tts.decoding.alignment import Alignment, Float64
from tts.text.symbols import BOUNDARY


@dataclass(frozen=True)
class PhonemeTiming:
    """One phoneme and when it is heard."""

    phoneme: str
    """ARPAbet with its stress digit, as in the voice's symbol table."""
    start_time: float
    """Seconds from the start of the speech."""
    end_time: float
    """Seconds from the start of the speech at which the phoneme ends."""


@dataclass(frozen=True)
class WordTiming:
    """One spoken word, its place in the text and when it is heard. "1984" is two words with the same span."""

    word: str
    """The word as it is spoken, in lower case."""
    start: int
    """First character of its span in the text."""
    end: int
    """One past the last character of its span."""
    start_time: float
    """Seconds from the start of the speech."""
    end_time: float
    """Seconds from the start of the speech at which the word ends."""
    phonemes: tuple[PhonemeTiming, ...]
    """Its phonemes; each begins where the one before ends."""


@dataclass(frozen=True)
class MarkTiming:
    """A place in the text that SSML names, and when the speech passes it."""

    name: str
    """As in <mark name="…"/>."""
    time: float
    """Seconds from the start of the speech at which the next word begins; after the last word, at which it ends."""


def time_words(alignment: Alignment, to_seconds: Callable[[Float64], Float64]) -> tuple[WordTiming, ...]:
    """Time the words of one sentence, in the order of its tokens. Words without a symbol are left out.

    to_seconds: maps decoded frames (with fractions, counted from the start of the sentence) to seconds of the speech,
    never decreasing. It accounts for speed and pauses.
    """
    starts, ends = _bounds(alignment)
    times = to_seconds(np.clip(np.stack([starts, ends]), 0.0, alignment.n_frames))
    words = []
    for index, token in enumerate(alignment.tokens):
        places = np.flatnonzero(alignment.word_of_symbol == index)
        if not len(places):
            continue
        phonemes = tuple(
            PhonemeTiming(alignment.symbols[place], float(times[0, place]), float(times[1, place])) for place in places
        )
        times_of_word = phonemes[0].start_time, phonemes[-1].end_time
        words.append(WordTiming(token.text, token.start, token.end, *times_of_word, phonemes))
    return tuple(words)


def _bounds(alignment: Alignment) -> tuple[Float64, Float64]:
    """Return the first and the last frame of each symbol, (T_text,) twice.

    A boundary between two words has no sound of its own: the words meet in its middle. A boundary beside a mark is
    silent, as are the mark and the start and the end of the sentence.
    """
    symbols = alignment.symbols
    silent = alignment.is_mark.copy()
    silent[[0, -1]] = True
    starts, ends = alignment.heard[:-1].copy(), alignment.heard[1:].copy()
    for place in range(1, len(symbols) - 1):
        if symbols[place] == BOUNDARY:
            silent[place] = silent[place - 1] or silent[place + 1]
            if not silent[place]:
                starts[place] = ends[place] = ends[place - 1] = starts[place + 1] = (starts[place] + ends[place]) / 2
    for place in range(1, len(symbols)):
        if silent[place] and not silent[place - 1]:
            silence = max(alignment.silent_from[place], starts[place - 1])
            starts[place] = ends[place - 1] = min(silence, ends[place])
    return starts, np.maximum(starts, ends)
