"""Segments: the parts of a text with markup, in source order, each with its span in the source."""

from __future__ import annotations

from typing import NamedTuple

from tts.text.normalize.word import SpokenWord
from tts.text.pronunciation.lexicon import Pronunciation
from tts.text.token import NEUTRAL, Prosody


class MarkedWord(NamedTuple):
    """A word or mark with its span in the source and the settings that markup gives it."""

    word: SpokenWord
    written: str
    """The source spelling. A capital marks a name."""
    start: int
    end: int
    phonemes: Pronunciation = ()
    """The pronunciation from markup. If empty, the front end finds one."""
    prosody: Prosody = NEUTRAL
    pause: float | None = None
    """Seconds of silence at this mark."""


class TextSegment(NamedTuple):
    """Text that is normalized together with its neighbours."""

    text: str
    start: int
    end: int
    prosody: Prosody = NEUTRAL
    is_verbatim: bool = True
    """Whether text and source agree character by character. If not, each character has the whole span."""


class FixedSegment(NamedTuple):
    """Words fixed by markup, independent of their neighbours."""

    words: tuple[MarkedWord, ...]
    start: int
    end: int
    prosody: Prosody = NEUTRAL
    is_name: bool = True
    """Whether neighbours see a capitalised word: "Dr." before it is "doctor"."""

    @property
    def text(self) -> str:
        """A placeholder word for the normalizer."""
        return "Smith" if self.is_name else "smith"


class Pause(NamedTuple):
    """Silence in seconds. Like a space, it does not end a sentence."""

    seconds: float
    start: int
    end: int
    text: str = " "


class SsmlMark(NamedTuple):
    """An SSML <mark>: a named place in the text that is reported to the caller."""

    name: str
    start: int
    text: str = ""


class Notice(NamedTuple):
    """Text that looks like a failed control and is read as text."""

    reason: str
    start: int
    end: int
    text: str = ""


class Boundary(NamedTuple):
    """The end of a sentence or of a paragraph."""

    is_paragraph: bool
    start: int
    text: str = ""


class Settled:
    """All segments before are whole sentences, and no event that belongs to the last of them follows."""


Event = Pause | SsmlMark | Notice | Boundary
Segment = TextSegment | FixedSegment | Event
"""The attribute `text` of each segment is its text for the sentence splitter."""
