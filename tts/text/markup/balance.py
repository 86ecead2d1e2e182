"""Tell whether markup is open at the end of a text."""

from __future__ import annotations

import re

from tts.text.regex import regex

_CODE = regex(r"(?<!`)(`+)(?!`)[^`]*(?<!`)\1(?!`)")
_ESCAPED = regex(r"\\[^\w\s()\[\]]")
_EMPHASIS = {
    sign: regex(rf"(?<![\w\s{sign}]){sign}+|(?<!\S){sign}+(?=\S)|(?<=\w){sign}+(?!\w)(?<!\s)") for sign in (r"\*", "_")
}
_OPEN_TAG = regex(r"<[A-Za-z/!?][^<>]*\Z")
_TAG = regex(r"<(/?)(?!(?:br|hr|img|wbr|input)\b)[A-Za-z][A-Za-z0-9-]*(?=[\s>])", re.IGNORECASE)
_DOLLAR = regex(r"\$(?=[A-Za-z\\({\[])|(?<=[A-Za-z})\]])\$")


def is_balanced(text: str) -> bool:
    """Return whether no link, code, emphasis, tag, comment or formula is open at the end of the text.

    May be wrong about a sign that is no markup: then the text waits for the end of its paragraph.
    """
    text = _ESCAPED.sub("", _CODE.sub("", text))
    if "`" in text or text.count("[") > text.count("]") or _OPEN_TAG.search(text):
        return False
    if text.rfind("<!--") > text.rfind("-->"):
        return False
    link = text.rfind("](")
    if link >= 0 and ")" not in text[link:]:
        return False
    if text.count("~~") % 2 or text.count("\\(") > text.count("\\)") or text.count("$$") % 2:
        return False
    if any(len(pattern.findall(text)) % 2 for pattern in (*_EMPHASIS.values(), _DOLLAR)):
        return False
    tags = [match[1] for match in _TAG.finditer(text)]
    return tags.count("") == tags.count("/")
