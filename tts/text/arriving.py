"""Sentences of a text while it arrives, piece by piece: none waits for more than the sentence after it to begin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from tts.text.frontend import Frontend, Sentence
from tts.text.normalize.word import Skipped
from tts.text.sentences import split


class Passage(NamedTuple):
    """Whole sentences, and where they begin in the text."""

    text: str
    start: int


def passages(pieces: Iterable[str]) -> Iterator[Passage]:
    """Cut a text that arrives in pieces between sentences, where they end as in the text whole. Joined, all of it."""
    text, start = "", 0
    for piece in pieces:
        text += piece
        spans = list(split(text))
        # Where a sentence ends depends on the word after it; the last of all may not be whole, nor that word.
        if len(spans) > 2:
            cut = spans[-2][0]
            yield Passage(text[:cut], start)
            text, start = text[cut:], start + cut
    if text:
        yield Passage(text, start)


def sentences(frontend: Frontend, pieces: Iterable[str]) -> Iterator[Sentence]:
    """The sentences of a text that arrives in pieces, their spans counted from its start."""
    for text, start in passages(pieces):
        for sentence in frontend.sentences(text):
            yield _moved(sentence, start) if start else sentence


def _moved(sentence: Sentence, distance: int) -> Sentence:
    def skips(skipped: Iterable[Skipped]) -> tuple[Skipped, ...]:
        return tuple(skip._replace(start=skip.start + distance, end=skip.end + distance) for skip in skipped)

    return replace(
        sentence,
        tokens=tuple(replace(t, start=t.start + distance, end=t.end + distance) for t in sentence.tokens),
        start=sentence.start + distance,
        end=sentence.end + distance,
        skipped=skips(sentence.skipped),
        unread=skips(sentence.unread),
    )
