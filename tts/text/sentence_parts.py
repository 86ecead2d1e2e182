"""Merge the marks between words, and cut sentences that are too long to speak at once."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from tts.text.markup import gaps
from tts.text.markup.segments import MarkedWord
from tts.text.token import Sentence, Token

LONGEST_SPOKEN = 400
"""Maximum number of phonemes in a sentence: a few characters, such as a row of "%", can take long to speak."""

# The first of these that occurs in a row of marks replaces the row: "?!" is a question, ".," a full stop.
_STRENGTH = "?!….;:,"
_FINAL = frozenset(".?!…,;:-")
_CLOSING = frozenset('")')


def merge_marks(marked: Sequence[MarkedWord]) -> list[MarkedWord]:
    """Merge adjacent marks into the strongest one, with the span of all marks and the sum of their pauses."""
    merged: list[MarkedWord] = []
    for item in marked:
        previous = merged[-1] if merged else None
        if previous and previous.word.kind == item.word.kind == "mark":
            first, second = previous.word.text, item.word.text
            if first == second == "-" or (first in _STRENGTH and second in _STRENGTH):
                strongest = next((mark for mark in _STRENGTH if mark in first + second), "-")
                mark = item.word._replace(text=strongest)
                pauses = [pause for pause in (previous.pause, item.pause) if pause is not None]
                merged[-1] = MarkedWord(mark, strongest, previous.start, item.end, pause=gaps.add_pauses(pauses))
                continue
        merged.append(item)
    return merged


def split_parts(tokens: list[Token], start: int, end: int) -> Iterator[Sentence]:
    """Yield the sentence, or parts of about equal length if it has more than `LONGEST_SPOKEN` phonemes."""
    left = sum(len(token.phonemes) for token in tokens if not token.is_mark)
    if left <= LONGEST_SPOKEN:
        yield _sentence(tokens, start, end)
        return
    share = left / math.ceil(left / LONGEST_SPOKEN)
    first = spoken = 0
    for index, token in enumerate(tokens[:-1]):
        if not token.is_mark:
            spoken += len(token.phonemes)
        if spoken < left and _may_cut(token, tokens[index + 1], spoken, share):
            yield _sentence(tokens[first : index + 1], start, token.end)
            first, start = index + 1, tokens[index + 1].start
            left, spoken = left - spoken, 0
    yield _sentence(tokens[first:], start, end)


def _may_cut(token: Token, following: Token, spoken: int, share: float) -> bool:
    """Return whether a sentence may be cut between two tokens, `spoken` phonemes after the last cut.

    `share`: the target length of a part in phonemes. A cut at a mark may come earlier than a cut between words.
    """
    if token.text == "(" or (following.is_mark and following.text != "("):
        return False
    if following.start < token.end:  # inside a number, whose words share one span
        return spoken >= LONGEST_SPOKEN
    return spoken >= (share * 2 / 3 if token.is_mark else share)


def _sentence(tokens: list[Token], start: int, end: int) -> Sentence:
    """Make a sentence of tokens. Add a full stop of no width if no mark ends it, and move a final pause after it."""
    pause = tokens[-1].pause
    if pause is not None:
        tokens = [*tokens[:-1], tokens[-1]._replace(pause=None)]
    if lacks_end([token.text for token in tokens]):
        tokens = [*tokens, Token(".", end, end, (".",), "mark")]
    return Sentence(tuple(tokens), start, end, pause_after=pause)


def lacks_end(texts: Sequence[str]) -> bool:
    """Return whether no mark ends the words and marks of a sentence."""
    last = next((text for text in reversed(texts) if text not in _CLOSING), None)
    return last is not None and last not in _FINAL
