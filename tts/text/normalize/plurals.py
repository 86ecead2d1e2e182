"""Verbalize a number and s: thirty seconds, the thirties, a pair of sevens, two four oh threes."""

from __future__ import annotations

import re

from tts.text.normalize.numbers import cardinal, decade, house_number, plural
from tts.text.normalize.rule import is_adjective, rule, word_after, word_before
from tts.text.regex import regex

_TIMED = frozenset(
    "timeout timeouts delay delays interval intervals window windows clip clips video videos timer pause pauses "
    "countdown exposure exposures burst bursts limit limits mark loop loops latency spot spots ad ads break breaks "
    "period periods cooldown grace lag wait response cap deadline heartbeat animation fade sprint sprints rest rests "
    "hold holds plank segment segments sample samples recording recordings test tests run".split()
)
_LASTS = frozenset(
    "for after every within about around approximately roughly took take takes taking wait waits waited waiting sleep "
    "sleeps sleeping last lasts lasted under than only just another per in at extra additional exactly nearly almost "
    "over to first final next".split()
)
_DECADES = frozenset("the their his her my your our its mid early late".split())
_GROUPS = frozenset(
    "of all double triple quadruple straight two three four five six seven eight nine ten several some many few these "
    "those by are size sizes pocket roll rolled old vinyl no low high upper lower and or".split()
)
_AFTER_TIME = regex(
    r"\s(?:of\s(?:audio|video|silence|footage|music|sound|speech|data)|ago|later|each|apart|left|long)\b"
)
_ROUND = {"10": "tens", "100": "hundreds", "1000": "thousands"}
_PHONES = frozenset("iphone galaxy pixel nexus moto nova".split())


def _is_time(match: re.Match[str], before: str) -> bool:
    """Return whether the number before the s counts seconds."""
    text, end = match.string, match.end()
    if word_after(text, end) in _TIMED and text[end : end + 1] in " -":
        return True
    if before in _DECADES:
        return False
    return before in _LASTS or bool(_AFTER_TIME.match(text, end))


def _seconds(match: re.Match[str], singular: bool) -> str:
    one = singular or match["number"] == "1" or is_adjective(match.string, match.start(), match.end())
    return f"{cardinal(match['number'])} second{'' if one else 's'}"


def _plural(match: re.Match[str]) -> str | None:
    number = match["number"]
    if number in _ROUND and match.string.startswith(" of ", match.end()):
        return _ROUND[number]
    before = word_before(match.string, match.start()).lower()
    if before in _PHONES and len(number) < 3:
        return f"{cardinal(number)} S"
    if len(number) < 4 and _is_time(match, before):
        return _seconds(match, word_after(match.string, match.end()) in _TIMED)
    if len(number) >= 3:
        return plural(house_number(number))
    if number[-1] == "0" and number != "10":
        return None  # a decade
    return plural(cardinal(number)) if before in _GROUPS | _DECADES else _seconds(match, False)


def _decades(match: re.Match[str]) -> str:
    """Verbalize a range of decades: 1960s-80s."""
    return f"{decade(match['first'])} to {decade(match['last'])}"


RULES = (
    rule(
        "decade",
        r"'?(?P<first>(?:1\d|20)?\d0)'?s\s?[-—]\s?'?(?P<last>(?:1\d|20)?\d0)'?s(?!\w)",
        _decades,
        after="'s",
    ),
    rule("cardinal", r"(?<![\w.,$-])(?P<number>(?!(?:1\d|20)\d0s(?!\sof\b))\d{1,4})s(?![\w'])", _plural, after="s"),
)
