"""Turn the subscripts and superscripts of Pandoc into characters: H~2~O is H₂O, x^2^ is x², 2^nd^ is 2nd."""

from __future__ import annotations

from collections.abc import Iterator

from tts.text.regex import regex

_MARKED = regex(
    r"(?<=[A-Za-z\d)\]])~(?P<low>\d{1,3}(?:\.\d)?|[A-Za-z]{1,5}|[+-])~(?!~)"
    r"|(?<=[A-Za-z\d)\]~])\^(?P<high>-?\d{1,3}|\d?[+-]|st|nd|rd|th|[a-z](?=\^))\^(?!\^)"
)
_ORDINALS = ("st", "nd", "rd", "th")
_LOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_HIGH = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")


def has_marks(text: str) -> bool:
    """Return whether the text may have a marked subscript or superscript."""
    return text.count("~") > 1 or text.count("^") > 1


def characters(text: str) -> Iterator[tuple[int, str]]:
    """Yield each character of the text with its index, without the marks of subscripts and superscripts.

    A letter keeps the sign before it, which tells x^n^ from xn; a space tells T~max~ from Tmax.
    """
    position = 0
    for match in _MARKED.finditer(text):
        yield from zip(range(position, match.start()), text[position : match.start()], strict=True)
        name, table = ("low", _LOW) if match["low"] else ("high", _HIGH)
        if match[name].isalpha() and match[name] not in _ORDINALS:
            yield match.start(), " " if match["low"] else "^"
        yield from zip(range(*match.span(name)), match[name].translate(table), strict=True)
        position = match.end()
    yield from zip(range(position, len(text)), text[position:], strict=True)
