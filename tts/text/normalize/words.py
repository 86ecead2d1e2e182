"""Verbalize tokens that start with a letter: abbreviations, initials, acronyms, months, places and plain words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from tts.text.normalize.abbreviations import (
    BARE,
    OPENERS,
    read_abbreviation,
    read_bare,
    read_initials,
    read_slashed,
    without_stop,
)
from tts.text.normalize.acronyms import camel_parts, irregular_acronym, is_spelled, is_spoken, plural_acronym
from tts.text.normalize.addresses import STATES, read_direction, read_state, read_street
from tts.text.normalize.dates import calendar_name, read_name
from tts.text.normalize.roman import read_roman
from tts.text.normalize.rule import Verbalized, spell, verbalize_first, word_before
from tts.text.pronunciation.lexicon import Lexicon
from tts.text.regex import regex

WORD = regex(r"[A-Za-z]+(?:'[A-Za-z]+)*(?:-[A-Za-z]+(?:'[A-Za-z]+)*)*")
_LETTERS = regex(r"[A-Za-z]+")
_AMPERSAND = regex(r"[A-Z]{1,3}(?:&[A-Z]{1,3})+(?!\w)")
_ROMAN_SMALL = regex(r"[ivxl]{2,5}\Z")
_NUMBER_AHEAD = regex(r"-\d")
_VERSION = regex(r"v(?:er)?\.?(?=\d)")
_BY = regex(r"[xX](?=\s?\d)")
_MEASURED = regex(r"(?:\d|['\"]|\d\s?[a-z]{1,2})\s?\Z")
_CAPITAL_AHEAD = regex(r"\s[A-Z](?![\w'])")
_ARTICLE_AHEAD = regex(r" [\w$£€\"']")
_BEFORE_LETTER = frozenset("the an my his her your our their this that straight".split())
LETTER_NAMES = frozenset(
    "vitamin plan type grade hepatitis group class section part exhibit appendix schedule team series option point "
    "side "
    "block room unit figure table level answer choice letter paragraph step zone gate column row".split()
)


class VerbalizedPart(NamedTuple):
    """The spoken words for one part of a token, and the part's span in the folded text."""

    semiotic: str
    words: str
    start: int
    end: int


class WordReader:
    """Verbalizes the letter tokens of one text. `shouting`: whether most letters of the text are capitals."""

    def __init__(self, text: str, lexicon: Lexicon, shouting: bool) -> None:
        self.text = text
        self.lexicon = lexicon
        self.shouting = shouting

    def read(self, position: int) -> Iterator[VerbalizedPart]:
        """Yield the parts of the token that starts with the letter at `position`, in order."""
        if self.text[position - 1 : position].isdigit():
            abbreviation = read_abbreviation(self.text, position)
            if abbreviation:
                yield VerbalizedPart(abbreviation.semiotic, abbreviation.words, position, abbreviation.end)
            else:
                yield self._after_digit(position)
            return
        match = WORD.match(self.text, position)
        assert match is not None  # the caller saw a letter
        following = self.text[match.end() : match.end() + 1]
        special = self._special(match[0], position, following)
        if special:
            yield VerbalizedPart(special.semiotic, special.words, position, special.end)
        elif following == "." and (end := read_initials(self.text, position)):
            yield from self.spelled(position, end, "initials")
        else:
            yield from self._word(match[0], position)

    def _special(self, word: str, start: int, following: str) -> Verbalized | None:
        """Verbalize a word that is in a table or depends on its neighbours; None for most words."""
        text = self.text
        if following == ".":
            abbreviation = read_abbreviation(text, start)
            abbreviation = abbreviation or read_state(text, word, start) or self._old_state(start)
            if abbreviation:
                return abbreviation
        if word in ("x", "X", "v", "V", "ver"):
            letter = self._before_number(start)
            if letter:
                return letter
        if following == "/":
            slashed = read_slashed(text, start)
            if slashed:
                return slashed
        if word.islower():
            return read_roman(word, text, start) if _ROMAN_SMALL.match(word) else None
        if following == "&" and (joined := _AMPERSAND.match(text, start)):
            return Verbalized("acronym", " and ".join(map(spell, joined[0].split("&"))), joined.end())
        if following in ("$", " ") or following.isdigit():
            amount = self._amount(start) if word.isupper() else None
            if amount:
                return amount
        return self._named(word, start)

    def _amount(self, start: int) -> Verbalized | None:
        """Verbalize money that starts with letters: US$5, EUR 5."""
        from tts.text.normalize.money import LETTER_RULES  # imported on first use, like all rules for numbers

        return verbalize_first(LETTER_RULES, self.text, start)

    def _before_number(self, start: int) -> Verbalized | None:
        """Verbalize the v of v2.0 and the x of 8\" x 11\"."""
        version = _VERSION.match(self.text, start)
        if version:
            return Verbalized("version", "version", version.end())
        by = _BY.match(self.text, start)
        measured = by and _MEASURED.search(self.text[max(0, start - 6) : start])
        return Verbalized("measure", "by", start + 1) if measured else None

    def _old_state(self, start: int) -> Verbalized | None:
        """Verbalize a state's abbreviation with full stops inside: N.Y., W.Va."""
        initials = regex(r"[A-Z]\.(?:[A-Z]|Va)(?=\.)").match(self.text, start)
        return read_state(self.text, initials[0], start) if initials else None

    def _named(self, word: str, start: int) -> Verbalized | None:
        text = self.text
        words = irregular_acronym(word)
        if words:
            return Verbalized("acronym", words, start + len(word))
        if self.shouting:
            return read_roman(word, text, start)
        return (
            read_name(text, word, start)
            or (
                read_street(text, word, start) or read_bare(text, word, start)
                if len(word) < 5 or word in BARE
                else None
            )
            or (read_state(text, word, start) or read_direction(text, word, start) if len(word) < 3 else None)
            or read_roman(word, text, start)
        )

    def spelled(self, start: int, end: int, semiotic: str = "acronym") -> Iterator[VerbalizedPart]:
        """Yield each letter of text[start:end] by its name. A full stop belongs to the letter before it."""
        for index in range(start, end):
            if self.text[index].isalpha():
                stop = index + 2 if self.text[index + 1 : index + 2] == "." and index + 2 <= end else index + 1
                yield VerbalizedPart(semiotic, self.text[index].upper(), index, stop)

    def _after_digit(self, start: int) -> VerbalizedPart:
        """Verbalize letters after a digit, as in 12A, 5G, 1080p and 3rdly; a single letter or an acronym is spelled."""
        match = _LETTERS.match(self.text, start)
        assert match is not None  # the caller saw a letter
        letters = match[0]
        named = len(letters) == 1 or (letters.isupper() and is_spelled(letters, self.lexicon, False))
        return VerbalizedPart("serial", spell(letters) if named else without_stop(letters.lower()), start, match.end())

    def _word(self, word: str, start: int) -> Iterator[VerbalizedPart]:
        end = start + len(word)
        if len(word) == 1 and word.isupper():
            yield self._capital(word, start)
            return
        if word.islower() or (word.istitle() and "-" not in word):
            yield VerbalizedPart("plain", without_stop(word.lower()), start, end)
            return
        if "-" in word:
            yield from self._hyphenated(word, start)
            return
        plural = plural_acronym(word)
        if plural and is_spoken(plural["letters"]):
            yield VerbalizedPart("acronym", word.lower(), start, end)
        elif plural and self._is_spelled_plural(word, plural):
            last = start + len(plural["letters"]) - 1
            yield from self.spelled(start, last)
            yield VerbalizedPart("acronym", self.text[last].lower() + "'s", last, end)
        elif word.isupper() and not self._is_verb(word, start) and self._is_spelled(word, end):
            yield from self.spelled(start, end)
        elif word.isupper() or word.lower() in self.lexicon or word[1:].islower():
            yield VerbalizedPart(
                "acronym" if word.isupper() and not self.shouting else "plain", word.lower(), start, end
            )
        else:
            yield from self._camel_case(word, start)

    def _is_spelled(self, word: str, end: int) -> bool:
        coded = self.text[end : end + 1].isdigit() and len(word) < 4
        return coded or is_spelled(word, self.lexicon, self.shouting)

    def _is_verb(self, word: str, start: int) -> bool:
        return word == "AM" and word_before(self.text, start) == "I"

    def _capital(self, letter: str, start: int) -> VerbalizedPart:
        """Verbalize a single capital: by its name, unless it is the word I or the article A."""
        word = letter == "I" and not self._in_letters(start) and not _NUMBER_AHEAD.match(self.text, start + 1)
        if letter == "A" and not self._in_letters(start):
            before = word_before(self.text, start)
            after = self.text[start + 1 : start + 3]
            sentence_inside = (
                before and self.text[start - 1 : start] == " " and self.text[start - 2 : start - 1].isalpha()
            )
            named = before.lower() in LETTER_NAMES or not _ARTICLE_AHEAD.match(after)
            named = named or (before.lower() in _BEFORE_LETTER and not self.shouting)
            word = not named and (self.shouting or not sentence_inside or not before.islower() or before in OPENERS)
        return VerbalizedPart("plain", letter.lower() if word else letter, start, start + 1)

    def _in_letters(self, start: int) -> bool:
        """Return whether another single capital is next to this one: F B I."""
        before = self.text[max(0, start - 3) : start]
        beside = len(before) > 1 and before[-1] == " " and before[-2].isupper() and not before[:-2].isalnum()
        return beside or bool(_CAPITAL_AHEAD.match(self.text, start + 1))

    def _hyphenated(self, word: str, start: int) -> Iterator[VerbalizedPart]:
        """Verbalize a hyphenated word: as a range (Mon-Fri), as one word (X-ray), or else part by part."""
        parts = list(re.finditer(r"[^-]+", word))
        if len(parts) == 2 and all(calendar_name(part[0]) for part in parts):
            for part, join in zip(parts, (" to", ""), strict=True):
                yield VerbalizedPart(
                    "date", f"{calendar_name(part[0])}{join}", start + part.start(), start + part.end()
                )
            return
        if len(parts) == 2 and parts[0][0] in ("D", "I", "R") and parts[1][0] in STATES:
            yield VerbalizedPart("address", f"{word[0]} {STATES[parts[1][0]]}", start, start + len(word))
            return
        plain = all(part[0][1:].islower() or (len(part[0]) == 1 and part[0].islower()) for part in parts)
        if plain or word.lower() in self.lexicon:
            yield VerbalizedPart("plain", word.lower(), start, start + len(word))
            return
        for part in parts:
            if len(part[0]) == 1 and part[0].isupper():
                yield VerbalizedPart("acronym", part[0], start + part.start(), start + part.end())
            else:
                yield from self._word(part[0], start + part.start())

    def _is_spelled_plural(self, word: str, plural: re.Match[str]) -> bool:
        if plural["ending"] == "s" and word.lower() in self.lexicon:
            return False
        return is_spelled(plural["letters"], self.lexicon, self.shouting)

    def _camel_case(self, word: str, start: int) -> Iterator[VerbalizedPart]:
        for first, last in camel_parts(word):
            part = word[first:last]
            if part.isupper() and (len(part) == 1 or is_spelled(part, self.lexicon, False)):
                yield from self.spelled(start + first, start + last)
            else:
                yield VerbalizedPart("plain", without_stop(part.lower()), start + first, start + last)
