"""The normalizer's output: spoken words, marks, and the spans that are not spoken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

Kind = Literal["word", "letter", "mark"]


class SpokenWord(NamedTuple):
    """A spoken word in lower case, or a mark, with its span in the source text."""

    text: str
    start: int
    end: int
    kind: Kind = "word"
    """A "letter" is spoken by its name: "a" in "AAA" is not the article."""
    semiotic: str = "plain"
    """Class of the written token: "plain", "punctuation", "cardinal", "date", "money", …"""


UNREAD_SIGN = "a sign that is not read aloud"
WORDLESS = "marks without a word"
TRANSLITERATED = "another script, read by a rough transliteration"
OTHER_SCRIPT = "a letter of another script"
UNKNOWN_SIGN = "a sign without a spoken form"


class Skipped(NamedTuple):
    """A span of the source text that is not spoken as written, and the reason."""

    start: int
    end: int
    reason: str

    @property
    def is_deliberate(self) -> bool:
        """Whether an English reader would also leave it out, so that a listener misses nothing."""
        return self.reason in (UNREAD_SIGN, WORDLESS)


def join(words: Sequence[SpokenWord]) -> str:
    """Join words into one line of text, with letters in capitals and marks next to their words."""
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
    """The spoken words of a text, and every span that is not spoken except white space."""

    words: list[SpokenWord]
    skipped: list[Skipped]
