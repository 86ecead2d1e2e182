"""Split a text into sentences while it arrives in pieces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tts.options import Markup
from tts.text.frontend import Frontend, SentenceStream
from tts.text.token import Sentence


def sentences(frontend: Frontend, pieces: Iterable[str], markup: Markup = "auto") -> Iterator[Sentence]:
    """Yield the sentences of a text that arrives in pieces. Other arguments and errors: as for `Frontend.sentences`.

    A sentence is yielded as soon as the next one has begun. SSML is read once it is whole.
    """
    stream = SentenceStream(frontend, markup)
    for piece in pieces:
        yield from stream.feed(piece)
    yield from stream.finish()
