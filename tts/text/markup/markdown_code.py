"""Read the code blocks of Markdown, between fences or indented."""

from __future__ import annotations

from tts.text.markup.html_elements import ElementReader
from tts.text.markup.markdown_lines import ends_fence
from tts.text.markup.writer import Break, SegmentWriter

_INDENT = 4
"""Columns by which a line of code is indented, at least."""


class CodeReader:
    """Reads the lines of code blocks. A block is announced at its beginning."""

    def __init__(self, writer: SegmentWriter, elements: ElementReader) -> None:
        self._writer = writer
        self._elements = elements
        self._fence = ""  # the signs that opened the block
        self._in_indented = False

    @property
    def is_fenced(self) -> bool:
        """Whether a fence is open."""
        return bool(self._fence)

    def open_fence(self, fence: str, content: str, start: int) -> None:
        """Begin a block at its fence. `content`: the line with the fence."""
        self._fence = fence
        self._elements.separate(Break.PARAGRAPH, start, start)
        self._writer.announce_code(start, start + len(content))

    def line(self, content: str, start: int) -> None:
        """Read a line of the fenced block, or its end."""
        if ends_fence(content, self._fence):
            self._fence = ""
            self._elements.separate(Break.PARAGRAPH, start, start)
        else:
            self._writer.code_line(content, start)

    def read_indented(self, content: str, indent: int, start: int) -> bool:
        """Read a line of an indented block, and return whether the line is one. `indent`: of the text around it."""
        is_code = content.expandtabs(_INDENT)[: indent + _INDENT].isspace()
        if is_code:
            if not self._in_indented:
                self._writer.announce_code(start, start + len(content))
            self._writer.code_line(content.strip(), start + len(content) - len(content.lstrip()))
        self._in_indented = is_code
        return is_code
