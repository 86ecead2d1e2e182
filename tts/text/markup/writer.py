"""Write segments of a text with structure: blocks, table cells, emphasis, code and text that stands for something."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum

from tts.options import Code
from tts.text.markup.inline import read_inline
from tts.text.markup.references import REFERENCE
from tts.text.markup.segments import Boundary, Segment, TextSegment
from tts.text.markup.tex import TEX, read_tex
from tts.text.regex import regex
from tts.text.token import NEUTRAL, Prosody

_SPECIAL = regex(rf"(?P<tex>{TEX})|{REFERENCE}")
_TAIL = 24  # characters of text that are kept to tell what a mark follows


class Break(IntEnum):
    """What separates two stretches of text; a stronger break replaces a weaker one."""

    NONE = 0
    CELL = 1
    LINE = 2
    SENTENCE = 3
    PARAGRAPH = 4


class SegmentWriter:
    """Collects the segments of one text. A break is written once text follows it."""

    def __init__(self, code: Code) -> None:
        """`code`: how code blocks are read."""
        self.code = code
        self.prosody: Prosody = NEUTRAL
        self.tail = ""
        """The last characters of the text since the last break."""
        self._segments: list[Segment] = []
        self._run: list[str] = []  # verbatim text that is not yet a segment
        self._start = self._end = 0  # source span of the run
        self._break = Break.NONE
        self._place = (0, 0)  # source span of the break

    def text(self, text: str, start: int) -> None:
        """Add source text, character by character the source from `start` on, except for white space."""
        if self._break and not self._write_break(text):
            return
        if self._run and self._end != start:
            self._flush()
        if not self._run:
            self._start = start
        self._run.append(text)
        self._end = start + len(text)
        self.tail = (self.tail + text)[-_TAIL:]

    def insert(self, text: str, start: int, end: int) -> None:
        """Add text that stands for the source span."""
        if self._break and not self._write_break(text):
            return
        self._flush()
        self._segments.append(TextSegment(text, start, end, self.prosody, is_verbatim=False))
        self.tail = (self.tail + text)[-_TAIL:]

    def separate(self, kind: Break, start: int, end: int) -> None:
        """Add a break. Two line breaks are the break of a paragraph."""
        if kind is self._break is Break.LINE:
            kind = Break.PARAGRAPH
        if kind > self._break:
            self._break, self._place = kind, (start, end)

    def set_prosody(self, prosody: Prosody) -> None:
        """Set the prosody of the text that follows."""
        if prosody is not self.prosody:
            self._flush()
            self.prosody = prosody

    def announce_code(self, start: int, end: int) -> None:
        """Add the announcement of a code block, if code blocks are announced."""
        self.separate(Break.PARAGRAPH, start, start)
        if self.code == "announce":
            self.insert("Code block.", start, end)
            self.separate(Break.PARAGRAPH, end, end)

    def code_line(self, text: str, start: int) -> None:
        """Add a line of a code block, if code blocks are read."""
        if self.code == "read" and text.strip():
            self.text(text, start)
            self.separate(Break.SENTENCE, start + len(text), start + len(text))

    @property
    def has_break(self) -> bool:
        """Whether a sentence has ended and no text follows."""
        return self._break >= Break.SENTENCE

    @property
    def count(self) -> int:
        """The number of segments to take."""
        return len(self._segments)

    def settle(self) -> None:
        """Write the last break: text that is not yet written follows it."""
        if self._break >= Break.SENTENCE:
            self._write_break("a")

    def take_complete(self) -> list[Segment]:
        """Return the segments collected since the last call, without `pending` and the last break."""
        taken, self._segments = self._segments, []
        return taken

    @property
    def pending(self) -> TextSegment:
        """The source text after all segments. It may go on, so that controls in it are not yet interpreted."""
        return TextSegment("".join(self._run), self._start, self._end)

    def take_pending(self, length: int) -> list[Segment]:
        """Return the segments of the first characters of `pending`."""
        text, start = "".join(self._run), self._start
        self._run, self._start = [text[length:]], start + length
        return list(self._interpret(text[:length], start))

    def take(self) -> list[Segment]:
        """Return the segments collected since the last call, without the last break."""
        self._flush()
        taken, self._segments = self._segments, []
        return taken

    def _write_break(self, text: str) -> bool:
        """Write the break before `text`, and return whether to write the text: white space after a break is not."""
        if not text.strip():
            if self._break <= Break.LINE and self.tail[-1:].strip():
                self.tail += " "
                self._flush()
                self._segments.append(TextSegment(" ", *self._place, is_verbatim=False))
            return False
        kind, self._break = self._break, Break.NONE
        if kind == Break.LINE and not text.lstrip()[:1].islower():
            kind = Break.SENTENCE
        self._flush()
        if kind >= Break.SENTENCE:
            self._segments.append(Boundary(kind == Break.PARAGRAPH, self._place[0]))
            self.tail = ""
        elif self.tail.strip():
            separator = ", " if kind == Break.CELL else " "
            self._segments.append(TextSegment(separator, *self._place, is_verbatim=False))
        return True

    def _flush(self) -> None:
        """Make segments of the run."""
        if self._run:
            text, self._run = "".join(self._run), []
            self._segments.extend(self._interpret(text, self._start))

    def _interpret(self, text: str, start: int) -> Iterator[Segment]:
        """Yield the segments of a run: mathematics, controls and text. Reference marks are silent."""
        done = 0
        for match in _SPECIAL.finditer(text):
            formula = read_tex(match, start, self.prosody) if match["tex"] else None
            if formula or not match["tex"]:
                yield from read_inline(text[done : match.start()], start + done, self.prosody)
                done = match.end()
            if formula:
                yield formula
        yield from read_inline(text[done:], start + done, self.prosody)
