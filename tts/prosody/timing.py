"""When each word and phoneme is heard, read off the attention alignment.

The attention of a location-relative model is soft but monotonic: in each decoder step it spreads over two or three
symbols and moves on. A symbol begins when half of the attention has reached it or gone beyond; that instant is
interpolated between steps, so that times are finer than a step.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tts.text.symbols import BOUNDARY
from tts.text.token import Token

Float64 = NDArray[np.float64]

# The decoder sounds a phoneme before half of the attention has reached it, because the encoder's output at those before
# tells of it; the silence at a mark it sounds less early. Medians over 50 sentences: `scripts/checks/timings.py`.
PHONEME_LEAD = 4.65
"""Spectrogram frames by which a phoneme is heard before its attention comes."""
PAUSE_LEAD = 2.0
"""Spectrogram frames by which a word falls silent before the attention comes to the mark after it."""


@dataclass(frozen=True)
class PhonemeTiming:
    """One phoneme and when it is heard."""

    phoneme: str
    """ARPAbet with its stress digit, as the voice's symbol table has it."""
    start_time: float
    """Seconds from the start of the speech."""
    end_time: float
    """Seconds at which it ends."""


@dataclass(frozen=True)
class WordTiming:
    """One spoken word, where it stands in the text and when it is heard; "1984" is two, of one span."""

    word: str
    """The word as it is spoken, in lower case."""
    start: int
    """First character of its span in the text."""
    end: int
    """One past the last character of its span."""
    start_time: float
    """Seconds from the start of the speech."""
    end_time: float
    """Seconds at which it ends."""
    phonemes: tuple[PhonemeTiming, ...]
    """Its phonemes, each beginning where the one before ends."""


@dataclass(frozen=True)
class MarkTiming:
    """A place in the text that SSML names, and when the speech passes it."""

    name: str
    """As in <mark name="…"/>."""
    time: float
    """Seconds from the start of the speech: where the word after it begins, or else where the sentence ends."""


def symbol_onsets(alignment: NDArray[np.float32]) -> Float64:
    """The step, with a fraction, at which half of the attention has reached each symbol or gone beyond.

    alignment: (T_step, T_text). Returns (T_text + 1,), never decreasing, from 0 to T_step, which also stands for
    symbols that were not reached. An onset is counted from the start of the first step, and falls between the middles
    of the two steps that it is interpolated from.
    """
    n_steps = len(alignment)
    reached = np.cumsum(alignment[:, ::-1], axis=1, dtype=np.float64)[:, ::-1]  # attention on this symbol or beyond
    reached = np.maximum.accumulate(reached, axis=0)  # (T_step, T_text); what has been read stays read
    after = (reached < 0.5).sum(axis=0)  # (T_text,), first step at which half has come
    inside = (after > 0) & (after < n_steps)
    columns = np.nonzero(inside)[0]
    high, low = reached[after[inside], columns], reached[after[inside] - 1, columns]
    onsets = np.append(after.astype(np.float64), n_steps)
    onsets[columns] += (0.5 - low) / (high - low) - 0.5
    return np.maximum.accumulate(onsets)


def time_words(
    tokens: Sequence[Token],
    token_indices: Sequence[int],
    symbols: Sequence[str],
    alignment: NDArray[np.float32],
    reduction_factor: int,
    to_seconds: Callable[[Float64], Float64],
) -> tuple[WordTiming, ...]:
    """Time the words of one sentence, in the order of its tokens; words without a symbol are left out.

    token_indices, symbols: for each of the T_text symbols read, the token it belongs to (-1 for none) and its name.
    alignment: (T_step, T_text). to_seconds: from frames of the decoder (with fractions, counted from the start of the
    sentence) to seconds of the speech, never decreasing; whoever stretches, cuts or delays the sound says so here.
    """
    onsets = symbol_onsets(alignment) * reduction_factor  # (T_text + 1,), frames
    is_mark = np.array([index >= 0 and tokens[index].is_mark for index in token_indices])
    starts, ends = _bounds(onsets, symbols, is_mark)
    times = to_seconds(np.clip(np.stack([starts, ends]), 0.0, len(alignment) * reduction_factor))
    words = []
    for index, token in enumerate(tokens):
        places = [place for place, owner in enumerate(token_indices) if owner == index]
        if token.is_mark or not places:
            continue
        phonemes = tuple(
            PhonemeTiming(symbols[place], float(times[0, place]), float(times[1, place])) for place in places
        )
        times_of_word = phonemes[0].start_time, phonemes[-1].end_time
        words.append(WordTiming(token.text, token.start, token.end, *times_of_word, phonemes))
    return tuple(words)


def _bounds(onsets: Float64, symbols: Sequence[str], is_mark: NDArray[np.bool_]) -> tuple[Float64, Float64]:
    """First and last frame of each symbol, (T_text,) twice.

    A boundary between two words has no sound of its own: they meet in its middle. One beside a mark is silence, as the
    mark is, and so are start and end of the sentence.
    """
    silent = is_mark.copy()
    silent[[0, -1]] = True
    starts, ends = onsets[:-1] - PHONEME_LEAD, onsets[1:] - PHONEME_LEAD
    for place in range(1, len(symbols) - 1):
        if symbols[place] == BOUNDARY:
            silent[place] = silent[place - 1] or silent[place + 1]
            if not silent[place]:
                starts[place] = ends[place] = ends[place - 1] = starts[place + 1] = (starts[place] + ends[place]) / 2
    for place in range(1, len(symbols)):
        if silent[place] and not silent[place - 1]:
            starts[place] = ends[place - 1] = min(onsets[place] - PAUSE_LEAD, ends[place])
    return starts, np.maximum(starts, ends)
