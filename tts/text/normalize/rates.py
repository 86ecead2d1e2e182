"""Verbalize rates: 3 mg/kg/day, 60 mL/min/1.73 m², litres/day, 12/kg, m³/hr, 1.5 × 10⁹/L, 30 ¢/kWh."""

from __future__ import annotations

import re

from tts.text.normalize.rule import Verbalized
from tts.text.normalize.units import PER, POWERED, UNITS, plural_unit, unit_name
from tts.text.regex import regex

_DENOMINATOR = regex(
    r"/\s?(?P<unit>sq\.?\s(?:ft|mi|m|km|in)|100\sg|°[CF]|[A-Za-zμ]{1,11})(?P<power>\^?-?[23²³])?(?![\w²³'@&]|\.\w)"
    r"(?:(?:(?<=mo)|(?<=yr)|(?<=hr)|(?<=wk))\.(?=\s[a-z]|,))?"
)
_NUMBERED = regex(r"/(?=(?:1,?0{2,6}|10|1\.73)\s?(?:[A-Za-z]{1,3}(?![A-Za-z])|people|person))")
_NUMBER_BEFORE = regex(r"[\d⁰¹²³⁴⁵⁶⁷⁸⁹%‰¢$€£₹]\s?\Z")
_COUNTED_BEFORE = regex(
    r"(?:(?:[\d⁰¹²³⁴⁵⁶⁷⁸⁹]\s?[A-Za-zμ°·]{1,6}[23²³]?|[\d⁰¹²³⁴⁵⁶⁷⁸⁹](?=/)|\b(?:[a-z]{3,}s|people|feet|req|tok|rev|msgs?|ops))"
    r"(?:/[A-Za-zμ]{1,6}[23²³]?){0,2}(?<![\d⁰¹⁴⁵⁶⁷⁸⁹])|[A-Za-z][23²³]|[²³]|°[CF])\Z"
)
_UNIT_BEFORE = regex(r"(?:million|billion|thousand|trillion)\s[A-Za-zμ]{1,4}\Z")
_INVERSE = regex(r"(?P<unit>[A-Za-zμ]{1,4})(?:⁻|\^-|(?P<hyphen>-))(?P<power>[123¹²³])(?![\w¹²³]|-|\.\d)")
_QUANTITY_BEFORE = regex(r"\d\s?[A-Za-zμ]{1,4}\s\Z")
_RAISED_POWERS = {"¹": "", "1": ""}
_BARE = regex(
    r"(?P<unit>[A-Za-zμ]{1,5})(?P<power>\^?[23²³])?(?P<rest>(?:/[A-Za-zμ]{1,5}(?:\^?[23²³])?){0,2})(?![\w²³/'@&])"
)
_CLIPPED = {"req": "requests", "reqs": "requests", "rev": "revolutions", "tok": "tokens", "msg": "messages"}
"""Short for things that are counted in a rate: req/s."""
_CAPITALS = ("H", "HR", "MIN", "S", "SEC", "DAY")
_TIMES = frozenset("s sec min h hr hrs d day wk week mo month yr year second minute hour".split())
_VOLUMES = frozenset("L l dL dl mL ml μL m³ cm³ m^3 m3".split())
_AREAS = frozenset("m² cm² km² ft² m^2 in² mi²".split())
_MASSES = frozenset(("kg", "g", "lb"))
_DOSED = frozenset("mg mcg μg g ng mL ml mmol mEq J kJ kcal U IU N W".split())
_AFTER_NUMBER = frozenset("L l h s".split())
_SINGULAR_BEFORE = regex(r"\b(?:per|a|an|each|every|the|one)\s\Z", re.IGNORECASE)
_PLACED = regex(r"(?:\b(?:per|in|of|a)\s|\()\Z")
_VARIABLE_BEFORE = regex(r"[=+*/^(√×-]\s?\Z|[\d.]\Z")
_LOOK_BACK = 24


def read_per(text: str, position: int) -> Verbalized | None:
    """Verbalize the slash at `position` with the unit after it; None if nothing before it is counted or measured."""
    before = text[max(0, position - _LOOK_BACK) : position]
    counted = _COUNTED_BEFORE.search(before) or _UNIT_BEFORE.search(before)
    if not counted and not _NUMBER_BEFORE.search(before):
        return None
    if counted and _NUMBERED.match(text, position):
        return Verbalized("measure", "per", position + 1)
    match = _DENOMINATOR.match(text, position)
    if match is None:
        return None
    unit, power = match["unit"], match["power"] or ""
    if unit == "ea":
        return Verbalized("measure", "each", match.end())
    bare = not counted and not re.search(r"[%‰¢$€£₹⁰-⁹]\s?\Z", before)
    if bare and len(unit) == 1 and unit not in _AFTER_NUMBER:
        return None
    name = denominator(unit, power)
    return Verbalized("measure", f"per {name}", match.end()) if name else None


def denominator(unit: str, power: str = "") -> str | None:
    """Return the name of a unit after a slash; None if it is no such unit."""
    if power:
        return unit_name(unit, power)
    name = PER.get(unit.lower() if unit in _CAPITALS else unit)
    if name or len(unit) == 1:
        return name
    return unit_name(unit) if unit[0] in "°s" or unit in _VOLUMES else None


def read_bare_unit(text: str, start: int) -> Verbalized | None:
    """Verbalize a unit without a number, if a power or a rate shows that it is one: m³/hr, mg/dL, km²."""
    inverse = _INVERSE.match(text, start)
    if inverse and (not inverse["hyphen"] or _QUANTITY_BEFORE.search(text[max(0, start - 9) : start])):
        name = unit_name(inverse["unit"], _RAISED_POWERS.get(inverse["power"], inverse["power"]))
        return Verbalized("measure", f"per {name}", inverse.end()) if name else None
    match = _BARE.match(text, start)
    if match is None or _VARIABLE_BEFORE.search(text[max(0, start - 3) : start]):
        return None
    unit, power = match["unit"], match["power"] or ""
    if unit in _CLIPPED and (per := read_per(text, match.end("unit"))):
        return Verbalized("measure", f"{_CLIPPED[unit]} {per.words}", per.end)
    rates = [part for part in match["rest"].split("/") if part]
    if unit not in UNITS or not (rates or unit in POWERED):
        return None
    if not power and not (rates and _is_rate(unit, rates)):
        return None
    name = unit_name(unit, power)
    others = [denominator(*_split(part)) for part in rates]
    if name is None or None in others:
        return None
    singular = _SINGULAR_BEFORE.search(text[max(0, start - 7) : start])
    words = [name if singular else plural_unit(name), *(f"per {other}" for other in others)]
    return Verbalized("measure", " ".join(words), match.end())


def read_unit_word(text: str, word: str, start: int) -> Verbalized | None:
    """Expand a unit's symbol that is no word, also without a number: weight in kg, 5 mg per kg."""
    end = start + len(word)
    before = text[max(0, start - 7) : start]
    if not word.islower() or text[end : end + 1] in ("-", "_") or (word == "mm" and not _PLACED.search(before)):
        return None
    name = UNITS[word]
    return Verbalized("measure", name if _SINGULAR_BEFORE.search(before) else plural_unit(name), end)


def _split(part: str) -> tuple[str, str]:
    power = part[-1] if part[-1] in "23²³" else ""
    return part.removesuffix(power).rstrip("^"), power


def _is_rate(unit: str, rates: list[str]) -> bool:
    """Return whether the symbols alone show a rate, as in mg/dL and m/s; C/D and kg/lb show none."""
    if len(unit) == 1 and unit in "ABCFHNTUJ" and rates[0] not in _VOLUMES | _AREAS | {"kg"}:
        return False
    first = rates[0]
    return first in _TIMES | _VOLUMES | _AREAS or (first in _MASSES and unit in _DOSED)
