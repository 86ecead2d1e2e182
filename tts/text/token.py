"""Spoken words and punctuation marks, tied to the source text they came from, and the sentences they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from tts.text.normalize.word import Skipped

Origin = Literal["lexicon", "homograph", "user", "derived", "spelled", "network", "markup", "mark"]


@dataclass(frozen=True)
class Prosody:
    """How a word is to be spoken, as markup asks; the neutral reading by default."""

    speed: float = 1.0
    """2 is twice as fast, at the same pitch."""
    pitch: float = 0.0
    """Semitones above the voice's own pitch."""
    volume: float = 0.0
    """Decibels above the voice's own level; minus infinity is silence."""


NEUTRAL = Prosody()


@dataclass(frozen=True)
class Token:
    """A word or mark with its pronunciation; several tokens may share one span ("1984" is two words)."""

    text: str
    """The spoken word in lower case, or the mark; where markup gives nothing but phonemes, these in braces."""
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
    semiotic: str = "plain"
    """The class of what was written, as the normaliser decided it: "plain", "punctuation", "date", "money", ...."""
    pause: float | None = None
    """For a mark inside a sentence at which markup asks for silence: its length in seconds."""
    rises: bool = False
    """Whether the pitch goes up from this word to the next mark, because it is the last accent of such a question."""

    @property
    def is_mark(self) -> bool:
        """Whether this is punctuation and not a word."""
        return self.origin == "mark"


class Bookmark(NamedTuple):
    """A place in the text that markup has named, for the caller to hear of when it is spoken."""

    name: str
    token: int
    """Index in the sentence of the token that it stands before; the number of tokens where it stands after the last."""


class Misread(NamedTuple):
    """Part of the text that looks like markup and is read as text."""

    start: int
    end: int
    reason: str
    """What it is, and the fault in it."""


@dataclass(frozen=True)
class Sentence:
    """The tokens of one sentence, with at least one word and a final mark; spans count from the start of the text."""

    tokens: tuple[Token, ...]
    start: int
    end: int
    skipped: tuple[Skipped, ...] = ()
    """What a listener misses in this sentence and in wordless stretches beside it."""
    unread: tuple[Skipped, ...] = ()
    """What is deliberately not spoken there, spaces and markup apart; the first part of a cut sentence has it all."""
    misread: tuple[Misread, ...] = ()
    """What looks like markup in plain text, and is read as text because of the fault that is named."""
    bookmarks: tuple[Bookmark, ...] = ()
    """Places that markup has named, in order."""
    pause_before: float = 0.0
    """Seconds of silence that markup asks for at the start of the text; in no other sentence than the first."""
    pause_after: float | None = None
    """Seconds of silence that markup asks for after it; None leaves them to the synthesizer."""
    ends_paragraph: bool = False
    """Whether a paragraph ends after it: at a blank line, or in SSML at a <p> or </p>."""

    def reporting(self, skipped: Sequence[Skipped]) -> Sentence:
        """The same sentence, with more that was not spoken."""
        missed = tuple(skip for skip in skipped if not skip.is_deliberate)
        unread = tuple(skip for skip in skipped if skip.is_deliberate)
        return replace(self, skipped=tuple(sorted(self.skipped + missed)), unread=tuple(sorted(self.unread + unread)))
