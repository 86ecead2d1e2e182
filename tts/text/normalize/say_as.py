"""Verbalize a text as the class that markup names: SSML's <say-as interpret-as="…">."""

from __future__ import annotations

import re
from collections.abc import Callable

from tts.errors import MarkupError
from tts.text.normalize.calendar_names import MONTHS, month_name
from tts.text.normalize.dates import spoken_date, spoken_year
from tts.text.normalize.fold import fold
from tts.text.normalize.marks import MARKS
from tts.text.normalize.normalizer import normalize
from tts.text.normalize.numbers import cardinal, digits, ordinal
from tts.text.normalize.roman import numeral_value
from tts.text.normalize.symbols import read_sign
from tts.text.normalize.telephone import say_groups
from tts.text.normalize.word import SpokenWord
from tts.text.regex import regex

DATE_FORMATS = ("mdy", "dmy", "ymd", "ym", "my", "md", "dm", "y", "m", "d")
_INTEGER = regex(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)")
_EDGES = regex(r"\S(?:.*\S)?", re.DOTALL)


def say_as(text: str, interpret_as: str, format: str | None = None) -> list[SpokenWord]:
    """Return the words of `text` read as one class, with spans in `text`.

    `interpret_as` is one of INTERPRETATIONS. `format` applies to dates only and gives the order of month, day and year
    ("mdy", "dmy", "ymd", "md", "y", …). A text that does not fit its class is read as ordinary text, as SSML specifies.
    Raises MarkupError for an unknown class or format.
    """
    reader = INTERPRETATIONS.get(interpret_as)
    if reader is None:
        raise MarkupError(f"say-as interpret-as={interpret_as!r} is unknown; allowed: {', '.join(INTERPRETATIONS)}")
    if format is not None and interpret_as == "date" and format not in DATE_FORMATS:
        raise MarkupError(f"say-as format={format!r} is no order of a date; allowed: {', '.join(DATE_FORMATS)}")
    inner = _EDGES.search(text)
    if inner is None:
        return []
    folded = fold(inner[0]).text
    if interpret_as == "characters":
        return _characters(text)
    words = reader(folded, format or "")
    if words is None:
        return normalize(text)
    return [_word(word, *inner.span(), interpret_as) for word in words.split()]


def _word(word: str, start: int, end: int, semiotic: str) -> SpokenWord:
    if word in MARKS:
        return SpokenWord(word, start, end, "mark", semiotic)
    return SpokenWord(word.lower(), start, end, "letter" if word.isupper() else "word", semiotic)


def _signed(text: str, say: Callable[[str], str]) -> str | None:
    if not _INTEGER.fullmatch(text):
        return None
    sign = {"-": "minus ", "+": "plus "}.get(text[0], "")
    return sign + say(text.lstrip("+-"))


def _cardinal(text: str, _: str) -> str | None:
    value = numeral_value(text)
    return cardinal(str(value)) if value else _signed(text, cardinal)


def _ordinal(text: str, _: str) -> str | None:
    value = numeral_value(text)
    return ordinal(str(value)) if value else _signed(re.sub(r"(?:st|nd|rd|th)\Z", "", text), ordinal)


def _digits(text: str, _: str) -> str | None:
    if not any(character.isdecimal() for character in text) or re.search(r"[^\d\s.,()/+-]", text):
        return None
    names = {".": "point", "+": "plus"}
    return " ".join(digits(character) or names.get(character, "") for character in text)


def _characters(text: str) -> list[SpokenWord]:
    """Name each character, with its own span."""
    folded = fold(text)
    words: list[SpokenWord] = []
    for index, character in enumerate(folded.text):
        span = folded.span(index, index + 1)
        if character.isascii() and character.isalpha():
            words.append(SpokenWord(character.lower(), *span, "letter", "characters"))
        elif not character.isspace():
            words.extend(_word(name, *span, "characters") for name in _name(character, folded.text, index).split())
    return words


_SIGN_NAMES = {
    ".": "dot", ",": "comma", "!": "exclamation point", "?": "question mark", ";": "semicolon", ":": "colon",
    "-": "dash", "—": "dash", "_": "underscore", "'": "apostrophe", '"': "quote", "(": "open parenthesis",
    ")": "close parenthesis", "[": "open bracket", "]": "close bracket", "{": "open brace", "}": "close brace",
    "*": "star", "\\": "backslash", "|": "pipe", "~": "tilde", "^": "caret", "`": "backtick", "…": "ellipsis",
    "$": "dollar sign", "£": "pound sign", "€": "euro sign",
}  # fmt: skip


def _name(character: str, text: str, index: int) -> str:
    if character.isdecimal():
        return digits(character)
    sign = read_sign(text, index)
    return _SIGN_NAMES.get(character) or (sign.words if sign else "")


def _date(text: str, order: str) -> str | None:
    """Verbalize a numeric date with its parts in the order of `order`; None if they do not fit it.

    Without an order only eight digits (yyyymmdd) are verbalized here.
    """
    parts = re.findall(r"\d+|[A-Za-z]+", text)
    if not order and re.fullmatch(r"\d{8}", text):
        parts, order = [text[:4], text[4:6], text[6:]], "ymd"
    if not order or len(parts) != len(order):
        return None
    named = dict(zip(order, parts, strict=True))
    written = named.get("m", "")
    month = _month(written) if written else 0
    day = re.sub(r"(?:st|nd|rd|th)\Z", "", named.get("d", ""))
    year = named.get("y", "")
    if month is None or (day and not (day.isdigit() and 1 <= int(day) <= 31)) or (year and not 0 < len(year) < 5):
        return None
    if month and day:
        return spoken_date(month, int(day), year)
    spoken = [MONTHS[month - 1] if month else "", ordinal(day) if day else "", spoken_year(year) if year else ""]
    return " ".join(part for part in spoken if part) or None


def _month(written: str) -> int | None:
    if written.isdigit():
        return int(written) if 1 <= int(written) <= 12 else None
    name = month_name(written.capitalize())
    return MONTHS.index(name) + 1 if name else None


def _telephone(text: str, _: str) -> str | None:
    number, _, extension = re.sub(r"(?i)\s*,?\s*(?:extension|ext\.?|x)\s*(?=\d+\Z)", "|", text).partition("|")
    if not re.fullmatch(r"[\d\s().+*#A-Z-]*\d[\d\s().+*#A-Z-]*", number):
        return None
    if re.fullmatch(r"\d{10}", number):
        number = f"{number[:3]} {number[3:6]} {number[6:]}"
    words = ("plus " if number.startswith("+") else "") + say_groups(number)
    return f"{words} , extension {digits(extension)}" if extension else words


def _as_found(text: str, _: str) -> None:
    """Return None: the ordinary rules recognise times, money and units by their form."""
    return


INTERPRETATIONS: dict[str, Callable[[str, str], str | None]] = {
    "cardinal": _cardinal,
    "ordinal": _ordinal,
    "digits": _digits,
    "characters": _as_found,
    "date": _date,
    "time": _as_found,
    "telephone": _telephone,
    "currency": _as_found,
    "unit": _as_found,
}
"""Allowed values of interpret-as, and the function that verbalizes each."""
