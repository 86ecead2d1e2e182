"""The account of one text: what is said for which stretch of it, and what of it is not said."""

from __future__ import annotations

from tts.text.normalize.fold import Folded, fold
from tts.text.normalize.word import UNREAD_SIGN, Kind, Normalized, Skipped, Word


class Transcript:
    """Words and omissions, told in the order of the text; positions are those of the folded text."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._folded: Folded = fold(source)
        self.text = self._folded.text
        self._words: list[Word] = []
        self._skipped: list[Skipped] = []
        self._accounted = 0
        """The source up to here is spoken or skipped."""

    def say(self, semiotic: str, words: str, start: int, end: int) -> int:
        """Words, letters in capitals, and marks, for text[start:end]; `end` is returned."""
        span = self._folded.span(start, end)
        self._account(span[0])
        for word in words.split():
            kind: Kind = "mark" if word in ",.;" else "letter" if word.isupper() else "word"
            self._words.append(Word(word.lower(), *span, kind, semiotic))
        self._accounted = span[1]
        return end

    def say_plain(self, word: str, start: int, end: int) -> int:
        """What `say` does, for the most common token by far."""
        first, last = self._folded.starts[start], self._folded.ends[end - 1]
        if first > self._accounted + 1 or not self._source[self._accounted].isspace():
            self._account(first)
        self._words.append(Word(word.lower(), first, last))
        self._accounted = last
        return end

    def mark(self, mark: str, start: int, end: int) -> int:
        """A punctuation mark for text[start:end]; `end` is returned."""
        span = self._folded.span(start, end)
        self._account(span[0])
        self._words.append(Word(mark, *span, "mark", "punctuation"))
        self._accounted = span[1]
        return end

    def skip(self, start: int, end: int, reason: str) -> int:
        """Nothing for text[start:end]; `end` is returned."""
        span = self._folded.span(start, end)
        self._account(span[0])
        self._report(*span, reason)
        self._accounted = span[1]
        return end

    def note(self, start: int, end: int, reason: str) -> None:
        """Report text[start:end], which is about to be said, as not said quite as it is written."""
        self._report(*self._folded.span(start, end), reason)

    def last(self) -> Word | None:
        """The word or mark that was said last."""
        return self._words[-1] if self._words else None

    def amend(self, word: str, kind: Kind, end: int) -> int:
        """Say another word in place of the last one, for the text up to `end`, which is returned."""
        last = self._words.pop()
        self._accounted = self._folded.ends[end - 1]
        self._words.append(Word(word, last.start, self._accounted, kind, last.semiotic))
        return end

    def finish(self) -> Normalized:
        """All that was said and skipped."""
        self._account(len(self._source))
        return Normalized(self._words, self._skipped)

    def _account(self, start: int) -> None:
        """Characters between the last token and source[start], spaces apart, stand for nothing that is said."""
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
