"""Verbalize numbers that identify and count nothing, digit by digit: a PIN, an OTP, a card ending in 8876."""

from __future__ import annotations

import re

from tts.text.normalize.numbers import digits
from tts.text.normalize.rule import rule
from tts.text.regex import regex

_SECRETS = "otp|pin|passcode|password|cvv|cvc|ssn|pnr|imei|vin|ein|isbn|id|zip(?: code)?|postcode|postal code"
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
    rf"|(?:{_ENDING})(?:,| are| is|:)? )\Z",
    re.IGNORECASE,
)
_COUNTED = regex(r"\s(?:percent|dollars|times|people|years|days|hours|minutes|lines|characters|digits|points)\b")
_ERROR = regex(r"\b(?:error|status|exit|return|response|http|country|dress|bar) code ?\Z", re.IGNORECASE)
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


RULES = (
    rule("digits", r"\d{2,8}(?:-\d{2,8}){1,3}(?![\w-]|[.,:/]\d)", _grouped, after="-"),
    rule("digits", r"\d{1,19}(?!\d|[.,:/-]\d|\s\d{3}|[A-Za-z%°$])", _identifier),
)
