"""Collect the spoken words and the skipped spans of one text, so that every character is accounted for."""

from __future__ import annotations

from tts.text.normalize.fold import Folded, fold
from tts.text.normalize.word import UNREAD_SIGN, Kind, Normalized, Skipped, SpokenWord


class NormalizedBuilder:
    """Builds a `Normalized` in text order. Positions given to its methods are positions in the folded text.

    Methods that take `end` return `end` (the next position to read).
    """

    def __init__(self, source: str) -> None:
        self._source = source
        self._folded: Folded = fold(source)
        self.text, self._starts, self._ends = self._folded
        self._words: list[SpokenWord] = []
        self._skipped: list[Skipped] = []
        self._accounted = 0
        """Every source character before this position is spoken or skipped."""

    def add_words(self, semiotic: str, words: str, start: int, end: int) -> int:
        """Add words, letters (in capitals) and marks for text[start:end]."""
        span = self._folded.span(start, end)
        self._account(span[0])
        for word in words.split():
            kind: Kind = "mark" if word in ",.;" else "letter" if word.isupper() else "word"
            self._words.append(SpokenWord(word.lower(), *span, kind, semiotic))
        self._accounted = span[1]
        return end

    def add_plain(self, word: str, start: int, end: int) -> int:
        """Add one plain word for text[start:end]: the fast path of `add_words`, for most tokens."""
        first, last = self._starts[start], self._ends[end - 1]
        if first > self._accounted + 1 or not self._source[self._accounted].isspace():
            self._account(first)
        self._words.append(SpokenWord(word.lower(), first, last))
        self._accounted = last
        return end

    def add_mark(self, mark: str, start: int, end: int) -> int:
        """Add a punctuation mark for text[start:end]."""
        first, last = self._starts[start], self._ends[end - 1]
        if first > self._accounted:
            self._account(first)
        self._words.append(SpokenWord(mark, first, last, "mark", "punctuation"))
        self._accounted = last
        return end

    def skip(self, start: int, end: int, reason: str) -> int:
        """Record text[start:end] as not spoken."""
        span = self._folded.span(start, end)
        self._account(span[0])
        self._report(*span, reason)
        self._accounted = span[1]
        return end

    def note(self, start: int, end: int, reason: str) -> None:
        """Record that text[start:end], which is added next, is not spoken exactly as written."""
        self._report(*self._folded.span(start, end), reason)

    def last(self) -> SpokenWord | None:
        """Return the last word or mark, or None."""
        return self._words[-1] if self._words else None

    def replace_last(self, word: str, kind: Kind, end: int) -> int:
        """Replace the last word, and extend its span to `end`."""
        last = self._words.pop()
        self._accounted = self._ends[end - 1]
        self._words.append(SpokenWord(word, last.start, self._accounted, kind, last.semiotic))
        return end

    def build(self) -> Normalized:
        """Return all words and all skipped spans."""
        self._account(len(self._source))
        return Normalized(self._words, self._skipped)

    def _account(self, start: int) -> None:
        """Record the characters between the last token and source[start], except white space, as not spoken."""
        for index in range(self._accounted, start):
            if not self._source[index].isspace():
                self._report(index, index + 1, UNREAD_SIGN)
        self._accounted = max(self._accounted, start)

    def _report(self, start: int, end: int, reason: str) -> None:
        previous = self._skipped[-1] if self._skipped else None
        if previous and previous.end == start and previous.reason == reason:
            self._skipped[-1] = Skipped(previous.start, end, reason)
        else:
            self._skipped.append(Skipped(start, end, reason))
