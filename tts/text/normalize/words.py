"""Verbalize tokens that start with a letter: abbreviations, initials, acronyms, months, places and plain words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tts.text.normalize.abbreviations import BARE, read_abbreviation, read_bare
from tts.text.normalize.acronyms import irregular_acronym
from tts.text.normalize.capitals import CapitalReader, VerbalizedPart
from tts.text.normalize.chat import read_coded
from tts.text.normalize.chemistry import may_be_formula, read_element, read_formula
from tts.text.normalize.compass import read_direction
from tts.text.normalize.digit_letters import is_product, read_after_digit
from tts.text.normalize.doses import read_interval, read_length
from tts.text.normalize.functions import read_chord
from tts.text.normalize.headings import read_heading
from tts.text.normalize.hyphens import read_difference
from tts.text.normalize.initials import read_initials
from tts.text.normalize.law import BEGIN_PHRASE, clipped, read_phrase
from tts.text.normalize.notations import read_notation
from tts.text.normalize.roman import read_chain, read_roman
from tts.text.normalize.rule import Verbalized, spell, verbalize_first
from tts.text.normalize.slashed import read_slashed
from tts.text.normalize.special_words import READERS
from tts.text.normalize.states import read_state
from tts.text.normalize.streets import read_street
from tts.text.normalize.typesetting import join_drop_cap, join_lines
from tts.text.pronunciation.lexicon import Lexicon
from tts.text.regex import regex

WORD = regex(r"[A-Za-z]+(?:'[A-Za-z]+)*(?:-[A-Za-z]+(?:'[A-Za-z]+)*)*")
_STATE_INITIALS = regex(r"[A-Z]\.(?:[A-Z]|Va)(?=\.)")
_AMPERSAND = regex(r"(?P<letters>[A-Z]{1,3}(?:&[A-Z]{1,3})+)(?P<several>s?)(?!\w)")
_ROMAN_SMALL = regex(r"[ivxl]{2,5}\Z")
_VERSION = regex(r"v(?:er)?\.?(?=\d)")
_COUNT_BEFORE = regex(r"(?<![\w.,-])\d{1,3}\Z")
_VERSIONED = regex(r"(?P<name>[A-Z]{2,}|[A-Za-z][A-Za-z-]*(?=-))(?P<hyphen>-)?v")
_RUPEES = ("Rs", "RS", "Re")
_UNIT_SIGNS = ("/", "²", "³", "^", "⁻", "-")
_CHORD_SIGNS = frozenset("0123456789#♯♭")
_LONGEST_UNIT = 5
_LONGEST_NOTED = 3
_BY = regex(r"[xX](?=\s\d)|(?<!\s)[xX](?=\d)")
_TEN_AHEAD = regex(r"[xX]\s10(?:\^|\*\*|[⁰¹²³⁴⁵⁶⁷⁸⁹⁻])")
_MEASURED = regex(r"(?:\d|['\"]|\d\s?[a-z]{1,2})\s?\Z")


class WordReader:
    """Verbalizes the letter tokens of one text. `shouting`: whether most letters of the text are capitals."""

    def __init__(self, text: str, lexicon: Lexicon, shouting: bool) -> None:
        self.text = text
        self.lexicon = lexicon
        self.shouting = shouting
        self.capitals = CapitalReader(text, lexicon, shouting)
        self._is_equation = "=" in text

    def read(self, position: int) -> Iterator[VerbalizedPart]:
        """Yield the parts of the token that starts with the letter at `position`, in order."""
        if self.text[position - 1 : position].isdigit():
            formula = self._formula_after_number(position)
            if formula:
                yield VerbalizedPart(formula.semiotic, formula.words, position, formula.end)
                return
            abbreviation = read_abbreviation(self.text, position)
            if abbreviation:
                yield VerbalizedPart(abbreviation.semiotic, abbreviation.words, position, abbreviation.end)
            else:
                yield read_after_digit(self.text, position, self.lexicon)
            return
        match = WORD.match(self.text, position)
        assert match is not None  # the caller saw a letter
        following = self.text[match.end() : match.end() + 1]
        word = match[0]
        if following.isdigit() and word[-1] == "v" and (versioned := _VERSIONED.fullmatch(word)):
            yield from self._versioned(versioned, position)
            return
        if following == "." and word[-2:-1] == "-" and read_initials(self.text, match.end() - 1):
            word, following = word[:-2], "-"  # non-U.S.
        special = self._typeset(word, position, following) or self._special(word, position, following)
        if not special and following.isdecimal() and word.islower() and "-" not in word:
            special = self._before_digits(word, match.end())
        if special:
            yield VerbalizedPart(special.semiotic, special.words, position, special.end)
        elif following == "." and (end := read_initials(self.text, position)):
            yield from self.capitals.spelled(position, end, "initials")
        else:
            yield from self.capitals.read(word, position)

    def _versioned(self, match: re.Match[str], position: int) -> Iterator[VerbalizedPart]:
        """Yield the parts of YOLOv8 before its digit, and of Instruct-v0.2 without the v, which is read next."""
        end = position + match.end("name")
        yield from self.capitals.read(match["name"], position)
        if not match["hyphen"]:
            yield VerbalizedPart("serial", "V", end, end + 1)

    def _typeset(self, word: str, start: int, following: str) -> Verbalized | None:
        """Join a word that a line end divides, or that begins with a drop cap; None for most words."""
        if following == "-" and (joined := join_lines(self.text, start, self.lexicon)):
            return joined
        if len(word) == 1 and word.isupper() and following == " ":
            return join_drop_cap(self.text, start, self.lexicon)
        return None

    def _special(self, word: str, start: int, following: str) -> Verbalized | None:
        """Verbalize a word that is in a table or depends on its neighbours; None for most words."""
        text = self.text
        if word[0] in "IVXLivx" and (heading := read_heading(text, word, start)):
            return heading
        if word[0] in "IVXivx" and "-" in word and (chain := read_chain(text, start)):
            return chain
        if word in _RUPEES and (amount := self._amount(start)):
            return amount
        if following == ".":
            if word in BEGIN_PHRASE and (phrase := read_phrase(text, start)):
                return phrase
            abbreviation = read_abbreviation(text, start)
            abbreviation = abbreviation or read_state(text, word, start) or self._old_state(start)
            if abbreviation:
                return abbreviation
        if (
            len(word) <= _LONGEST_NOTED
            and (following == "/" or following.isdigit())
            and (noted := read_notation(text, start))
        ):
            return noted
        if word in ("q", "Q") and following.isdigit() and (interval := read_interval(text, start)):
            return interval
        if word in ("x", "X", "v", "V", "ver"):
            letter = self._before_number(start) or read_length(text, start)
            if letter:
                return letter
        if following.isdigit() and (coded := read_coded(text, start)):
            return coded
        if following in _UNIT_SIGNS and (joined := self._joined(word, start)):
            return joined
        if difference := read_difference(text, word, start):
            return difference
        if len(word) == 2 and word.islower() and self._is_product(word, start):
            return Verbalized("math", spell(word), start + 2)
        for reader in READERS.get(word.lower(), ()):
            read = reader(text, word, start)
            if read:
                return read
        if word.islower():
            return read_roman(word, text, start) if _ROMAN_SMALL.match(word) else None
        if following == "&" and (letters := _AMPERSAND.match(text, start)):
            spoken = " and ".join(map(spell, letters["letters"].split("&")))
            spoken = f"{spoken[:-1]}{spoken[-1].lower()}'s" if letters["several"] else spoken
            return Verbalized("acronym", spoken, letters.end())
        priced = word.isupper() and (following in ("$", " ") or following.isdigit())
        if priced and (amount := self._amount(start)):
            return amount
        if len(word) < 3 and (element := read_element(text, start)):
            return element
        if word[0] in "ABCDEFG" and following in _CHORD_SIGNS and (chord := read_chord(text, start)):
            return chord
        if may_be_formula(word, following) and (formula := read_formula(text, start)):
            return formula
        if "'" in word and (full := clipped(word)):
            return Verbalized("abbreviation", full, start + len(word))
        return self._named(word, start)

    def _is_product(self, word: str, start: int) -> bool:
        """Return whether a word of two letters is a product of variables: y = mx + b."""
        is_unknown = word not in self.lexicon and word not in READERS
        return is_unknown and self._is_equation and is_product(self.text, start, start + len(word))

    def _joined(self, word: str, start: int) -> Verbalized | None:
        """Verbalize a word with a slash, or a unit with a power or a slash after it: w/o, mg/dL, m³/hr."""
        slashed = read_slashed(self.text, start)
        if slashed or len(word) > _LONGEST_UNIT:
            return slashed
        from tts.text.normalize.rates import read_bare_unit  # imported on first use, like all rules for numbers

        return read_bare_unit(self.text, start)

    def _amount(self, start: int) -> Verbalized | None:
        """Verbalize money that starts with letters: US$5, EUR 5."""
        from tts.text.normalize.money import LETTER_RULES  # imported on first use, like all rules for numbers

        return verbalize_first(LETTER_RULES, self.text, start)

    def _before_number(self, start: int) -> Verbalized | None:
        """Verbalize the v of v2.0 and the x of 8\" x 11\"."""
        version = _VERSION.match(self.text, start)
        if version:
            return Verbalized("version", "version", version.end())
        if _TEN_AHEAD.match(self.text, start) and self.text[start - 2 : start - 1].isdigit():
            return Verbalized("math", "times", start + 1)
        by = _BY.match(self.text, start)
        measured = by and _MEASURED.search(self.text[max(0, start - 6) : start])
        return Verbalized("measure", "by", start + 1) if measured else None

    def _formula_after_number(self, start: int) -> Verbalized | None:
        """Verbalize the formula of 6CO2 and 2NaCl, after its number."""
        counted = self.text[start].isupper() and _COUNT_BEFORE.search(self.text[max(0, start - 4) : start])
        return (read_element(self.text, start) or read_formula(self.text, start)) if counted else None

    def _before_digits(self, word: str, end: int) -> Verbalized:
        from tts.text.normalize.codes import letters_before_digits  # imported on first use: few texts have codes

        return Verbalized("serial", letters_before_digits(word, self.lexicon), end)

    def _old_state(self, start: int) -> Verbalized | None:
        """Verbalize a state's abbreviation with full stops inside: N.Y., W.Va."""
        initials = _STATE_INITIALS.match(self.text, start)
        return read_state(self.text, initials[0], start) if initials else None

    def _named(self, word: str, start: int) -> Verbalized | None:
        text = self.text
        words = irregular_acronym(word)
        if words:
            return Verbalized("acronym", words, start + len(word))
        if self.shouting:
            return read_roman(word, text, start)
        return (
            (read_street(text, word, start) or read_bare(text, word, start) if len(word) < 5 or word in BARE else None)
            or (read_state(text, word, start) or read_direction(text, word, start) if len(word) < 4 else None)
            or read_roman(word, text, start)
        )
