"""Verbalize points of the compass: 12 N. Main St., E 42nd St, I-95 N, 5 miles NE of town, winds from the SW."""

from __future__ import annotations

from tts.text.normalize.rule import Verbalized
from tts.text.normalize.streets import HOUSE_BEFORE, SMALL_STREET_AHEAD, STREET_AHEAD, STREET_BEFORE
from tts.text.regex import regex

_POINTS = {"N": "north", "S": "south", "E": "east", "W": "west"}
_POINTS |= {"NE": "northeast", "NW": "northwest", "SE": "southeast", "SW": "southwest"}
_POINTS |= {"NNE": "north northeast", "NNW": "north northwest", "ENE": "east northeast", "ESE": "east southeast"}
_POINTS |= {"SSE": "south southeast", "SSW": "south southwest", "WSW": "west southwest", "WNW": "west northwest"}
SMALL_POINTS = frozenset("n s e w ne nw se sw".split())
"""Points that are recognised in small letters too, after the number of a house."""
_HIGHWAY_BEFORE = regex(r"\b(?:I|US|SR|CR|[Hh]wy\.?|[Hh]ighway|[Rr]oute|Rte\.?|[Ii]nterstate)[- ]\d{1,3}\s\Z")
_DISTANCE_BEFORE = regex(r"\d\s?(?:mi|miles?|km|kilometers?|m|meters?|blocks?|feet|ft|yards?|nm)\.?\s\Z")
_MOVING_BEFORE = regex(
    r"\b(?:head|heads|headed|heading|go|goes|going|went|turn|turned|turning|drive|drove|walk|walked|travel|traveled|face|"
    r"facing|faces|due|continue|proceed|bear|fly|flew|moving|moves)\s\Z"
)
_WIND_BEFORE = regex(r"\b(?:winds?|gusts|breeze|wind:)\s(?:from\s(?:the\s)?|out\sof\sthe\s)?\Z")
_FROM_BEFORE = regex(r"\b(?:from|in|to|toward|towards|of)\sthe\s\Z")
_OF_AHEAD = regex(r"\sof\b")
_MOVE_AHEAD = regex(r"\s(?:on|for|at|to|along|toward|towards|until|past|from|about|a|\d)\b|[.,;]|\s*\Z")
_WEATHER_AHEAD = regex(r"\s(?:at\s)?\d|[.,;]|\s*\Z")
_NAME_AHEAD = regex(r"\.?\s(?:[A-Z][a-z]|\d{1,3}(?:st|nd|rd|th))")
_PLACE_AHEAD = regex(
    r"\.?\s(?:corner|side|quadrant|part|portion|section|region|end|wall|entrance|exit|US\b|U\.S\.|coast|suburbs?|Asia|England|"
    r"London|Portland|face|slope|ridge|wind|winds|breeze|wing|passage|tip|edge|direction|quarter|area|border|states|shore|rim|"
    r"Pacific|Atlantic|Africa|Alaska|Kansas|Iowa|Ohio|Texas|Florida|China|India|Wales|Scotland|Italy|France|Spain)\b"
)
_COUNTRY_AHEAD = regex(
    r"\.\s(?P<name>Korea|Ireland|Africa|America|Carolina|Dakota|Yorkshire|Macedonia|Sudan|Vietnam|Germany|Virginia|Va|Indies|Bank|"
    r"Hollywood|Asia|Europe|Pole|Pacific|Atlantic|Sea|Rhodesia|Australia|Pakistan|Midlands|Wales|England|London)\b"
)
_ERN = ("Ireland", "Rhodesia")
_BEARING_AHEAD = regex(r"\s\d{1,3}(?:\.\d+)?°")
_LOOK_BACK = 34


def read_direction(text: str, word: str, start: int) -> Verbalized | None:
    """Expand a direction beside a street, a highway, a distance, a movement or the wind; None elsewhere."""
    name = _POINTS.get(word.upper())
    if name is None:
        return None
    end = start + len(word)
    before = text[max(0, start - _LOOK_BACK) : start]
    stop = text[end : end + 1] == "."
    if word.islower():
        housed = HOUSE_BEFORE.search(before) and SMALL_STREET_AHEAD.match(text, end)
        return Verbalized("address", name, end + stop) if housed or STREET_BEFORE.search(before) else None
    country = _COUNTRY_AHEAD.match(text, end)
    if country:
        if country["name"] == "Va":
            return Verbalized("address", f"{name} virginia", country.end() + text.startswith(".", country.end()))
        return Verbalized("address", name + "ern" * (country["name"] in _ERN), end + 1)
    if _BEARING_AHEAD.match(text, end) or (len(word) == 2 and _PLACE_AHEAD.match(text, end)):
        return Verbalized("address", name, end + stop)
    ahead = bool(STREET_AHEAD.match(text, end) or SMALL_STREET_AHEAD.match(text, end))
    if ahead and (HOUSE_BEFORE.search(before) or stop or _NAME_AHEAD.match(text, end)):
        return Verbalized("address", name, end + stop)
    if STREET_BEFORE.search(before) or _is_bearing(before, text, end, len(word)):
        return Verbalized("address", name, end)
    return None


def _is_bearing(before: str, text: str, end: int, length: int) -> bool:
    if _HIGHWAY_BEFORE.search(before) or (_DISTANCE_BEFORE.search(before) and _OF_AHEAD.match(text, end)):
        return True
    if _MOVING_BEFORE.search(before):
        return bool(_MOVE_AHEAD.match(text, end))
    windy = bool(_WIND_BEFORE.search(before)) or (length > 1 and bool(_FROM_BEFORE.search(before)))
    return windy and bool(_WEATHER_AHEAD.match(text, end))
