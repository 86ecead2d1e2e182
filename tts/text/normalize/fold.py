"""Fold typographic variants into ASCII and keep the source position of each folded character."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from tts.text.normalize.raised import characters, has_marks
from tts.text.regex import regex

_FIXED = "\N{NO-BREAK SPACE}\N{FIGURE SPACE}\N{THIN SPACE}\N{NARROW NO-BREAK SPACE}"  # spaces that group digits
# Not a telephone number, whose country code has a plus, and not a decimal comma, which the rules of `grouped` read.
_GROUPED = regex(
    rf"(?<![\d+.,])(?<!\d\s)[1-9]\d{{0,2}}(?:[{_FIXED}]\d{{3}})+(?!\d|[{_FIXED}]\d|,\d)"
    rf"|(?P<decimals>\.(?:\d{{3}}[{_FIXED}])+\d{{1,3}}(?!\d))"
)
_WITH_COMMAS = dict.fromkeys(map(ord, _FIXED), ",")
_WITHOUT_SPACES = dict.fromkeys(map(ord, _FIXED), "\N{WORD JOINER}")  # folded into nothing

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
    """Strip accents, straighten quotes, unify dashes and spaces. Characters of other scripts stay unchanged.

    Digits that fixed spaces group are one number for sure, so commas group them.
    """
    if text.isascii() and not has_marks(text):
        return Folded(text, range(len(text)), range(1, len(text) + 1))
    text = _GROUPED.sub(_group, text)
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


def _group(match: re.Match[str]) -> str:
    """Return the number with commas instead of fixed spaces; its decimals without them. The length is the same."""
    return match[0].translate(_WITHOUT_SPACES if match["decimals"] else _WITH_COMMAS)


@lru_cache(4096)
def _fold_character(character: str) -> str:
    """Return ASCII for Latin letters, digits and typography, "" for modifying marks, else the character itself."""
    if character in _KEPT:
        return character
    if character in _SPECIAL:
        return _SPECIAL[character]
    if unicodedata.category(character) == "Zs":
        return " "
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
