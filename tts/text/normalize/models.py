"""Verbalize the numbers of products, forms, pages and rooms in pairs: RTX 4090, Form 1040, error 404, Room 205."""

from __future__ import annotations

import re

from tts.text.normalize.numbers import amount, digits, house_number, plural, year
from tts.text.normalize.rule import rule, word_before
from tts.text.regex import regex

_PLACES = (
    "flight room suite bus route rte highway hwy interstate gate locker extension area channel exit apartment apt "
    "building locomotive train platform"
)
_PRODUCTS = (
    "boeing airbus xbox rtx gtx gt rx radeon geforce quadro arc ryzen core xeon athlon epyc pentium celeron "
    "snapdragon dimensity exynos iphone galaxy pixel nokia thinkpad latitude inspiron optiplex elitebook laserjet "
    "canon nikon sony porsche bmw audi mercedes ferrari peugeot mazda volvo saab lexus infiniti acura chrysler ducati "
    "yamaha kawasaki honda suzuki harley ktm roland korg moog casio garmin logitech office levi's"
)
_DOCUMENTS = (
    "section article bwv form page exhibit evid frame error http https status port rfc psalm hymn studio local notice"
)
_LIKE_HOUSES = frozenset(f"{_PLACES} {_PRODUCTS} {_DOCUMENTS}".split())
_BEFORE = regex(
    r"\b(?:H\.\s?R\.\s|HR\s|(?<![A-Z]\.\s)S\.\s(?!1[5-9]\d\d|20\d\d)|[HSA]\.\s?[BJ]\.\s|(?:error|status|exit|return|response|http)\s(?:codes?|of|messages?)\s)\Z",
    re.IGNORECASE,
)
_PROCESSOR = regex(r"\b(?:i[3579]|Ultra\s\d|Ryzen(?:\sThreadripper)?\s\d)[\s-]\Z")
_STANDARD = regex(r"\b(?:ISO|IEC|IEEE|ANSI|DIN|EN|BS|ASTM|RFC|NIST|MIL-STD|STD)(?:/[A-Z]{2,5})?[\s-]\Z")
_PUBLISHER = regex(r"\b(?:[A-Z]{3,6}/)?[A-Z]{3,6}(?:\sStandard)?[\s-]\Z")
_LOOK_BACK = 24


def processor(number: str) -> str:
    """Verbalize the model of a processor: 13900 is "thirteen nine hundred", 8700 "eighty-seven hundred"."""
    if len(number) == len("13900"):
        return f"{house_number(number[:2])} {house_number(number[2:])}"
    return house_number(number)


def standard(number: str) -> str:
    """Verbalize the number of a standard: 9001 is "nine thousand one", 27001 "twenty-seven thousand one"."""
    last = number[-3:]
    if len(number) > len(last) and last[:2] == "00" and last != "000":
        return f"{house_number(number[:-3])} thousand {house_number(last[2])}"
    return processor(number) if len(number) in (4, 5) else house_number(number)


def _named(match: re.Match[str]) -> str | None:
    text, number = match.string, match["number"]
    before = text[max(0, match.start() - _LOOK_BACK) : match.start()]
    if _PROCESSOR.search(before):
        return processor(number)
    if word_before(text, match.start()).lower() in _LIKE_HOUSES or _BEFORE.search(before):
        return digits(number) if number[0] == "0" else house_number(number)
    return None


def _place(match: re.Match[str]) -> str | None:
    """Verbalize the number of a place before its letter: Room 404B."""
    is_place = word_before(match.string, match.start()).lower() in _PLACES.split()
    return house_number(match["number"]) if is_place else None


def _standard(match: re.Match[str]) -> str | None:
    """Verbalize the number of a standard with its year: ISO 9001-2015, IEEE 754-2008, IEEE 802.11."""
    before = match.string[max(0, match.start() - _LOOK_BACK) : match.start()]
    if not _STANDARD.search(before):
        return None
    words = standard(match["number"])
    year_of_edition = f" {_edition(match['year'])}" if match["year"] else ""
    return f"{words} {_edition(match['edition'])}{year_of_edition}" if match["edition"] else words


def _edition(edition: str) -> str:
    return year(edition) if edition[:2] in ("19", "20") and len(edition) == len("2015") else house_number(edition)


def _wireless(match: re.Match[str]) -> str:
    """Verbalize IEEE 802.11ac and its kin."""
    letters = f" {' '.join(match['letters'].replace('/', '').upper())}" if match["letters"] else ""
    edition = f" {year(match['year'])}" if match.groupdict().get("year") else ""
    return f"eight oh two dot {house_number(match['part'])}{letters}{edition}"


def _model(match: re.Match[str]) -> str | None:
    """Verbalize an aircraft model: Boeing 737-800."""
    if word_before(match.string, match.start()).lower() not in ("boeing", "airbus"):
        return None
    return " ".join(house_number(part) for part in match[0].split("-"))


def _tiered(match: re.Match[str]) -> str | None:
    """Verbalize the number of a processor with a hyphen after its tier: Ryzen 7-5800X."""
    if word_before(match.string, match.start()).lower() not in ("ryzen", "core"):
        return None
    return f"{digits(match['tier'])} {processor(match['number'])}"


def _processor(match: re.Match[str]) -> str | None:
    """Verbalize the number of a processor before its letters: Core Ultra 7 155H."""
    before = match.string[max(0, match.start() - _LOOK_BACK) : match.start()]
    return processor(match[0]) if _PROCESSOR.search(before) else None


def _published(match: re.Match[str]) -> str | None:
    """Verbalize the number and the year of a standard with a decimal number: ASHRAE 90.1-2019."""
    before = match.string[max(0, match.start() - _LOOK_BACK) : match.start()]
    if not _PUBLISHER.search(before):
        return None
    return f"{amount(match['number'])} {year(match['year'])}"


RULES = (
    rule("digits", r"(?P<number>[1-9]\d{2,3})(?=[A-Z](?!\w))", _place),
    rule("serial", r"(?P<tier>[3579])-(?P<number>\d{4,5})(?=[A-Z]{0,2}\d?[A-Z]?(?!\w))", _tiered, after="-"),
    rule("serial", r"\d{3,5}(?=[A-Z]{1,2}\d?[A-Z]?(?!\w))", _processor),
    rule(
        "serial",
        r"802\.(?P<part>\d{1,2})(?P<letters>[a-z]{0,2}(?:/[a-z]{1,2}){0,5}|[A-Z]?)(?:-(?P<year>(?:19|20)\d\d))?(?![\w.])",
        _wireless,
        after=".",
    ),
    rule("serial", r"802\.(?P<part>\d{1,2})(?P<letters>)(?=\.(?:\s|\Z))", _wireless, after="."),
    rule(
        "serial",
        r"(?P<number>\d{3,5})(?:[-:](?P<edition>\d{1,4}))?(?::(?P<year>(?:19|20)\d\d))?(?!\w|[-.:]\d)",
        _standard,
    ),
    rule("serial", r"\d{3}-\d{3}(?=[A-Z]{0,3}(?![\w-]))", _model, after="-"),
    rule("serial", r"(?P<number>\d{1,3}\.\d{1,2})-(?P<year>(?:19|20)\d\d)(?!\w)", _published, after="."),
    rule("serial", r"(?P<number>7[0-8]7)s(?!\w)", lambda match: plural(house_number(match["number"])), after="s"),
)
LAST_RULES = (rule("digits", r"(?P<number>\d{1,5})(?!\d|[.,:/]\d)", _named),)
