"""Split any text, plain or SSML, into the texts of its sentences and the events between them."""

from __future__ import annotations

from collections.abc import Iterator

from tts.text.markup.inline import read_inline
from tts.text.markup.segments import Event
from tts.text.markup.sentence_text import SentenceText, sentence_texts
from tts.text.regex import regex

_SSML = regex(r"\ufeff?\s*(?:<\?xml\b[^<>]*\?>\s*)?<speak[\s>/]")


def read(text: str, ssml: bool | None = None) -> Iterator[SentenceText | Event]:
    """Yield the texts of the sentences, and the events between sentences.

    `ssml`: whether the text is SSML; None detects it by a <speak> at the start, optionally after an XML declaration.
    Raises MarkupError for invalid SSML, before the first sentence. Plain text is never invalid.
    """
    if ssml is None:
        ssml = _SSML.match(text) is not None
    if not ssml:
        return sentence_texts(read_inline(text))
    # Imported on first use: plain text does not need the XML parser.
    from tts.text.markup.ssml import read_ssml

    return sentence_texts(read_ssml(text))
