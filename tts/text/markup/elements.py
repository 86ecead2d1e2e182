"""The elements of the SSML subset: their attributes, their nesting, and the segment that replaces their text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tts.errors import MarkupError, PronunciationError
from tts.text.markup.segments import FixedSegment, MarkedWord, Segment, TextSegment
from tts.text.markup.sentence_text import JoinedText
from tts.text.markup.values import apply_emphasis, apply_prosody, quote
from tts.text.normalize.say_as import say_as
from tts.text.normalize.word import SpokenWord
from tts.text.pronunciation.alphabets import from_arpabet, from_ipa
from tts.text.pronunciation.lexicon import Pronunciation
from tts.text.token import NEUTRAL, Prosody

DEEPEST = 32
"""Maximum nesting depth."""

_ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "speak": ("version", "xml:lang", "xmlns", "xmlns:xsi", "xsi:schemaLocation"),
    "p": ("xml:lang",),
    "s": ("xml:lang",),
    "break": ("time", "strength"),
    "prosody": ("rate", "pitch", "volume"),
    "phoneme": ("alphabet", "ph"),
    "say-as": ("interpret-as", "format"),
    "sub": ("alias",),
    "emphasis": ("level",),
    "mark": ("name",),
}
_REQUIRED = {"phoneme": ("alphabet", "ph"), "say-as": ("interpret-as",), "sub": ("alias",), "mark": ("name",)}
TEXT_ONLY = ("phoneme", "say-as", "sub")
EMPTY = ("break", "mark")


@dataclass
class Element:
    """An open element."""

    name: str
    attributes: Mapping[str, str]
    start: int
    prosody: Prosody
    texts: list[TextSegment] = field(default_factory=list)
    """The content of an element that allows text only."""


def open_element(name: str, attributes: Mapping[str, str], start: int, around: Sequence[Element]) -> Element:
    """Open the element that begins at `start` inside the elements `around`, outermost first.

    Raises MarkupError, with the allowed values, for an element or attribute that is not allowed there.
    """
    _check_place(name, [element.name for element in around])
    _check_attributes(name, attributes)
    outer = around[-1].prosody if around else NEUTRAL
    if name == "prosody":
        outer = apply_prosody(attributes, outer)
    elif name == "emphasis":
        outer = apply_emphasis(attributes.get("level", "moderate"), outer)
    return Element(name, attributes, start, outer)


def _check_place(name: str, around: Sequence[str]) -> None:
    if (name == "speak") == bool(around):
        raise MarkupError("<speak> must be the outermost element, and no other element may be")
    if name not in _ATTRIBUTES:
        raise MarkupError(f"no such element: use {' '.join(_ATTRIBUTES)}")
    if around and around[-1] in TEXT_ONLY + EMPTY:
        raise MarkupError(f"<{around[-1]}> may not contain elements: close it first")
    if len(around) == DEEPEST:
        raise MarkupError(f"elements are nested more than {DEEPEST} deep: nest fewer")


def _check_attributes(name: str, attributes: Mapping[str, str]) -> None:
    for attribute in attributes:
        if attribute not in _ATTRIBUTES[name]:
            raise MarkupError(f"no attribute {quote(attribute)}: use {' '.join(_ATTRIBUTES[name])}")
    for attribute in _REQUIRED.get(name, ()):
        if not attributes.get(attribute, "").strip():
            raise MarkupError(f"attribute {attribute} is missing or empty: give it")
    language = attributes.get("xml:lang", "en")
    if language.lower().partition("-")[0] != "en":
        raise MarkupError(f"xml:lang {quote(language)}: only English is spoken; use en, en-US or the like")


def replacement_segment(element: Element, end: int) -> Segment:
    """Return the segment that replaces a text-only element ending before `end`.

    The segment's span is the span of the element's text, or of the element if it is empty. Raises MarkupError for an
    attribute value that is not allowed, or if there is nothing to speak.
    """
    texts, attributes = element.texts, element.attributes
    start, end = (texts[0].start, texts[-1].end) if texts else (element.start, end)
    if element.name == "sub":
        return TextSegment(attributes["alias"], start, end, element.prosody, is_verbatim=False)
    joined = JoinedText(texts)
    if element.name == "say-as":
        words = say_as(joined.text, attributes["interpret-as"], attributes.get("format"))
        marked = [_marked_word(joined, word) for word in words]
        if not marked:
            raise MarkupError(f"nothing to speak in {quote(joined.text)}: give a word, letter or number")
    else:
        marked = _pronounced(joined.text.split(), attributes, start, end)
    return FixedSegment(tuple(marked), start, end, element.prosody, not joined.text.strip()[:1].islower())


def _marked_word(joined: JoinedText, word: SpokenWord) -> MarkedWord:
    return MarkedWord(word, joined.text[word.start : word.end], *joined.locate(word.start, word.end)[:2])


def _pronounced(written: Sequence[str], attributes: Mapping[str, str], start: int, end: int) -> list[MarkedWord]:
    """Return the words of a phoneme element.

    They are named after the written words if there are as many of these as pronunciations, else by their phonemes.
    """
    try:
        pronunciations = _READERS[attributes["alphabet"]](attributes["ph"])
    except KeyError:
        raise MarkupError(f"alphabet {quote(attributes['alphabet'])}: use {' '.join(_READERS)}") from None
    except PronunciationError as error:
        raise MarkupError(f"ph: {error}") from None
    is_named = len(written) == len(pronunciations)
    marked = []
    for index, phonemes in enumerate(pronunciations):
        seen = written[index] if is_named else f"{{{' '.join(phonemes)}}}"
        name = seen.lower() if is_named else seen
        marked.append(MarkedWord(SpokenWord(name, start, end), seen, start, end, phonemes))
    return marked


def _read_arpabet(ph: str) -> list[Pronunciation]:
    return [from_arpabet(word) for word in ph.split("|")]


def _read_ipa(ph: str) -> list[Pronunciation]:
    return [from_ipa(word) for word in ph.split()]


_READERS = {"x-arpabet": _read_arpabet, "ipa": _read_ipa}
