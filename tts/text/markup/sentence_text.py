"""Join segments into one text, split it into sentences, and map positions in these back to the source."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from tts.text.markup.segments import (
    Boundary,
    Event,
    FixedSegment,
    MarkedWord,
    Pause,
    Segment,
    Settled,
    TextSegment,
)
from tts.text.normalize.word import SpokenWord
from tts.text.regex import regex
from tts.text.sentences import complete_length, split
from tts.text.token import NEUTRAL, Prosody

_CONTROL = regex(r"\[pause[^\]\n]*\]|\{[^}\n]*\}")
_WORD = regex(r"[^\W_]")
_BLANK_LINE = regex(r"\n[^\S\n]*\n")


def sentence_texts(segments: Iterable[Segment | Settled]) -> Iterator[SentenceText | Event | Settled]:
    """Yield the text of each sentence, and in order the events between sentences."""
    run: list[Segment] = []
    for segment in segments:
        if isinstance(segment, Boundary | Settled):
            yield from JoinedText(run).sentence_texts()
            yield segment
            run = []
        else:
            run.append(segment)
    yield from JoinedText(run).sentence_texts()


def split_complete(segments: Sequence[Segment]) -> tuple[list[Segment], list[Segment]]:
    """Split the segments of an unfinished text after the sentences that are complete, whatever follows."""
    joined = JoinedText(segments)
    length = complete_length(joined.text)
    return joined.split_segments(length) if length else ([], list(segments))


def has_words(text: str) -> bool:
    """Return whether source text has words, apart from controls."""
    return _WORD.search(_CONTROL.sub("", text)) is not None


def settled_count(segments: Sequence[Segment], begun: bool = False) -> int:
    """Return the number of segments up to the last break that words follow. `begun`: whether they follow them all."""
    for index in range(len(segments) - 1, -1, -1):
        segment = segments[index]
        if isinstance(segment, Boundary) and begun:
            return index + 1
        begun = begun or isinstance(segment, FixedSegment) or any(map(str.isalnum, segment.text))
    return 0


class SentenceWords(NamedTuple):
    """The words of a sentence, and its events before the first word, between words and after the last word."""

    before: list[Event]
    words: list[MarkedWord]
    inside: list[Event]
    after: list[Event]


class SentenceText:
    """The text of one sentence, with a comma for each pause and a placeholder name for fixed words."""

    def __init__(self, joined: JoinedText, start: int, end: int) -> None:
        self._joined = joined
        self._offset = start
        self._controls = joined.controls(start, end)
        self.text = joined.text[start:end]
        for position, segment in self._controls:
            if isinstance(segment, Pause):
                place = position - start
                self.text = f"{self.text[:place]},{self.text[place + 1 :]}"

    @property
    def has_controls(self) -> bool:
        """Whether the sentence has words, pauses or events from markup."""
        return bool(self._controls)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the source span of text[start:end], which must not be empty."""
        return self._joined.locate(self._offset + start, self._offset + end)[:2]

    def place_words(self, words: Sequence[SpokenWord]) -> SentenceWords:
        """Place the normalized words of this text in the source, and insert the words and pauses from markup."""
        if (shift := self._shift()) is not None:
            return SentenceWords([], [self._shifted(word, shift) for word in words], [], [])
        marked: list[MarkedWord] = []
        waiting = [placed for placed in reversed(self._controls) if isinstance(placed[1], FixedSegment | Pause)]
        taken = 0
        for word in words:
            start, end = word.start + self._offset, word.end + self._offset
            while waiting and waiting[-1][0] <= start:
                position, segment = waiting.pop()
                marked.extend(_control_words(segment))
                taken = position + len(segment.text)
            if end > taken:
                first, last, prosody = self._joined.locate(start, end)
                marked.append(MarkedWord(word, self.text[word.start : word.end], first, last, (), prosody))
        marked.extend(item for _, segment in reversed(waiting) for item in _control_words(segment))
        events = [segment for _, segment in self._controls if not isinstance(segment, FixedSegment)]
        return _split_events(marked, events) if events else SentenceWords([], marked, [], [])

    def _shift(self) -> int | None:
        """Return how far the text is from its place in the source, if it is neutral source text without controls."""
        if self._controls:
            return None
        shift = self._joined.shift(self._offset, self._offset + len(self.text))
        return None if shift is None else shift + self._offset

    def _shifted(self, word: SpokenWord, shift: int) -> MarkedWord:
        start, end = word.start, word.end
        return MarkedWord(word, self.text[start:end], start + shift, end + shift)


class JoinedText:
    """Consecutive segments as one text."""

    def __init__(self, segments: Iterable[Segment]) -> None:
        self._segments: list[Segment] = []
        self._positions: list[int] = []
        self._length = 0
        for segment in segments:
            # Pauses and fixed words always separate the words next to them.
            apart = isinstance(segment, Pause | FixedSegment)
            if apart:
                self._append(TextSegment(" ", segment.start, segment.start, is_verbatim=False))
            self._append(segment)
            if apart:
                self._append(TextSegment(" ", segment.start, segment.start, is_verbatim=False))
        self.text = "".join(segment.text for segment in self._segments)

    def _append(self, segment: Segment) -> None:
        self._segments.append(segment)
        self._positions.append(self._length)
        self._length += len(segment.text)

    def sentence_texts(self) -> Iterator[SentenceText | Event]:
        """Yield the text of each sentence and the events between sentences. A blank line ends a paragraph."""
        done = 0
        for start, end in split(self.text):
            yield from self._events(done, start)
            if _BLANK_LINE.search(self.text, done, start):
                yield Boundary(True, self.locate(start, end)[0])
            yield SentenceText(self, start, end)
            done = end
        yield from self._events(done, self._length + 1)

    def split_segments(self, length: int) -> tuple[list[Segment], list[Segment]]:
        """Return the segments before and after text[:length]. The split is not inside text that stands for a span."""
        before: list[Segment] = []
        after: list[Segment] = []
        for position, segment in zip(self._positions, self._segments, strict=True):
            if segment.start == getattr(segment, "end", None) and isinstance(segment, TextSegment):
                continue  # white space around a pause or fixed words
            cut = length - position
            if isinstance(segment, TextSegment) and segment.is_verbatim and 0 < cut < len(segment.text):
                middle = segment.start + cut
                before.append(segment._replace(text=segment.text[:cut], end=middle))
                after.append(segment._replace(text=segment.text[cut:], start=middle))
            else:
                (before if cut > 0 else after).append(segment)
        return before, after

    def _events(self, start: int, end: int) -> Iterator[Event]:
        return (segment for _, segment in self.controls(start, end) if not isinstance(segment, FixedSegment))

    def controls(self, start: int, end: int) -> list[tuple[int, FixedSegment | Event]]:
        """Return the segments in text[start:end] that are not text, with their positions."""
        first, last = bisect_left(self._positions, start), bisect_left(self._positions, end)
        pairs = zip(self._positions[first:last], self._segments[first:last], strict=True)
        return [(position, segment) for position, segment in pairs if not isinstance(segment, TextSegment)]

    def shift(self, start: int, end: int) -> int | None:
        """Return how far text[start:end] is from its place in the source, if it is neutral text of one segment."""
        index = bisect_right(self._positions, start) - 1
        segment = self._segments[index]
        if not isinstance(segment, TextSegment) or not segment.is_verbatim or segment.prosody is not NEUTRAL:
            return None
        position = self._positions[index]
        return segment.start - position if end <= position + len(segment.text) else None

    def locate(self, start: int, end: int) -> tuple[int, int, Prosody]:
        """Return the source span and the prosody of text[start:end], which must not be empty.

        If segments in it have different prosodies, the first that is not neutral counts.
        """
        first = bisect_right(self._positions, start) - 1
        last = bisect_left(self._positions, end, first + 1) - 1
        source = self._source(first, start)[0], self._source(last, end - 1)[1]
        for segment in self._segments[first : last + 1]:
            if isinstance(segment, TextSegment | FixedSegment) and segment.prosody is not NEUTRAL:
                return *source, segment.prosody
        return *source, NEUTRAL

    def _source(self, index: int, position: int) -> tuple[int, int]:
        """Return the source span of the character at `position`, which is in segment `index`."""
        segment = self._segments[index]
        assert isinstance(segment, TextSegment | FixedSegment | Pause)  # other segments have no characters
        if isinstance(segment, TextSegment) and segment.is_verbatim:
            start = segment.start + position - self._positions[index]
            return start, start + 1
        return segment.start, segment.end


def _control_words(segment: Segment) -> tuple[MarkedWord, ...]:
    """Return the words of a fixed segment, or the comma of a pause."""
    if isinstance(segment, Pause):
        comma = SpokenWord(",", segment.start, segment.end, "mark")
        return (MarkedWord(comma, ",", segment.start, segment.end, pause=segment.seconds),)
    assert isinstance(segment, FixedSegment)
    return tuple(word._replace(prosody=segment.prosody) for word in segment.words)


def _split_events(marked: Sequence[MarkedWord], events: Sequence[Event]) -> SentenceWords:
    """Sort events by place, and drop the commas of pauses before the first word or after the last."""
    spoken = [index for index, item in enumerate(marked) if item.word.kind != "mark"]
    if not spoken:
        return SentenceWords([*events], [item for item in marked if item.pause is None], [], [])
    first, last = spoken[0], spoken[-1]
    start, end = marked[first].start, marked[last].end
    return SentenceWords(
        [event for event in events if event.start < start],
        [item for index, item in enumerate(marked) if item.pause is None or first < index < last],
        [event for event in events if start <= event.start < end],
        [event for event in events if event.start >= end],
    )
