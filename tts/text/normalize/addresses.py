"""Verbalize postal addresses: house numbers, directions, street types after a name, and states after a city."""

from __future__ import annotations

import re
from string import ascii_uppercase

from tts.text.normalize.abbreviations import OPENERS
from tts.text.normalize.initialisms import SPELLED
from tts.text.normalize.numbers import house_number
from tts.text.normalize.rule import Verbalized, rule
from tts.text.regex import regex

STREETS = {
    "St": "street", "Ave": "avenue", "Av": "avenue", "Blvd": "boulevard", "Rd": "road", "Dr": "drive", "Ln": "lane",
    "Ct": "court", "Pl": "place", "Sq": "square", "Hwy": "highway", "Pkwy": "parkway", "Ter": "terrace",
    "Cir": "circle",
    "Expy": "expressway", "Tpke": "turnpike", "Rte": "route",
}  # fmt: skip
_DIRECTIONS = {"N": "north", "S": "south", "E": "east", "W": "west"}
_DIRECTIONS |= {"NE": "northeast", "NW": "northwest", "SE": "southeast", "SW": "southwest"}
STATES = {
    "AL": "alabama", "AK": "alaska", "AZ": "arizona", "AR": "arkansas", "CA": "california", "CO": "colorado",
    "CT": "connecticut", "DE": "delaware", "FL": "florida", "GA": "georgia", "HI": "hawaii", "ID": "idaho",
    "IL": "illinois", "IN": "indiana", "IA": "iowa", "KS": "kansas", "KY": "kentucky", "LA": "louisiana", "ME": "maine",
    "MD": "maryland", "MA": "massachusetts", "MI": "michigan", "MN": "minnesota", "MS": "mississippi", "MO": "missouri",
    "MT": "montana", "NE": "nebraska", "NV": "nevada", "NH": "new hampshire", "NJ": "new jersey", "NM": "new mexico",
    "NY": "new york", "NC": "north carolina", "ND": "north dakota", "OH": "ohio", "OK": "oklahoma", "OR": "oregon",
    "PA": "pennsylvania", "RI": "rhode island", "SC": "south carolina", "SD": "south dakota", "TN": "tennessee",
    "TX": "texas", "UT": "utah", "VT": "vermont", "VA": "virginia", "WA": "washington", "WV": "west virginia",
    "WI": "wisconsin", "WY": "wyoming",
}  # fmt: skip
_OLD_STATES = {
    "Ala": "AL", "Ariz": "AZ", "Ark": "AR", "Calif": "CA", "Cal": "CA", "Colo": "CO", "Conn": "CT", "Del": "DE",
    "Fla": "FL", "Ga": "GA", "Ill": "IL", "Ind": "IN", "Kan": "KS", "Kans": "KS", "Ky": "KY", "La": "LA", "Md": "MD",
    "Mass": "MA", "Mich": "MI", "Minn": "MN", "Miss": "MS", "Mo": "MO", "Mont": "MT", "Neb": "NE", "Nebr": "NE",
    "Nev": "NV", "Okla": "OK", "Ore": "OR", "Pa": "PA", "Tenn": "TN", "Tex": "TX", "Va": "VA", "Vt": "VT",
    "Wash": "WA", "Wis": "WI", "Wyo": "WY", "N.Y": "NY", "N.J": "NJ", "N.H": "NH", "N.M": "NM", "N.C": "NC",
    "N.D": "ND",
    "S.C": "SC", "S.D": "SD", "R.I": "RI", "W.Va": "WV",
}  # fmt: skip
# Words that are never a city, so a code after them is a word: "Hello, OK …".
_NO_CITY = OPENERS | frozenset("hello hi hey well now all right sure okay oh alright me him us them".split())
_SHOUTED_AHEAD = regex(r"\s[A-Z]{2,}\b(?!,)")
_CITY = regex(r"([A-Z][A-Za-z.'-]*),?\s{1,2}\Z")
_ZIP = regex(r"\.?\s{1,2}\d{5}(?!\d)")
_TYPE = "|".join(
    (*STREETS, *sorted({name.capitalize() for name in STREETS.values()}, key=len, reverse=True), "Way", "Broadway")
)
_NAMES = r"(?:(?:[A-Z][a-z']+|\d{1,3}(?:st|nd|rd|th))\.?\s)"
_STREET = rf"(?:(?:NE|NW|SE|SW|[NSEW])\.?\s)?{_NAMES}{{1,4}}(?:{_TYPE})\b"
_QUARTER = r"(?:North|South|East|West|[NSEW]\.)\s[A-Z][a-z]"
_STREET_AHEAD = regex(rf"\.?\s{_NAMES}{{0,3}}(?:{_TYPE})\b")
_HOUSE_BEFORE = regex(r"\d[A-Z]?\s\Z")
_STREET_BEFORE = regex(rf"(?:{_TYPE})\.?,?\s\Z")
_NAME_BEFORE = regex(r"(?:[A-Z][A-Za-z'-]{0,30}|\d(?:st|nd|rd|th))\s{1,2}\Z")
_LOOK_BACK = 34

RULES = (
    rule(
        "address",
        rf"(?P<number>\d{{1,5}})(?P<letter>[A-Z])?(?=\s(?:{_STREET}|{_QUARTER}))",
        lambda match: f"{house_number(match['number'])} {match['letter'] or ''}".strip(),
        sign=ascii_uppercase + "snrt",
    ),
)


def read_state(text: str, word: str, start: int) -> Verbalized | None:
    """Expand a state's code or old abbreviation after a city: Portland, OR; Salem, Mass."""
    end = start + len(word)
    before = _CITY.search(text[max(0, start - _LOOK_BACK) : start])
    if before is None:
        return None
    comma = "," in before[0]
    zipped = bool(_ZIP.match(text, end))
    if word in STATES:
        no_city = before[1].lower() in _NO_CITY or (before[1].isupper() and before[1].lower() in SPELLED)
        if not zipped and (not comma or no_city or _SHOUTED_AHEAD.match(text, end)):
            return None
        return Verbalized("address", STATES[word], end)
    code = _OLD_STATES.get(word)
    if code and comma and text[end : end + 1] == ".":
        return Verbalized("address", STATES[code], end + 1)
    return None


def read_direction(text: str, word: str, start: int) -> Verbalized | None:
    """Expand a direction: the N of 12 N. Main St. and the NW of K Street NW."""
    name = _DIRECTIONS.get(word)
    if name is None:
        return None
    end = start + len(word)
    before = text[max(0, start - _LOOK_BACK) : start]
    ahead = bool(_STREET_AHEAD.match(text, end))
    if (ahead and (_HOUSE_BEFORE.search(before) or text[end : end + 1] == ".")) or _STREET_BEFORE.search(before):
        return Verbalized("address", name, end + (text[end : end + 1] == "." and ahead))
    return None


def read_street(text: str, word: str, start: int) -> Verbalized | None:
    """Expand a street type without its full stop, after a name: 5th Ave, 12 Main St."""
    if word not in STREETS or not _NAME_BEFORE.search(text[max(0, start - _LOOK_BACK) : start]):
        return None
    end = start + len(word)
    if (
        word in ("St", "Dr")
        and re.match(r"\s[A-Z]", text[end : end + 2])
        and not read_direction(text, text[end + 1 : end + 3].strip(), end + 1)
    ):
        return None
    return Verbalized("address", STREETS[word], end)
