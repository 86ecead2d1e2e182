"""What a text with markup consists of: segments in the order of the source, each with its span there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from tts.text.normalize.word import SpokenWord
from tts.text.pronunciation.lexicon import Pronunciation
from tts.text.token import NEUTRAL, Prosody


class Said(NamedTuple):
    """A word or mark where it stands in the source, with what markup decides about it."""

    word: SpokenWord
    written: str
    """What stands there: capitals tell names."""
    start: int
    end: int
    phonemes: Pronunciation = ()
    """The pronunciation that markup gives; empty where the front end is to find it."""
    prosody: Prosody = NEUTRAL
    pause: float | None = None
    """Seconds of silence that a mark asks for."""


@dataclass(frozen=True)
class Text:
    """Text to be normalised together with its neighbours."""

    text: str
    start: int
    end: int
    prosody: Prosody = NEUTRAL
    is_verbatim: bool = True
    """Whether it stands in the source character by character; if not, all of it has the whole span."""


@dataclass(frozen=True)
class Fixed:
    """Words that markup settles, whatever stands beside them."""

    said: tuple[Said, ...]
    start: int
    end: int
    prosody: Prosody = NEUTRAL
    is_name: bool = True
    """Whether it is to its neighbours as a capitalised word: "Dr." before it is a doctor."""

    @property
    def text(self) -> str:
        """A word for the normaliser to see in its place."""
        return "Smith" if self.is_name else "smith"


@dataclass(frozen=True)
class Pause:
    """Silence, in seconds. A sentence goes on over it as over a space."""

    seconds: float
    start: int
    end: int
    text = " "


@dataclass(frozen=True)
class Mark:
    """A place in the text that the caller wants to hear of."""

    name: str
    start: int
    text = ""


@dataclass(frozen=True)
class Notice:
    """Something that was likely meant as markup and is read as text."""

    reason: str
    start: int
    end: int
    text = ""


@dataclass(frozen=True)
class Boundary:
    """The end of a sentence, or of a paragraph."""

    is_paragraph: bool
    start: int
    text = ""


Event = Pause | Mark | Notice | Boundary
Segment = Text | Fixed | Event
"""`text` is what each of them is in the text that is cut into sentences."""
