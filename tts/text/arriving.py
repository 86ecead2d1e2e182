"""Sentences of a text while it arrives, piece by piece: none waits for more than the sentence after it to begin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

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
