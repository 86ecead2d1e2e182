"""Verbalize numbers as continental Europe writes them: 1.234.567,89, 1 234 567, 1'234'567, 3,50 €, 2,5 kg."""

from __future__ import annotations

import re

from tts.text.normalize.money import CURRENCIES, SIGNS, spoken_money
from tts.text.normalize.numbers import amount
from tts.text.normalize.rule import rule
from tts.text.normalize.versions import is_version

_WHOLE = r"\d{1,3}(?:\.\d{3}){1,6}|\d{1,3}(?: \d{3}){1,6}|\d{1,3}(?:'\d{3}){1,6}"
_MEASURED = r"\s?(?:%|°|(?:kg|km|mg|cm|mm|ml|kW|kWh|MB|GB|Mio|Mrd|million|billion)(?!\w))"


def _plain(written: str) -> str:
    """Return the number in digits, with a full stop before its decimals."""
    return re.sub(r"[. ']", "", written).replace(",", ".")


def _number(match: re.Match[str]) -> str:
    return amount(_grouped_by_commas(_plain(match[0])))


def _stopped(match: re.Match[str]) -> str | None:
    """Verbalize 1.234.567, unless it is a version."""
    return None if is_version(match.string, match.start(), match.end()) else _number(match)


def _money(match: re.Match[str]) -> str:
    sign = match["sign"] if match["sign"] in CURRENCIES else SIGNS[match["sign"]]
    return spoken_money(_grouped_by_commas(_plain(match["number"])), CURRENCIES[sign])


def _grouped_by_commas(number: str) -> str:
    """Return the number with commas, so that long ones are not read digit by digit."""
    whole, point, decimals = number.partition(".")
    return f"{int(whole):,}{point}{decimals}"


RULES = (
    rule(
        "money",
        rf"(?P<sign>[€£]|R\$)\s?(?P<number>(?:{_WHOLE}|\d{{1,6}}),\d\d)(?![\d,]|\.\d)",
        _money,
    ),
    rule(
        "money",
        rf"(?P<number>(?:{_WHOLE}|\d{{1,6}}),\d\d)\s?(?P<sign>€|£|zł|zl|kr|EUR|PLN|SEK|NOK|DKK|CHF)(?!\w)",
        _money,
        after="., '",
    ),
    rule("decimal", rf"(?:{_WHOLE}),\d{{1,2}}(?![\d,]|\.\d)", _number, after=". '"),
    rule("decimal", rf"\d{{1,3}},\d{{1,2}}(?={_MEASURED})", _number, after=","),
    rule("cardinal", r"\d{1,3}(?:\.\d{3}){2,6}(?![\d,]|\.\d)", _stopped, after="."),
    rule("cardinal", r"(?:\d{1,2}(?: \d{3}){2,6}|\d{1,3}(?: \d{3}){0,5} 000)(?![\d,]| \d|\.\d)", _number, after=" "),
    rule("cardinal", r"\d{1,3}(?:'\d{3}){1,6}(?![\d'])", _number, after="'"),
)
