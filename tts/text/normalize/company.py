"""Tell the company 3M from three million and from three meters by the words next to it."""

from __future__ import annotations

import re

from tts.text.normalize.numbers import amount
from tts.text.normalize.rule import rule, word_before
from tts.text.regex import regex

_LONG = r"(?:long|wide|high|tall|deep|thick|apart|away)"
_STRETCHED = (
    r"(?:cables?|cords?|ropes?|hoses?|leads?|ladders?|poles?|chains?|ribbons?|boards?|planks?|sprints?|dash|dive|pool|"
    r"springboard|platform|(?:USB|HDMI|Ethernet|Lightning|extension|network|power|charging|patch|audio|fib(?:er|re)|optical|"
    r"garden|climbing|steel|nylon|telescopic|wooden)(?:-C)?\s[a-z]+)"
)
_LONG_AFTER = regex(rf"[\s-]{_LONG}\b")
_STRETCHED_AFTER = regex(rf"[\s-]{_STRETCHED}\b")
_SUM_AFTER = regex(
    r"\+|\s(?:of|per|a (?:year|month|day|week)|each|apiece|annually|plus|more|less|strong|or (?:more|so|less)|to \$?\d|"
    r"in (?:cash|total|all|annual|new|net|revenue|sales|funding|debt|damages|profits?|fines|savings|investments?)|"
    r"[a-z]{1,12} (?:users|people|customers|subscribers|downloads|views|followers|dollars|euros|pounds))\b"
)
_SUM_BEFORE = frozenset(
    "about almost approximately around additional below cost costs earn earned earns exceed exceeded exceeds extra hit "
    "least lost made most nearly only over owe owed owes paid pay pays raise raised raises reach reached "
    "reaches roughly "
    "save saved saves spend spends spent total totaled totals under up valued won worth has had".split()
)
_JOINTS = frozenset("is was are were be been being of to from between for at by than and or".split())
_AMOUNT_BEFORE = regex(
    r"\b(?:salary|price|cost|total|sum|budget|population|revenue|turnover|worth|value|fee|count|number|prize|jackpot|debt|"
    r"fine|bid|offer|loss|profit|sold|bought|went|asking|acquired|signed|deal|record|limit|target|up|down|rose|fell|grew|"
    r"increased|decreased|raised|market cap|(?:more|less|fewer) than|\d(?:\.\d)?M)\b[^.!?]{0,24}\Z",
    re.IGNORECASE,
)
_LOOK_BACK = 48


def _company(match: re.Match[str]) -> str | None:
    """Read 3M as the company, unless the words next to it show an amount."""
    text, start, end = match.string, match.start(), match.end()
    before = word_before(text, start).lower()
    if before in _SUM_BEFORE or _SUM_AFTER.match(text, end):
        return None
    clause = text[max(0, start - _LOOK_BACK) : start]
    if before in _JOINTS and _AMOUNT_BEFORE.search(clause):
        return None
    return "three M"


def _length(match: re.Match[str]) -> str | None:
    """Read M as meters where something is as long as that: a 3M cable, 5M long."""
    text, end = match.string, match.end()
    number = amount(match["number"])
    if _STRETCHED_AFTER.match(text, end):
        return f"{number} meter"
    if _LONG_AFTER.match(text, end):
        singular = match["number"] == "1" or text[end] == "-"
        return f"{number} meter{'' if singular else 's'}"
    return None


RULES = (
    rule("measure", r"(?<![\w.,-])(?P<number>\d{1,2}(?:\.\d)?)M(?![\w'/])", _length, sign="M"),
    rule("acronym", r"(?<![\w.,$£€-])3M(?![\w/'])(?!\.\d)", _company, sign="M"),
)
