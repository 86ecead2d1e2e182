"""The elements of the SSML subset: which attributes they have, where they may stand, and what stands for their text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tts.text.markup.segments import Fixed, Said, Segment, Text
from tts.text.markup.stretches import Joined
from tts.text.markup.values import emphasis, prosody, shown
from tts.text.normalize.say_as import say_as
from tts.text.normalize.word import SpokenWord
from tts.text.pronunciation.alphabets import from_arpabet, from_ipa
from tts.text.pronunciation.lexicon import Pronunciation
from tts.text.token import NEUTRAL, Prosody

DEEPEST = 32
"""Elements within elements."""

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
    """An element that is open."""

    name: str
    attributes: Mapping[str, str]
    start: int
    prosody: Prosody
    texts: list[Text] = field(default_factory=list)
    """What stands in it, where that is text only."""


def open_element(name: str, attributes: Mapping[str, str], start: int, around: Sequence[Element]) -> Element:
    """The element that begins at `start` within others; ValueError says what is allowed there."""
    _check_place(name, [element.name for element in around])
    _check_attributes(name, attributes)
    outer = around[-1].prosody if around else NEUTRAL
    if name == "prosody":
        outer = prosody(attributes, outer)
    elif name == "emphasis":
        outer = emphasis(attributes.get("level", "moderate"), outer)
    return Element(name, attributes, start, outer)


def _check_place(name: str, around: Sequence[str]) -> None:
    if (name == "speak") == bool(around):
        raise ValueError("the outermost element, and no other, is <speak>")
    if name not in _ATTRIBUTES:
        raise ValueError(f"no such element: use {' '.join(_ATTRIBUTES)}")
    if around and around[-1] in TEXT_ONLY + EMPTY:
        raise ValueError(f"no element may stand in <{around[-1]}>")
    if len(around) == DEEPEST:
        raise ValueError(f"elements stand in one another more than {DEEPEST} deep: nest fewer")


def _check_attributes(name: str, attributes: Mapping[str, str]) -> None:
    for attribute in attributes:
        if attribute not in _ATTRIBUTES[name]:
            raise ValueError(f"no attribute {shown(attribute)}: use {' '.join(_ATTRIBUTES[name])}")
    for attribute in _REQUIRED.get(name, ()):
        if not attributes.get(attribute, "").strip():
            raise ValueError(f"attribute {attribute} is missing or empty: give it")
    language = attributes.get("xml:lang", "en")
    if language.lower().partition("-")[0] != "en":
        raise ValueError(f"xml:lang {shown(language)}: only English is spoken; use en, en-US or the like")


def replacement(element: Element, end: int) -> Segment:
    """What stands for a text-only element that ends before `end`; its span is that of its text, if there is any."""
    texts, attributes = element.texts, element.attributes
    start, end = (texts[0].start, texts[-1].end) if texts else (element.start, end)
    if element.name == "sub":
        return Text(attributes["alias"], start, end, element.prosody, is_verbatim=False)
    joined = Joined(texts)
    if element.name == "say-as":
        words = say_as(joined.text, attributes["interpret-as"], attributes.get("format"))
        said = [_placed(joined, word) for word in words]
        if not said:
            raise ValueError(f"nothing to speak in {shown(joined.text)}: give a word, letter or number")
    else:
        said = _pronounced(joined.text.split(), attributes, start, end)
    return Fixed(tuple(said), start, end, element.prosody, not joined.text.strip()[:1].islower())


def _placed(joined: Joined, word: SpokenWord) -> Said:
    return Said(word, joined.text[word.start : word.end], *joined.locate(word.start, word.end)[:2])


def _pronounced(written: Sequence[str], attributes: Mapping[str, str], start: int, end: int) -> list[Said]:
    """The words that a phoneme element gives; they have the names of the written ones if these are as many."""
    try:
        pronunciations = _READERS[attributes["alphabet"]](attributes["ph"])
    except KeyError:
        raise ValueError(f"alphabet {shown(attributes['alphabet'])}: use {' '.join(_READERS)}") from None
    except ValueError as error:
        raise ValueError(f"ph: {error}") from None
    is_named = len(written) == len(pronunciations)
    said = []
    for index, phonemes in enumerate(pronunciations):
        seen = written[index] if is_named else f"{{{' '.join(phonemes)}}}"
        name = seen.lower() if is_named else seen
        said.append(Said(SpokenWord(name, start, end), seen, start, end, phonemes))
    return said


def _read_arpabet(ph: str) -> list[Pronunciation]:
    return [from_arpabet(word) for word in ph.split("|")]


def _read_ipa(ph: str) -> list[Pronunciation]:
    return [from_ipa(word) for word in ph.split()]


_READERS = {"x-arpabet": _read_arpabet, "ipa": _read_ipa}
