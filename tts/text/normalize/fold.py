"""Folds typographic variety into ASCII, remembering where each folded character came from."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from tts.text.regex import regex

# What Unicode decomposition leaves alone or sends astray.
_SPECIAL = {
    **dict.fromkeys("‘’‚‛ʼ′´", "'"),
    **dict.fromkeys("“”„‟«»″‹›「」『』", '"'),
    **dict.fromkeys("–—―‒", "—"),
    **dict.fromkeys("‐‑−", "-"),
    **dict.fromkeys("。．", "."),
    **dict.fromkeys("、，", ","),
    "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ß": "ss", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D",
    "þ": "th", "Þ": "Th", "ł": "l", "Ł": "L", "ı": "i", "ħ": "h", "Ħ": "H", "¡": "", "¿": "", "№": "No.", "∕": "/",
    "⁄": "/", "µ": "μ", "Ω": "Ω", "Å": "Å", "º": "°", "⩽": "≤", "⩾": "≥",
}  # fmt: skip
_KEPT = frozenset("…£€¥°×÷±§©®™¢²³¹⁰⁴⁵⁶⁷⁸⁹⁻≠Å")
# Marks that modify Latin letters and emoji; those of other scripts are letters to be read.
_MODIFIERS = regex(
    r"[\u0300-\u036F\u1AB0-\u1AFF\u1DC0-\u1DFF\u20D0-\u20FF\uFE00-\uFE0F\uFE20-\uFE2F\U000E0000-\U000E01EF]"
)


class Folded(NamedTuple):
    """Folded text; `starts[i]` and `ends[i]` are the source span of its character i."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The source span behind folded[start:end], which must not be empty."""
        return self.starts[start], self.ends[end - 1]


def fold(text: str) -> Folded:
    """Strip accents, straighten quotes, unify dashes; characters of other scripts stay as they are."""
    if text.isascii():
        return Folded(text, range(len(text)), range(1, len(text) + 1))
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for index, character in enumerate(text):
        piece = character if character.isascii() else _fold_character(character)
        if piece == "Å" and text[index + 1 : index + 2].isalpha():
            piece = "A"  # of Ångström, not the unit
        if not piece and ends:
            ends[-1] = index + 1
        if piece.startswith(" ") and pieces and pieces[-1].isspace():
            piece = piece.lstrip()  # of a fraction: one space is between it and the number before
        pieces.append(piece)
        starts.extend([index] * len(piece))
        ends.extend([index + 1] * len(piece))
    return Folded("".join(pieces), starts, ends)


@lru_cache(4096)
def _fold_character(character: str) -> str:
    """ASCII for Latin letters, digits and typography, nothing for marks that only modify, else the character itself."""
    if character in _KEPT:
        return character
    if character in _SPECIAL:
        return _SPECIAL[character]
    if unicodedata.category(character) == "Cf" or _MODIFIERS.match(character):
        return ""
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    plain = "".join(part for part in unicodedata.normalize("NFKD", character) if not unicodedata.combining(part))
    if "\N{FRACTION SLASH}" in plain:
        return " " + plain.replace("\N{FRACTION SLASH}", "/")
    known = all(part.isascii() or part in _KEPT for part in plain)
    return plain if known and plain.strip() else character
