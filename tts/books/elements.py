"""What the elements and attributes of a book mean: silence, notes, references to notes, and licences."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tts.text.markup.html_tags import SILENT

_SILENT_TYPES = frozenset("pagebreak doc-pagebreak toc landmarks page-list doc-toc doc-pagelist loi lot".split())
_NOTE_TYPES = frozenset("footnote endnote rearnote note doc-footnote doc-endnote".split())
_NOTES_TYPES = frozenset("footnotes endnotes rearnotes notes doc-endnotes".split())
_REFERENCE_TYPES = frozenset("noteref doc-noteref".split())
_BACK_TYPES = frozenset("backlink doc-backlink referrer".split())
_LICENCE_TYPES = frozenset("copyright-page".split())
_PAGE_CLASS = re.compile(r"\b(?:page-?_?(?:num|number|no|break)s?|pb|pginternal-page)\b", re.IGNORECASE)
_REFERENCE_CLASS = re.compile(r"\b(?:note-?ref|fn-?ref|footnote-?(?:ref|anchor|link)|fnanchor)", re.IGNORECASE)
_LICENCE_ID = re.compile(r"(?:pg-(?:header|footer|boilerplate)|pgheader|pgfooter|copyright-page)", re.IGNORECASE)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_MARK = re.compile(r"[\[(]?(?:\d{1,4}|[*†‡§‖¶]{1,4}|[a-z]|[ivxl]{1,6}|note \d{1,4})[\])]?\.?", re.IGNORECASE)
_BACK = re.compile(r"[\[(]?(?:[↩↵⏎↑⤴^«←]\ufe0e?|back|return|jump up)[\])]?", re.IGNORECASE)
_FILE_NAME = re.compile(r"[\w%./\\-]{1,200}\.(?:avif|bmp|gif|jpe?g|png|svg|tiff?|webp)", re.IGNORECASE)
_SILENT = SILENT | {"nav", "audio", "video", "title", "canvas", "math-annotation"}

Attributes = Mapping[str, str]


def types(attributes: Attributes) -> frozenset[str]:
    """Return the kinds of a structure: the values of epub:type and role."""
    return frozenset(f"{attributes.get('epub:type', '')} {attributes.get('role', '')}".lower().split())


def is_silent(name: str, attributes: Attributes) -> bool:
    """Whether an element is not read: navigation, page numbers and what is hidden."""
    return (
        name in _SILENT
        or "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or bool(types(attributes) & (_SILENT_TYPES | _BACK_TYPES))
        or _PAGE_CLASS.search(attributes.get("class", "")) is not None
        or _HIDDEN_STYLE.search(attributes.get("style", "")) is not None
    )


def description(attributes: Attributes) -> str:
    """Return the description of a picture, "" for the name of its file."""
    text = attributes.get("alt") or attributes.get("aria-label", "")
    return "" if _FILE_NAME.fullmatch(text.strip()) else text


def is_note(attributes: Attributes) -> bool:
    """Whether an element is one note."""
    return bool(types(attributes) & _NOTE_TYPES)


def holds_notes(attributes: Attributes) -> bool:
    """Whether an element is a collection of notes. Its heading is not read."""
    return bool(types(attributes) & _NOTES_TYPES)


def is_reference(attributes: Attributes) -> bool:
    """Whether a link says that it refers to a note."""
    named = f"{attributes.get('class', '')} {attributes.get('id', '')}"
    return bool(types(attributes) & _REFERENCE_TYPES) or _REFERENCE_CLASS.search(named) is not None


def is_licence(attributes: Attributes) -> bool:
    """Whether an element is a licence or a statement of copyright."""
    named = f"{attributes.get('class', '')} {attributes.get('id', '')}"
    return bool(types(attributes) & _LICENCE_TYPES) or _LICENCE_ID.search(named) is not None


def is_mark(text: str) -> bool:
    """Whether the text of a link is the mark of a note, such as "12", "[3]" or "*"."""
    return _MARK.fullmatch(text.strip()) is not None


def is_back_mark(text: str) -> bool:
    """Whether the text of a link is an arrow that leads back from a note."""
    return _BACK.fullmatch(text.strip()) is not None
