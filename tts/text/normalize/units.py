"""Units of measurement: symbols, singular names and plural names."""

from __future__ import annotations

_SAME = ("hertz", "lux", "horsepower", "kelvin")
_IRREGULAR = {"foot": "feet", "inch": "inches", "henry": "henries"}
_PREFIXES = {
    "k": "kilo", "K": "kilo", "M": "mega", "G": "giga", "T": "tera", "P": "peta", "E": "exa", "h": "hecto",
    "m": "milli",
    "μ": "micro", "u": "micro", "n": "nano", "p": "pico", "c": "centi", "d": "deci",
}  # fmt: skip
# Symbol, name, and the prefixes in use with it.
_PREFIXED = (
    ("m", "meter", "kmμnpcd"), ("g", "gram", "kmμnc"), ("L", "liter", "mcdhμ"), ("l", "liter", "mcdh"),
    ("s", "second", "mμnup"), ("Hz", "hertz", "kMGT"), ("W", "watt", "kMGTm"), ("Wh", "watt hour", "kMGT"),
    ("V", "volt", "kmMμ"), ("A", "amp", "mkμ"), ("Ah", "amp hour", "mk"), ("Ω", "ohm", "kMm"), ("F", "farad", "μnpm"),
    ("H", "henry", "mμ"), ("Pa", "pascal", "khM"), ("J", "joule", "kMG"), ("eV", "electron volt", "kMGT"),
    ("N", "newton", "kM"), ("B", "byte", "kKMGTPE"), ("b", "bit", "kKMGT"), ("bit", "bit", "kMG"), ("mol", "mole",
    "mμn"),
    ("cal", "calorie", "k"), ("bar", "bar", "m"), ("Sv", "sievert", "mμ"), ("Bq", "becquerel", "kMG"), ("T",
    "tesla", "m"),
    ("px", "pixel", "M"), ("t", "ton", "kM"), ("lm", "lumen", ""), ("lx", "lux", ""), ("cd", "candela", ""),
)  # fmt: skip
_PLAIN = {
    "in": "inch", "ft": "foot", "yd": "yard", "yds": "yard", "mi": "mile", "ac": "acre", "ha": "hectare",
    "oz": "ounce", "lb": "pound", "lbs": "pound", "gal": "gallon", "qt": "quart", "pt": "pint", "tsp": "teaspoon",
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
    "°K": "kelvin", "mcg": "microgram", "carat": "carat", "ct": "carat", "doz": "dozen", "pkg": "package",
    "mol": "mole", "Å": "angstrom", "kΩ": "kilohm", "MΩ": "megohm", "mb": "megabyte",
    "gb": "gigabyte", "kb": "kilobyte",
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
_AMBIGUOUS = frozenset("A B b F H J N P T in h s t l ac pt ct mb bit".split())
AFTER_SPACE = frozenset(UNITS) - _AMBIGUOUS
"""Units that are recognised even with a space before them."""
STOPPED = frozenset("in ft yd mi oz lb lbs gal qt pt tsp tbsp min mins hr hrs sec secs yr yrs mo mos wk wks".split())
"""Units that may end in a full stop."""
POWERED = frozenset("mm cm dm m km in ft yd mi s".split())
"""Units that may be squared or cubed."""
_PER_WORDS = (
    "hour day night week month year person kilogram gram pound ounce gallon liter mile kilometer meter foot minute "
    "second unit user head seat item share barrel ton acre"
)
_PER_SYMBOLS = "h hr min s sec kg g lb oz gal L l mi km m ft yr mo wk kWh MWh MB GB TB sqft"
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
