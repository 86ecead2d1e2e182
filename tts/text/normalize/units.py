"""Units of measurement: symbols, singular names and plural names."""

from __future__ import annotations

import re

_SAME = ("hertz", "lux", "horsepower", "kelvin", "tesla", "ethernet", "molar", "dozen")
_IRREGULAR = {"foot": "feet", "inch": "inches", "henry": "henries", "pound-foot": "pound-feet"}
_PREFIXES = {
    "k": "kilo", "K": "kilo", "M": "mega", "G": "giga", "T": "tera", "P": "peta", "E": "exa", "h": "hecto",
    "m": "milli",
    "μ": "micro", "u": "micro", "n": "nano", "p": "pico", "c": "centi", "d": "deci"
}  # fmt: skip
# Symbol, name, and the prefixes in use with it.
_PREFIXED = (
    ("m", "meter", "kmμnpcd"), ("g", "gram", "kmμunc"), ("L", "liter", "mcdhμu"), ("l", "liter", "mcdh"),
    ("s", "second", "mμnup"), ("Hz", "hertz", "kMGT"), ("Eq", "equivalent", "mμ"),
    ("Gy", "gray", "mc"), ("W", "watt", "kMGTm"), ("Wh", "watt hour", "kMGT"),
    ("V", "volt", "kmMμ"), ("A", "amp", "mkμ"), ("Ah", "amp hour", "mk"), ("Ω", "ohm", "kMm"), ("F", "farad", "μunpm"),
    ("H", "henry", "mμu"), ("Pa", "pascal", "khMG"), ("J", "joule", "kMG"), ("eV", "electron volt", "kMGT"),
    ("N", "newton", "kM"), ("B", "byte", "kKMGTPE"), ("b", "bit", "kKMGT"), ("bit", "bit", "kMG"), ("mol", "mole",
    "mμn"),
    ("cal", "calorie", "k"), ("bar", "bar", "m"), ("Sv", "sievert", "mμ"), ("Bq", "becquerel", "kMG"), ("T",
    "tesla", "m"),
    ("px", "pixel", "M"), ("t", "ton", "kM"), ("lm", "lumen", ""), ("lx", "lux", ""), ("cd", "candela", ""),
    ("VA", "volt amp", "kM"),
)  # fmt: skip
_PLAIN = {
    "in": "inch", "ft": "foot", "yd": "yard", "yds": "yard", "mi": "mile", "ac": "acre", "ha": "hectare",
    "oz": "ounce", "lb": "pound", "lbs": "pound", "gal": "gallon", "qt": "quart", "pt": "point", "tsp": "teaspoon",
    "tbsp": "tablespoon", "Tbsp": "tablespoon", "fl oz": "fluid ounce", "fl. oz": "fluid ounce",
    "cc": "cubic centimeter",
    "min": "minute", "mins": "minute", "h": "hour", "hr": "hour", "hrs": "hour", "sec": "second", "secs": "second",
    "wk": "week", "wks": "week", "yr": "year", "yrs": "year", "mo": "month", "mos": "month",
    "mph": "mile per hour", "kph": "kilometer per hour", "kmh": "kilometer per hour", "kn": "knot", "kt": "knot",
    "kts": "knot", "rpm": "revolution per minute", "RPM": "revolution per minute", "bpm": "beat per minute",
    "BPM": "beat per minute", "mpg": "mile per gallon", "fps": "frame per second", "dpi": "dot per inch",
    "ppi": "pixel per inch", "wpm": "word per minute", "hp": "horsepower", "psi": "pound per square inch",
    "atm": "atmosphere", "mmHg": "millimeter of mercury", "dB": "decibel", "dBA": "decibel", "ppm": "part per million",
    "ppb": "part per billion", "kbps": "kilobit per second", "Kbps": "kilobit per second", "Mbps": "megabit per second",
    "Gbps": "gigabit per second", "KiB": "kibibyte", "MiB": "mebibyte", "GiB": "gibibyte", "TiB": "tebibyte",
    "MP": "megapixel", "mAh": "milliamp hour", "ly": "light year", "AU": "astronomical unit", "sqft": "square foot",
    "sq ft": "square foot", "sq. ft": "square foot", "sq mi": "square mile", "sq. mi": "square mile",
    "sq m": "square meter", "sq km": "square kilometer", "sq in": "square inch", "sq yd": "square yard",
    "cu ft": "cubic foot", "cu. ft": "cubic foot", "cu m": "cubic meter", "cu in": "cubic inch", "ft-lb": "foot-pound",
    "ft-lbs": "foot-pound", "ft lb": "foot-pound", "lb-ft": "pound-foot", "Nm": "newton meter", "kcal": "kilocalorie",
    "Cal": "calorie", "kWh": "kilowatt hour", "°C": "degree celsius", "°F": "degree fahrenheit", "°": "degree",
    "°K": "kelvin", "mcg": "microgram", "v": "volt", "carat": "carat", "ct": "carat", "doz": "dozen", "pkg": "package",
    "mol": "mole", "Å": "angstrom", "kΩ": "kilohm", "MΩ": "megohm", "mb": "megabyte",
    "gb": "gigabyte", "kb": "kilobyte", "IU": "international unit", "U": "unit", "gpm": "gallon per minute",
    "cfm": "cubic foot per minute", "lpm": "liter per minute", "gm": "gram", "gms": "gram", "kgs": "kilogram",
    "kms": "kilometer", "cms": "centimeter", "mls": "milliliter", "ltr": "liter", "ltrs": "liter", "qts": "quart",
    "gals": "gallon", "kcals": "kilocalorie", "cals": "calorie", "pts": "point", "mm Hg": "millimeter of mercury",
    "in Hg": "inch of mercury", "inHg": "inch of mercury", "cu yd": "cubic yard", "cu cm": "cubic centimeter",
    "tbsps": "tablespoon", "tsps": "teaspoon", "Tsp": "teaspoon",
    "nits": "nit", "GbE": "gigabit ethernet", "Tbs": "tablespoon", "tbs": "tablespoon", "bhp": "brake horsepower",
    "dBm": "decibel milliwatt", "kpc": "kiloparsec", "Mpc": "megaparsec", "Gpc": "gigaparsec", "mM": "millimolar",
    "μM": "micromolar", "uM": "micromolar", "nM": "nanomolar", "pM": "picomolar", "bps": "basis point",
    "N·m": "newton meter", "kN·m": "kilonewton meter", "kg·m": "kilogram meter", "J·s": "joule second",
    "A·h": "amp hour", "W·h": "watt hour", "kW·h": "kilowatt hour", "Pa·s": "pascal second", "lb·ft": "pound-foot",
    "ft·lb": "foot-pound", "kg·m²": "kilogram square meter",
}  # fmt: skip


def _names() -> dict[str, str]:
    names = {}
    for symbol, name, prefixes in _PREFIXED:
        names[symbol] = name
        names |= {prefix + symbol: _PREFIXES[prefix] + name for prefix in prefixes}
    names["H"] = "hour"  # 24H; a henry is rare
    del names["pm"]  # p.m., not picometers
    return names | _PLAIN


UNITS: dict[str, str] = _names()
"""Symbol of each unit to its singular name."""
FIRST_LETTERS = "".join(sorted({letter for symbol in UNITS for letter in f"{symbol[0]}{symbol[0].swapcase()}"}))
"""First characters of the symbols, in small letters and capitals."""
_AMBIGUOUS = frozenset("A B b F H J N P T U in h s t l v ac pt ct bit gals cals".split())
AFTER_SPACE = frozenset(UNITS) - _AMBIGUOUS
"""Units that are recognised even with a space before them."""
STOPPED = frozenset(
    "in ft yd mi oz lb lbs gal gals qt qts tsp tsps tbsp tbsps Tbsp min mins hr hrs sec secs yr yrs mo mos wk "
    "wks pkg doz tbs Tbs h ac".split()
)
"""Units that may end in a full stop."""
POWERED = frozenset("mm cm dm m km in ft yd mi s".split())
"""Units that may be squared or cubed."""
_NEVER_CASED = frozenset(
    "ac ah am at au bq cal cd cl ct dm em eq ev fl fm gpa gy ha hl in ka kn lm lx ly ma mi mn mol mp mpa mt nits "
    "pa pm pt pts px u um us bps".split()
)
_NAMES_AFTER_SPACE = frozenset("atm db gm hp hr kt mh ml mo ms nm ns ps sec sv va yr".split())
_MILLI = ("mV",)  # in doubt, not mega
_BY_SMALL = {
    unit.lower(): unit
    for unit in sorted(UNITS, key=lambda unit: (unit[0] != "m" or unit in _MILLI, unit.islower()))
    if len(unit) > 1 and unit.lower() not in _NEVER_CASED and unit[1:] != "b"
}


def cased(symbol: str, gap: str) -> str:
    """Return the symbol as the table has it: "KG" is "kg", "mbps" is "Mbps". Unknown symbols stay as they are.

    Capitals after a space that usually are a name stay too: "5 ML engineers", "2 HR managers".
    """
    small = symbol.lower()
    if symbol in UNITS or (gap and symbol.isupper() and small in _NAMES_AFTER_SPACE):
        return symbol
    return _BY_SMALL.get(small, symbol)


_PER_WORDS = (
    "hour day night week month year person kilogram gram pound ounce gallon liter mile kilometer meter foot minute "
    "second millisecond unit user head seat item share barrel ton tonne acre hectare quarter shift serving dose litre "
    "metre kilometre gramme sqft page word call visit night game hit mole"
)
_PER_SYMBOLS = (
    "h hr hrs min s sec kg g mg lb lbs oz gal L l dL dl mL ml μL mi km m cm mm ft in yr mo wk kWh MWh MB GB TB sqft mol"
)
PER: dict[str, str] = {
    **{name: name for name in _PER_WORDS.split()},
    **{symbol: UNITS[symbol] for symbol in _PER_SYMBOLS.split()},
    "sq ft": "square foot",
    "sq. ft": "square foot",
    "m²": "square meter",
    "d": "day",
    "pp": "person",
}
"""Unit after the slash of a price or a rate, as written, to its name."""


_POWERS = {"2": "square", "²": "square", "3": "cubic", "³": "cubic"}
_AFTER = {"2": "squared", "²": "squared", "3": "cubed", "³": "cubed"}


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


def plural_unit(name: str) -> str:
    """Return a unit's name in the plural: miles per hour, square feet, degrees celsius."""
    for joint in (" per ", " of ", " celsius", " fahrenheit"):
        head, found, rest = name.partition(joint)
        if found:
            return plural_unit(head) + found + rest
    if name.endswith(_SAME):
        return name
    head, space, last = name.rpartition(" ")
    return head + space + _IRREGULAR.get(last, last + "s")
