"""Shares out what stands between the words of two sentences: pauses, marks, ends of paragraphs, things not spoken."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from tts.text.markup.segments import Boundary, Event, Mark, Notice, Pause
from tts.text.markup.values import LONGEST_PAUSE
from tts.text.normalize.word import Skipped
from tts.text.token import Bookmark, Misread, Sentence

Gap = Sequence[Event | Skipped]
"""In the order of the source; the first gap is before the first sentence, the last after the last one."""


def end(sentence: Sentence, gap: Gap, is_last: bool) -> Sentence:
    """The sentence with what concerns it in the gap after it."""
    if not gap:
        return sentence
    ends_paragraph = any(isinstance(event, Boundary) and event.is_paragraph for event in gap)
    ended = replace(sentence, pause_after=_silence(gap), ends_paragraph=ends_paragraph)
    return _with_events(ended, gap if is_last else _early(gap)).reporting(_skipped(gap))


def begin(sentence: Sentence, gap: Gap, is_first: bool) -> Sentence:
    """The sentence with what concerns it in the gap before it."""
    if not gap:
        return sentence
    if not is_first:
        return _with_events(sentence, gap[len(_early(gap)) :])
    begun = replace(sentence, pause_before=_silence(gap) or 0.0)
    return _with_events(begun, gap).reporting(_skipped(gap))


def fill(parts: Sequence[Sentence], events: Sequence[Event]) -> list[Sentence]:
    """The parts of one sentence with the events between its words."""
    filled = []
    for part in parts[:-1]:
        filled.append(_with_events(part, [event for event in events if event.start < part.end]))
        events = [event for event in events if event.start >= part.end]
    return [*filled, _with_events(parts[-1], events)]


def add(pauses: Sequence[float]) -> float | None:
    """Pauses that meet, as one; None if there is none."""
    return min(sum(pauses), LONGEST_PAUSE) if pauses else None


def _with_events(sentence: Sentence, events: Gap) -> Sentence:
    marks = [event for event in events if isinstance(event, Mark)]
    misread = tuple(Misread(event.start, event.end, event.reason) for event in events if isinstance(event, Notice))
    if not marks and not misread:
        return sentence
    starts = [token.start for token in sentence.tokens]
    bookmarks = [*sentence.bookmarks, *(Bookmark(mark.name, bisect_left(starts, mark.start)) for mark in marks)]
    bookmarks.sort(key=lambda bookmark: bookmark.token)
    return replace(sentence, bookmarks=tuple(bookmarks), misread=sentence.misread + misread)


def _early(gap: Gap) -> Gap:
    """What belongs to the sentence before: up to the end of its element or, where a pause follows, to the last one."""
    pauses = [index for index, event in enumerate(gap) if isinstance(event, Pause)]
    boundaries = [index for index, event in enumerate(gap) if isinstance(event, Boundary)]
    return gap[: max(pauses[-1:] + boundaries[:1], default=0)]


def _silence(gap: Gap) -> float | None:
    return add([event.seconds for event in gap if isinstance(event, Pause)])


def _skipped(gap: Gap) -> list[Skipped]:
    return [event for event in gap if isinstance(event, Skipped)]
