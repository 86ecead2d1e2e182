"""Verbalize money: currency signs and ISO codes, with cents, magnitudes, ranges and "per" units."""

from __future__ import annotations

import re
from typing import NamedTuple

from tts.text.normalize.numbers import AMOUNT, amount, cardinal
from tts.text.normalize.rule import is_adjective, rule
from tts.text.normalize.units import PER
from tts.text.regex import regex


class Currency(NamedTuple):
    """Singular and plural names of a currency and of its hundredth part ("" if amounts never use it)."""

    singular: str
    plural: str
    cent: str = ""
    cents: str = ""


def _dollars(country: str = "") -> Currency:
    return Currency(f"{country} dollar".strip(), f"{country} dollars".strip(), "cent", "cents")


CURRENCIES: dict[str, Currency] = {
    "USD": _dollars(), "AUD": _dollars("australian"), "CAD": _dollars("canadian"), "NZD": _dollars("new zealand"),
    "HKD": _dollars("hong kong"), "SGD": _dollars("singapore"), "TWD": _dollars("taiwan"),
    "GBP": Currency("pound", "pounds", "penny", "pence"), "EUR": Currency("euro", "euros", "cent", "cents"),
    "JPY": Currency("yen", "yen"), "CNY": Currency("yuan", "yuan"), "RMB": Currency("yuan", "yuan"),
    "INR": Currency("rupee", "rupees", "paisa", "paise"), "PKR": Currency("pakistani rupee", "pakistani rupees"),
    "CHF": Currency("swiss franc", "swiss francs", "centime", "centimes"),
    "SEK": Currency("swedish krona", "swedish kronor"), "NOK": Currency("norwegian krone", "norwegian kroner"),
    "DKK": Currency("danish krone", "danish kroner"), "ISK": Currency("icelandic krona", "icelandic kronur"),
    "RUB": Currency("ruble", "rubles", "kopek", "kopeks"), "UAH": Currency("hryvnia", "hryvnias"),
    "BRL": Currency("brazilian real", "brazilian reais", "centavo", "centavos"),
    "MXN": Currency("mexican peso", "mexican pesos", "centavo", "centavos"), "ARS": Currency("argentine peso",
    "argentine pesos"),
    "CLP": Currency("chilean peso", "chilean pesos"), "COP": Currency("colombian peso", "colombian pesos"),
    "PHP": Currency("philippine peso", "philippine pesos"), "ZAR": Currency("rand", "rand", "cent", "cents"),
    "KRW": Currency("won", "won"), "TRY": Currency("lira", "lira"), "PLN": Currency("zloty", "zlotys"),
    "CZK": Currency("czech koruna", "czech korunas"), "HUF": Currency("forint", "forints"),
    "RON": Currency("romanian leu", "romanian lei"), "ILS": Currency("shekel", "shekels"),
    "THB": Currency("baht", "baht"), "IDR": Currency("rupiah", "rupiah"), "MYR": Currency("ringgit", "ringgit"),
    "VND": Currency("dong", "dong"), "AED": Currency("dirham", "dirhams"), "SAR": Currency("saudi riyal",
    "saudi riyals"),
    "EGP": Currency("egyptian pound", "egyptian pounds"), "NGN": Currency("naira", "naira"),
    "KES": Currency("kenyan shilling", "kenyan shillings"), "BTC": Currency("bitcoin", "bitcoin"),
    "ETH": Currency("ether", "ether"), "GHS": Currency("cedi", "cedis"), "KZT": Currency("tenge", "tenge"),
    "MNT": Currency("togrog", "togrog"), "LAK": Currency("kip", "kip"), "CRC": Currency("colon", "colones"),
    "PYG": Currency("guarani", "guaranies"),
}  # fmt: skip
SIGNS: dict[str, str] = {
    "$": "USD", "£": "GBP", "€": "EUR", "¥": "JPY", "₹": "INR", "₽": "RUB", "₩": "KRW", "₪": "ILS", "₺": "TRY",
    "₴": "UAH", "₦": "NGN", "₱": "PHP", "฿": "THB", "₫": "VND", "₵": "GHS", "₸": "KZT", "₮": "MNT", "₭": "LAK",
    "₡": "CRC", "₲": "PYG", "₿": "BTC", "zł": "PLN", "zl": "PLN", "kr": "SEK",
    "US$": "USD", "A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD", "NZ$": "NZD", "HK$": "HKD", "S$": "SGD",
    "NT$": "TWD", "R$": "BRL", "Rs": "INR", "RS": "INR", "Re": "INR",
}  # fmt: skip
_MAGNITUDES = {"k": "thousand", "m": "million", "mn": "million", "mln": "million", "bn": "billion", "b": "billion"}
_MAGNITUDES |= {"tn": "trillion", "t": "trillion", "mil": "million", "mm": "million", "lakhs": "lakh", "lac": "lakh"}
_MAGNITUDES |= {"lacs": "lakh", "crores": "crore", "cr": "crore"}
_MAGNITUDE = (
    r"(?:[\s-]?(?:hundred|thousand|million|billion|trillion|lakhs?|lacs?|crores?)|\s?(?:[mb]n|tn|mln|mil|MM|[Cc]r)"
    r"|[kKmMbBtT]|[BMT]n|(?<=\d)\s[MBT](?![\w&-]))(?!\w)"
)
_THING_AFTER = regex(
    r"[ -](?:acquisition|bailout|bill|bond|bonus|budget|business|company|contract|deal|deficit|exit|facility|fine|fund|"
    r"grant|home|house|industry|investment|lawsuit|loan|mansion|market|merger|package|plan|plant|portfolio|program|project|round|"
    r"settlement|startup|valuation)\b"
)
"""Things of a price, so that its currency is singular: a $2.5B deal."""
_PREFIX = r"(?:(?:US|AU?|CA?|NZ|HK|NT|R|S)?\$|[£€¥₹₽₩₪₺₴₦₱฿₫₵₸₮₭₡₲₿])"
_RENTS = {"pcm": " per calendar month", "pw": " per week", "pppn": " per person per night"}
_LANGUAGE = regex(r"[3-9](?:\.\d)?")
"""Versions of the programming language PHP, which is also the code of a currency."""
_DOLLARS = r"(?:(?:US|AU|CA|NZ|HK|NT)\s|US|AU?|CA?|NZ|HK|NT|R|S)\$"
_CODES = "|".join(CURRENCIES)
_PER = r"(?:\s?(?:/|(?<=[\d\s])per\s)\s?(?P<per>" + "|".join(sorted(PER, key=len, reverse=True)) + r")\.?(?!\w))?"
SIGN_CHARACTERS = "$£€¥₹₽₩₪₺₴₦₱฿₫₵₸₮₭₡₲₿"


def spoken_money(number: str, currency: Currency, magnitude: str = "", singular: bool = False) -> str:
    """Verbalize an amount as units and cents ("five dollars and two cents"), or else as a decimal."""
    whole, _, cents = number.partition(".")
    if magnitude:
        word = magnitude.strip(" -").lower()
        return f"{amount(number)} {_MAGNITUDES.get(word, word)} {currency.singular if singular else currency.plural}"
    if "/" in number or (cents and (len(cents) != 2 or not currency.cent)):
        return f"{amount(number)} {currency.plural}"
    units = f"{cardinal(whole or '0')} {currency.singular if singular or whole == '1' else currency.plural}"
    if not cents or cents == "00":
        return units
    small = f"{cardinal(str(int(cents)))} {currency.cent if int(cents) == 1 else currency.cents}"
    return small if whole.strip("0") == "" else f"{units} and {small}"


def _money(match: re.Match[str]) -> str | None:
    named = match.groupdict()
    sign = named["sign"] or ""
    sign = sign.replace(" ", "")
    currency = CURRENCIES[SIGNS.get(sign, sign)]
    magnitude, last = named.get("magnitude") or "", named.get("last")
    if sign == "PHP" and _LANGUAGE.fullmatch(match["number"]) and not magnitude:
        return None
    adjective = is_adjective(match.string, match.start(), match.end())
    adjective = adjective or bool(magnitude and _THING_AFTER.match(match.string, match.end()))
    singular = adjective and not (last or named.get("per"))
    spoken = spoken_money(last or match["number"], currency, magnitude, singular)
    if last:
        first_magnitude = named.get("first_magnitude") or ""
        first = spoken_money(match["number"], currency, first_magnitude)
        cut = first if "." in match["number"] and not magnitude else first.rsplit(currency.plural, 1)[0].strip()
        spoken = f"{cut.removesuffix(' ' + currency.singular)} to {spoken}"
    spoken = f"minus {spoken}" if named.get("minus") or named.get("negative") else spoken
    per = f" per {PER[match['per']]}" if named.get("per") else ""
    return f"{spoken}{per}{' or more' if named.get('plus') else ''}{_RENTS.get(named.get('rent') or '', '')}"


def _cents(match: re.Match[str]) -> str:
    return f"{amount(match['number'])} {'cent' if match['number'] == '1' else 'cents'}"


RULES = (
    rule(
        "money",
        rf"(?P<minus>-)?(?P<sign>{_PREFIX})\s?(?P<number>{AMOUNT})(?P<first_magnitude>{_MAGNITUDE})?"
        rf"(?:\s?[-—]\s?(?:{_PREFIX})?(?P<last>{AMOUNT}))(?P<magnitude>{_MAGNITUDE})?{_PER}",
        _money,
    ),
    rule(
        "money",
        rf"(?P<minus>-)?(?P<sign>{_PREFIX})\s?(?P<negative>-)?(?P<number>{AMOUNT})(?P<magnitude>{_MAGNITUDE})?(?P<plus>\+(?![\w\s]))?(?:/-)?{_PER}(?:\s(?P<rent>pcm|pw|pppn)(?!\w))?",
        _money,
    ),
    rule("money", rf"(?P<number>{AMOUNT})\s?¢", _cents, sign="¢"),
    rule(
        "money", r"(?P<number>\d{1,2})c(?=/(?:kWh|L|l|km|mi|mile|min|day|lb)\b|\s(?:per|each|off)\b)", _cents, sign="c"
    ),
    rule(
        "money",
        rf"(?P<number>{AMOUNT})(?P<magnitude>{_MAGNITUDE})?(?:\s?(?P<sign>[€£₽₩₪₺₴₫฿]|zł|zl(?!\w)|(?:{_CODES})(?!\w))|(?:(?P<dollar>\$)))(?!\d){_PER}",
        lambda match: _money(match) if match["sign"] else _dollar_after(match),
        sign="$€£₽₩₪₺₴₫฿zhtmbkKMBT" + "".join(code[0] for code in CURRENCIES),
    ),
)
LETTER_RULES = (
    rule("money", rf"(?P<sign>Rs|Re|RS)\.?\s?(?P<number>{AMOUNT})(?P<magnitude>{_MAGNITUDE})?(?:/-)?{_PER}", _money),
    rule(
        "money",
        rf"(?P<sign>{_CODES})\s?(?P<number>{AMOUNT})(?!\.\d+\.\d|\.\d)(?P<magnitude>{_MAGNITUDE})?{_PER}",
        _money,
    ),
    rule(
        "money",
        rf"(?P<sign>{_DOLLARS})\s?(?P<number>{AMOUNT})(?P<magnitude>{_MAGNITUDE})?{_PER}",
        _money,
    ),
)


def _dollar_after(match: re.Match[str]) -> str:
    return spoken_money(match["number"], CURRENCIES["USD"], match["magnitude"] or "")
