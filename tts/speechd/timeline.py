"""Put the sound of a text and the marks in it into the order in which they are heard."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tts.prosody.timing import MarkTiming
from tts.speech import AudioChunk
from tts.speechd.tempo import Shortener

Item = NDArray[np.float32] | str
"""Samples (T,), or the name of a mark."""

_QUIET = 0.003  # amplitude below which nobody hears the beginning of a word
_MARGIN = 0.005  # seconds kept before the first sound


class _Piece(NamedTuple):
    """Part of the speech, and the marks that came with it."""

    samples: NDArray[np.float32]
    sample_rate: int
    marks: tuple[MarkTiming, ...] = ()


def timeline(chunks: Iterable[AudioChunk], shortening: float = 1.0) -> Iterator[Item]:
    """Yield the samples of the chunks, with each mark before the sample at which it is passed.

    shortening: the factor by which the speech becomes shorter, at the same pitch. The silence before the first word is
    left out, so that the listener waits for nothing. A pause that markup sets there is kept: it is exactly zero.
    """
    waiting, place, removed = deque[MarkTiming](), 0, 0  # place: samples before the next one, without those removed
    has_begun = False
    for samples, sample_rate, marks in _shortened(chunks, shortening):
        waiting.extend(marks)
        if not has_begun:
            start = _first_sound(samples, sample_rate)
            has_begun = start < len(samples)
            samples, removed = samples[start:], removed + start
        while waiting and (passed := _passed(waiting[0], sample_rate, shortening) - removed - place) < len(samples):
            if passed > 0:
                yield samples[:passed]
                samples, place = samples[passed:], place + passed
            yield waiting.popleft().name
        if len(samples):
            yield samples
            place += len(samples)
    yield from (mark.name for mark in waiting)


def _shortened(chunks: Iterable[AudioChunk], factor: float) -> Iterator[_Piece]:
    shortener, sample_rate = None, 0
    for chunk in chunks:
        samples, sample_rate = chunk.samples, chunk.sample_rate
        if factor > 1.0:
            shortener = shortener or Shortener(factor, sample_rate)
            samples = shortener.push(samples)
        yield _Piece(samples, sample_rate, chunk.marks)
    if shortener:
        yield _Piece(shortener.finish(), sample_rate)


def _passed(mark: MarkTiming, sample_rate: int, shortening: float) -> int:
    return round(mark.time * sample_rate / shortening)


def _first_sound(samples: NDArray[np.float32], sample_rate: int) -> int:
    """Return the samples to leave out before the first sound; all of them if there is none."""
    if not samples.any():
        return 0
    loud = np.flatnonzero(np.abs(samples) >= _QUIET)
    return max(0, int(loud[0]) - round(_MARGIN * sample_rate)) if len(loud) else len(samples)
