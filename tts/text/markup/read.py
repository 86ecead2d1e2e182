"""Any text to stretches, whichever way its markup is written."""

from __future__ import annotations

from collections.abc import Iterator

from tts.text.markup.inline import read_inline
from tts.text.markup.segments import Event
from tts.text.markup.stretches import Stretch, stretches
from tts.text.regex import regex

_SSML = regex(r"\ufeff?\s*(?:<\?xml\b[^<>]*\?>\s*)?<speak[\s>/]")


def read(text: str, ssml: bool | None = None) -> Iterator[Stretch | Event]:
    """The sentences of a text, and between them the events that are in none.

    ssml: whether the text is SSML; by default it is if it begins with <speak>, perhaps after an XML declaration.
    Raises ValueError, before the first sentence, for SSML that is at fault; plain text never is.
    """
    if ssml is None:
        ssml = _SSML.match(text) is not None
    if not ssml:
        return stretches(read_inline(text))
    # Plain text need not wait for the parser of SSML.
    from tts.text.markup.ssml import read_ssml

    return stretches(read_ssml(text))
