"""Read << and >>: as shift operators between terms, silent in streams, menus and links, as "to" before a file."""

from __future__ import annotations

import re

from tts.text.normalize.rule import Verbalized
from tts.text.regex import regex

_SIGN = regex(r"(?P<sign><<<?|>>>?)(?P<equals>=?)(?![<>=])")
_STREAM = r"(?:std::)?(?:cout|cin|cerr|clog|endl|ostream|istream|stringstream|ss|os|oss|iss|out|stream|qDebug\(\))"
_STREAM_BEFORE = regex(rf"\b{_STREAM}\b[^\n;]{{0,100}}\Z")
_STREAM_AFTER = regex(rf"\s?{_STREAM}(?!\w)|\s?[\"']")
_COMMANDS = "echo|cat|printf|tee|ls|grep|sort|python3?|node|bash|sh|make|date|curl|env"
_COMMAND_BEFORE = regex(rf"\b(?:{_COMMANDS})\b[^\n;]{{0,100}}\Z")
_FILE_AFTER = regex(r"\s?(?:~?[\w./-]{0,60}\.[a-z]{2,6}|~?/[\w./-]{2,60}|[a-z]+file)(?![\w/])")
_NAMES = (
    r"[A-Za-z]\w{0,20}_\w{1,20}|flags?|masks?|bits?|values?|val|key|hash|num|word|byte|shift|offset|pos|index|count"
)
_TERM_BEFORE = regex(rf"(?:(?<![A-Za-z'])[A-Za-z]|\d|[)\]]|\b(?:{_NAMES}))\s?\Z")
_TERM_AFTER = regex(rf"\s?\(?(?:-?\d{{1,4}}(?!\w)|[A-Za-z](?![A-Za-z'])|(?:{_NAMES})(?!\w))")
_NAMED_BEFORE = regex(r"\b(?:operators?|use|using|overload(?:s|ed|ing)?) \Z", re.IGNORECASE)
_WORD_AFTER = regex(r"\s?\w")
_LOOK_BACK = 110


def read_shift(text: str, position: int) -> Verbalized | None:
    """Read the doubled sign at `position`, "<" or ">", with "" for a silent sign and "," for a pause."""
    match = _SIGN.match(text, position)
    if match is None:
        return None
    before, sign = text[max(0, position - _LOOK_BACK) : position], match["sign"]
    streamed = _STREAM_BEFORE.search(before) or (before.strip() and _STREAM_AFTER.match(text, match.end()))
    words = "left shift" if sign[0] == "<" else "right shift"
    if _NAMED_BEFORE.search(before) or text.startswith(" operator", match.end()):
        return Verbalized("math", words, match.end())
    if streamed and not match["equals"]:
        return Verbalized("symbol", "," if _WORD_AFTER.match(text, match.end()) else "", match.end())
    if sign == ">>" and _COMMAND_BEFORE.search(before) and _FILE_AFTER.match(text, match.end()):
        return Verbalized("symbol", "to", match.end())
    if _TERM_BEFORE.search(before) and _TERM_AFTER.match(text, match.end()):
        words = f"unsigned {words}" if sign == ">>>" else words
        return Verbalized("math", f"{words} equals" if match["equals"] else words, match.end())
    if match["equals"]:
        return None
    between = before.endswith(" ") and before[-2:-1].isalnum() and _WORD_AFTER.match(text, match.end())
    return Verbalized("symbol", "," if between else "", match.end())
