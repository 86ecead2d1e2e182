"""Read the paragraphs of Markdown: sentence by sentence while they arrive, and without their comments."""

from __future__ import annotations

from tts.text.markup.balance import is_balanced
from tts.text.markup.html_elements import ElementReader
from tts.text.markup.markdown_block import Paragraph, read_inline_text
from tts.text.sentences import complete_length, split

LONGEST_PARAGRAPH = 8_000
"""Maximum number of characters of a paragraph that are read at once. A longer one is cut between sentences."""
LONGEST_COMMENT = 100_000
"""Maximum number of characters to wait for the end of a comment."""
_COMMENT, _COMMENT_END = "<!--", "-->"


class ParagraphReader:
    """Collects the lines of one paragraph after the other, and reads their text."""

    def __init__(self, elements: ElementReader, is_strict: bool) -> None:
        self._elements, self._is_strict = elements, is_strict
        self.paragraph = Paragraph()
        self._comment: list[tuple[str, int]] | None = None  # lines of a comment without an end

    @property
    def in_comment(self) -> bool:
        """Whether a comment is open."""
        return self._comment is not None

    def add(self, line: str, start: int) -> None:
        """Add a line, or a part of one, to the paragraph. A comment may begin in a line that is complete."""
        paragraph = self.paragraph
        paragraph.add(line, start)
        if len(paragraph.text) > 2 * LONGEST_PARAGRAPH:
            self.cut()
        text = paragraph.text
        if not text.endswith("\n"):
            return
        opened = text.rfind(_COMMENT, text.rfind("\n", 0, -1) + 1)
        if opened >= 0 and text.find(_COMMENT_END, opened) < 0:
            self._comment = [paragraph.cut(opened)]

    def add_comment(self, line: str, start: int) -> None:
        """Add a line to the open comment. A comment of too many characters is none."""
        assert self._comment is not None
        end = line.find(_COMMENT_END)
        if end >= 0:
            self._comment = None
            end += len(_COMMENT_END)
            self.paragraph.add(line[end:], start + end)
            return
        self._comment.append((line, start))
        if sum(len(text) for text, _ in self._comment) > LONGEST_COMMENT:
            self.end_comment()

    def end_comment(self) -> None:
        """Take an open comment, which has no end, for text."""
        for text, start in self._comment or ():
            self.paragraph.add(text, start)
        self._comment = None

    def complete_length(self) -> int:
        """Return how much of the paragraph is complete sentences without open markup."""
        text = self.paragraph.text
        length = complete_length(text)
        return length if length and (is_balanced(text[:length]) or len(text) > LONGEST_PARAGRAPH) else 0

    def read(self, length: int) -> None:
        """Read the first characters of the paragraph."""
        if length:
            read_inline_text(self.paragraph.take(length), self._elements, self._is_strict)

    def cut(self) -> bool:
        """Read the first part of a long paragraph, and return whether it is long."""
        if len(self.paragraph.text) <= LONGEST_PARAGRAPH:
            return False
        ends = [end for _, end in split(self.paragraph.text[:LONGEST_PARAGRAPH])]
        self.read(ends[-2] if len(ends) > 1 else LONGEST_PARAGRAPH)
        return True

    def end(self) -> None:
        """Read what is left of the paragraph."""
        while self.cut():
            pass
        self.read(len(self.paragraph.text))
        self.paragraph.is_continued = self.paragraph.in_line = False
