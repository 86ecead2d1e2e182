"""Verbalize numbers that identify and count nothing, digit by digit: a PIN, an OTP, a card ending in 8876."""

from __future__ import annotations

import re

from tts.text.normalize.numbers import digits, house_number
from tts.text.normalize.rule import rule
from tts.text.regex import regex

_SECRETS = (
    "otp|pin|passcode|password|cvv|cvc|ssn|pnr|imei|vin|ein|"
    "isbn|pmid|ean|upc|gtin|isin|cas|doi|id|zip(?: code)?|postcode|postal code"
)
_CODES = "code|passkey|verification|authorization|authentication|confirmation"
_NUMBERS = (
    "account|acct\\.?|a/c|card|routing|confirmation|tracking|reference|ref\\.?|serial|booking|ticket|order|invoice|claim|"
    "policy|member|membership|customer|employee|student|license|licence|registration|social security|phone|part"
)
_ENDING = r"(?:ending|ends|that ends|which ends)(?: (?:in|with|on))?|last (?:four|4)(?: digits)?"
_NAMED = regex(
    rf"\b(?:(?:{_SECRETS}|{_CODES})(?: (?:number|code|no\.))?(?:[:,]? is| was|:|#)? ?"
    rf"|(?:{_NUMBERS}) (?:number|no\.|num|id|code)(?: is| was)?[:,#]? ?#?"
    rf"|(?:account|card|box|serial|dial) #? ?|(?:order|ticket|invoice|tracking|reference|case|claim|confirmation) # ?"
    r"|(?:PO|RMA|SO|SKU|inv|acct|ref|lot|part|model) ?#:? ?"
    rf"|(?:{_ENDING})(?:,| are| is|:)? )\Z",
    re.IGNORECASE,
)
_COUNTED = regex(r"\s(?:percent|dollars|times|people|years|days|hours|minutes|lines|characters|digits|points)\b")
_ERROR = regex(r"\b(?:error|status|exit|return|response|http|country|dress|bar) code ?\Z", re.IGNORECASE)
_SERIAL_BEFORE = regex(r"\b(?:e-?|p-?)?(?:ISSN|ORCID)(?:-L)?(?: iD)?\W{0,3}(?:\(\w{5,6}\) )?\Z", re.IGNORECASE)
_ARCHIVE_BEFORE = regex(
    r"\b(?:arx|biorx|medrx|chemrx)iv(?: preprint)?(?:[:,]\s?|\s|:[a-z-]{2,10}/)(?:no\. )?\Z", re.IGNORECASE
)
_ACCOUNT_BEFORE = regex(
    r"\b(?:IBAN:? [A-Z]{2}\d\d(?: [A-Z]{4})?|CAS(?: (?:no\.|number|registry number|RN))?:?) \Z", re.IGNORECASE
)
_PORTS_BEFORE = regex(r"(?:-p|--publish|\b(?:ports?|publish|publishes|maps?)\b:?)[ =]?(?:- )?[\"']?\Z")
_LOOK_BACK = 40


def _identifier(match: re.Match[str]) -> str | None:
    text = match.string
    before = text[max(0, match.start() - _LOOK_BACK) : match.start()]
    if not _NAMED.search(before) or _ERROR.search(before) or _COUNTED.match(text, match.end()):
        return None
    return digits(match[0])


def _grouped(match: re.Match[str]) -> str | None:
    """Verbalize an identifying number with hyphens, group after group: part number 8675-309."""
    before = match.string[max(0, match.start() - _LOOK_BACK) : match.start()]
    if not _NAMED.search(before) or _ERROR.search(before):
        return None
    return " , ".join(map(digits, match[0].split("-")))


def _serial(match: re.Match[str]) -> str | None:
    """Verbalize an ISSN or ORCID iD, whose last character is a digit or X."""
    before = match.string[max(0, match.start() - _LOOK_BACK) : match.start()]
    if not (_SERIAL_BEFORE.search(before) or match[0].startswith("0000-")):
        return None
    groups = [digits(group.rstrip("X")) for group in match[0].split("-")]
    return " , ".join(groups) + " X" * match[0].endswith("X")


def _preprint(match: re.Match[str]) -> str | None:
    """Verbalize the number of a preprint: arXiv:2005.14165v4."""
    before = match.string[max(0, match.start() - _LOOK_BACK) : match.start()]
    if not _ARCHIVE_BEFORE.search(before):
        return None
    version = f" version {digits(match['version'])}" if match["version"] else ""
    return " dot ".join(map(digits, match["number"].split("."))) + version


def _account(match: re.Match[str]) -> str | None:
    """Verbalize the digits of an IBAN or a CAS number, group after group."""
    if not _ACCOUNT_BEFORE.search(match.string[max(0, match.start() - _LOOK_BACK) : match.start()]):
        return None
    return " , ".join(map(digits, re.split(r"[ -]", match[0])))


def _ports(match: re.Match[str]) -> str | None:
    """Verbalize a port of the host and of a container: -p 8080:80."""
    if not _PORTS_BEFORE.search(match.string[max(0, match.start() - _LOOK_BACK) : match.start()]):
        return None
    return " to ".join(house_number(number) for number in match[0].split(":"))


FIRST_RULES = (
    rule("digits", r"\d{2,5}:\d{2,5}(?![\d:.])", _ports, after=":"),
    rule("digits", r"(?P<number>\d{4,9}(?:\.\d{2,6}){0,3})(?:v(?P<version>\d{1,2}))?(?![\w-]|[.,:/]\d)", _preprint),
    rule("digits", r"\d{2,7}-\d\d-\d(?![\w-])", _account, after="-"),
    rule("digits", r"\d{4}(?: \d{4}){1,6}(?: \d{1,3})?(?!\w)", _account, after=" "),
    rule("digits", r"\d{4}(?:-\d{4}){0,2}-\d{3}[\dX](?![\w-]|[.,:/]\d)", _serial, after="-"),
)
RULES = (
    rule("digits", r"\d{2,8}(?:-\d{2,8}){1,3}(?![\w-]|[.,:/]\d)", _grouped, after="-"),
    rule("digits", r"\d{1,19}(?!\d|[.,:/-]\d|\s\d{3}|[A-Za-z%°$])", _identifier),
)
