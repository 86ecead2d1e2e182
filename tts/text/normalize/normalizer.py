"""One pass over the text: at each place the class of the token is decided first, then the token is put into words."""

from __future__ import annotations

import re

from tts.text.lexicon import Lexicon
from tts.text.normalize.abbreviations import read_abbreviation, read_initials, without_stop
from tts.text.normalize.acronyms import humps, is_spelled, plural_acronym
from tts.text.normalize.fold import Folded, fold
from tts.text.normalize.quantities import read_quantity
from tts.text.normalize.roman import read_roman
from tts.text.normalize.word import UNREAD_SIGN, Kind, Normalized, Skipped, Word

_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[A-Za-z]+(?:'[A-Za-z]+)*(?:-[A-Za-z]+(?:'[A-Za-z]+)*)*")
_ELISION = re.compile(r"'(?:tis|twas|twere|twill|em|til|bout|cause|round|neath|nuff|n)(?![A-Za-z])", re.IGNORECASE)
_QUANTITY_START = re.compile(r"\d|[$£€¥]\s?\.?\d|(?<![\w.])\.\d|(?<![\w'])'\d0s")
_ELLIPSIS = re.compile(r"\.{2,}|…+|\. \. \.(?: \.)?")
_DASHES = re.compile(r"-{2,}|—+")
_POSSESSIVE = re.compile(r"'s(?!\w)")
_SHOUTED = re.compile(r"[A-Z]{2,}")
_MARKS = {
    ".": ".", ",": ",", "!": "!", "?": "?", ";": ";", ":": ":", "(": "(", ")": ")", '"': '"',
    "[": "(", "]": ")", "{": "(", "}": ")",
}  # fmt: skip
_SYMBOLS = {
    "&": "and", "%": "percent", "+": "plus", "=": "equals", "@": "at", "/": "slash", "°": "degrees", "<": "less than",
    ">": "greater than", "×": "times", "÷": "divided by", "±": "plus or minus", "§": "section", "©": "copyright",
    "$": "dollars", "£": "pounds", "€": "euros", "¥": "yen", "#": "hash",
}  # fmt: skip
_SILENT = frozenset("*_~^|\\`'-®™")


def normalize(text: str, lexicon: Lexicon | None = None) -> list[Word]:
    """The speakable words and marks of `text`, each with its span in it."""
    return analyze(text, lexicon).words


def analyze(text: str, lexicon: Lexicon | None = None) -> Normalized:
    """The words of `text` and what is left out of it, which the caller reports: a part of it is deliberate."""
    scanner = _Scanner(fold(text), lexicon or Lexicon.load())
    scanner.run()
    return Normalized(scanner.words, scanner.skipped)


class _Scanner:
    """The state of one pass: where it is, and what it has said and skipped."""

    def __init__(self, folded: Folded, lexicon: Lexicon) -> None:
        self.folded = folded
        self.text = folded.text
        self.lexicon = lexicon
        self.words: list[Word] = []
        self.skipped: list[Skipped] = []
        shouted = sum(len(match[0]) for match in _SHOUTED.finditer(self.text))
        self.shouting = shouted > 5 and shouted * 2 > sum(character.isalpha() for character in self.text)
        self.open_single_quote = False

    def run(self) -> None:
        """Read token after token; every step moves forward."""
        position = 0
        while position < len(self.text):
            space = _SPACE.match(self.text, position)
            position = space.end() if space else self._read(position)

    def _read(self, position: int) -> int:
        character = self.text[position]
        if character.isascii() and character.isalpha():
            return self._read_letters(position)
        if _QUANTITY_START.match(self.text, position):
            quantity = read_quantity(self.text, position)
            if quantity:
                return self._say_quantity(position, *quantity)
        return self._read_mark(position)

    def _say(self, words: str, start: int, end: int, kind: Kind = "word") -> None:
        span = self.folded.span(start, end)
        self.words.extend(Word(word, *span, kind) for word in words.split())

    def _skip(self, start: int, end: int, reason: str) -> int:
        span = self.folded.span(start, end)
        previous = self.skipped[-1] if self.skipped else None
        if previous and previous.end == span[0] and previous.reason == reason:
            self.skipped[-1] = Skipped(previous.start, span[1], reason)
        else:
            self.skipped.append(Skipped(*span, reason))
        return end

    def _say_quantity(self, start: int, words: str, end: int) -> int:
        possessive = _POSSESSIVE.match(self.text, end)
        if possessive:
            words, end = words + "'s", possessive.end()
        self._say(words, start, end)
        return end

    def _read_letters(self, position: int) -> int:
        abbreviation = read_abbreviation(self.text, position)
        if abbreviation:
            self._say(abbreviation[0], position, abbreviation[1])
            return abbreviation[1]
        end = read_initials(self.text, position)
        if end:
            self._spell(position, end)
            return end
        match = _WORD.match(self.text, position)
        assert match is not None  # the caller saw a letter
        return self._say_word(match[0], position)

    def _spell(self, start: int, end: int) -> None:
        """Name each letter; a full stop belongs to the letter before it."""
        for index in range(start, end):
            if self.text[index].isalpha():
                stop = index + 2 if self.text[index + 1 : index + 2] == "." and index + 2 <= end else index + 1
                self._say(self.text[index].lower(), index, stop, "letter")

    def _say_word(self, word: str, start: int) -> int:
        end = start + len(word)
        if word.islower() or (len(word) > 1 and word.istitle() and "-" not in word):
            return self._say_plain(word, start, end)
        numeral = read_roman(word, self.text, start)
        if numeral:
            self._say(numeral, start, end)
            return end
        if "-" in word and any(len(part) > 1 and not part[1:].islower() for part in word.split("-")):
            for part in re.finditer(r"[^-]+", word):
                self._say_word(part[0], start + part.start())
            return end
        plural = plural_acronym(word)
        if plural and self._is_spelled_plural(word, plural):
            last = start + len(plural["letters"]) - 1
            self._spell(start, last)
            self._say(self.text[last].lower() + "'s", last, end)
            return end
        if word.isupper() and is_spelled(word, self.lexicon, self.shouting):
            self._spell(start, end)
            return end
        if word.isupper() or "-" in word or word.lower() in self.lexicon or word[1:].islower():
            return self._say_plain(word, start, end)
        return self._say_humps(word, start)

    def _is_spelled_plural(self, word: str, plural: re.Match[str]) -> bool:
        if plural["ending"] == "s" and word.lower() in self.lexicon:
            return False
        return is_spelled(plural["letters"], self.lexicon, self.shouting)

    def _say_humps(self, word: str, start: int) -> int:
        for first, last in humps(word):
            part = word[first:last]
            if part.isupper() and is_spelled(part, self.lexicon, False):
                self._spell(start + first, start + last)
            else:
                self._say(without_stop(part.lower()), start + first, start + last)
        return start + len(word)

    def _say_plain(self, word: str, start: int, end: int) -> int:
        """A word as it stands; an apostrophe after it is part of it unless it closes a quotation."""
        words = without_stop(word.lower())
        if self.text[end : end + 1] == "'" and not self.open_single_quote:
            end += 1
            if words + "'" in self.lexicon and not words.endswith("s"):
                words += "'"
        self._say(words, start, end)
        return end

    def _read_mark(self, position: int) -> int:
        for pattern, mark in ((_ELLIPSIS, "…"), (_DASHES, "-")):
            match = pattern.match(self.text, position)
            if match:
                return self._say_mark(mark, position, match.end())
        character = self.text[position]
        if character == "'":
            return self._read_apostrophe(position)
        if character == "-":
            return self._read_hyphen(position)
        after = self.text[position + 1 : position + 2]
        if character == "." and after.isalnum() and self._touches_word(position):
            self._say("dot", position, position + 1)
        elif character == "#" and after.isdigit():
            self._say("number", position, position + 1)
        elif character in _MARKS:
            return self._say_mark(_MARKS[character], position, position + 1)
        elif character in _SYMBOLS:
            self._say(_SYMBOLS[character], position, position + 1)
        elif character in _SILENT:
            return self._skip(position, position + 1, UNREAD_SIGN)
        else:
            reason = "a letter of another script" if character.isalpha() else "a sign without a spoken form"
            return self._skip(position, position + 1, reason)
        return position + 1

    def _say_mark(self, mark: str, start: int, end: int) -> int:
        if mark == "-" and self._between_digits(start, end):
            self._say("to", start, end)
        else:
            self._say(mark, start, end, "mark")
        return end

    def _between_digits(self, start: int, end: int) -> bool:
        return self.text[start - 1 : start].isdigit() and self.text[end : end + 1].isdigit()

    def _touches_word(self, position: int) -> bool:
        return position > 0 and self.text[position - 1].isalnum()

    def _read_apostrophe(self, position: int) -> int:
        """An elision ('tis), a quotation mark, or nothing."""
        elision = None if self._touches_word(position) else _ELISION.match(self.text, position)
        if elision:
            self._say(elision[0].lower(), position, elision.end())
            return elision.end()
        opens = not self._touches_word(position) and self.text[position + 1 : position + 2].isalnum()
        if opens or self.open_single_quote:
            self.open_single_quote = opens
            return self._say_mark('"', position, position + 1)
        return self._skip(position, position + 1, UNREAD_SIGN)

    def _read_hyphen(self, position: int) -> int:
        """A minus, a range, a dash between spaces, or a hyphen that only joins."""
        before, after = self.text[position - 1 : position] if position else "", self.text[position + 1 : position + 2]
        if after.isdigit() and before.isdigit():
            self._say("to", position, position + 1)
        elif after.isdigit() and not before.isalnum():
            self._say("minus", position, position + 1)
        elif (not before or before.isspace()) and (not after or after.isspace()):
            return self._say_mark("-", position, position + 1)
        return position + 1
