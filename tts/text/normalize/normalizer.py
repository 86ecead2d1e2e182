"""Normalize a text in one pass: find the class of each written token, then verbalize the token."""

from __future__ import annotations

import re

from tts.text.normalize.acronyms import is_shouted
from tts.text.normalize.builder import NormalizedBuilder
from tts.text.normalize.capitals import VerbalizedPart
from tts.text.normalize.chat import STARTS, emoticon_end, read_coded, read_love
from tts.text.normalize.kaomoji import STARTS as FACES
from tts.text.normalize.kaomoji import face_end
from tts.text.normalize.marks import MarkReader
from tts.text.normalize.rule import Verbalized
from tts.text.normalize.special_words import CHANGED
from tts.text.normalize.typesetting import without_apostrophe
from tts.text.normalize.word import UNREAD_SIGN, Normalized, SpokenWord
from tts.text.normalize.words import WordReader
from tts.text.pronunciation.lexicon import Lexicon
from tts.text.regex import regex

_SPACE = re.compile(r"\s+")
# Words that are always spoken as written: the bulk of any text. Months, titles and place names do not match.
_PLAIN = re.compile(r"\s*(?<![\w@#/\\._-])((?:[a-z]+|[A-Z][a-z]{5,})(?:'[a-z]+|(?:-[a-z]+)+)?)(?=[\s,;]|\Z)")
_ROMAN = re.compile(r"[ivxl]+(?:-[ivxl]+)*\Z")
_PRIME = regex(r"'{1,2}\(")
_POSSESSIVE = regex(r"'s(?!\w)")
_CHUNK_OPENERS = frozenset(" \t\n\r([{<\"'—*`")
_ELECTRONIC_SIGNS = re.compile(
    r"\S{0,80}?[@/\\_]|\S{0,80}?\.[A-Za-z0-9_-]|\S{0,80}?://|localhost|#\w|(?:[\dA-Fa-f]{0,4}:){2}|#\d{1,5}[A-Fa-f]|[A-Z]:\\"
)
_ONLY_MARKS = frozenset(".,!?;:\"'()[]{}")
"""Characters that never begin a quantity unless a digit follows, as in "(212", "'99" and ".5"."""


def normalize(text: str, lexicon: Lexicon | None = None) -> list[SpokenWord]:
    """Return the spoken words and marks of `text`, each with its span in `text`."""
    return analyze(text, lexicon).words


def analyze(text: str, lexicon: Lexicon | None = None) -> Normalized:
    """Return the spoken words of `text` and the parts that are not spoken, which the caller reports."""
    return _Scanner(text, lexicon or Lexicon.load()).run()


class _Scanner:
    """One pass over one text."""

    def __init__(self, source: str, lexicon: Lexicon) -> None:
        self.builder = NormalizedBuilder(source)
        self.text = self.builder.text
        self.lexicon = lexicon
        self.is_equation = "=" in self.text
        self.reader = WordReader(self.text, lexicon, is_shouted(self.text))
        self.marks = MarkReader(self.builder)

    def run(self) -> Normalized:
        """Verbalize token after token. Every step moves forward, so the loop ends."""
        text, add_plain, position, length = self.text, self.builder.add_plain, 0, len(self.text)
        while position < length:
            plain = _PLAIN.match(text, position)
            if plain and self._is_plain(plain[1]):
                position = add_plain(plain[1], *plain.span(1))
            elif space := _SPACE.match(text, position):
                position = space.end()
            else:
                position = self._read(position)
        return self.builder.build()

    def _is_plain(self, word: str) -> bool:
        if word in CHANGED or (self.is_equation and len(word) == 2) or (word[0] in "ivxl" and _ROMAN.match(word)):
            return False
        return word[0].islower() or "-" not in word

    def _read(self, position: int) -> int:
        text = self.text
        if (position == 0 or text[position - 1] in _CHUNK_OPENERS) and _ELECTRONIC_SIGNS.match(text, position):
            # Imported on first use, as is `read_quantity` below: many texts need neither.
            from tts.text.normalize.electronic import read_electronic

            verbalized = read_electronic(text, position, self.lexicon)
            if verbalized:
                return self._add(position, verbalized)
        character = text[position]
        if character in STARTS and (end := self._read_emoticon(position)):
            return end
        if character in FACES and (end := face_end(text, position)):
            return self.builder.skip(position, end, UNREAD_SIGN)
        if character.isascii() and character.isalpha():
            return self._read_letters(position)
        if character not in _ONLY_MARKS or text[position + 1 : position + 2].isdigit():
            from tts.text.normalize.quantities import read_quantity

            verbalized = read_coded(text, position) or read_quantity(text, position)
            if verbalized:
                return self._add(position, verbalized)
        return self.marks.read(position)

    def _read_emoticon(self, position: int) -> int | None:
        """Read the heart of "I <3 you", or skip an emoticon; None if there is none."""
        love = read_love(self.text, position)
        if love:
            return self._add(position, love)
        end = emoticon_end(self.text, position)
        return self.builder.skip(position, end, UNREAD_SIGN) if end else None

    def _add(self, start: int, verbalized: Verbalized) -> int:
        semiotic, words, end = verbalized
        possessive = _POSSESSIVE.match(self.text, end)
        if possessive and not words[-1].isupper():
            words, end = words + "'s", possessive.end()
        return self.builder.add_words(semiotic, words, start, end)

    def _read_letters(self, position: int) -> int:
        part = VerbalizedPart("plain", "", position, position + 1)
        for part in self.reader.read(position):
            if part.words:
                self.builder.add_words(part.semiotic, part.words, part.start, part.end)
            else:
                self.builder.skip(part.start, part.end, UNREAD_SIGN)
        return self._take_apostrophe(part) if self.text[part.end : part.end + 1] == "'" else part.end

    def _take_apostrophe(self, part: VerbalizedPart) -> int:
        """Attach an apostrophe to the word before it unless it closes a quotation, and return where the word ends.

        The lexicon decides whether the spelling keeps the apostrophe: "goin'" and "goin" are different words.
        """
        end, word = part.end, self.builder.last()
        if _PRIME.match(self.text, end) and part.end - part.start == 1:
            return end
        if word is not None and word.kind == "letter" and _POSSESSIVE.match(self.text, end):
            return self.builder.replace_last(word.text + "'s", "word", end + 2)
        if (
            word is None
            or part.semiotic != "plain"
            or self.marks.open_single_quote
            or self.text[end + 1 : end + 2].isalpha()
        ):
            return end
        full = without_apostrophe(word.text, self.text[end + 1 : end + 2])
        if full:
            return self.builder.replace_last(full, "word", end + 1)
        known = word.text + "'" in self.lexicon and not word.text.endswith("s")
        return self.builder.replace_last(word.text + "'" * known, "word" if known else word.kind, end + 1)
