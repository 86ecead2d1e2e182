"""Verbalize quantities with a unit: 5 km/h, 20 m², 6'2", 5-10%.

A unit is singular after one, and where the quantity is an adjective ("a 10 km run").
"""

from __future__ import annotations

import re

from tts.text.normalize import temperatures
from tts.text.normalize.maths import SUPERSCRIPT, power
from tts.text.normalize.numbers import AMOUNT, AMOUNTS, amount, amounts, cardinal, is_one
from tts.text.normalize.rates import read_per
from tts.text.normalize.rule import PLACES, is_adjective, rule, word_after, word_before
from tts.text.normalize.units import AFTER_SPACE, FIRST_LETTERS, STOPPED, cased, plural_unit, unit_name
from tts.text.regex import regex

_SPECIAL = (
    r"k?N·m|kg·m²?|J·s|Pa·s|A·h|k?W·h|lb·ft|ft·lb|sq\.?\s(?:ft|mi|m|km|in|yd)|cu\.?\s(?:ft|m|in|yd|cm)|fl\.?\soz|ft-lbs?|"
    r"ft\slb|lb-ft|(?:mm|in)\sHg"
)
_UNIT = rf"(?P<gap>[\s-]?)(?P<unit>{_SPECIAL}|°\s?[CFK]?|[A-Za-zμΩÅ]{{1,5}}|sqft)(?P<power>\^?[23²³])?"
_END = r"(?![A-Za-z0-9°²³'])"
_SIZE_AFTER = regex(r"/\d{1,4}\s?[KMGT]B(?!\w)")  # of 16GB/512GB
_DIMENSION = regex(r"\s?(?:x|by|tall|long|wide|high|deep|above|below)(?!\w)")
# Nouns that are counted in millions: "1.2m" before them is 1.2 million, not a length.
_CROWDS = frozenset(
    "people viewers users views followers subscribers copies downloads customers jobs households votes voters visitors "
    "fans children residents citizens members units homes readers listeners players passengers tourists".split()
)
_PINT_AFTER = regex(
    r"\s(?:of|beer|beers|milk|cream|water|stock|ale|lager|stout|blood|juice|broth|berries|strawberries|blueberries|jar|glass"
    r"|glasses|guinness)\b",
    re.IGNORECASE,
)
_TYPE_AFTER = regex(
    r"\s(?:(?:bold|italic|Times|Arial|Helvetica|Courier|Calibri|Garamond|Georgia|Verdana|Roboto)\b|(?:\w{1,12}\s)?"
    r"(?:font|fonts|type|text|size|leading|heading|headings|print|lettering|typeface|rule|line|border|stroke|spacing)\b)"
)
_MODIFIED_AFTER = regex(
    r"\s(?:batter(?:y|ies)|bulbs?|fuses?|jacks?|cables?|monitors?|screens?|displays?|TVs?|televisions?|chargers?|motors?|"
    r"engines?|lens(?:es)?|pipes?|tanks?|bottles?|bags?|packs?|cans?|jars?|tablets?|capsules?|screws?|bolts?|drills?|nails?|"
    r"wires?|guns?|marks?|races?|runs?|walks?|hikes?|swims?|radius|gaps?|deadlines?|delays?|timeouts?|intervals?|windows?|"
    r"breaks?|clips?|sessions?|shifts?|steaks?|burgers?|pizzas?|fillets?|slabs?|suppl(?:y|ies)|outlets?|sockets?|adapters?|"
    r"inverters?|turbines?|panels?|dumbbells?|kettlebells?|barbells?|floppy|floppies|wheels?|tires?|tyres?|rims?|"
    r"pans?|skillets?|blades?|knife|knives|rulers?|bands?|speakers?|amplifiers?|amps?|processors?|chips?|limits?|zones?|"
    r"film|V\d{1,2}|speeds? limit|finals?|relays?|sprints?|dash|"
    r"hurdles|freestyle|butterfly|backstroke|breaststroke|medley|heats?)\b(?!\sof\b)"
)
"""Nouns before which a unit is singular: a 9V battery, an 8 oz steak, 27\" monitors."""
_LENGTH_BEFORE = regex(r"(?:\d\s?(?:ft\.?|feet|')|[x×])\s\Z")
_PLACED_LETTERS = ("F", "A", "B", "C", "H", "v")
_TIMED_BEFORE = regex(r"\b(?:takes?|took|for|after|within|every|over|in|about|least|only)\s(?:~\s?)?\Z")
_SIDE_AFTER = regex(r"\s?[x×]\s?\d")
_SLOWEST_LINE = 300
"""Rates of a line in bits per second are at least this; fewer "bps" are basis points."""
_FEET_AFTER = regex(r"\s(?:and|to|or)\s\d{1,3}'(?!\w)")
_FEET_BEFORE = regex(r"\d'\s(?:and|to|or)\s\Z")
_QUOTE = regex(r"(?<!\d)\"")


def _measure(match: re.Match[str]) -> str | None:
    text, gap, stop, end = match.string, match["gap"], match["stop"], match.end()
    symbol = cased(match["unit"], gap.strip("-"))
    name = unit_name(symbol, match["power"] or "")
    per = text[end : end + 1] == "/" and read_per(text, end)
    refused = text[end : end + 1] == "/" and not (per or _SIZE_AFTER.match(text, end))
    if not name or refused or (symbol == "U" and not per):
        return None
    if symbol in ("pt", "pts") and (symbol == "pt" or _PINT_AFTER.match(text, end)):
        return _points(match)
    if gap == " " and symbol not in AFTER_SPACE and not (per or match["power"] or stop or _is_length(match, symbol)):
        return None
    if symbol == "in" and gap == "-" and text.startswith("-", end):  # 3-in-1
        return None
    if len(symbol) == 1 and not gap and re.match(r"-\d+(?![\d\s]?[A-Za-z])", text[end : end + 6]):  # Rule 10b-5
        return None
    placed = symbol in (*_PLACED_LETTERS, "b") and word_before(text, match.start()).lower() in PLACES
    if placed or (gap and symbol in _PLACED_LETTERS):
        return None
    if stop and symbol not in STOPPED and "." not in symbol:
        return None
    if symbol == "m" and not (gap or per) and word_after(text, end) in _CROWDS:
        return f"{amounts(match)} million"
    if (
        symbol == "bps"
        and int(float(match["number"].replace(",", "") if "/" not in match["number"] else 0)) >= _SLOWEST_LINE
    ):
        return f"{amounts(match)} bits per second"
    if symbol == "mmHg" and "/" in match["number"]:  # a blood pressure, not a fraction
        return f"{' over '.join(map(cardinal, match['number'].split('/')))} {plural_unit(name)}"
    return f"{amounts(match)} {name if _is_singular(match) else plural_unit(name)}"


def _is_singular(match: re.Match[str]) -> bool:
    one = is_one(match["last"] or match["number"]) and not match["last"]
    if one or match["gap"] == "-" or is_adjective(match.string, match.start(), match.end()):
        return True
    return bool(_MODIFIED_AFTER.match(match.string, match.end()))


def _is_length(match: re.Match[str], symbol: str) -> bool:
    """Return whether "in" is inches beside another length (6 ft 2 in), or h and s are times after "for" or "in"."""
    before = match.string[max(0, match.start() - 6) : match.start()]
    if symbol in ("h", "s"):
        return bool(_TIMED_BEFORE.search(match.string[max(0, match.start() - 9) : match.start()]))
    return symbol == "in" and bool(_LENGTH_BEFORE.search(before) or _SIDE_AFTER.match(match.string, match.end()))


def _points(match: re.Match[str]) -> str | None:
    """Verbalize pt as points of type, or as pints of something to drink or cook."""
    text, end = match.string, match.end()
    if match["stop"] or _PINT_AFTER.match(text, end):
        return f"{amounts(match)} {'pint' if _is_singular(match) else 'pints'}"
    if match["gap"] == " " and not _TYPE_AFTER.match(text, end):
        return None
    return f"{amounts(match)} point"


def _large(match: re.Match[str]) -> str | None:
    """Verbalize a unit after a magnitude: 100 million kg."""
    symbol, end = match["unit"], match.end()
    name = unit_name(symbol, match["power"] or "") if symbol in AFTER_SPACE | {"t"} else None
    if name is None or (match.string[end : end + 1] == "/" and not read_per(match.string, end)):
        return None
    return f"{amount(match['number'])} {match['magnitude']} {plural_unit(name)}"


def _percent(match: re.Match[str]) -> str:
    return f"{amounts(match)} {'per mille' if match['sign'] == '‰' else 'percent'}"


def _height(match: re.Match[str]) -> str | None:
    if float(match["inches"]) >= 12:
        return None
    return f"{cardinal(match['feet'])} foot {amount(match['inches'])}"


def _feet(match: re.Match[str]) -> str | None:
    text = match.string
    before = text[max(0, match.start() - 8) : match.start()]
    beside = _DIMENSION.match(text, match.end()) or _FEET_AFTER.match(text, match.end()) or _FEET_BEFORE.search(before)
    if not beside and not before.endswith("x "):
        return None
    return f"{amount(match['number'])} {'foot' if match['number'] == '1' else 'feet'}"


def _inches(match: re.Match[str]) -> str | None:
    """Verbalize inches, unless the sign closes a quotation that opens in the 200 characters before."""
    text, start = match.string, match.start()
    if len(_QUOTE.findall(text, max(0, start - 200), start)) % 2:
        return None
    one = is_one(match["number"]) or is_adjective(text, start, match.end())
    one = one or bool(_MODIFIED_AFTER.match(text, match.end()))
    return f"{amount(match['number'])} {'inch' if one else 'inches'}"


def _powered(match: re.Match[str]) -> str | None:
    name = unit_name(match["unit"])
    return f"ten {power(match['exponent'])} {plural_unit(name)}" if name and match["unit"] in AFTER_SPACE else None


POWER_RULES = (
    rule(
        "measure",
        rf"10\^?(?P<exponent>(?<=\^)-?\d{{1,3}}|{SUPERSCRIPT})\s(?P<unit>[A-Za-zμΩÅ·]{{1,5}}){_END}",
        _powered,
    ),
)
RULES = (
    rule(
        "measure",
        rf"(?P<number>{AMOUNT})\s(?P<magnitude>hundred|thousand|million|billion|trillion)\s"
        rf"(?P<unit>{_SPECIAL}|[A-Za-zμ]{{1,4}})(?P<power>\^?[23²³])?{_END}",
        _large,
        sign="htmb",
    ),
    rule("percent", rf"(?P<number>{AMOUNT})%\s?[-—]\s?(?P<last>{AMOUNT})(?P<sign>%)", _percent, sign="%"),
    rule("percent", rf"{AMOUNTS}\s?(?P<sign>[%‰])", _percent, sign="%‰"),
    *temperatures.RULES,
    rule("measure", r"(?P<feet>\d{1,2})'\s?(?P<inches>\d{1,2}(?:\.\d{1,2})?)(?:\"|''|(?!['\d]))", _height, after="'"),
    rule("measure", rf"(?P<number>{AMOUNT})'", _feet, sign="'"),
    rule("measure", rf"(?P<number>{AMOUNT})\"(?=\s?(?:[a-z,.;)]|\Z)|\s[A-Z])", _inches, sign='"'),
    rule(
        "measure",
        rf"{AMOUNTS}{_UNIT}(?P<stop>\.)(?=\s(?:[a-z\d]|[A-Z]+\b\s[a-z]+\Z)|[,;:)]|\Z|\s\()",
        _measure,
        sign=FIRST_LETTERS,
    ),
    rule("measure", rf"{AMOUNTS}{_UNIT}{_END}(?P<stop>)", _measure, sign=FIRST_LETTERS),
)
