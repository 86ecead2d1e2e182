"""Assign the events between two sentences (pauses, marks, paragraph ends, skipped text) to one of the sentences."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from tts.text.markup.segments import Boundary, Event, Notice, Pause, SsmlMark
from tts.text.markup.values import LONGEST_PAUSE
from tts.text.normalize.word import Skipped
from tts.text.token import Bookmark, Misread, Sentence

Gap = Sequence[Event | Skipped]
"""Events in source order. The first gap precedes the first sentence; the last gap follows the last sentence."""


def close_sentence(sentence: Sentence, gap: Gap, is_last: bool) -> Sentence:
    """Add the events of the gap after a sentence that belong to it."""
    if not gap:
        return sentence
    ends_paragraph = any(isinstance(event, Boundary) and event.is_paragraph for event in gap)
    ended = sentence._replace(pause_after=_total_pause(gap), ends_paragraph=ends_paragraph)
    return _with_events(ended, gap if is_last else _before_sentence_break(gap)).reporting(_skipped(gap))


def open_sentence(sentence: Sentence, gap: Gap, is_first: bool) -> Sentence:
    """Add the events of the gap before a sentence that belong to it."""
    if not gap:
        return sentence
    if not is_first:
        return _with_events(sentence, gap[len(_before_sentence_break(gap)) :])
    begun = sentence._replace(pause_before=_total_pause(gap) or 0.0)
    return _with_events(begun, gap).reporting(_skipped(gap))


def insert_events(parts: Sequence[Sentence], events: Sequence[Event]) -> list[Sentence]:
    """Add the events between the words of one sentence to its parts."""
    filled = []
    for part in parts[:-1]:
        filled.append(_with_events(part, [event for event in events if event.start < part.end]))
        events = [event for event in events if event.start >= part.end]
    return [*filled, _with_events(parts[-1], events)]


def add_pauses(pauses: Sequence[float]) -> float | None:
    """Sum adjacent pauses, at most `LONGEST_PAUSE` seconds; None if there are none."""
    return min(sum(pauses), LONGEST_PAUSE) if pauses else None


def _with_events(sentence: Sentence, events: Gap) -> Sentence:
    marks = [event for event in events if isinstance(event, SsmlMark)]
    misread = tuple(Misread(event.start, event.end, event.reason) for event in events if isinstance(event, Notice))
    if not marks and not misread:
        return sentence
    starts = [token.start for token in sentence.tokens]
    bookmarks = [*sentence.bookmarks, *(Bookmark(mark.name, bisect_left(starts, mark.start)) for mark in marks)]
    bookmarks.sort(key=lambda bookmark: bookmark.token)
    return sentence._replace(bookmarks=tuple(bookmarks), misread=sentence.misread + misread)


def _before_sentence_break(gap: Gap) -> Gap:
    """Return the events that belong to the sentence before the gap.

    They end at the first boundary or the last pause, whichever comes later.
    """
    pauses = [index for index, event in enumerate(gap) if isinstance(event, Pause)]
    boundaries = [index for index, event in enumerate(gap) if isinstance(event, Boundary)]
    return gap[: max(pauses[-1:] + boundaries[:1], default=0)]


def _total_pause(gap: Gap) -> float | None:
    return add_pauses([event.seconds for event in gap if isinstance(event, Pause)])


def _skipped(gap: Gap) -> list[Skipped]:
    return [event for event in gap if isinstance(event, Skipped)]
