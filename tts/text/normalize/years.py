"""Verbalize years, decades and eras: in 1984, 44 BC, '99, the 1990s.

A plain number from 1100 to 2099 is a year unless it counts things.
"""

from __future__ import annotations

import re

from tts.text.normalize.history import is_historic
from tts.text.normalize.numbers import cardinal, decade, two_digits, year
from tts.text.normalize.rule import rule, spell, word_after, word_before
from tts.text.regex import regex

_ERA = r"(?P<era>BCE|BC|CE|AD|B\.C\.E\.|B\.C\.|C\.E\.|A\.D\.)(?!\w)"
_INTRODUCES = frozenset(
    "in since until till by from before after during around about circa ca year years anno ad early late mid spring "
    "summer fall autumn winter january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec of the to and".split()
)
# Words in -s that may follow a year and are not counted things.
_NOT_COUNTED = frozenset("was is has as its us this his thus does perhaps across towards besides always goes".split())
_MAGNITUDES = frozenset("hundred thousand million billion trillion dozen percent and or to".split())
# Before a year: text that rules out counting, regardless of the next word: "Q3 2023 results", "our 2019 taxes".
_DATED = regex(r"(?:\b[QH][1-4]|\b(?:my|your|his|her|its|our|their)) \Z", re.IGNORECASE)
_ERA_BEFORE = regex(r"\b(?:A\.\s?D\.|AD|CE)\s\Z")
_COUNTED = frozenset("dead people men women children feet times copies lives".split())


def _era(match: re.Match[str]) -> str:
    number = match["number"].replace(",", "")
    spoken = cardinal(number) if "," in match["number"] or len(number) > 4 else year(number)
    return f"{spoken} {spell(match['era'].replace('.', ''))}"


def _short(match: re.Match[str]) -> str:
    return two_digits(match["year"]) if match["year"] != "00" else "oh oh"


def _plain(match: re.Match[str]) -> str | None:
    text, number = match.string, match[0]
    if _DATED.search(text[max(0, match.start() - 8) : match.start()]) and number > "1900" and number[2:] != "00":
        return year(number)
    if _ERA_BEFORE.search(text[max(0, match.start() - 6) : match.start()]):
        return year(number)
    after = word_after(text, match.end())
    counted = after in _COUNTED or (after.islower() and after.endswith("s") and not after.endswith(("ss", "'s")))
    before = word_before(text, match.start()).lower()
    if counted and after not in _NOT_COUNTED and text[match.end() : match.end() + 1] == " ":
        return None if before not in _INTRODUCES or after in _COUNTED else year(number)
    if number < "1100":
        if is_historic(text, match.start(), match.end()):
            return year(number)
        return year(number) if before in _INTRODUCES - {"of", "to", "and", "the", "about", "around"} else None
    return year(number)


DECADE_RULES = (
    rule("decade", r"'?(?P<decade>(?:1\d|20)?\d0)'?s(?!\w)", lambda match: decade(match["decade"]), after="'s"),
)


def _ancient(match: re.Match[str]) -> str | None:
    """Verbalize a year of three digits, or from 2100 on, after "in" or "year": in 476, in 2525.

    None if the number counts something.
    """
    text = match.string
    after = word_after(text, match.end())
    counting = (after.islower() and after.endswith("s")) or after in _COUNTED or after in _MAGNITUDES
    dated = word_before(text, match.start()).lower() in ("in", "year") or is_historic(text, match.start(), match.end())
    dated = dated or _ERA_BEFORE.search(text[max(0, match.start() - 6) : match.start()]) is not None
    return year(match[0]) if dated and not counting else None


RULES = (
    rule("year", rf"(?P<number>\d{{1,3}}(?:,\d{{3}})+|\d{{1,5}})\s?{_ERA}", _era, sign="ABC"),
    rule("year", r"'(?P<year>\d\d)(?![\w'\"])", _short),
    rule("year", r"(?:[1-9]|2[1-9])\d{2}(?![\w°%$'-]|[.,:/]\d|\s?[-—])", _ancient),
    rule("year", r"(?:1\d|20)\d\d(?![\d°%])(?!,\d{3}|\.\d)", _plain),
)
