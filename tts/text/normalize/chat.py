"""Verbalize the abbreviations of chats, and find emoticons, which stay silent: idk, TL;DR, thx, gr8, :), <3, xD."""

from __future__ import annotations

import re

from tts.text.normalize.rule import Verbalized, spell, word_after, word_before
from tts.text.regex import regex

INITIALISMS = frozenset(
    "afaict afaik afk aka ama bbl brb btw dm dms ftw fwiw fyi gg gpu gpus gtg hmu icymi idc idek idk iirc ikr imho "
    "imo irl istg jk lmao lmfao lmk ngl np nsfw nvm ofc omfg omg omw otoh rn rofl roflmao smh tbf tbh tfw tgif tia "
    "tldr tmi til eli hbu icymi glhf tysm ily diy faq nbd rip kk ttfn ttyl ttys wbu wtf wth wyd ymmv "
    "yw doi isbn issn pmid wdym wdyt iykyk ftfy tyvm ianal hth rtfm stfu wfh tbqh imy xoxo".split()
)
"""Spelled in small letters too."""
_WORDS = {
    "thx": "thanks", "thnx": "thanks", "tnx": "thanks", "pls": "please", "plz": "please", "ppl": "people",
    "rly": "really", "srsly": "seriously", "tmrw": "tomorrow", "tmr": "tomorrow", "tmw": "tomorrow",
    "msg": "message", "msgs": "messages", "abt": "about", "bday": "birthday", "bcuz": "because", "becuz": "because",
    "tho": "though", "thru": "through", "wknd": "weekend", "wrt": "with respect to",
    "smth": "something", "sth": "something", "bc": "because", "ty": "thank you", "ur": "your", "btwn": "between",
    "govt": "government", "mins": "minutes", "hrs": "hours", "yrs": "years", "wks": "weeks", "hr": "hour",
    "yr": "year", "wk": "week", "approx": "approximately", "incl": "including", "dept": "department", "ctrl": "control",
    "gr8": "great", "l8r": "later", "l8": "late", "m8": "mate", "w8": "wait", "h8": "hate", "str8": "straight",
    "b4": "before", "2nite": "tonight", "2day": "today", "2morrow": "tomorrow", "2moro": "tomorrow",
    "4ever": "forever", "g2g": "got to go",
    "orz": "", "gr8ful": "grateful", "ne1": "anyone", "sum1": "someone",
}  # fmt: skip
WORDS = INITIALISMS | {word for word in _WORDS if word.isalpha()}
"""Abbreviations in small letters, without digits."""
_WITH_DIGIT = sorted((word for word in _WORDS if not word.isalpha()), key=len, reverse=True)
_CODED = regex(rf"(?:{'|'.join(_WITH_DIGIT)})(?![\w-]|\.\d|,?\s(?:and\s|or\s)?[a-h][1-8]\b)")
_TOO_LONG = regex(r"tl[;:/]\s?dr(?!\w)", re.IGNORECASE)
_SQUARE_BEFORE = regex(
    r"\b(?:square|pawn|rook|knight|bishop|queen|king|cell|column|row|to|on|at|from)\s\Z|\b[a-h][1-8]\b.{0,12}\Z",
    re.IGNORECASE,
)

STARTS = frozenset(":;=<>^-¯\\(xXToO0uU")
"""First characters of emoticons."""
_EMOTICON = regex(
    r"(?:>?[:;](?:'|-|o|\^)?(?:\)+|\(+|D+|P+|[poO0|/\\3\]\[SsXx$cC><])|=[)D](?=\s*\Z)|<[\\/]?/?3+|[xX]D+|\^[_.-]?\^|-[_.]+-|T_T"
    r"|;_;|[oO0]_[oO0]|[xX]_[xX]|OwO|TwT|>[_.]<|[uU][wW_][uU]|\\o/|¯\\?_\(.{1,3}\)_/¯|\([-']?[:;])(?=[\s.,!?)\"]|\Z)(?![.,]\d)"
)
_LETTERED = frozenset("xXToO0uU")
_LETTERED_AFTER = frozenset("D_wW")
_FREE_BEFORE = frozenset(".!…")
_RESPELT = ("ur", "ty", "sth")
"""Also syllables of a respelling in brackets: (ZITH ur)."""
_WIDEST = 24
_HEARTED = frozenset("i we they you u still really just all also always y'all everyone".split())
_LOVED = frozenset("you u ya this it that my your our the him her them those these all y'all new los san".split())
_HEARTS = regex(r"(?:\s*<[\\/]?3+)+\s*\Z")
_ENDS = regex(r"\s*(?:[.!?]|<[\\/]?3|[:;][-']?[)D(]|\Z|\n)")
_FOND = regex(r"\b(?:love|loved|loves|thanks|thank you|miss|hugs|bye|xoxo)\b", re.IGNORECASE)
_LOOK_BACK = 80
_WIDEST_GAP = 8
_COMPARED = frozenset(
    "age aged and any are at be cost count depth django every for grade if index inr is length level node numpy of "
    "only or ph price python rate ratio require requires score scores size stage than value values version versions "
    "was when where with".split()
)


def read_chat(text: str, word: str, start: int) -> Verbalized | None:
    """Expand or spell an abbreviation of chats in small letters: thx, idk."""
    end = start + len(word)
    if word in _RESPELT and (text[end : end + 1] == ")" or "(" in text[max(0, start - _WIDEST) : start]):
        return None
    if not word.islower() or (text[end : end + 1] in tuple("/_-.") and text[end + 1 : end + 2].isalnum()):
        return None
    return Verbalized("abbreviation", _WORDS[word] if word in _WORDS else spell(word), end)


def read_coded(text: str, start: int) -> Verbalized | None:
    """Expand a word with a digit: gr8, 2nite. A square of the chessboard is none."""
    match = _CODED.match(text, start)
    if match is None or text[start - 1 : start].isalnum() or _SQUARE_BEFORE.search(text[max(0, start - 20) : start]):
        return None
    return Verbalized("abbreviation", _WORDS[match[0]], match.end())


def read_too_long(text: str, word: str, start: int) -> Verbalized | None:
    """Spell TL;DR without its semicolon."""
    match = _TOO_LONG.match(text, start)
    return Verbalized("abbreviation", "T L D R", match.end()) if match else None


def read_love(text: str, position: int) -> Verbalized | None:
    """Verbalize the heart between a lover and the loved: I <3 you."""
    if not text.startswith("<3 ", position):
        return None
    if _FOND.search(text[max(0, position - _LOOK_BACK) : position]):
        return None
    before, after = word_before(text, position).lower(), word_after(text, position + 2).lower()
    if after and (before in _HEARTED or (after in _LOVED and _may_love(text, position, before))):
        return Verbalized("symbol", "love", position + 2)
    return None


def _may_love(text: str, position: int, before: str) -> bool:
    """Return whether the word before a heart may be a lover, or nothing is before it: "<3 you all"."""
    if before:
        return before not in _COMPARED and len(before) > 1
    return text[max(0, position - _WIDEST_GAP) : position].rstrip()[-1:] in ("", ".", "!", "?", "…")


def emoticon_end(text: str, position: int) -> int | None:
    """Return the end of the emoticon at `position`; None if there is none."""
    if text[position] in _LETTERED and text[position + 1 : position + 2] not in _LETTERED_AFTER:
        return None
    match = _EMOTICON.match(text, position)
    if match is None:
        return None
    sign, before = match[0], text[max(0, position - _LOOK_BACK) : position]
    last = _HEARTS.sub("", before).rstrip()[-1:]
    if sign[0] == "<":
        return match.end() if _is_heart(text, before, match.end()) else None
    if before[-1:].isalpha():  # glued to a word, as in "thanks:)"
        return match.end() if sign in (":)", ";)", ":-)") and "(" not in before else None
    free = not before or before[-1].isspace() or before[-1] in _FREE_BEFORE
    return match.end() if free and not (sign[0] in ":;=" and last.isdigit() and sign[-1] not in ")(") else None


def _is_heart(text: str, before: str, end: int) -> bool:
    """Return whether "<3" is a heart, not a comparison: it ends a sentence, or love is near."""
    said = _HEARTS.sub("", before).rstrip()
    if before and not before[-1].isspace() and before[-1] not in _FREE_BEFORE:
        return False
    named = word_before(said, len(said)).lower()
    if said[-1:].isdigit() or (said and (named in _COMPARED or len(named) == 1)):
        return False
    return _ENDS.match(text, end) is not None or _FOND.search(said) is not None
