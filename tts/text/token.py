"""One spoken word or punctuation mark, tied to the source text it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Origin = Literal["lexicon", "homograph", "user", "derived", "spelled", "network", "mark"]


@dataclass(frozen=True)
class Prosody:
    """How a word is to be spoken, as markup asks; the neutral reading by default."""

    speed: float = 1.0
    """2 is twice as fast, at the same pitch."""
    pitch: float = 0.0
    """Semitones above the voice's own pitch."""
    volume: float = 0.0
    """Decibels above the voice's own level."""


NEUTRAL = Prosody()


@dataclass(frozen=True)
class Token:
    """A word or mark with its pronunciation; several tokens may share one span ("1984" is two words)."""

    text: str
    """The spoken word in lower case, or the mark."""
    start: int
    """First character of the span in the source text."""
    end: int
    """One past the last character of the span."""
    phonemes: tuple[str, ...]
    """ARPAbet with stress digits; for a mark, the mark itself."""
    origin: Origin
    """How the pronunciation was found."""
    prosody: Prosody = NEUTRAL
    """How it is to be spoken."""
    pause: float | None = None
    """For a mark that markup put there: the seconds of silence it asks for."""

    @property
    def is_mark(self) -> bool:
        """Whether this is punctuation and not a word."""
        return self.origin == "mark"
