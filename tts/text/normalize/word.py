"""What the normaliser gives: words, marks, and what it left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

Kind = Literal["word", "letter", "mark"]


@dataclass(frozen=True, slots=True)
class Word:
    """A speakable word in lower case, or a mark, and its span in the source text."""

    text: str
    start: int
    end: int
    kind: Kind = "word"
    """A letter is said by its name: "a" in "AAA" is not the article."""
    semiotic: str = "plain"
    """The class of token that it was read as: "plain", "punctuation", "cardinal", "date", "money", …"""


UNREAD_SIGN = "a sign that is not read aloud"
WORDLESS = "marks without a word"
TRANSLITERATED = "another script, read by a rough transliteration"
OTHER_SCRIPT = "a letter of another script"
UNKNOWN_SIGN = "a sign without a spoken form"


class Skipped(NamedTuple):
    """A stretch of the source that is not spoken as it stands, and why."""

    start: int
    end: int
    reason: str

    @property
    def is_deliberate(self) -> bool:
        """Whether an English reader would leave it out as well: a listener misses nothing."""
        return self.reason in (UNREAD_SIGN, WORDLESS)


def join(words: Sequence[Word]) -> str:
    """The words as one line of text: letters in capitals, marks beside the words that they belong to."""
    line, glued, quoted = "", True, False
    for word in words:
        opens = word.text == "(" or (word.text == '"' and not quoted)
        if word.text == '"':
            quoted = not quoted
        if not glued and (word.kind != "mark" or opens or word.text == "-"):
            line += " "
        line += word.text.upper() if word.kind == "letter" else word.text
        glued = word.kind == "mark" and opens
    return line


class Normalized(NamedTuple):
    """The words of a text and everything in it that is not spoken, spaces apart."""

    words: list[Word]
    skipped: list[Skipped]
