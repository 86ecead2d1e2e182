"""Verbalize short notations of sports, films, chemistry and forums: S02E05, Nf3, f/1.8, 6ft2, (34M), 1/250 s, 298 K."""

from __future__ import annotations

import re

from tts.text.normalize.numbers import amount, cardinal, ordinal, year
from tts.text.normalize.rule import Verbalized, rule
from tts.text.regex import regex

_EPISODE = regex(r"[Ss](?P<season>\d{1,2})\s?[Ee](?P<episode>\d{1,3})(?!\w)")
_APERTURE = regex(r"[fF]/(?P<number>\d{1,2}(?:\.\d{1,2})?)(?![\w/]|\.\d)")
_PIECES = {"K": "king", "Q": "queen", "R": "rook", "B": "bishop", "N": "knight"}
_MOVE = regex(r"(?P<piece>[KQRBN])(?P<file>[a-h])?(?P<takes>x)?(?P<square>[a-h][1-8])(?P<mate>[+#])?(?!\w)")
_GAME = regex(r"(?<![\w.])(?:\d{1,3}\.{1,3}\s?)?(?:[KQRBN][a-h]?x?[a-h][1-8]|[a-h](?:x[a-h])?[1-8]|O-O(?:-O)?)(?!\w)")
_CHECKS = {"+": " check", "#": " mate"}
_FEWEST_MOVES = 2
_INCHES_OF_A_FOOT = 12
_AROUND = 60
_LAW_BEFORE = regex(r"(?:\((?:EU|EC|EEC|EU, Euratom)\)\s(?:No\s)?|\bDirective\s)\Z")
_HEAT_BEFORE = regex(r"(?:\b(?:at|below|above|temperatures? (?:of|to|near)|cooled to|heated to)|=)\s(?:about |~)?\Z")
_NOUN_AFTER = regex(r"\s(?!(?:and|or|but|who|with|in|at|on|now|when|here|there|female|male)\b)[a-z]|\s(?:fe)?male\b")
_PERSON_BEFORE = regex(
    r"\b(?:(?:I'm|I am|[Ii]m|(?:[Ss]he|[Hh]e)(?:'s| is)|[Mm]e) (?:a )?|(?:wife|husband|partner|girlfriend|boyfriend|gf|"
    r"bf|fiancee?|sister|brother|mom|dad|friend|daughter|son|roommate),? )\(?\Z|\d\d[MF]/\Z"
)
_PERSON_AFTER = regex(r"/\d\d[MF]\b|,? (?:looking|seeking|single|married|virgin|dating|straight|gay|bi|ISO)\b")
_RELAYS = "relay|freestyle|medley|hurdles|sprint|butterfly|backstroke|breaststroke"


def read_notation(text: str, start: int) -> Verbalized | None:
    """Verbalize an episode, an f-number or a move of chess at `start`; None for other tokens."""
    episode = _EPISODE.match(text, start)
    if episode:
        season, number = (cardinal(str(int(episode[name]))) for name in ("season", "episode"))
        return Verbalized("serial", f"season {season} episode {number}", episode.end())
    aperture = _APERTURE.match(text, start)
    if aperture:
        return Verbalized("serial", f"F {amount(aperture['number'])}", aperture.end())
    move = _MOVE.match(text, start)
    around = text[max(0, start - _AROUND) : start + _AROUND] if move else ""
    if move is None or len(_GAME.findall(around)) < _FEWEST_MOVES:
        return None
    origin = f" {move['file'].upper()}" if move["file"] else ""
    takes = " takes" if move["takes"] else ""
    square = f"{move['square'][0].upper()} {cardinal(move['square'][1])}"
    return Verbalized(
        "serial", f"{_PIECES[move['piece']]}{origin}{takes} {square}{_CHECKS.get(move['mate'], '')}", move.end()
    )


def _height(match: re.Match[str]) -> str | None:
    """Verbalize 6ft2: six foot two."""
    if int(match["inches"]) >= _INCHES_OF_A_FOOT:
        return None
    return f"{cardinal(match['feet'])} foot {cardinal(match['inches'])}"


def _kelvin(match: re.Match[str]) -> str | None:
    before = match.string[max(0, match.start() - 20) : match.start()]
    return f"{amount(match['number'])} kelvin" if _HEAT_BEFORE.search(before) else None


def _proton(match: re.Match[str]) -> str | None:
    """Verbalize 1H as the nucleus or as a number of protons, near NMR."""
    text = match.string
    near = "NMR" in text[max(0, match.start() - 2 * _AROUND) : match.end() + _AROUND]
    return f"{cardinal(match['number'])} {match['nucleus']}" if near else None


def _age(match: re.Match[str]) -> str:
    """Verbalize 25yo, which is "old" after a verb and an adjective before a noun."""
    noun = _NOUN_AFTER.match(match.string, match.end())
    return f"{cardinal(match['number'])} year{'' if noun else 's'} old"


def _person(match: re.Match[str]) -> str | None:
    """Verbalize the age and the sex of a person in a forum: I (34M), my wife 32F, 34M looking for advice."""
    text, start, end = match.string, match.start(), match.end()
    before = text[max(0, start - 24) : start]
    bracketed = before[-1:] == "(" and text[end : end + 1] in (")", "/")
    is_person = bracketed or _PERSON_BEFORE.search(before) or _PERSON_AFTER.match(text, end)
    return f"{cardinal(match['age'])} {match['sex']}" if is_person else None


def _act(match: re.Match[str]) -> str | None:
    """Verbalize the year and the number of a law of the European Union."""
    if not _LAW_BEFORE.search(match.string[max(0, match.start() - 18) : match.start()]):
        return None
    return f"{year(match['year'])} slash {cardinal(match['number'])}"


RULES = (
    rule("measure", r"(?P<feet>[3-8])\s?ft\.?\s?(?P<inches>\d{1,2})(?![\w²\"]|\.\d|\s?in)", _height, sign="f"),
    rule("serial", r"(?P<age>[1-9]\d)(?P<sex>[MF])(?=\)|/\d\d[MF](?!\w)|(?!\w))", _person, sign="MF"),
    rule("serial", r"(?P<number>\d{1,2})(?P<nucleus>[HCFP])(?!\w)", _proton, sign="HCFP"),
    rule("serial", r"(?P<year>(?:19|20)\d\d)/(?P<number>\d{1,4})(?![\w/])", _act, after="/"),
    rule("measure", r"(?P<number>\d{1,4}(?:\.\d{1,3})?)\sK(?![\w'-])", _kelvin, sign="K"),
    rule(
        "measure",
        r"1/(?P<part>\d{2,4})\s?s(?:ec)?(?![\w'])",
        lambda match: f"one {ordinal(match['part'])} of a second",
        after="/",
    ),
    rule(
        "measure",
        rf"(?P<legs>\d)\s?[x×]\s?(?P<length>\d{{2,4}})\s?m(?=\s(?:{_RELAYS})\b)",
        lambda match: f"{cardinal(match['legs'])} by {cardinal(match['length'])} meter",
    ),
    rule("measure", r"(?P<number>\d{1,3})yo(?!\w)", _age, sign="y"),
    rule(
        "measure",
        r"(?:(?<=x\s)|(?<=x))(?P<number>\d{1,3})\s?d(?![\w'])",
        lambda match: f"{cardinal(match['number'])} days",
    ),
)
