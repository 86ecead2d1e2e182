"""Sentences of a text while it arrives, piece by piece: none waits for more than the sentence after it to begin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

from tts.text.frontend import Frontend
from tts.text.normalize.word import Skipped
from tts.text.regex import regex
from tts.text.sentences import split
from tts.text.token import Sentence

_SSML = ("<speak", "<?xml ")  # how what may be SSML begins
PARAGRAPH_END = regex(r"\n[^\S\n]*\n\s*\Z")


class Passage(NamedTuple):
    """Whole sentences, and where they begin in the text."""

    text: str
    start: int


def settled(text: str) -> int:
    """How many characters of a text that goes on are sentences already, whatever follows."""
    spans = list(split(text))
    # Where a sentence ends depends on the word after it; the last of all may not be whole, nor that word.
    return spans[-2][0] if len(spans) > 2 else 0


def passages(pieces: Iterable[str]) -> Iterator[Passage]:
    """Cut a text that arrives in pieces between sentences, where they end as in the text whole. Joined, all of it."""
    text, start = "", 0
    for piece in pieces:
        text += piece
        if cut := settled(text):
            yield Passage(text[:cut], start)
            text, start = text[cut:], start + cut
    if text:
        yield Passage(text, start)


def sentences(frontend: Frontend, pieces: Iterable[str], ssml: bool | None = None) -> Iterator[Sentence]:
    """The sentences of a text that arrives in pieces, their spans counted from its start.

    ssml: as for `Frontend.sentences`. SSML is taken in whole first: until it ends it has no meaning.
    """
    left, begun = iter(pieces), ""
    while len(begun.lstrip()) < len(_SSML[0]) and (piece := next(left, None)) is not None:
        begun += piece
    if ssml or (ssml is None and begun.lstrip().startswith(_SSML)):
        yield from frontend.sentences(begun + "".join(left), ssml)
        return
    for text, start in passages(chain([begun], left)):
        last: Sentence | None = None
        for sentence in frontend.sentences(text, ssml=False):
            if last:
                yield _moved(last, start)
            last = sentence
        if last:  # the blank line is in this passage, and the paragraph that it divides it from in the next
            yield _moved(replace(last, ends_paragraph=bool(PARAGRAPH_END.search(text))), start)


def _moved(sentence: Sentence, distance: int) -> Sentence:
    if not distance:
        return sentence

    def skips(skipped: Iterable[Skipped]) -> tuple[Skipped, ...]:
        return tuple(skip._replace(start=skip.start + distance, end=skip.end + distance) for skip in skipped)

    return replace(
        sentence,
        tokens=tuple(replace(t, start=t.start + distance, end=t.end + distance) for t in sentence.tokens),
        start=sentence.start + distance,
        end=sentence.end + distance,
        skipped=skips(sentence.skipped),
        unread=skips(sentence.unread),
        misread=tuple(m._replace(start=m.start + distance, end=m.end + distance) for m in sentence.misread),
    )
