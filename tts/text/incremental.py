"""Split a text into sentences while it arrives in pieces."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from tts.errors import TextError, WordlessError
from tts.options import Code, Markup
from tts.text.frontend import Frontend, SentenceStream
from tts.text.markup.values import LONGEST_QUOTED, quote
from tts.text.token import Sentence


class IncrementalText:
    """A text that arrives in pieces: call `feed` with each piece, then `finish`; `sentences` is called at any time.

    A sentence is complete as soon as the next one has begun. SSML is complete at its end.
    """

    def __init__(self, frontend: Frontend, markup: Markup = "auto", code: Code = "announce") -> None:
        """markup, code: as for `Frontend.sentences`."""
        self._stream = SentenceStream(frontend, markup, code)
        self._complete = deque[Iterator[Sentence]]()  # of the pieces that completed sentences
        self._beginning = ""
        self._has_sentences = False
        self.has_ended = False
        """Whether `finish` was called."""

    @property
    def is_ready(self) -> bool:
        """Whether sentences are complete that were not yielded, or the text has ended."""
        return bool(self._complete) or self.has_ended

    def feed(self, piece: str) -> None:
        """Add a piece of the text. Raises TextError after `finish`, TypeError for what is no text."""
        if not isinstance(piece, str):
            raise TypeError(f"each piece of a text must be str, but one is {type(piece).__name__}: decode it first")
        if self.has_ended:
            raise TextError("the text has ended: begin a new session for the next text")
        self._beginning += piece[: LONGEST_QUOTED + 1 - len(self._beginning)]
        sentences = self._stream.feed(piece)
        if self._stream.has_complete:
            self._complete.append(sentences)

    def finish(self) -> None:
        """End the text: all of its sentences are complete."""
        if not self.has_ended:
            self.has_ended = True
            self._complete.append(self._stream.finish())

    def sentences(self) -> Iterator[Sentence]:
        """Yield the complete sentences that were not yielded.

        At the end of the text it raises MarkupError for invalid SSML, and WordlessError if the text has no word.
        """
        while self._complete:
            for sentence in self._complete.popleft():
                self._has_sentences = True
                yield sentence
        if self.has_ended and not self._has_sentences:
            raise WordlessError(
                f"nothing to speak in {quote(self._beginning)}: give at least one word, letter or number"
            )


def sentences(
    frontend: Frontend, pieces: Iterable[str], markup: Markup = "auto", code: Code = "announce"
) -> Iterator[Sentence]:
    """Yield the sentences of a text that arrives in pieces. Arguments and errors are those of `IncrementalText`."""
    text = IncrementalText(frontend, markup, code)
    for piece in pieces:
        text.feed(piece)
        yield from text.sentences()
    text.finish()
    yield from text.sentences()
