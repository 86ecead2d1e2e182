"""Verbalize codes part by part: versions, IP addresses, ISBNs, card numbers, serial numbers, ZIP codes."""

from __future__ import annotations

import re

from tts.text.normalize.numbers import cardinal, digits, house_number
from tts.text.normalize.rule import rule, word_before

_ARMS = (
    "caliber|calibre|special|Special|Magnum|rifle|revolver|pistol|ACP|LR|BMG|Colt|Winchester|Remington|Blackout|AE|GAP"
)
_ISBN = frozenset(("isbn", "issn"))


def _groups(match: re.Match[str]) -> str:
    return " , ".join(digits(group) for group in re.split(r"[-\s]", match[0]))


def _isbn(match: re.Match[str]) -> str | None:
    before = match.string[max(0, match.start() - 14) : match.start()].lower()
    if not any(name in before for name in _ISBN):
        return None
    words = " , ".join(digits(group) for group in re.split(r"[-\s]", match["digits"]))
    return f"{words}{' ,' if '-' in match['check'] else ''} X" if match["check"] else words


def _countdown(match: re.Match[str]) -> str:
    parts = match[0].split("-")
    same = len(parts) == 3 and all(len(part) < 3 for part in parts)
    return (" " if same else " , ").join(cardinal(part) if same else digits(part) for part in parts)


def _zip(match: re.Match[str]) -> str | None:
    state = re.search(
        r"(?:,\s|\b)(?:[A-Z]{2}|[A-Z][a-z]+|[A-Z]\.[A-Z]\.)\s{1,2}\Z",
        match.string[max(0, match.start() - 16) : match.start()],
    )
    place = (
        re.search(r"(?:[A-Z]{2}|[A-Z]\.[A-Z]\.|" + "|".join(_STATE_ENDINGS) + r")\s{1,2}\Z", state[0])
        if state
        else None
    )
    if not place and word_before(match.string, match.start()).lower() not in ("zip", "code"):
        return None
    return f"{digits(match['zip'])} , {digits(match['more'])}" if match["more"] else digits(match["zip"])


_STATE_ENDINGS = (
    "California", "Texas", "Florida", "York", "Illinois", "Ohio", "Georgia", "Michigan", "Jersey", "Virginia",
    "Washington",
    "Arizona", "Massachusetts", "Tennessee", "Indiana", "Missouri", "Maryland", "Wisconsin", "Colorado", "Minnesota",
    "Carolina", "Alabama", "Louisiana", "Kentucky", "Oregon", "Oklahoma", "Connecticut", "Utah", "Iowa", "Nevada",
)  # fmt: skip

RULES = (
    rule("serial", r"(?P<digits>\d(?:[-\s]?\d){8,16})(?P<check>-?X)?(?![\w-])", _isbn),
    rule(
        "serial",
        rf"\.(?P<caliber>[2-5]\d|357|270|308|223|380|300)(?=[\s-](?:{_ARMS}))",
        lambda match: house_number(match["caliber"]),
    ),
    rule("serial", r"30-06(?![-/\d])", lambda match: "thirty aught six", after="-"),
    rule("address", r"(?P<zip>\d{5})(?:-(?P<more>\d{4}))?(?![\w-]|[.,]\d)", _zip),
    rule("serial", r"\d{4}([ -])\d{4}\1\d{4}\1\d{4}(?![\w-])", _groups, after=" -"),
    rule("serial", r"\d{3}-\d{2}-\d{4}(?![\w-])", _groups, after="-"),
    rule("serial", r"\d{1,6}(?:-\d{1,6}){2,8}(?![\w-])", _countdown, after="-"),
)
