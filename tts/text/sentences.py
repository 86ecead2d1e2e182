"""Split text into spans of sentences, in linear time. Every character except white space is in a span."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tts.text.normalize.abbreviation_tables import (
    CLIPPED_BEFORE_WORD,
    OPENERS,
    announces_number,
    is_abbreviation,
    is_title,
)
from tts.text.normalize.calendar_names import SHORT_NAMES, calendar_name
from tts.text.normalize.capitals import LETTER_NAMES
from tts.text.normalize.operators import is_factorial
from tts.text.normalize.roman import numeral_value
from tts.text.regex import regex

Span = tuple[int, int]

LONGEST = 300
"""Maximum number of characters in a sentence. Longer sentences are cut, if possible at a clause."""

_CLOSERS = "'\")]}”’»"
_CANDIDATE = regex(rf"\n[^\S\n]*|(?:\.(?: \.){{2,3}}|[.!?…]+)(?:[{re.escape(_CLOSERS)}]|\[\d{{1,3}}\])*")
_LIST_ITEM = regex(
    r"(?:[-*+•–—◦▪▸‣●○]|\(?(?:\d{1,3}|[A-Za-z])[.)]|\d\uFE0F?\u20E3|[\u2190-\u21FF\u2600-\u27BF\u2B00-\u2BFF\U0001F300-\U0001FAFF]\uFE0F?)\s"
)
_ENUMERATOR = regex(r"\s*\(?(?:\d{1,3}|[A-Za-z]|[IVXL]{2,7}|[ivxl]{2,5})[.)]*\Z")
_WORD_BEFORE = regex(r"(?:[A-Za-z]\.)*[A-Za-z]+\Z")
_NEXT_WORD = regex(r"\s*[\"'(\[“‘«]*([^\W_]+)")
_UNIT_BEFORE = regex(
    r"(?:[\d½¼¾⅓⅔⅛][\s-]?|\b(?:sq|cu|fl)\.\s?)(?:c|T|t|[Tt]bsps?|[Tt]bs|tsps?|oz|lbs?|pts?|qts?|gals?|pkgs?|cu|fl|ft|in|mi|sq|yds?|km|cm|m|"
    r"hrs?|mins?|secs?|yrs?|mos?|wks?|doz|mg|ml|mL|ac|h|yo)\Z|/(?:mo|yr|hr|wk)\Z|\b(?:[Ss]q|[Cc]u|[Ff]l)\Z"
)
_SECTION_AHEAD = regex(r"\.\s(?:[§¶]|[&+=/<>→]\s)")
_SMALLER_AHEAD = regex(r"\.\s\d{1,3}(?:\.\d|[½¼¾]|/\d)?[\s-]?(?:in|oz|min|sec|mo|d)\b")
"""A second measure after the first: 6 ft. 2 in., 10s. 6d."""
_SHILLINGS_BEFORE = regex(r"\d[sd]\Z")
_CODE_AHEAD = regex(r"\.\s#?[A-Z]{1,4}-?\d")
_PART_ONE = regex(r"\.\sI(?:[,;.)]|\s*\Z)")
_CLAUSE = regex(r"[;:,—–)](?=\s)|(?<=\s)[-—–]+(?=\s)")
_CONJUNCTION = regex(r"\s(?=(?:and|but|or|nor|which|who|because|although|though|while|when|where|whereas|if)\s)")
_ZONES = frozenset("EST EDT CST CDT MST MDT PST PDT ET CT MT PT GMT UTC BST CET".split())
_PARAGRAPH_END = regex(r"\n[^\S\n]*\n\s*\Z")
_LOOK_BACK = 16
_LONGEST_HEADING = 60


def split(text: str, longest: int = LONGEST) -> Iterator[Span]:
    """Yield the spans of the sentences in order, without outer white space, cut to at most `longest` characters."""
    start = 0
    for match in _CANDIDATE.finditer(text):
        if _ends_sentence(text, start, match):
            yield from _shorten(text, start, match.end(), longest)
            start = match.end()
    yield from _shorten(text, start, len(text), longest)


def complete_length(text: str) -> int:
    """Return the length of the part of an unfinished text that is complete sentences, regardless of what follows."""
    spans = list(split(text))
    # The end of a sentence depends on the word after it, and that word may still be incomplete.
    return spans[-2][0] if len(spans) > 2 else 0


def ends_paragraph(text: str) -> bool:
    """Return whether the text ends with a blank line."""
    return _PARAGRAPH_END.search(text) is not None


def _ends_sentence(text: str, start: int, match: re.Match[str]) -> bool:
    if match[0][0] == "\n":
        return _ends_line(text, match)
    end = match.end()
    if end < len(text) and not text[end].isspace():
        return False
    following = _NEXT_WORD.match(text, end)
    next_word = following[1] if following else ""
    marks = match[0].rstrip(_CLOSERS + "[0123456789")
    if marks == "!" and is_factorial(text, match.start()):
        return False
    if marks != ".":
        quoted_or_trailing = len(marks) < len(match[0]) or marks[-1] in ".…"
        return not (next_word[:1].islower() and quoted_or_trailing)
    return _full_stop_ends(text, start, match.start(), next_word, len(match[0]) > 1)


def _ends_line(text: str, match: re.Match[str]) -> bool:
    """Return whether a newline ends a sentence: before a blank line or list item, after ":", ";" or a heading."""
    end = match.end()
    if text[end : end + 1] == "\n" or _LIST_ITEM.match(text, end):
        return True
    before = text[max(0, match.start() - _LOOK_BACK) : match.start()].rstrip()
    return before[-1:] in (":", ";") or _is_heading(text, match.start(), end)


def _is_heading(text: str, stop: int, following: int) -> bool:
    """Return whether the line ending at `stop` is a heading.

    A heading starts with "#" or a list marker, or is a short capitalised line after a blank line and before a longer
    capitalised line (`following`: the start of the next line).
    """
    start = text.rfind("\n", max(0, stop - _LONGEST_HEADING - 1), stop) + 1
    if start == 0 and stop > _LONGEST_HEADING:
        return False
    line = text[start:stop].strip()
    if line.startswith("#") or _LIST_ITEM.match(line + " "):
        return True
    alone = start == 0 or text[max(0, start - 2) : start].isspace()
    next_end = text.find("\n", following, following + _LONGEST_HEADING + 1)
    longer = (next_end if next_end >= 0 else min(len(text), following + _LONGEST_HEADING)) - following > len(line) + 10
    return alone and longer and line[-1:].isalnum() and line[0].isupper() and text[following : following + 1].isupper()


def _full_stop_ends(text: str, start: int, stop: int, next_word: str, quoted: bool) -> bool:
    """Return whether the single full stop at `stop` ends the sentence that began at `start`."""
    if stop - start < _LOOK_BACK and _ENUMERATOR.match(text[start:stop]):
        return not next_word
    before = _WORD_BEFORE.search(text[max(start, stop - _LOOK_BACK) : stop])
    word = before[0] if before else ""
    opener = next_word.lower() in OPENERS and next_word[:1].isupper()
    if not next_word:
        return not _SECTION_AHEAD.match(text, stop)
    recent = text[max(start, stop - _LOOK_BACK) : stop]
    if next_word[0].islower() and (_UNIT_BEFORE.search(recent) or word in CLIPPED_BEFORE_WORD):
        return False
    if _SMALLER_AHEAD.match(text, stop) and (_UNIT_BEFORE.search(recent) or _SHILLINGS_BEFORE.search(recent)):
        return False
    if (
        (is_title(word) and word != "St")
        or word.lower() in ("e.g", "i.e", "vs")
        or (word in ("v", "def") and next_word[0].isupper())
    ):
        return False
    if text.startswith((". e.", ". g."), stop) or recent.endswith(("i. e", "e. g")):
        return False
    if announces_number(word) or word in ("b", "d", "r", "fl"):
        return not (next_word[0].isdigit() or _CODE_AHEAD.match(text, stop) or _is_numeral(text, stop, next_word))
    if word[-2:].lower() == ".m" or word == "etc":
        return next_word[0].isupper() and not calendar_name(next_word) and next_word not in _ZONES
    if len(word) == 1 and next_word[0].isupper() and _names_letter(text, stop):
        return True
    if (
        is_abbreviation(word)
        or "." in word
        or word.lower() in SHORT_NAMES
        or (len(word) == 1 and word.isupper() and word != "I")
    ):
        return opener
    return not (quoted and next_word[0].islower())


def _is_numeral(text: str, stop: int, word: str) -> bool:
    """Return whether the word after the full stop is a Roman numeral, also of two or more small letters: "ch. iii"."""
    if word.islower() and len(word) > 1:
        return numeral_value(word.upper()) is not None
    return numeral_value(word) is not None and (word != "I" or _PART_ONE.match(text, stop) is not None)


def _names_letter(text: str, stop: int) -> bool:
    """Return whether the capital before the full stop names a letter and is not an initial: "vitamin C. Eat"."""
    before = _WORD_BEFORE.search(text[max(0, stop - _LOOK_BACK) : stop - 1].rstrip())
    return before is not None and before[0].lower() in LETTER_NAMES


def _shorten(text: str, start: int, end: int, longest: int) -> Iterator[Span]:
    """Yield the span without outer white space, cut while it is longer than `longest`.

    Cuts are at marks if possible, else at conjunctions, else at spaces, else anywhere.
    """
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > longest:
        cut = _cut(text, start, start + longest)
        yield start, cut
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        yield start, end


def _cut(text: str, start: int, limit: int) -> int:
    for clause in (_CLAUSE, _CONJUNCTION):
        ends = [match.start() + (clause is _CLAUSE) * len(match[0]) for match in clause.finditer(text, start, limit)]
        if ends and ends[-1] - start > (limit - start) // 3:
            return ends[-1]
    space = max(text.rfind(" ", start, limit), text.rfind("\n", start, limit))
    while space > start and text[space - 1].isspace():
        space -= 1
    return space if space > start else limit
