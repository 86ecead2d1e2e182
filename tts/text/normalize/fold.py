"""Fold typographic variants into ASCII and keep the source position of each folded character."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from tts.text.normalize.raised import characters, has_marks
from tts.text.regex import regex

# Characters that Unicode decomposition leaves unchanged or maps to an unwanted character.
_SPECIAL = {
    **dict.fromkeys("‘’‚‛ʼ′´", "'"),
    **dict.fromkeys("“”„‟«»″‹›「」『』", '"'),
    **dict.fromkeys("–—―‒", "—"),
    **dict.fromkeys("‐‑−", "-"),
    **dict.fromkeys("。．", "."),
    **dict.fromkeys("、，", ","),
    "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ß": "ss", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D",
    "þ": "th", "Þ": "Th", "ł": "l", "Ł": "L", "ı": "i", "ħ": "h", "Ħ": "H", "¡": "", "¿": "", "№": "No.", "∕": "/",
    "⁄": "/", "µ": "μ", "Ω": "Ω", "Å": "Å", "º": "°", "˚": "°", "⩽": "≤", "⩾": "≥",
}  # fmt: skip
_KEPT = frozenset("…£€¥°×÷±§©®™¢²³¹⁰⁴⁵⁶⁷⁸⁹⁻≠Å")
# Marks that modify Latin letters and emoji. Combining marks of other scripts are read as letters.
_MODIFIERS = regex(
    r"[\u0300-\u036F\u1AB0-\u1AFF\u1DC0-\u1DFF\u20D0-\u20FF\uFE00-\uFE0F\uFE20-\uFE2F\U000E0000-\U000E01EF]"
)


class Folded(NamedTuple):
    """Folded text. Character i comes from source[starts[i]:ends[i]]."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the source span of text[start:end], which must not be empty."""
        return self.starts[start], self.ends[end - 1]


def fold(text: str) -> Folded:
    """Strip accents, straighten quotes and unify dashes. Characters of other scripts stay unchanged."""
    if text.isascii() and not has_marks(text):
        return Folded(text, range(len(text)), range(1, len(text) + 1))
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for index, character in characters(text) if has_marks(text) else enumerate(text):
        piece = character if character.isascii() else _fold_character(character)
        if piece == "Å" and text[index + 1 : index + 2].isalpha():
            piece = "A"  # the first letter of a word such as Ångström, not the unit
        if not piece and ends:
            ends[-1] = index + 1
        if piece.startswith(" ") and pieces and pieces[-1].isspace():
            piece = piece.lstrip()  # one space already separates it from the number before
        pieces.append(piece)
        starts.extend([index] * len(piece))
        ends.extend([index + 1] * len(piece))
    return Folded("".join(pieces), starts, ends)


@lru_cache(4096)
def _fold_character(character: str) -> str:
    """Return ASCII for Latin letters, digits and typography, "" for modifying marks, else the character itself."""
    if character in _KEPT:
        return character
    if character in _SPECIAL:
        return _SPECIAL[character]
    if unicodedata.category(character) == "Cf" or _MODIFIERS.match(character):
        return ""
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    if unicodedata.category(character) == "No" and "CIRCLED" in unicodedata.name(character, ""):
        return f" {unicodedata.numeric(character):g}"  # apart from a number before it
    if unicodedata.category(character) == "Nl" and "ROMAN NUMERAL" in unicodedata.name(character, ""):
        return f"{unicodedata.numeric(character):g}"
    plain = "".join(part for part in unicodedata.normalize("NFKD", character) if not unicodedata.combining(part))
    if "\N{FRACTION SLASH}" in plain:
        return " " + plain.replace("\N{FRACTION SLASH}", "/")
    known = all(part.isascii() or part in _KEPT for part in plain)
    return plain if known and plain.strip() else character
