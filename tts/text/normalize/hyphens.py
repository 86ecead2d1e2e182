"""Verbalize hyphens and dashes: the "to" of a range (9-5, Mon.-Fri.), or a minus (-5, x - 1, n-1)."""

from __future__ import annotations

from tts.text.normalize.calendar_names import calendar_name
from tts.text.normalize.rule import Verbalized, word_after, word_before
from tts.text.regex import regex

_SHORT_YEAR = regex(r"'\d\d(?!\d)")
_DAY_HALVES = ("noon", "midnight")
_DIFFERENCE_WORD = regex(r"[a-z]-[a-z]")
_LOOK_AROUND = 24
_TERM = regex(r"\s(?:\d|[A-Za-z](?![A-Za-z']))")
_DIFFERENCE = regex(r"\([a-z]-\d{1,3}\)")
_DIFFERENCE_OF = regex(r"\s?\d{1,3}(?:\.\d+)?[a-z]?(?![\w.-]|\s?[a-z]{3})|\s?[a-z](?=\s?[)=\],]|\s*\Z)")
_VARIABLE_BEFORE = regex(r"(?:(?:(?<![A-Za-z\d'-])|(?<=\d))[a-zαβγθπμσ](?P<gap>\s)|(?<![A-Za-z\d.'-])[b-zαβγθπμσ])\Z")


def name_dash(text: str, start: int, end: int) -> str | None:
    """Return the "to" of a dash between numbers, months or weekdays; None for other dashes."""
    first = text[start - 1 : start].isdigit() or word_before(text, start) in _DAY_HALVES
    last = text[end : end + 1].isdigit() or bool(_SHORT_YEAR.match(text, end)) or word_after(text, end) in _DAY_HALVES
    names = start and calendar_name(word_before(text, start)) and calendar_name(word_after(text, end))
    return "to" if (first and last) or names else None


def name_hyphen(text: str, position: int) -> Verbalized | None:
    """Verbalize a hyphen that is a minus or the "to" of a range; None for other hyphens."""
    end = position + 1
    before, after = text[position - 1 : position] if position else "", text[end : end + 1]
    if after.isdigit() and (before.isdigit() or word_before(text, position) in _DAY_HALVES):
        return Verbalized("range", "to", end)
    if (after.isdigit() and _DIFFERENCE.match(text, position - 2)) or _is_difference(text, position):
        return Verbalized("math", "minus", end)
    if before == "." and calendar_name(word_before(text, position)) and calendar_name(word_after(text, end)):
        return Verbalized("range", "to", end)
    if (after.isdigit() or (after == "." and text[end + 1 : end + 2].isdigit())) and not before.isalnum():
        return Verbalized("cardinal", "minus", end)
    if stands_alone(text, position):
        is_term = _TERM.match(text, end) and "=" in text[max(0, position - 12) : end + 12]
        return Verbalized("math", "minus", end) if is_term else None
    is_grade = before in tuple("ABCD") and before and not text[max(0, position - 2) : position - 1].isalnum()
    return Verbalized("symbol", "minus", end) if is_grade and not after.isalnum() else None


def read_difference(text: str, word: str, start: int) -> Verbalized | None:
    """Verbalize the difference of two variables in brackets in an equation: (a-b)(a+b) = c; None for other words."""
    end = start + len(word)
    if not (_DIFFERENCE_WORD.fullmatch(word) and text[start - 1 : start] == "(" and text[end : end + 1] == ")"):
        return None
    near = "=" in text[max(0, start - _LOOK_AROUND) : end + _LOOK_AROUND]
    return Verbalized("math", f"{word[0].upper()} minus {word[-1].upper()}", end) if near else None


def stands_alone(text: str, position: int) -> bool:
    """Return whether white space or the text's ends are on both sides of the character at `position`."""
    return not (text[max(0, position - 1) : position].strip() or text[position + 1 : position + 2].strip())


def _is_difference(text: str, position: int) -> bool:
    """Return whether a hyphen stands between a variable and another term: x - 1, n-1, 3x - 2y."""
    variable = _VARIABLE_BEFORE.search(text[max(0, position - 3) : position])
    if variable is None or bool(variable["gap"]) != (text[position + 1 : position + 2] == " "):
        return False
    following = _DIFFERENCE_OF.match(text, position + 1)
    return following is not None and (bool(variable["gap"]) or following[0][0].isdigit())
