"""Verbalize numbers: cardinals, ordinals, years, decades, decimals and digits, in American style without "and"."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache

from tts.text.regex import regex

INTEGER = r"(?:\d{1,3}(?:,\d{3}){1,11}(?!\d)|\d{1,2}(?:,\d\d){1,5},\d{3}(?!\d|,\d)|\d{1,15}(?!\d))"
"""Pattern of an integer: with commas between groups of three digits or as in India (1,00,000), or without commas."""
FRACTION = r"(?:\d{1,9}[ -])?\d{1,4}/\d{1,4}(?![\d/])"
"""Pattern of a fraction or mixed number: 3/4, 1 1/2."""
AMOUNT = rf"(?:{FRACTION}|{INTEGER}?\.\d{{1,15}}(?!\d)|{INTEGER})"
"""Pattern of any number that may precede a unit. `amount` verbalizes it."""
AMOUNTS = rf"(?P<number>{AMOUNT})(?:\s?[-—]\s?(?P<last>{AMOUNT}))?"
"""Pattern of one number, or of a range of two. `amounts` verbalizes its match."""

_MOST_DIGITS = 15
"""Longer integers without commas are read digit by digit, unless most of their digits are zeros at the end."""
_INDIAN = regex(r"\d{1,2}(?:,\d\d)+,\d{3}")
_CRORE, _LAKH = 10_000_000, 100_000
_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_IRREGULAR_PLURALS = {"six": "sixes", "half": "halves"}
_FRACTION = regex(r"(?:(\d+)[ -])?(\d+)/(\d+)")
_HALVES = {2: "half", 4: "quarter"}


@cache
def _num2words() -> Callable[..., str]:
    # Imported on the first number: the import costs as much as the rest of the front end.
    from num2words import num2words

    return num2words  # type: ignore[no-any-return]


def digits(number: str) -> str:
    """Name each digit; ignore other characters."""
    return " ".join(_DIGITS[int(digit)] for digit in number if digit.isdecimal())


@lru_cache(4096)
def cardinal(number: str) -> str:
    """Verbalize an integer; digit by digit after a leading zero, or if it has more than 15 digits and no commas."""
    plain = number.replace(",", "")
    if (len(plain) > _MOST_DIGITS and "," not in number and not is_round(plain)) or (
        plain[0] == "0" and len(plain) > 1
    ):
        return digits(plain)
    if _INDIAN.fullmatch(number):
        return _lakhs(int(plain))
    return _american(_num2words()(int(plain)))


def is_round(number: str) -> bool:
    """Return whether most digits of the number are zeros at its end, so that it is no code: 1 and 18 zeros."""
    return len(number) <= 36 and 2 * len(number.rstrip("0")) < len(number)


def _lakhs(number: int) -> str:
    """Verbalize a number in crores and lakhs: 1,50,000 is "one lakh fifty thousand"."""
    crores, rest = divmod(number, _CRORE)
    lakhs, rest = divmod(rest, _LAKH)
    parts = [f"{cardinal(str(count))} {name}" for count, name in ((crores, "crore"), (lakhs, "lakh")) if count]
    return " ".join([*parts, cardinal(str(rest))] if rest else parts)


@lru_cache(4096)
def ordinal(number: str) -> str:
    """Verbalize an integer with or without commas as an ordinal; digit by digit over 15 digits."""
    plain = number.replace(",", "")
    if len(plain) > _MOST_DIGITS:
        return digits(plain)
    return _american(_num2words()(int(plain), to="ordinal"))


def decimal(whole: str, fraction: str) -> str:
    """Verbalize a decimal: `whole`, "point", and `fraction` digit by digit."""
    return f"{cardinal(whole or '0')} point {digits(fraction)}"


def fraction(top: str, bottom: str) -> str | None:
    """Verbalize `top`/`bottom`; None if `top` is 0 or `bottom` is under 2."""
    upper, lower = int(top), int(bottom)
    if lower < 2 or upper == 0:
        return None
    if lower > 100 and lower % 100:
        return f"{cardinal(str(upper))} over {cardinal(str(lower))}"
    part = _HALVES.get(lower) or ordinal(str(lower))
    return f"{cardinal(str(upper))} {part if upper == 1 else plural(part)}"


@lru_cache(4096)
def amount(written: str) -> str:
    """Verbalize any match of AMOUNT: "1,234", "3.5", ".5", "3/4", "1 1/2"."""
    match = _FRACTION.fullmatch(written)
    if match:
        parts = fraction(match[2], match[3]) or f"{cardinal(match[2])} over {cardinal(match[3])}"
        return f"{cardinal(match[1])} and {parts}" if match[1] else parts
    whole, point, rest = written.partition(".")
    return decimal(whole, rest) if point else cardinal(whole)


def amounts(match: re.Match[str]) -> str:
    """Verbalize a match of AMOUNTS: "5-10" is "five to ten"."""
    first = amount(match["number"])
    return f"{first} to {amount(match['last'])}" if match["last"] else first


def is_one(written: str) -> bool:
    """Return whether a unit after this amount is singular: after 1, and after a fraction such as 3/4."""
    match = _FRACTION.fullmatch(written)
    return written == "1" or bool(match and not match[1])


def year(number: str) -> str:
    """Verbalize a year of up to four digits: nineteen oh five, nineteen hundred, two thousand five, ten sixty-six."""
    century, rest = number[:-2], number[-2:]
    if len(number) < 3 or number[:3] == "200" or number == "1000":
        return cardinal(number)
    if rest == "00":
        return f"{cardinal(century)} hundred"
    return f"{cardinal(century)} {two_digits(rest)}"


def two_digits(number: str) -> str:
    """Verbalize two digits after an hour or a century: "05" is "oh five"."""
    return f"oh {cardinal(number[1])}" if number[0] == "0" else cardinal(number)


def house_number(number: str) -> str:
    """Verbalize the number of a house, room or flight: two oh five, fifteen forty-nine, one two three four five."""
    if len(number) > 4 or number[0] == "0":
        return digits(number)
    if len(number) < 3 or number[1:] == "000":
        return cardinal(number)
    if number[-2:] == "00":
        return f"{cardinal(number[:-2])} hundred"
    return f"{cardinal(number[:-2])} {two_digits(number[-2:])}"


def decade(number: str) -> str:
    """Verbalize a decade of two or four digits: nineteen nineties, eighteen hundreds, nineties."""
    return plural(year(number) if len(number) == 4 else cardinal(number))


def plural(words: str) -> str:
    """Put the last word, a number or a fraction's denominator, in the plural."""
    head, space, last = words.rpartition(" ")
    if last in _IRREGULAR_PLURALS:
        return head + space + _IRREGULAR_PLURALS[last]
    return head + space + (last[:-1] + "ies" if last.endswith("y") else last + "s")


def _american(words: str) -> str:
    return words.replace(" and ", " ").replace(",", "")
