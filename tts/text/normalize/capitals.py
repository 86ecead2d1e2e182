"""Verbalize words by their capitals: initialisms, single capitals, camel case and hyphenated words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from tts.text.normalize.abbreviation_tables import OPENERS, without_stop
from tts.text.normalize.acronyms import (
    camel_parts,
    irregular_acronym,
    is_spelled,
    is_spelled_here,
    is_spoken,
    plural_acronym,
)
from tts.text.normalize.calendar_names import calendar_name
from tts.text.normalize.respellings import is_stressed_syllable
from tts.text.normalize.rule import word_after, word_before
from tts.text.normalize.states import STATES
from tts.text.pronunciation.lexicon import Lexicon
from tts.text.regex import regex

_NUMBER_AHEAD = regex(r"-\d")
_CAPITAL_AHEAD = regex(r"\s[A-Z](?![\w'])")
_ARTICLE_AHEAD = regex(r" [\w$£€\"']")
_KEY_AHEAD = regex(
    r"[ -](?:(?:flat|sharp|natural)(?P<mode> (?:major|minor))?|major|minor)(?!\w)(?P<end>\.?\)|\.?\s*\Z)?"
)
_LOOK_BACK = 8
_LETTERS_AND = regex(r"\b[A-Z]s(?: and|,) \Z")
_AND_LETTERS = regex(r"(?: and|,) [A-Z]s\b")
_BEFORE_LETTER = frozenset("the an my his her your our their this that straight".split())
_ENDINGS = {"s": "'s", "d": "'d", "ed": "'d", "ing": "'ing", "er": "'er", "ers": "'ers"}
_VERBAL = ("ed", "ing", "er", "ers")
_VERBS = frozenset("ok id od ko".split())
"""Initialisms that are words, too, but spelled as verbs: ID'd, OKed."""
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


class CapitalReader:
    """Verbalizes the words of one text. `shouting`: whether most letters of the text are capitals."""

    def __init__(self, text: str, lexicon: Lexicon, shouting: bool) -> None:
        self.text = text
        self.lexicon = lexicon
        self.shouting = shouting

    def spelled(self, start: int, end: int, semiotic: str = "acronym") -> Iterator[VerbalizedPart]:
        """Yield each letter of text[start:end] by its name. A full stop belongs to the letter before it."""
        for index in range(start, end):
            if self.text[index].isalpha():
                stop = index + 2 if self.text[index + 1 : index + 2] == "." and index + 2 <= end else index + 1
                yield VerbalizedPart(semiotic, self.text[index].upper(), index, stop)

    def read(self, word: str, start: int) -> Iterator[VerbalizedPart]:
        """Yield the parts of the word at `start`, in order."""
        end = start + len(word)
        if len(word) == 1 and word.isupper():
            yield self._capital(word, start)
            return
        if len(word) == 2 and word[1] == "s" and word[0].isupper() and self._are_letters(word, start):
            yield VerbalizedPart("acronym", f"{word[0].lower()}'s", start, end)
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
            yield VerbalizedPart("acronym", self.text[last].lower() + _ENDINGS[plural["ending"].lstrip("'")], last, end)
        elif plural and plural["ending"] in _VERBAL and word.lower() not in self.lexicon:
            yield VerbalizedPart("acronym", plural["letters"].lower() + _ENDINGS[plural["ending"]], start, end)
        elif word.isupper() and not self._is_verb(word, start) and self._is_spelled(word, start):
            yield from self.spelled(start, end)
        elif word.isupper() or word.lower() in self.lexicon or word[1:].islower():
            yield VerbalizedPart(
                "acronym" if word.isupper() and not self.shouting else "plain", word.lower(), start, end
            )
        else:
            yield from self._camel_case(word, start)

    def _is_spelled(self, word: str, start: int) -> bool:
        end = start + len(word)
        coded = self.text[end : end + 1].isdigit() and len(word) < 4
        coded = coded or (len(word) == 2 and bool(_NUMBER_AHEAD.match(self.text, end)))
        if not coded and word.lower() not in self.lexicon and is_stressed_syllable(self.text, start, end, self.lexicon):
            return False
        return coded or is_spelled_here(self.text, start, end, self.lexicon, self.shouting)

    def _are_letters(self, word: str, start: int) -> bool:
        """Return whether the capital with an s is a letter in the plural: the three Rs, As and Bs."""
        if word[0] not in "AIUOM":
            return True
        before, end = self.text[max(0, start - 7) : start], start + len(word)
        return bool(_LETTERS_AND.search(before) or _AND_LETTERS.match(self.text, end))

    def _is_verb(self, word: str, start: int) -> bool:
        return word == "AM" and "I" in (word_before(self.text, start), word_after(self.text, start + len(word)))

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
            named = named or self._is_key(start)
            word = not named and (self.shouting or not sentence_inside or not before.islower() or before in OPENERS)
        return VerbalizedPart("plain", letter.lower() if word else letter, start, start + 1)

    def _is_key(self, start: int) -> bool:
        """Return whether A is a note or a key: in A minor, A flat major. "A minor" may begin a sentence otherwise."""
        key = _KEY_AHEAD.match(self.text, start + 1)
        begins = self.text[max(0, start - _LOOK_BACK) : start].rstrip("\"'( \n")[-1:] in ("", ".", "!", "?", ":")
        return key is not None and (bool(key["mode"] or key["end"]) or not begins)

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
        if word == "M-F":
            yield VerbalizedPart("date", "monday to friday", start, start + len(word))
            return
        if len(parts) == 2 and parts[0][0] in ("D", "I", "R") and parts[1][0] in STATES:
            yield VerbalizedPart("address", f"{word[0]} {STATES[parts[1][0]]}", start, start + len(word))
            return
        plain = all(part[0][1:].islower() or (len(part[0]) == 1 and part[0].islower()) for part in parts)
        if plain or word.lower() in self.lexicon:
            yield VerbalizedPart("plain", word.lower(), start, start + len(word))
            return
        for part in parts:
            known = part[0] if len(part[0]) == 1 and part[0].isupper() else irregular_acronym(part[0])
            if known:
                yield VerbalizedPart("acronym", known, start + part.start(), start + part.end())
            else:
                yield from self.read(part[0], start + part.start())

    def _is_spelled_plural(self, word: str, plural: re.Match[str]) -> bool:
        if plural["letters"].lower() in _VERBS and plural["ending"] not in ("s", "'s"):
            return True
        if plural["ending"].isalpha() and word.lower() in self.lexicon:
            return False
        return is_spelled(plural["letters"], self.lexicon, self.shouting)

    def _camel_case(self, word: str, start: int) -> Iterator[VerbalizedPart]:
        for first, last in camel_parts(word):
            part = word[first:last]
            if part.isupper() and (len(part) == 1 or is_spelled(part, self.lexicon, False)):
                yield from self.spelled(start + first, start + last)
            else:
                yield VerbalizedPart("plain", without_stop(part.lower()), start + first, start + last)
