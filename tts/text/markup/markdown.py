"""Read Markdown into segments, while it arrives.

The signs at the beginning of lines are read here, line by line, so that a block is read as soon as it is complete;
markdown-it reads the text of a block. A paragraph is read sentence by sentence if no markup is open at its end.
In strict mode, for texts whose kind is not given, a sign counts only if it is clear; everything else is read as plain
text.
"""

from __future__ import annotations

from collections.abc import Iterator

from tts.options import Code
from tts.text.markup.held import HeldSegments
from tts.text.markup.html_elements import ElementReader
from tts.text.markup.markdown_code import CodeReader
from tts.text.markup.markdown_lines import (
    ALERT,
    CERTAIN_TEXT,
    DEFINITION,
    DELIMITER_ROW,
    FENCE,
    FOOTNOTE,
    RULE,
    UNDERLINE,
    FrontMatter,
    ItemNumbers,
    Prefix,
    heading_text,
    is_heading,
    read_prefix,
    split_cells,
)
from tts.text.markup.markdown_paragraph import ParagraphReader
from tts.text.markup.segments import Segment, Settled
from tts.text.markup.sentence_text import has_words
from tts.text.markup.writer import Break, SegmentWriter


class MarkdownReader:
    """Reads Markdown in pieces."""

    def __init__(self, code: Code, is_strict: bool, start: int = 0, in_line: bool = False) -> None:
        """`start`: of the text in the source. `in_line`: whether it begins inside a line."""
        self._is_strict = is_strict
        self._writer = SegmentWriter(code)
        self._elements = ElementReader(self._writer)
        self._left, self._start = "", start  # source that is not read yet, and its place
        self._reader = ParagraphReader(self._elements, is_strict)
        self._paragraph = self._reader.paragraph
        self._in_line = in_line  # the rest of a line belongs to the paragraph
        self._code = CodeReader(self._writer, self._elements)
        self._in_table = self._in_quote = self._in_list = False
        self._front = FrontMatter()
        self._numbers = ItemNumbers()
        self._indent = 0  # of the content of the last item
        self._is_first = start == 0
        self._held = HeldSegments()

    def push(self, piece: str) -> Iterator[Segment | Settled]:
        """Yield the segments that are complete, whatever follows the piece."""
        self._left += piece
        yield from self._read_lines()
        if self._begin_line():
            length = self._reader.complete_length()
            if length:
                self._reader.read(length)
                yield from self._held.take()
                yield from self._writer.take()
                yield Settled()

    def finish(self, piece: str) -> Iterator[Segment | Settled]:
        """Yield the segments left, after the last piece."""
        self._left += piece
        yield from self._read_lines()
        if self._left:
            rest, self._left = self._left, ""
            self._line(rest, self._start)
        self._replay(self._front.close())
        self._reader.end_comment()
        while self._reader.cut():
            yield from self._settled()
        self._end_paragraph()
        yield from self._held.take()
        yield from self._writer.take()

    def _settled(self) -> Iterator[Segment | Settled]:
        """Yield the segments of complete blocks that another block with words follows."""
        if not (self._writer.has_break or self._writer.count or self._held):
            return
        begun = has_words(self._paragraph.text)
        if begun:
            self._writer.settle()
        self._held.add(self._writer.take())
        if settled := self._held.settle(begun):
            yield from settled
            yield Settled()

    def _read_lines(self) -> Iterator[Segment | Settled]:
        """Read the complete lines, and yield the segments of complete blocks."""
        text, start, position = self._left, self._start, 0
        while (end := text.find("\n", position)) >= 0:
            self._line(text[position : end + 1], start + position)
            position = end + 1
            yield from self._settled()
        self._left, self._start = text[position:], start + position

    def _begin_line(self) -> bool:
        """Add the beginning of an incomplete line to the paragraph if it is text, and return whether it was added."""
        if self._code.is_fenced or self._reader.in_comment or self._in_table or self._front.is_open or not self._left:
            return False
        if not self._in_line:
            if not CERTAIN_TEXT.match(self._left) or self._paragraph.has_bar:
                return False
            self._line(self._left, self._start)
        else:
            self._reader.add(self._left, self._start)
        self._in_line = True
        self._start += len(self._left)
        self._left = ""
        return True

    def _line(self, line: str, start: int) -> None:
        """Read a line, with its line break if it is complete."""
        content = line.rstrip("\r\n")
        if self._in_line:
            self._in_line = not line.endswith("\n")
            self._reader.add(line, start)
        elif self._front.is_open:
            self._replay(self._front.add(line, start))
        elif self._is_first and content.rstrip() == "---":
            self._front.open(line, start)
        elif self._code.is_fenced:
            self._code.line(content, start)
        elif self._reader.in_comment:
            self._reader.add_comment(line, start)
        elif not content.strip():
            self._end_block(start)
        else:
            self._block_line(line, content, start)
        self._is_first = False

    def _replay(self, lines: list[tuple[str, int]]) -> None:
        """Read lines that looked like metadata."""
        self._is_first = False
        for line, start in lines:
            self._line(line, start)

    def _end_block(self, start: int) -> None:
        """End a block at a blank line."""
        self._end_paragraph()
        self._in_table = self._in_quote = False
        self._elements.separate(Break.PARAGRAPH, start, start)

    def _block_line(self, line: str, content: str, start: int) -> None:
        """Read a line that is not blank, outside code and comments."""
        may_be_code = not (self._is_strict or self._paragraph or self._in_table)
        if self._code.read_indented(content if may_be_code else "", self._indent, start):
            return
        in_text = bool(self._paragraph)
        prefix = read_prefix(content, self._is_strict, self._in_quote, in_text, self._in_list)
        if prefix.is_item:
            self._begin_item(prefix, start)
        elif prefix.is_quote and not self._in_quote and in_text:
            self._end_block(start)
        elif not prefix.is_quote and not in_text and content[:1].strip():
            self._in_list = False
        self._in_quote = prefix.is_quote or (self._in_quote and in_text)
        place = prefix.length
        if prefix.is_quote and (alert := ALERT.match(content, place)):
            self._paragraph.add(alert["name"].lower(), start + place + len("[!"))
            self._end_paragraph()
            self._elements.separate(Break.SENTENCE, start + alert.end(), start + alert.end())
            place = alert.end()
            if not content[place:].strip():
                return
        if footnote := FOOTNOTE.match(content, place):
            self._end_block(start)
            place = footnote.end()
        if not content[place:].strip():
            self._end_block(start)
        else:
            self._content(line[place:], content[place:], start + place)

    def _begin_item(self, prefix: Prefix, start: int) -> None:
        self._end_paragraph()
        self._elements.separate(Break.SENTENCE, start, start)
        self._in_list, self._indent = True, prefix.length
        self._in_table = False
        if not prefix.number:
            return
        place, number = start + prefix.number_start, self._numbers.read(prefix.number)
        if number == prefix.number:
            self._elements.text(f"{number} ", place)
        else:
            self._elements.insert(f"{number} ", place, place + len(prefix.number))

    def _content(self, line: str, content: str, start: int) -> None:
        """Read a line after its prefix."""
        stripped = content.rstrip()
        if fence := FENCE.match(content):
            self._end_paragraph()
            self._code.open_fence(fence[1] or fence[2], content, start)
        elif is_heading(content, self._is_strict):
            self._heading(content, start)
        elif self._paragraph and not self._paragraph.is_continued and UNDERLINE.match(stripped):
            self._end_block(start)
        elif RULE.match(stripped):
            self._end_block(start)
            self._numbers.restart()
        elif "|" in content and self._paragraph.has_bar and DELIMITER_ROW.match(stripped):
            self._begin_table()
        elif self._in_table and "|" in content:
            self._row(content, start)
        elif not self._paragraph and DEFINITION.match(stripped):
            self._elements.separate(Break.SENTENCE, start, start)
        else:
            if self._in_table:
                self._end_block(start)
            self._reader.add(line, start)

    def _heading(self, content: str, start: int) -> None:
        self._end_block(start)
        self._numbers.restart()
        place, text = heading_text(content)
        self._paragraph.add(text, start + place)
        self._end_block(start + len(content))

    def _begin_table(self) -> None:
        """Take the last line of the paragraph for the first row of a table."""
        row, start = self._paragraph.pop_line()
        self._end_paragraph()
        self._elements.separate(Break.PARAGRAPH, start, start)
        self._in_table = True
        self._row(row, start)

    def _row(self, content: str, start: int) -> None:
        self._elements.separate(Break.SENTENCE, start, start)
        for first, last in split_cells(content):
            self._elements.separate(Break.CELL, start + max(first - 1, 0), start + first)
            self._paragraph.add(content[first:last], start + first)
            self._end_paragraph()

    def _end_paragraph(self) -> None:
        self._in_line = False
        self._reader.end()
