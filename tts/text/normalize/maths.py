"""Verbalize sums and simple equations: 5 - 3 = 2, 3 × 4, 10^6, 2x. A hyphen is a minus only in an equation."""

from __future__ import annotations

import re

from tts.text.normalize.numbers import AMOUNT, amount, cardinal, ordinal
from tts.text.normalize.rule import rule
from tts.text.regex import regex

_OPERATORS = {"+": "plus", "-": "minus", "—": "minus", "*": "times", "×": "times", "x": "times", "/": "divided by"}
_OPERATORS |= {"÷": "divided by", "·": "times"}
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
SUPERSCRIPT = r"⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}"
"""Pattern of a superscript number."""
_TERM_AFTER = regex(r"\s?(?:[+=^]|-\s)")
_PLAIN = r"(?:\d{1,15}(?:,\d{3})*(?:\.\d+)?)"


def power(exponent: str) -> str:
    """Verbalize an exponent, as spoken after its base: squared, cubed, to the fourth, to the minus two."""
    exponent = exponent.translate(_SUPERSCRIPTS)
    if exponent in ("2", "3"):
        return "squared" if exponent == "2" else "cubed"
    if exponent.startswith("-"):
        return f"to the minus {cardinal(str(int(exponent[1:])))}"
    return f"to the {ordinal(exponent)}"


def _sum(match: re.Match[str]) -> str:
    parts = re.split(r"\s?([-—+*×x/÷·])\s?", match[0])
    return " ".join(_OPERATORS[part] if index % 2 else amount(part) for index, part in enumerate(parts))


def _power(match: re.Match[str]) -> str:
    return f"{amount(match['base'])} {power(match['exponent'])}"


def _scientific(match: re.Match[str]) -> str:
    return f"{amount(match['number'])} times ten {power(match['exponent'].removeprefix('+'))}"


def _times(match: re.Match[str]) -> str | None:
    """Verbalize 2x as in "2x faster". In 2x + 1 the x is a letter."""
    if _TERM_AFTER.match(match.string, match.end()):
        return None
    return f"{amount(match['number'])} times{' per ' + match['per'] if match['per'] else ''}"


def _orbital(match: re.Match[str]) -> str:
    """Verbalize the electrons of an orbital: 2p⁶ is "two P six"."""
    count = match["count"].translate(_SUPERSCRIPTS)
    return f"{cardinal(match['shell'])} {match['kind'].upper()} {cardinal(count)}"


RULES = (
    rule("math", r"(?P<shell>[1-7])(?P<kind>[spdf])(?P<count>[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2})(?!\w)", _orbital),
    rule("math", rf"{_PLAIN}(?:\s?[-—+*×x/÷·]\s?{_PLAIN}){{1,8}}(?=\s?=)", _sum, sign="+*×x÷·="),
    rule("math", rf"(?:(?<==)|(?<==\s)|(?<==\s\s)){_PLAIN}(?:\s?[-—+*×x/÷·]\s?{_PLAIN}){{1,8}}(?!\w)", _sum),
    rule("math", rf"(?P<base>{_PLAIN})(?:\^|\s?\*\*\s?)(?P<exponent>-?\d{{1,3}})(?![\d*])", _power, sign="^*"),
    rule("math", rf"(?P<base>{_PLAIN})(?P<exponent>{SUPERSCRIPT})", _power, sign="⁻⁰¹²³⁴⁵⁶⁷⁸⁹"),
    rule("math", rf"{_PLAIN}(?:\s?[+*×÷·]\s?{_PLAIN}){{1,8}}(?![\w^⁻⁰¹²³⁴⁵⁶⁷⁸⁹])", _sum, sign="+*×÷·"),
    rule("math", rf"(?P<number>{_PLAIN})[eE](?P<exponent>[+-]?\d{{1,3}})(?!\w)", _scientific, sign="eE"),
    rule("math", rf"(?P<number>{AMOUNT})[x×](?!\w)(?:/(?P<per>day|week|month|year)\b)?", _times, sign="x×"),
)
