"""Undo what typesetting does to words: line-end hyphens (exam-⏎ple), drop caps (T HE old man), elisions (th' house)."""

from __future__ import annotations

import re

from tts.text.normalize.initialisms import ALSO_WORDS, SPELLED, SPOKEN
from tts.text.normalize.rule import Verbalized
from tts.text.pronunciation.lexicon import Lexicon
from tts.text.regex import regex

_LINE_END = regex(r"(?P<first>[A-Za-z]{1,24})-[^\S\n]*\n\s*(?P<last>[a-z]{1,24}(?:'[a-z]{1,3})?)(?![A-Za-z])")
_PREFIXES = frozenset(
    "anti co counter cross ex half high long low mid multi non over post pre re self semi well".split()
)
"""First parts whose hyphen is kept, unless the lexicon has the whole word."""
_DROP_CAP = regex(r"(?P<first>[A-Z])\s(?P<rest>[A-Z]{1,12}(?:'[A-Z]{1,2})?)(?![\w'])(?!-(?![A-Z]{2}))")
_LINE_BEFORE = regex(r"(?:\A|\n)[\s*#>(\"'“]{0,6}\Z")
_SHORT = frozenset("an as at by do go he if in it my no of on so to up we".split())
_CLEAR = frozenset("by my to we".split())
_WORD_AFTER = regex(r"\s[a-z]{2}")
_INITIAL_AFTER = regex(r"\s[A-Z](?!\w|\s[a-z])")
"""Another initial, as in "D O I"."""
_VOWEL_AFTER = regex(r"\s[aeiou][a-z]")
_AFTER_SHORT = regex(
    r"\s(?:the|an?|i|you|he|she|we|they|this|that|his|her|my|our|their|were|had|be|there|those|these|one|all|most|many|not|"
    r"only|soon|was|[12]\d{3})\b",
    re.IGNORECASE,
)
"""Words after a word of two letters with a drop cap. Other pairs of capitals are initials."""
_AFTER_A = frozenset("bout bove gain gainst lice mid mong mos my nn nna nother rthur ccording lmost midst very".split())
"""Known words that A or I begins with: A LICE, A BOUT. Before other known words it is the article: A LONG day."""
_SMALL_DROP_CAP = regex(r"(?P<first>[A-Z]) (?P<rest>[a-z]{1,12})(?![\w'-])(?=,? [\w\"']|[,.!?:;])")
_SMALL_WORDS = frozenset(
    "the this that then there they those these she what when where while why who whose which he we it in if is once "
    "our each neither long every even ever only one years yet your you so some such says said to two too my most many "
    "more men not no never nor now of on or out over both but by before because for from good great have had how his "
    "her".split()
)
"""Words that a drop cap begins, though its remaining letters are a word, too: T he old man."""
_LONGEST_CLITIC = 2
"""Letters after an apostrophe, which a careless text leaves out: I ll go."""
_TITLES = {"mr": "mister", "mrs": "missus", "dr": "doctor"}
_SMALL_AHEAD = regex(r".{0,40}?[a-z]{2}")
_ELIDED = {"th": "the", "wi": "with", "an": "and", "i": "in", "ha": "have"}
_LONGEST_BEFORE = 8


def join_lines(text: str, start: int, lexicon: Lexicon) -> Verbalized | None:
    """Join a word that is divided at the end of a line; None if its hyphen belongs to it, as in well-⏎known."""
    match = _LINE_END.match(text, start)
    if match is None:
        return None
    first, last = match["first"].lower(), match["last"]
    joined = first + last
    if joined not in lexicon:
        stem = last.partition("'")[0]
        whole = first in lexicon and len(first) > 2 and stem in lexicon and (len(stem) > 2 or stem in _SHORT)
        if whole or first in _PREFIXES or text.startswith("-", match.end()):
            return None
    return Verbalized("plain", joined, match.end())


def join_drop_cap(text: str, start: int, lexicon: Lexicon) -> Verbalized | None:
    """Join a drop cap to its word at the start of a line; None if they are two words or initials."""
    match = _DROP_CAP.match(text, start)
    if match is None:
        return _join_small(text, start, lexicon)
    if not _LINE_BEFORE.search(text[max(0, start - _LONGEST_BEFORE) : start]):
        return None
    first, rest = match["first"].lower(), match["rest"].lower()
    joined = first + rest
    title = _TITLES.get(joined) if text.startswith(".", match.end()) else None
    after = _VOWEL_AFTER if joined == "an" else _WORD_AFTER if joined in _CLEAR else _AFTER_SHORT
    if len(joined) == 2 and _INITIAL_AFTER.match(text, match.end()):
        return None
    short = len(joined) == 2 and not (title or (joined in _SHORT and after.match(text, match.end())))
    if joined not in lexicon or short or (joined == "it" and not text.startswith((" was", " WAS"), match.end())):
        return None
    if first in "ai" and not (_SMALL_AHEAD.match(text, match.end()) and _begins(rest, lexicon)):
        return None
    return Verbalized("plain", title or joined, match.end() + bool(title))


def _join_small(text: str, start: int, lexicon: Lexicon) -> Verbalized | None:
    """Join a drop cap to small letters: T he old man, O nce upon a time. None if the capital is a letter by itself."""
    match = _SMALL_DROP_CAP.match(text, start)
    if match is None or not _LINE_BEFORE.search(text[max(0, start - _LONGEST_BEFORE) : start]):
        return None
    rest = match["rest"]
    joined = match["first"].lower() + rest
    shortest = _LONGEST_CLITIC if match["first"] == "I" else 1
    whole = joined in _SMALL_WORDS or (len(rest) > shortest and rest not in lexicon and joined in lexicon)
    return Verbalized("plain", joined, match.end()) if whole else None


def _begins(rest: str, lexicon: Lexicon) -> bool:
    """Return whether A or I is the drop cap of the word before `rest`, and no word itself."""
    known = rest in lexicon or rest in SPELLED or rest in ALSO_WORDS or rest in SPOKEN
    return len(rest) == 1 or rest in _AFTER_A or not known


def without_apostrophe(word: str, following: str) -> str | None:
    """Return the full word for one whose end is elided before another word: th' house. None for others."""
    return _ELIDED.get(word) if following.startswith(" ") else None
