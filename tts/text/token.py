"""Tokens (spoken words and punctuation marks with their spans in the source text) and sentences of tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from tts.text.normalize.word import Skipped

WarningKind = Literal["unspoken", "misread", "skipped", "repeated", "stalled", "silent"]
Origin = Literal["lexicon", "homograph", "user", "derived", "spelled", "network", "markup", "mark"]


class Prosody(NamedTuple):
    """Speed, pitch and volume of a word, set by markup. The default is neutral."""

    speed: float = 1.0
    """2 is twice as fast, at the same pitch."""
    pitch: float = 0.0
    """Semitones above the voice's own pitch."""
    volume: float = 0.0
    """Decibels above the voice's own level. Minus infinity is silence."""


NEUTRAL = Prosody()


class Token(NamedTuple):
    """A word or mark with its pronunciation. Several tokens may share one span ("1984" is two words)."""

    text: str
    """The spoken word in lower case, or the mark. A word given only as phonemes is these phonemes in braces."""
    start: int
    """First character of the span in the source text."""
    end: int
    """One past the last character of the span."""
    phonemes: tuple[str, ...]
    """ARPAbet with stress digits; for a mark, the mark itself."""
    origin: Origin
    """Source of the pronunciation."""
    prosody: Prosody = NEUTRAL
    """Speed, pitch and volume."""
    semiotic: str = "plain"
    """Class of the written token, from the normalizer: "plain", "punctuation", "date", "money", …"""
    pause: float | None = None
    """Seconds of silence that markup sets at this mark inside a sentence; None leaves the pause to the synthesizer."""
    rises: bool = False
    """Whether the pitch rises from this word to the next mark: the last accent of a yes-no question."""

    @property
    def is_mark(self) -> bool:
        """Whether the token is a punctuation mark, not a word."""
        return self.origin == "mark"


class Bookmark(NamedTuple):
    """A place in the text named by markup and reported to the caller when it is spoken."""

    name: str
    token: int
    """Index in the sentence of the token after the place; the number of tokens if no token follows."""


class Misread(NamedTuple):
    """A span of the text that looks like markup and is read as text."""

    start: int
    end: int
    reason: str
    """The text of the span and its fault."""


class SpeechWarning(NamedTuple):
    """Part of the text that is not spoken, or may not be spoken right."""

    start: int
    """First character of the part in the text."""
    end: int
    """One past its last character."""
    kind: WarningKind
    """Of text without a spoken form "unspoken"; of text that looks like markup "misread"; else what the decoder did."""
    message: str
    """What is wrong, without the place."""

    def __str__(self) -> str:
        return f"characters {self.start} to {self.end}: {self.message}"


class Sentence(NamedTuple):
    """The tokens of one sentence: at least one word, and a final mark. Spans count from the start of the text."""

    tokens: tuple[Token, ...]
    start: int
    end: int
    skipped: tuple[Skipped, ...] = ()
    """Spans that a listener misses, in this sentence or in text without words next to it."""
    unread: tuple[Skipped, ...] = ()
    """Spans there that are silent on purpose, except white space and markup.

    If a sentence is cut into parts, the first part has all of them.
    """
    misread: tuple[Misread, ...] = ()
    """Spans of plain text that look like faulty markup and are read as text."""
    bookmarks: tuple[Bookmark, ...] = ()
    """Places named by markup, in order."""
    pause_before: float = 0.0
    """Seconds of silence that markup sets before the first sentence of a text; 0 in other sentences."""
    pause_after: float | None = None
    """Seconds of silence that markup sets after the sentence; None leaves the pause to the synthesizer."""
    ends_paragraph: bool = False
    """Whether a paragraph ends after the sentence: at a blank line, or in SSML at a <p> or </p>."""

    @property
    def warnings(self) -> tuple[SpeechWarning, ...]:
        """Warnings about text that is misread or not spoken."""
        misread = (SpeechWarning(part.start, part.end, "misread", part.reason) for part in self.misread)
        skipped = (
            SpeechWarning(skip.start, skip.end, "unspoken", f"not spoken as written: {skip.reason}")
            for skip in self.skipped
        )
        return (*misread, *skipped)

    def reporting(self, skipped: Sequence[Skipped]) -> Sentence:
        """Return the sentence with more skipped spans."""
        if not skipped:
            return self
        missed = tuple(skip for skip in skipped if not skip.is_deliberate)
        unread = tuple(skip for skip in skipped if skip.is_deliberate)
        return self._replace(skipped=tuple(sorted(self.skipped + missed)), unread=tuple(sorted(self.unread + unread)))
