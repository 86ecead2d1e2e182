"""Expand the codes and old abbreviations of American states after a city: Portland, OR; Salem, Mass."""

from __future__ import annotations

from tts.text.normalize.abbreviation_tables import OPENERS
from tts.text.normalize.initialisms import SPELLED
from tts.text.normalize.rule import Verbalized
from tts.text.regex import regex

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
_CODE_AHEAD = regex(
    r"\.\s(?:Code|Penal|Civ|Bus|Gen|Rev|Admin|Const|Health|Fam|Prob|Veh|Lab|Ins|Educ|Gov|Evid|Stat|Crim|Tax|R|App|Ct|Sup|Super)\b"
)
_DEGREE = r"(?:Ph\.?D|MD|DO|RN|MBA|JD|LLM|MPH|BA|BS|MA|MS|MSN|BSN|DDS|DVM|PharmD|PsyD|NP|FACP|FACS|CPA)"
_DEGREE_BEFORE = regex(rf"\b{_DEGREE}\.?,\s\Z")
_DEGREE_AFTER = regex(rf",?\s(?:and\s)?{_DEGREE}\b")
_DEGREES = frozenset(("MD", "MA", "MS", "PA"))
_MARYLAND = frozenset(
    "annapolis baltimore beach bethesda bowie burnie chase city clinton columbia crofton cumberland dundalk easton "
    "elkton essex frederick gaithersburg germantown greenbelt hagerstown heights hyattsville laurel olney park "
    "potomac rockville salisbury severna spring springs suitland towson waldorf westminster wheaton".split()
)
"""Last words of towns in Maryland. After other names MD is a doctor's degree."""
_LOOK_BACK = 34


def read_state(text: str, word: str, start: int) -> Verbalized | None:
    """Expand a state's code or old abbreviation after a city: Portland, OR; Salem, Mass."""
    end = start + len(word)
    before = _CITY.search(text[max(0, start - _LOOK_BACK) : start])
    if word in _OLD_STATES and _CODE_AHEAD.match(text, end):
        return Verbalized("address", STATES[_OLD_STATES[word]], end + 1)
    if before is None:
        return None
    comma = "," in before[0]
    zipped = bool(_ZIP.match(text, end))
    if word in STATES:
        no_city = before[1].lower() in _NO_CITY or (before[1].isupper() and before[1].lower() in SPELLED)
        if not zipped and (not comma or no_city or _SHOUTED_AHEAD.match(text, end)):
            return None
        if word in _DEGREES and not zipped and _is_degree(word, text, start, before[1]):
            return None
        return Verbalized("address", STATES[word], end)
    code = _OLD_STATES.get(word)
    if code and comma and text[end : end + 1] == ".":
        return Verbalized("address", STATES[code], end + 1)
    return None


def _is_degree(word: str, text: str, start: int, name: str) -> bool:
    """Return whether a state's code after a name is a degree: beside another degree, or MD after no town's name."""
    beside = _DEGREE_BEFORE.search(text[max(0, start - 9) : start]) or _DEGREE_AFTER.match(text, start + len(word))
    return bool(beside) or (word == "MD" and name.lower() not in _MARYLAND)
