"""Verbalize quantities with a unit: 5 km/h, 20 m², 6'2", 98.6°F, 5-10%.

A unit is singular after one, and where the quantity is an adjective ("a 10 km run").
"""

from __future__ import annotations

import re

from tts.text.normalize.maths import SUPERSCRIPT, power
from tts.text.normalize.numbers import AMOUNT, amount, cardinal, is_one
from tts.text.normalize.rule import PLACES, is_adjective, rule, word_after, word_before
from tts.text.normalize.units import AFTER_SPACE, PER, POWERED, STOPPED, UNITS, plural_unit
from tts.text.regex import regex

_NUMBERS = rf"(?P<number>{AMOUNT})(?:\s?[-—]\s?(?P<last>{AMOUNT}))?"
_SPECIAL = r"sq\.?\s(?:ft|mi|m|km|in|yd)|cu\.?\s(?:ft|m|in)|fl\.?\soz|ft-lbs?|ft\slb|lb-ft"
_UNIT = rf"(?P<gap>[\s-]?)(?P<unit>{_SPECIAL}|°\s?[CFK]?|[A-Za-zμΩÅ]{{1,4}}|sqft)(?P<power>\^?[23²³])?"
_PER = r"(?:/(?P<per>[A-Za-zμ]{1,7}|sq\.?\sft)(?P<perpower>\^?[23²³])?)?"
_END = r"(?![A-Za-z0-9°²³'/])"
_POWERS = {"2": "square", "²": "square", "3": "cubic", "³": "cubic"}
_AFTER = {"2": "squared", "²": "squared", "3": "cubed", "³": "cubed"}
_FIRST_OF_UNITS = "".join(sorted({symbol[0] for symbol in UNITS}))
_DIMENSION = regex(r"\s?(?:x|by|tall|long|wide|high|deep|above|below)(?!\w)")
# Nouns that are counted in millions: "1.2m" before them is 1.2 million, not a length.
_CROWDS = frozenset(
    "people viewers users views followers subscribers copies downloads customers jobs households votes voters visitors "
    "fans children residents citizens members units homes readers listeners players passengers tourists".split()
)
_QUOTE = regex(r"(?<!\d)\"")
_DIRECTIONS = {"N": "north", "S": "south", "E": "east", "W": "west"}


def unit_name(symbol: str, power: str = "") -> str | None:
    """Return the singular name of a unit, squared or cubed by `power`; None if `symbol` is no unit."""
    symbol = re.sub(r"^((?:sq|cu|fl))\.", r"\1", symbol).replace("° ", "°")
    name = UNITS.get(symbol)
    if not name or not power:
        return name
    if symbol not in POWERED:
        return None
    power = power[-1]
    return f"{name} {_AFTER[power]}" if symbol == "s" else f"{_POWERS[power]} {name}"


def _measure(match: re.Match[str]) -> str | None:
    symbol, per, gap = match["unit"], match["per"], match["gap"]
    name = unit_name(symbol, match["power"] or "")
    if not name or (gap == " " and symbol not in AFTER_SPACE and not (per or match["power"] or match["stop"])):
        return None
    if symbol == "in" and gap == "-" and match.string.startswith("-", match.end()):  # 3-in-1
        return None
    if symbol in ("F", "A", "B", "C", "H") and (gap or word_before(match.string, match.start()).lower() in PLACES):
        return None
    if match["stop"] and symbol not in STOPPED and "." not in symbol:
        return None
    if per:
        other = PER.get(per) or unit_name(per, match["perpower"] or "")
        if not other:
            return None
        other = unit_name(per, match["perpower"]) if match["perpower"] and per in UNITS else other
    if symbol == "m" and not (gap or per) and word_after(match.string, match.end()) in _CROWDS:
        return f"{_range(match)} million"
    if symbol == "mmHg" and "/" in match["number"]:  # a blood pressure, not a fraction
        return f"{' over '.join(map(cardinal, match['number'].split('/')))} {plural_unit(name)}"
    number = match["last"] or match["number"]
    singular = (
        (is_one(number) and not match["last"]) or is_adjective(match.string, match.start(), match.end()) or gap == "-"
    )
    words = f"{_range(match)} {name if singular else plural_unit(name)}"
    return f"{words} per {other}" if per else words


def _range(match: re.Match[str]) -> str:
    first = amount(match["number"])
    return f"{first} to {amount(match['last'])}" if match["last"] else first


def _percent(match: re.Match[str]) -> str:
    return f"{_range(match)} {'per mille' if match['sign'] == '‰' else 'percent'}"


def _temperature(match: re.Match[str]) -> str:
    scale = {"C": " celsius", "F": " fahrenheit", "K": " kelvin"}.get(match["scale"] or "", "")
    one = (match["number"] == "1" and not match["last"]) or is_adjective(match.string, match.start(), match.end())
    return f"{_range(match)} degree{'' if one else 's'}{scale}"


def _bare_fahrenheit(match: re.Match[str]) -> str | None:
    if word_before(match.string, match.start()).lower() in PLACES:
        return None
    return f"{_range(match)} degrees fahrenheit"


def _angle(match: re.Match[str]) -> str:
    words = f"{amount(match['degrees'])} degree{'' if match['degrees'] == '1' else 's'}"
    for part, name in (("minutes", "minute"), ("seconds", "second")):
        if match[part]:
            words += f" {amount(match[part])} {name}{'' if match[part] == '1' else 's'}"
    return f"{words} {_DIRECTIONS[match['direction']]}" if match["direction"] else words


def _height(match: re.Match[str]) -> str | None:
    if float(match["inches"]) >= 12:
        return None
    return f"{cardinal(match['feet'])} foot {amount(match['inches'])}"


def _feet(match: re.Match[str]) -> str | None:
    text = match.string
    beside = _DIMENSION.match(text, match.end()) or text[max(0, match.start() - 3) : match.start()].endswith("x ")
    if not beside:
        return None
    return f"{amount(match['number'])} {'foot' if match['number'] == '1' else 'feet'}"


def _inches(match: re.Match[str]) -> str | None:
    """Verbalize inches, unless the sign closes a quotation that opens in the 200 characters before."""
    text, start = match.string, match.start()
    if len(_QUOTE.findall(text, max(0, start - 200), start)) % 2:
        return None
    one = is_one(match["number"]) or is_adjective(text, start, match.end())
    return f"{amount(match['number'])} {'inch' if one else 'inches'}"


def _powered(match: re.Match[str]) -> str | None:
    name = unit_name(match["unit"])
    return f"ten {power(match['exponent'])} {plural_unit(name)}" if name and match["unit"] in AFTER_SPACE else None


POWER_RULES = (
    rule(
        "measure", rf"10\^?(?P<exponent>(?<=\^)-?\d{{1,3}}|{SUPERSCRIPT})\s(?P<unit>[A-Za-zμΩÅ]{{1,4}}){_END}", _powered
    ),
)
RULES = (
    rule("percent", rf"(?P<number>{AMOUNT})%\s?[-—]\s?(?P<last>{AMOUNT})(?P<sign>%)", _percent, sign="%"),
    rule("percent", rf"{_NUMBERS}\s?(?P<sign>[%‰])", _percent, sign="%‰"),
    rule(
        "measure",
        r"(?P<degrees>\d{1,3}(?:\.\d+)?)°(?:\s?(?P<minutes>\d{1,2}(?:\.\d+)?)')?(?:(?P<seconds>\d{1,2}(?:\.\d+)?)(?:\"|'')\s?)?"
        r"(?:\s?(?P<direction>[NSEW]))?(?![A-Za-z0-9])",
        lambda match: _angle(match) if match["minutes"] or match["direction"] else None,
        sign="°",
    ),
    rule("temperature", rf"{_NUMBERS}\s?°(?:\s?(?P<scale>[CFK])(?!\w))?", _temperature, sign="°"),
    rule(
        "temperature",
        r"(?P<number>\d{2,3}(?:\.\d)?)(?:\s?[-—]\s?(?P<last>\d{2,3}(?:\.\d)?))?\s?F(?![\w'-])",
        _bare_fahrenheit,
        sign="F",
    ),
    rule("measure", r"(?P<feet>\d{1,2})'\s?(?P<inches>\d{1,2}(?:\.\d{1,2})?)(?:\"|''|(?!['\d]))", _height, after="'"),
    rule("measure", rf"(?P<number>{AMOUNT})'", _feet, sign="'"),
    rule("measure", rf"(?P<number>{AMOUNT})\"(?=\s?(?:[a-z,.;)]|\Z))", _inches, sign='"'),
    rule(
        "measure",
        rf"{_NUMBERS}{_UNIT}{_PER}(?P<stop>\.)(?=\s(?:[a-z\d]|[A-Z]+\b\s[a-z]+\Z)|[,;:)]|\Z|\s\()",
        _measure,
        sign=_FIRST_OF_UNITS,
    ),
    rule("measure", rf"{_NUMBERS}{_UNIT}{_PER}{_END}(?P<stop>)", _measure, sign=_FIRST_OF_UNITS),
)
