"""Verbalize letters after a digit, as in 12A, 5G, 1080p, 10Ks and pp. 12ff."""

from __future__ import annotations

from tts.text.normalize.abbreviation_tables import without_stop
from tts.text.normalize.acronyms import is_spelled
from tts.text.normalize.capitals import VerbalizedPart
from tts.text.normalize.rule import spell
from tts.text.pronunciation.lexicon import Lexicon
from tts.text.regex import regex

_LETTERS = regex(r"[A-Za-z]+")
_LETTER_PLURAL = regex(r"[A-RT-Z]s")
_VARIABLES = regex(r"[a-z]{2}")
_SUM_BEFORE = regex(r"(?:[=+]\s?|-\s)\d{0,3}\Z|\(\d{1,3}\Z")
_SUM_AFTER = regex(r"\s?[=+^²³]")
_PAGE_BEFORE = regex(r"\b(?:pp?|ll?|vv?|nn?)\.?\s\d{1,4}\Z")


def read_after_digit(text: str, start: int, lexicon: Lexicon) -> VerbalizedPart:
    """Verbalize letters after a digit, as in 12A, 5G, 1080p and 3rdly; a single letter or an acronym is spelled."""
    match = _LETTERS.match(text, start)
    assert match is not None  # the caller saw a letter
    letters = match[0]
    if _LETTER_PLURAL.fullmatch(letters):
        return VerbalizedPart("serial", f"{letters[0].lower()}'s", start, match.end())
    if letters == "ff" and _PAGE_BEFORE.search(text[max(0, start - 12) : start]):
        return VerbalizedPart("abbreviation", "and following", start, match.end())
    if _VARIABLES.fullmatch(letters) and is_product(text, start, match.end()):
        return VerbalizedPart("math", spell(letters), start, match.end())
    from tts.text.normalize.codes import letters_after_digits  # imported on first use, like all rules for numbers

    coded = letters_after_digits(letters, text, start)
    if coded:
        return VerbalizedPart("serial", coded, start, match.end())
    named = len(letters) == 1 or (letters.isupper() and is_spelled(letters, lexicon, False))
    return VerbalizedPart("serial", spell(letters) if named else without_stop(letters.lower()), start, match.end())


def is_product(text: str, start: int, end: int) -> bool:
    """Return whether letters are variables that are multiplied: a² + 2ab + b², y = mx + b."""
    return bool(_SUM_AFTER.match(text, end) or _SUM_BEFORE.search(text[max(0, start - 6) : start]))
