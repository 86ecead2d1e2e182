"""Read HTML into segments, while it arrives.

Tags and comments are silent, white space is a space, and the elements decide where sentences and paragraphs end. No
text is invalid: a sign that begins no tag and no character reference is read as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from html.entities import html5

from tts.options import Code
from tts.text.markup.html_elements import ElementReader
from tts.text.markup.html_tags import ENTITY, RAW, TAG, read_tag
from tts.text.markup.segments import Segment, Settled
from tts.text.markup.sentence_text import has_words, settled_count, split_complete
from tts.text.markup.writer import SegmentWriter
from tts.text.regex import regex

LONGEST_TAG = 100_000
"""Maximum number of characters to wait for the end of a tag that arrives in pieces."""

_SIGN = regex(r"[<&]")
_PARTIAL_TAG = regex(r"""<(?:/?(?:[A-Za-z][^<>"']*(?:(?:"[^"]*"|'[^']*')[^<>"']*)*(?:"[^"]*|'[^']*)?)?|!-?)?\Z""")
_PARTIAL_ENTITY = regex(r"&(?:#[0-9xX]?[0-9a-fA-F]{0,7}|[A-Za-z][A-Za-z0-9]{0,31})?\Z")
_ENDS = {"<!--": "-->", "<![CDATA[": "]]>"}
_MANY = 32  # segments after which complete blocks are handed over
_SPACES = str.maketrans("\t\r\n\f", "    ")


class HtmlReader:
    """Reads HTML in pieces."""

    def __init__(self, code: Code) -> None:
        self._writer = SegmentWriter(code)
        self._elements = ElementReader(self._writer)
        self._left, self._start = "", 0  # source that is not read yet, and its place
        self._raw = ""  # name of the open element whose content is no markup
        self._held: list[Segment] = []  # of a sentence that is not complete
        self._is_whole = False

    def push(self, piece: str) -> Iterator[Segment | Settled]:
        """Yield the segments that are complete, whatever follows the piece."""
        self._left += piece
        if ">" in piece or not self._left.startswith("<") or len(self._left) > LONGEST_TAG:
            yield from self._scan()
            yield from self._settled()

    def finish(self, piece: str) -> Iterator[Segment | Settled]:
        """Yield the segments left, after the last piece."""
        self._left += piece
        self._is_whole = True
        yield from self._scan()
        yield from self._held
        yield from self._writer.take()

    def _settled(self) -> Iterator[Segment | Settled]:
        """Yield the segments of complete sentences."""
        yield from self._blocks()
        pending = self._writer.pending
        complete, left = split_complete([*self._held, pending])
        if not complete:
            return
        if len(left) == 1:  # the last complete sentence ends in the pending text
            yield from self._held
            yield from self._writer.take_pending(len(pending.text) - len(left[0].text))
            self._held = []
        else:
            yield from complete
            self._held = left[:-1]
        yield Settled()

    def _blocks(self) -> Iterator[Segment | Settled]:
        """Yield the segments of complete blocks that words follow."""
        self._held += self._writer.take_complete()
        count = settled_count(self._held, has_words(self._writer.pending.text))
        if count:
            yield from self._held[:count]
            yield Settled()
            del self._held[:count]

    def _scan(self) -> Iterator[Segment | Settled]:
        """Read the source up to markup that is not complete, and yield the segments of complete blocks."""
        text, position, start = self._left, 0, self._start
        while position < len(text):
            following = self._skip_raw(text, position) if self._raw else self._read(text, position)
            if following is None:
                break
            position = following
            if self._writer.count > _MANY:
                yield from self._blocks()
        self._left = text[position:]
        self._start = start + position

    def _read(self, text: str, position: int) -> int | None:
        """Read text up to a sign, or what the sign begins. Return where it ends, or None if it is not complete."""
        sign = _SIGN.search(text, position)
        end = sign.start() if sign else len(text)
        if end > position:
            self._text(text[position:end], position)
            return end
        return self._entity(text, position) if text[position] == "&" else self._markup(text, position)

    def _text(self, text: str, position: int) -> None:
        spaced = text if self._elements.keeps_lines else text.translate(_SPACES)
        self._elements.text(spaced, self._start + position)

    def _entity(self, text: str, position: int) -> int | None:
        match = ENTITY.match(text, position)
        if match and (match[0][1] == "#" or match[0][1:] in html5):
            start = self._start + position
            self._elements.insert(unescape(match[0]), start, start + len(match[0]))
            return match.end()
        if not self._is_whole and _PARTIAL_ENTITY.match(text, position):
            return None
        self._text("&", position)
        return position + 1

    def _markup(self, text: str, position: int) -> int | None:
        if match := TAG.match(text, position):
            tag = read_tag(match, self._start)
            self._elements.tag(tag)
            if tag.name in RAW and not tag.is_end:
                self._raw = tag.name
            return match.end()
        for begin, terminator in _ENDS.items():
            if text.startswith(begin, position):
                return self._declaration(text, position, begin, terminator)
        if text.startswith(("<!", "<?"), position):
            return self._declaration(text, position, "<!", ">")
        waits = not self._is_whole and len(text) - position < LONGEST_TAG
        if waits and _PARTIAL_TAG.match(text, position):
            return None
        self._text("<", position)
        return position + 1

    def _declaration(self, text: str, position: int, begin: str, terminator: str) -> int | None:
        """Skip a comment, a document type or an instruction. Without an end it takes the rest of the text."""
        end = text.find(terminator, position + len(begin))
        if end < 0:
            return len(text) if self._is_whole else None
        if begin == "<![CDATA[":
            self._text(text[position + len(begin) : end], position + len(begin))
        return end + len(terminator)

    def _skip_raw(self, text: str, position: int) -> int | None:
        """Skip a script or a style sheet up to its end tag."""
        match = re.compile(rf"</{self._raw}(?=[\s/>])", re.IGNORECASE).search(text, position)
        if match:
            self._raw = ""
            return match.start()
        end = len(text) if self._is_whole else max(position, len(text) - len("</script "))
        return end if end > position else None
