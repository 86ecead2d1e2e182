"""Segments joined into texts that are cut into sentences and normalised whole, and the way back to the source."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from tts.text.markup.segments import Boundary, Event, Fixed, Pause, Said, Segment, Text
from tts.text.normalize.word import SpokenWord
from tts.text.regex import regex
from tts.text.sentences import split
from tts.text.token import NEUTRAL, Prosody

_BLANK_LINE = regex(r"\n[^\S\n]*\n")


def stretches(segments: Iterable[Segment]) -> Iterator[Stretch | Event]:
    """The stretches of text that make up a sentence each, and in their places the events that are in none of them."""
    run: list[Segment] = []
    for segment in segments:
        if isinstance(segment, Boundary):
            yield from Joined(run).stretches()
            yield segment
            run = []
        else:
            run.append(segment)
    yield from Joined(run).stretches()


class Laid(NamedTuple):
    """The words of a stretch, and its events: before the first word, between two words, after the last."""

    before: list[Event]
    said: list[Said]
    inside: list[Event]
    after: list[Event]


class Stretch:
    """The text of one sentence: in it a pause is a comma, and words that markup settles are a name."""

    def __init__(self, joined: Joined, start: int, end: int) -> None:
        self._joined = joined
        self._offset = start
        self._placed = joined.placed(start, end)
        characters = list(joined.text[start:end])
        for position, segment in self._placed:
            if isinstance(segment, Pause):
                characters[position - start] = ","
        self.text = "".join(characters)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The source of text[start:end], which must not be empty."""
        return self._joined.locate(self._offset + start, self._offset + end)[:2]

    def lay(self, words: Sequence[SpokenWord]) -> Laid:
        """The words of the text in their places in the source, and among them what markup has settled."""
        said: list[Said] = []
        waiting = [placed for placed in reversed(self._placed) if isinstance(placed[1], Fixed | Pause)]
        taken = 0
        for word in words:
            start, end = word.start + self._offset, word.end + self._offset
            while waiting and waiting[-1][0] <= start:
                position, segment = waiting.pop()
                said.extend(_said(segment))
                taken = position + len(segment.text)
            if end > taken:
                first, last, prosody = self._joined.locate(start, end)
                said.append(Said(word, self.text[word.start : word.end], first, last, (), prosody))
        said.extend(item for _, segment in reversed(waiting) for item in _said(segment))
        events = [segment for _, segment in self._placed if not isinstance(segment, Fixed)]
        return _trim(said, events) if events else Laid([], said, [], [])


class Joined:
    """A run of segments as one text."""

    def __init__(self, segments: Iterable[Segment]) -> None:
        self._segments: list[Segment] = []
        self._positions: list[int] = []
        self._length = 0
        for segment in segments:
            # Words do not grow together over a pause, nor with words that markup settles.
            apart = isinstance(segment, Pause | Fixed)
            if apart:
                self._append(Text(" ", segment.start, segment.start, is_verbatim=False))
            self._append(segment)
            if apart:
                self._append(Text(" ", segment.start, segment.start, is_verbatim=False))
        self.text = "".join(segment.text for segment in self._segments)

    def _append(self, segment: Segment) -> None:
        self._segments.append(segment)
        self._positions.append(self._length)
        self._length += len(segment.text)

    def stretches(self) -> Iterator[Stretch | Event]:
        """Its stretches, and its events outside of them; a blank line ends a paragraph."""
        done = 0
        for start, end in split(self.text):
            yield from self._events(done, start)
            if _BLANK_LINE.search(self.text, done, start):
                yield Boundary(True, self.locate(start, end)[0])
            yield Stretch(self, start, end)
            done = end
        yield from self._events(done, self._length + 1)

    def _events(self, start: int, end: int) -> Iterator[Event]:
        return (segment for _, segment in self.placed(start, end) if not isinstance(segment, Fixed))

    def placed(self, start: int, end: int) -> list[tuple[int, Fixed | Event]]:
        """What stands in text[start:end] and is no text, with its position."""
        first, last = bisect_left(self._positions, start), bisect_left(self._positions, end)
        pairs = zip(self._positions[first:last], self._segments[first:last], strict=True)
        return [(position, segment) for position, segment in pairs if not isinstance(segment, Text)]

    def locate(self, start: int, end: int) -> tuple[int, int, Prosody]:
        """The source of text[start:end], which must not be empty, and the first prosody in it that is not neutral."""
        first = bisect_right(self._positions, start) - 1
        last = bisect_left(self._positions, end, first + 1) - 1
        source = self._source(first, start)[0], self._source(last, end - 1)[1]
        for segment in self._segments[first : last + 1]:
            if isinstance(segment, Text | Fixed) and segment.prosody is not NEUTRAL:
                return *source, segment.prosody
        return *source, NEUTRAL

    def _source(self, index: int, position: int) -> tuple[int, int]:
        """The source of one character of a segment."""
        segment = self._segments[index]
        assert isinstance(segment, Text | Fixed | Pause)  # the others have no characters
        if isinstance(segment, Text) and segment.is_verbatim:
            start = segment.start + position - self._positions[index]
            return start, start + 1
        return segment.start, segment.end


def _said(segment: Segment) -> tuple[Said, ...]:
    """What a segment that is no text says."""
    if isinstance(segment, Pause):
        comma = SpokenWord(",", segment.start, segment.end, "mark")
        return (Said(comma, ",", segment.start, segment.end, pause=segment.seconds),)
    assert isinstance(segment, Fixed)
    return tuple(said._replace(prosody=segment.prosody) for said in segment.said)


def _trim(said: Sequence[Said], events: Sequence[Event]) -> Laid:
    """Events told apart by place; a pause before the first word or after the last is none between two words."""
    spoken = [index for index, item in enumerate(said) if item.word.kind != "mark"]
    if not spoken:
        return Laid([*events], [item for item in said if item.pause is None], [], [])
    first, last = spoken[0], spoken[-1]
    start, end = said[first].start, said[last].end
    return Laid(
        [event for event in events if event.start < start],
        [item for index, item in enumerate(said) if item.pause is None or first < index < last],
        [event for event in events if start <= event.start < end],
        [event for event in events if event.start >= end],
    )
