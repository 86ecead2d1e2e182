"""One spoken word or punctuation mark, tied to the source text it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Origin = Literal["lexicon", "homograph", "derived", "spelled", "network", "mark"]


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

    @property
    def is_mark(self) -> bool:
        """Whether this is punctuation and not a word."""
        return self.origin == "mark"
