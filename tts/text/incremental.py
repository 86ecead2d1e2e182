"""Split a text into sentences while it arrives in pieces. A sentence is complete once the next one has begun."""

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

_SSML = ("<speak", "<?xml ")  # a text that begins like this may be SSML
PARAGRAPH_END = regex(r"\n[^\S\n]*\n\s*\Z")


class TextChunk(NamedTuple):
    """Whole sentences, and their start in the text."""

    text: str
    start: int


def complete_length(text: str) -> int:
    """Return the length of the part of an unfinished text that is complete sentences, regardless of what follows."""
    spans = list(split(text))
    # The end of a sentence depends on the word after it, and that word may still be incomplete.
    return spans[-2][0] if len(spans) > 2 else 0


def chunks(pieces: Iterable[str]) -> Iterator[TextChunk]:
    """Split a text that arrives in pieces between sentences, at the same ends as in the whole text. Nothing is lost."""
    text, start = "", 0
    for piece in pieces:
        text += piece
        if cut := complete_length(text):
            yield TextChunk(text[:cut], start)
            text, start = text[cut:], start + cut
    if text:
        yield TextChunk(text, start)


def sentences(frontend: Frontend, pieces: Iterable[str], ssml: bool | None = None) -> Iterator[Sentence]:
    """Yield the sentences of a text that arrives in pieces. Spans count from the start of the text.

    `ssml`: as for `Frontend.sentences`. SSML is parsed only once all of it has arrived.
    """
    left, begun = iter(pieces), ""
    while len(begun.lstrip()) < len(_SSML[0]) and (piece := next(left, None)) is not None:
        begun += piece
    if ssml or (ssml is None and begun.lstrip().startswith(_SSML)):
        yield from frontend.sentences(begun + "".join(left), ssml)
        return
    for text, start in chunks(chain([begun], left)):
        last: Sentence | None = None
        for sentence in frontend.sentences(text, ssml=False):
            if last:
                yield _moved(last, start)
            last = sentence
        if last:  # the blank line is in this chunk; the next paragraph is in the next chunk
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
