"""One pass over the text: at each place the class of the token is decided first, then the token is put into words."""

from __future__ import annotations

import re

from tts.text.normalize.marks import MarkReader
from tts.text.normalize.rule import Reading
from tts.text.normalize.transcript import Transcript
from tts.text.normalize.word import Normalized, Word
from tts.text.normalize.words import Piece, WordReader
from tts.text.pronunciation.lexicon import Lexicon
from tts.text.regex import regex

_SPACE = re.compile(r"\s+")
# Most of any text: words that nothing can make into anything else. Months, titles and places are not among them.
_PLAIN = re.compile(r"(?<![\w@#/\\._-])(?:[a-z]+|[A-Z][a-z]{5,})(?:'[a-z]+|(?:-[a-z]+)+)?(?=[\s,;]|\Z)")
_CHANGED = frozenset(("mr", "mrs", "vs", "etc"))
_ROMAN = re.compile(r"[ivxl]+\Z")
_POSSESSIVE = regex(r"'s(?!\w)")
_SHOUTED = re.compile(r"[A-Z]{2,}")
_CHUNK_OPENERS = frozenset(" \t\n\r([{<\"'—*`")
_ELECTRONIC_SIGNS = re.compile(r"\S{0,80}?[@/\\_]|\S{0,80}?\.[A-Za-z0-9_-]|\S{0,80}?://|localhost|#[A-Za-z_]|[A-Z]:\\")
_ONLY_MARKS = frozenset(".,!?;:\"'()")
"""Where no quantity begins, but for a bracket, an apostrophe or a full stop before a digit."""


def normalize(text: str, lexicon: Lexicon | None = None) -> list[Word]:
    """The speakable words and marks of `text`, each with its span in it."""
    return analyze(text, lexicon).words


def analyze(text: str, lexicon: Lexicon | None = None) -> Normalized:
    """The words of `text` and what is left out of it, which the caller reports: a part of it is deliberate."""
    return _Scanner(text, lexicon or Lexicon.load()).run()


class _Scanner:
    """One pass over one text."""

    def __init__(self, source: str, lexicon: Lexicon) -> None:
        self.transcript = Transcript(source)
        self.text = self.transcript.text
        self.lexicon = lexicon
        shouted = sum(len(match[0]) for match in _SHOUTED.finditer(self.text))
        shouting = shouted > 5 and shouted * 2 > sum(character.isalpha() for character in self.text)
        self.reader = WordReader(self.text, lexicon, shouting)
        self.marks = MarkReader(self.transcript)

    def run(self) -> Normalized:
        """Read token after token; every step moves forward."""
        position, length = 0, len(self.text)
        while position < length:
            space = _SPACE.match(self.text, position)
            if space:
                position = space.end()
                continue
            plain = _PLAIN.match(self.text, position)
            if plain and self._is_plain(plain[0]):
                position = self.transcript.say_plain(plain[0], position, plain.end())
            else:
                position = self._read(position)
        return self.transcript.finish()

    def _is_plain(self, word: str) -> bool:
        if word[0] in "ivxlme":
            return word not in _CHANGED and not _ROMAN.match(word)
        return word[0].islower() or "-" not in word

    def _read(self, position: int) -> int:
        text = self.text
        if (position == 0 or text[position - 1] in _CHUNK_OPENERS) and _ELECTRONIC_SIGNS.match(text, position):
            # This and what reads quantities is loaded where it is first needed: many texts have neither.
            from tts.text.normalize.electronic import read_electronic

            reading = read_electronic(text, position, self.lexicon)
            if reading:
                return self._say_reading(position, reading)
        character = text[position]
        if character.isascii() and character.isalpha():
            return self._read_letters(position)
        if character not in _ONLY_MARKS or text[position + 1 : position + 2].isdigit():
            from tts.text.normalize.quantities import read_quantity

            reading = read_quantity(text, position)
            if reading:
                return self._say_reading(position, reading)
        return self.marks.read(position)

    def _say_reading(self, start: int, reading: Reading) -> int:
        semiotic, words, end = reading
        possessive = _POSSESSIVE.match(self.text, end)
        if possessive and not words[-1].isupper():
            words, end = words + "'s", possessive.end()
        return self.transcript.say(semiotic, words, start, end)

    def _read_letters(self, position: int) -> int:
        piece = Piece("plain", "", position, position + 1)
        for piece in self.reader.read(position):
            self.transcript.say(piece.semiotic, piece.words, piece.start, piece.end)
        return self._take_apostrophe(piece) if self.text[piece.end : piece.end + 1] == "'" else piece.end

    def _take_apostrophe(self, piece: Piece) -> int:
        """An apostrophe after a word is part of it unless it closes a quotation; goin' is another word than goin."""
        end, word = piece.end, self.transcript.last()
        if (
            word is None
            or piece.semiotic != "plain"
            or self.marks.open_single_quote
            or self.text[end + 1 : end + 2].isalpha()
        ):
            return end
        known = word.text + "'" in self.lexicon and not word.text.endswith("s")
        return self.transcript.amend(word.text + "'" * known, "word" if known else word.kind, end + 1)
