"""One pass over the text: at each place the class of the token is decided first, then the token is put into words."""

from __future__ import annotations

import re

from tts.text.lexicon import Lexicon
from tts.text.normalize.dates import calendar_name
from tts.text.normalize.electronic import read_electronic
from tts.text.normalize.fold import Folded, fold
from tts.text.normalize.maths import SUPERSCRIPT, power
from tts.text.normalize.quantities import read_quantity
from tts.text.normalize.rule import Reading, word_after, word_before
from tts.text.normalize.scripts import foreign_run, is_foreign, transliterate
from tts.text.normalize.symbols import is_silent, read_sign
from tts.text.normalize.word import (
    OTHER_SCRIPT,
    TRANSLITERATED,
    UNKNOWN_SIGN,
    UNREAD_SIGN,
    Kind,
    Normalized,
    Skipped,
    Word,
)
from tts.text.normalize.words import Piece, WordReader
from tts.text.regex import regex

_SPACE = re.compile(r"\s+")
# Most of any text: words that nothing can make into anything else. Months, titles and places are not among them.
_PLAIN = re.compile(r"(?<![\w@#/\\._-])(?:[a-z]+|[A-Z][a-z]{5,})(?:'[a-z]+|(?:-[a-z]+)+)?(?=[\s,;]|\Z)")
_CHANGED = frozenset(("mr", "mrs", "vs", "etc"))
_ROMAN = re.compile(r"[ivxl]+\Z")
_ELISION = regex(r"'(?:tis|twas|twere|twill|em|til|bout|cause|round|neath|nuff|n)(?![A-Za-z])", re.IGNORECASE)
_ELLIPSIS = regex(r"\.{2,}|…+|\. \. \.(?: \.)?")
_DASHES = regex(r"-{2,}|—+")
_POSSESSIVE = regex(r"'s(?!\w)")
_SHOUTED = re.compile(r"[A-Z]{2,}")
_POWER = regex(rf"\^(-?\d{{1,3}}|[a-z](?![a-z]))|({SUPERSCRIPT})")
_CHUNK_OPENERS = frozenset(" \t\n\r([{<\"'—*`")
_ELECTRONIC_SIGNS = regex(r"\S{0,80}?[@/\\_]|\S{0,80}?\.[A-Za-z0-9_-]|\S{0,80}?://|localhost|#[A-Za-z_]|[A-Z]:\\")
MARKS = {
    ".": ".", ",": ",", "!": "!", "?": "?", ";": ";", ":": ":", "(": "(", ")": ")", '"': '"',
    "[": "(", "]": ")", "{": "(", "}": ")",
}  # fmt: skip


def normalize(text: str, lexicon: Lexicon | None = None) -> list[Word]:
    """The speakable words and marks of `text`, each with its span in it."""
    return analyze(text, lexicon).words


def analyze(text: str, lexicon: Lexicon | None = None) -> Normalized:
    """The words of `text` and what is left out of it, which the caller reports: a part of it is deliberate."""
    scanner = _Scanner(text, lexicon or Lexicon.load())
    scanner.run()
    return Normalized(scanner.words, scanner.skipped)


class _Scanner:
    """The state of one pass: where it is, and what it has said and skipped."""

    def __init__(self, source: str, lexicon: Lexicon) -> None:
        self.source = source
        self.folded: Folded = fold(source)
        self.text = self.folded.text
        self.lexicon = lexicon
        self.words: list[Word] = []
        self.skipped: list[Skipped] = []
        self.accounted = 0
        """The source up to here is spoken or skipped."""
        shouted = sum(len(match[0]) for match in _SHOUTED.finditer(self.text))
        shouting = shouted > 5 and shouted * 2 > sum(character.isalpha() for character in self.text)
        self.reader = WordReader(self.text, lexicon, shouting)
        self.open_single_quote = False

    def run(self) -> None:
        """Read token after token; every step moves forward."""
        position, length = 0, len(self.text)
        while position < length:
            space = _SPACE.match(self.text, position)
            if space:
                position = space.end()
                continue
            plain = _PLAIN.match(self.text, position)
            if plain and self._is_plain(plain[0]):
                position = self._say_plain(plain[0], position, plain.end())
            else:
                position = self._read(position)
        self._account(len(self.source))

    def _is_plain(self, word: str) -> bool:
        if word[0] in "ivxlme":
            return word not in _CHANGED and not _ROMAN.match(word)
        return word[0].islower() or "-" not in word

    def _say_plain(self, word: str, start: int, end: int) -> int:
        """What `_say` does, for the most common token by far."""
        first, last = self.folded.starts[start], self.folded.ends[end - 1]
        if first > self.accounted + 1 or not self.source[self.accounted].isspace():
            self._account(first)
        self.words.append(Word(word.lower(), first, last))
        self.accounted = last
        return end

    def _read(self, position: int) -> int:
        text = self.text
        if (position == 0 or text[position - 1] in _CHUNK_OPENERS) and _ELECTRONIC_SIGNS.match(text, position):
            reading = read_electronic(text, position, self.lexicon)
            if reading:
                return self._say_reading(position, reading)
        character = text[position]
        if character.isascii() and character.isalpha():
            return self._read_letters(position)
        reading = read_quantity(text, position)
        if reading:
            return self._say_reading(position, reading)
        return self._read_mark(position)

    def _say(self, semiotic: str, words: str, start: int, end: int) -> int:
        """Words, letters in capitals, and marks, over folded[start:end]."""
        span = self.folded.span(start, end)
        self._account(span[0])
        for word in words.split():
            kind: Kind = "mark" if word in ",.;" else "letter" if word.isupper() else "word"
            self.words.append(Word(word.lower(), *span, kind, semiotic))
        self.accounted = span[1]
        return end

    def _say_reading(self, start: int, reading: Reading) -> int:
        semiotic, words, end = reading
        possessive = _POSSESSIVE.match(self.text, end)
        if possessive and not words[-1].isupper():
            words, end = words + "'s", possessive.end()
        return self._say(semiotic, words, start, end)

    def _say_mark(self, mark: str, start: int, end: int) -> int:
        span = self.folded.span(start, end)
        self._account(span[0])
        self.words.append(Word(mark, *span, "mark", "punctuation"))
        self.accounted = span[1]
        return end

    def _skip(self, start: int, end: int, reason: str) -> int:
        span = self.folded.span(start, end)
        self._account(span[0])
        self._report(*span, reason)
        self.accounted = span[1]
        return end

    def _report(self, start: int, end: int, reason: str) -> None:
        previous = self.skipped[-1] if self.skipped else None
        if previous and previous.end == start and previous.reason == reason:
            self.skipped[-1] = Skipped(previous.start, end, reason)
        else:
            self.skipped.append(Skipped(start, end, reason))

    def _account(self, start: int) -> None:
        """Characters between the last token and source[start], spaces apart, stand for nothing that is said."""
        for index in range(self.accounted, start):
            if not self.source[index].isspace():
                self._report(index, index + 1, UNREAD_SIGN)
        self.accounted = max(self.accounted, start)

    def _read_letters(self, position: int) -> int:
        piece = Piece("plain", "", position, position + 1)
        for piece in self.reader.read(position):
            self._say(piece.semiotic, piece.words, piece.start, piece.end)
        return self._take_apostrophe(piece) if self.text[piece.end : piece.end + 1] == "'" else piece.end

    def _take_apostrophe(self, piece: Piece) -> int:
        """An apostrophe after a word is part of it unless it closes a quotation; goin' is another word than goin."""
        end = piece.end
        if (
            piece.semiotic != "plain"
            or self.open_single_quote
            or not self.words
            or self.text[end + 1 : end + 2].isalpha()
        ):
            return end
        word = self.words.pop()
        span = self.folded.span(end, end + 1)
        known = word.text + "'" in self.lexicon and not word.text.endswith("s")
        spoken = word.text + "'" if known else word.text
        kind: Kind = "word" if known else word.kind
        self.words.append(Word(spoken, word.start, span[1], kind, word.semiotic))
        self.accounted = span[1]
        return end + 1

    def _read_mark(self, position: int) -> int:
        text = self.text
        for pattern, mark in ((_ELLIPSIS, "…"), (_DASHES, "-")):
            match = pattern.match(text, position)
            if match:
                return (
                    self._read_dash(position, match.end())
                    if mark == "-"
                    else self._say_mark(mark, position, match.end())
                )
        character = text[position]
        raised = _POWER.match(text, position)
        if raised and position:
            return self._read_power(raised)
        if character == "'":
            return self._read_apostrophe(position)
        if character == "-":
            return self._read_hyphen(position)
        named = self._name_sign(position)
        if named:
            return self._say("symbol", named, position, position + 1)
        if character in MARKS:
            return self._say_mark(MARKS[character], position, position + 1)
        if is_silent(character):
            return self._skip(position, position + 1, UNREAD_SIGN)
        sign = read_sign(text, position)
        if sign:
            return self._say(sign.semiotic, sign.words, position, sign.end)
        if is_foreign(character):
            return self._read_foreign(position)
        return self._skip(position, position + 1, UNKNOWN_SIGN)

    def _name_sign(self, position: int) -> str | None:
        """Signs whose reading depends on what touches them."""
        text, character = self.text, self.text[position]
        before, after = text[position - 1 : position] if position else "", text[position + 1 : position + 2]
        if character == "." and after.isalnum() and before.isalnum():
            glued = before.islower() and after.isupper() and text[position + 2 : position + 3].islower()
            return None if glued else "dot"
        if character == "." and after.isalpha() and after.isupper() and text[position + 2 : position + 3].isupper():
            return "dot"
        if character == "#":
            if before in tuple("ACDFG") and before and not after.isalnum():
                return "sharp"
            return "number" if after.isdigit() else None
        if character == "~" and after.isdigit():
            return "about"
        return None

    def _read_power(self, match: re.Match[str]) -> int:
        """An exponent after a number, a variable or a bracket; a note's number after a word is not read."""
        exponent = match[1] or match[2]
        word = re.search(r"[A-Za-z]*\Z", self.text[max(0, match.start() - 4) : match.start()])
        base = self.text[match.start() - 1]
        if base.isspace() or (word and len(word[0]) > 2):
            return self._skip(match.start(), match.end(), UNREAD_SIGN)
        words = f"to the {exponent.upper()}" if exponent.isalpha() else power(exponent)
        return self._say("math", words, match.start(), match.end())

    def _read_foreign(self, position: int) -> int:
        end = foreign_run(self.text, position)
        words = transliterate(self.text[position:end])
        if not words:
            return self._skip(position, end, OTHER_SCRIPT)
        if end - position > 1:
            self._report(*self.folded.span(position, end), TRANSLITERATED)
        return self._say("transliterated", words, position, end)

    def _read_dash(self, start: int, end: int) -> int:
        """A dash, or the "to" of a range of numbers, months or days."""
        text = self.text
        numbers = text[start - 1 : start].isdigit() and text[end : end + 1].isdigit()
        names = start and calendar_name(word_before(text, start)) and calendar_name(word_after(text, end))
        if numbers or names:
            return self._say("range", "to", start, end)
        return self._say_mark("-", start, end)

    def _touches_word(self, position: int) -> bool:
        return position > 0 and self.text[position - 1].isalnum()

    def _read_apostrophe(self, position: int) -> int:
        """An elision ('tis), a quotation mark, or nothing."""
        elision = None if self._touches_word(position) else _ELISION.match(self.text, position)
        if elision:
            return self._say("plain", elision[0].lower(), position, elision.end())
        opens = not self._touches_word(position) and self.text[position + 1 : position + 2].isalnum()
        if opens or self.open_single_quote:
            self.open_single_quote = opens
            return self._say_mark('"', position, position + 1)
        return self._skip(position, position + 1, UNREAD_SIGN)

    def _read_hyphen(self, position: int) -> int:
        """A minus, a range, a dash between spaces, or a hyphen that only joins."""
        text = self.text
        before, after = text[position - 1 : position] if position else "", text[position + 1 : position + 2]
        if after.isdigit() and before.isdigit():
            return self._say("range", "to", position, position + 1)
        if (after.isdigit() or (after == "." and text[position + 2 : position + 3].isdigit())) and not before.isalnum():
            return self._say("cardinal", "minus", position, position + 1)
        if (not before or before.isspace()) and (not after or after.isspace()):
            return self._say_mark("-", position, position + 1)
        if before in tuple("ABCD") and before and not self._touches_word(position - 1) and not after.isalnum():
            return self._say("symbol", "minus", position, position + 1)
        return self._skip(position, position + 1, UNREAD_SIGN)
