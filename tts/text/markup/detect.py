"""Detect the kind of a document by its beginning."""

from __future__ import annotations

import re
from typing import Literal

from tts.text.regex import regex

Document = Literal["ssml", "html", "text"]
"""An SSML document, an HTML document, or any other text."""

LONGEST_PROLOGUE = 10_000
"""Maximum number of characters before the first element of a document. A longer prologue makes it a text."""

# A prologue, whole or still incomplete: byte order mark, XML declaration, comments and document type.
_PROLOGUE = regex(r"\ufeff?\s*(?:(?:<\?xml\b[^<>]*\?>|<!--(?:(?!-->).)*-->|<!DOCTYPE\b[^<>]*>)\s*)*", re.S | re.I)
_DOCTYPE_HTML = regex(r"<!DOCTYPE\s+html\b", re.I)
_INCOMPLETE = regex(r"<(?:\?[^<>]*|!-?|!--(?:(?!-->).)*|!D[^<>]*)?\Z", re.S | re.I)
_FIRST = regex(r"<(speak|(?i:html|head|body))(?=[\s>/])")
_BEGIN_MARKUP = ("<", "\ufeff")
_FIRST_TAGS = ("<speak", "<html", "<head", "<body")


def detect(beginning: str, is_whole: bool) -> Document | None:
    """Return the kind of a document that begins like this, or None if more of the document is needed to tell.

    SSML begins with <speak>, HTML with <html>, <head>, <body> or its document type. An XML declaration, comments and a
    document type may precede the first element. `is_whole`: whether nothing follows.
    """
    begun = beginning.lstrip()
    if begun and begun[0] not in _BEGIN_MARKUP:
        return "text"
    prologue = _PROLOGUE.match(beginning)
    assert prologue  # it may be empty
    rest = beginning[prologue.end() :]
    if first := _FIRST.match(rest):
        return "ssml" if first[1] == "speak" else "html"
    if _DOCTYPE_HTML.search(prologue[0]):
        return "html"
    may_begin = _INCOMPLETE.match(rest) or any(tag.startswith(rest.lower()) for tag in _FIRST_TAGS)
    return None if may_begin and not is_whole and len(beginning) < LONGEST_PROLOGUE else "text"
