"""Split HTML and XHTML into tags and text, in linear time. No text is invalid, and documents define no entities."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from tts.text.markup.html_tags import ENTITY, RAW, TAG, Tag, read_tag

_MOST_BROKEN, _SHORT = 100, 1000  # after so many broken tags, a tag longer than this is text, so that time is linear
_ENDS = {"<!--": "-->", "<![CDATA[": "]]>", "<?": ">", "<!": ">"}


def tokens(source: str) -> Iterator[Tag | str]:
    """Yield tags and the text between them, without comments, scripts, style sheets and declarations."""
    position, n_broken = 0, 0
    while position < len(source):
        sign = source.find("<", position)
        end = sign if sign >= 0 else len(source)
        if end > position:
            yield _unescaped(source[position:end])
        if sign < 0:
            return
        if match := TAG.match(source, sign, len(source) if n_broken < _MOST_BROKEN else sign + _SHORT):
            tag = read_tag(match, 0)
            yield tag
            position = match.end()
            if tag.name in RAW and not tag.is_end and not tag.source.endswith("/>"):
                position = _end_of_raw(source, position, tag.name)
        else:
            text, position = _declaration(source, sign)
            n_broken += text == "<"
            if text:
                yield text


def _unescaped(text: str) -> str:
    return ENTITY.sub(lambda match: unescape(match[0]), text) if "&" in text else text


def _end_of_raw(source: str, position: int, name: str) -> int:
    end = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(source, position)
    return end.start() if end else len(source)


def _declaration(source: str, start: int) -> tuple[str, int]:
    """Return the text of what begins with "<" and is no tag, and where it ends."""
    for begin, terminator in _ENDS.items():
        if source.startswith(begin, start):
            end = source.find(terminator, start + len(begin))
            inside = source[start + len(begin) : end] if begin == "<![CDATA[" and end >= 0 else ""
            return inside, end + len(terminator) if end >= 0 else len(source)
    return "<", start + 1
