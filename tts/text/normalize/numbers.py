"""Number words: cardinals, ordinals, years, decades, decimals and digit strings, in American style without "and"."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache

_MOST_DIGITS = 15
"""Above this a careful reader gives up on magnitudes and reads digits."""
_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_IRREGULAR_PLURALS = {"six": "sixes"}


@cache
def _num2words() -> Callable[..., str]:
    # Imported on the first number: it costs as much as the rest of the text front end together.
    from num2words import num2words

    return num2words  # type: ignore[no-any-return]


def digits(number: str) -> str:
    """Each digit by its name."""
    return " ".join(_DIGITS[int(digit)] for digit in number)


@lru_cache(4096)
def cardinal(number: str) -> str:
    """A string of digits, commas allowed; leading zeros or great length make it a digit string."""
    plain = number.replace(",", "")
    if len(plain) > _MOST_DIGITS or (plain[0] == "0" and len(plain) > 1):
        return digits(plain)
    return _american(_num2words()(int(plain)))


@lru_cache(4096)
def ordinal(number: str) -> str:
    """A string of digits, commas allowed, as a rank."""
    plain = number.replace(",", "")
    if len(plain) > _MOST_DIGITS:
        return digits(plain)
    return _american(_num2words()(int(plain), to="ordinal"))


def decimal(whole: str, fraction: str) -> str:
    """`whole` point `fraction`, the latter digit by digit."""
    return f"{cardinal(whole or '0')} point {digits(fraction)}"


def year(number: str) -> str:
    """Four digits, 1100 to 2099, in pairs: nineteen oh five, nineteen hundred, two thousand five."""
    century, rest = number[:2], number[2:]
    if number[:3] == "200":
        return cardinal(number)
    if rest == "00":
        return f"{cardinal(century)} hundred"
    return f"{cardinal(century)} {pair(rest)}"


def pair(number: str) -> str:
    """Two digits after an hour or a century: five is "oh five"."""
    return f"oh {cardinal(number[1])}" if number[0] == "0" else cardinal(number)


def decade(number: str) -> str:
    """Two or four digits ending in 0, in the plural: nineteen nineties, eighteen hundreds, nineties."""
    return plural(year(number) if len(number) == 4 else cardinal(number))


def plural(words: str) -> str:
    """The last number word in the plural."""
    head, space, last = words.rpartition(" ")
    if last in _IRREGULAR_PLURALS:
        return head + space + _IRREGULAR_PLURALS[last]
    return head + space + (last[:-1] + "ies" if last.endswith("y") else last + "s")


def _american(words: str) -> str:
    return words.replace(" and ", " ").replace(",", "")
