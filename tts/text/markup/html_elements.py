"""What each HTML element means for reading: breaks, emphasis, numbers of lists, silence, code and small type."""

from __future__ import annotations

from tts.text.markup.html_tags import CELLS, EMPHASES, PARAGRAPHS, SENTENCES, SILENT, VOID, Tag
from tts.text.markup.values import apply_emphasis
from tts.text.markup.writer import Break, SegmentWriter
from tts.text.regex import regex
from tts.text.token import NEUTRAL, Prosody

DEEPEST = 64
"""Maximum number of open elements whose end matters. Elements inside them are read as if they were not there."""

_HIDES = regex(r"\s(?:hidden|aria-hidden|style)\b", 2)
_HIDDEN_STYLE = regex(r"display\s*:\s*none|visibility\s*:\s*hidden", 2)
_CODE_CLASS = regex(r"class\s*=[^>]*(?:code|highlight|lang|source|syntax)", 2)
_REFERENCE = regex(r"\s*(?:\[[\w^ ]{1,20}\]|[*†‡§¶]+)\s*")
_LONG_WORD = regex(r"(?:[A-Za-z]{4,}|[.,;:!?\"'”’)»])\Z")
_WHOLE = regex(r"\s*-?[0-9]{1,8}\s*")
_RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")


class _List:
    """An open list; only an ordered one numbers its items."""

    def __init__(self, tag: Tag) -> None:
        attributes = tag.attributes() if tag.name == "ol" else {}
        self.is_ordered = tag.name == "ol"
        self.has_letters = attributes.get("type", "") in ("a", "A")
        self.step = -1 if "reversed" in attributes else 1
        self.number = _integer(attributes.get("start", ""), 1)

    def item(self, tag: Tag) -> str:
        """Return the number of the next item as it is written."""
        number = _integer(tag.attributes().get("value", ""), self.number)
        self.number = number + self.step
        return chr(ord("a") + number - 1) if self.has_letters and 1 <= number <= 26 else str(number)


class ElementReader:
    """Reads the tags and the text of one document."""

    def __init__(self, writer: SegmentWriter) -> None:
        self._writer = writer
        self._open: list[tuple[str, Prosody]] = []  # elements whose end matters, with the prosody outside
        self._lists: list[_List] = []
        self._silent = ("", 0)  # name of the element that is not read, and the number of open elements of this name
        self._small: list[tuple[str, int]] | None = None  # text in <sup> or <sub>
        self._is_code = False
        self._is_preformatted = False
        self._may_be_code = False  # preformatted text has begun and nothing of it is read

    @property
    def is_silent(self) -> bool:
        """Whether text is not read here."""
        return bool(self._silent[0])

    @property
    def keeps_lines(self) -> bool:
        """Whether a line break is one, and not a space."""
        return self._is_preformatted

    def text(self, text: str, start: int) -> None:
        """Read text that is source from `start` on, character by character."""
        if self._silent[0]:
            return
        if self._small is not None:
            self._small.append((text, start))
        elif self._is_preformatted:
            self._lines(text, start)
        else:
            self._writer.text(text, start)

    def insert(self, text: str, start: int, end: int) -> None:
        """Read text that stands for the source span."""
        if not self._silent[0] and not self._is_code:
            self._writer.insert(text, start, end)

    def begin_emphasis(self, name: str) -> None:
        """Emphasize the text up to the end of the element."""
        if len(self._open) < DEEPEST and not self._silent[0]:
            self._open.append((name, self._writer.prosody))
            self._writer.set_prosody(apply_emphasis("moderate", self._writer.prosody))

    def end_emphasis(self, name: str) -> None:
        """End the innermost emphasis of this name, and those inside it."""
        while any(opened == name for opened, _ in self._open):
            opened, outside = self._open.pop()
            self._writer.set_prosody(outside)
            if opened == name:
                break

    def separate(self, kind: Break, start: int, end: int) -> None:
        """End the text before a break. Emphasis and small type do not go on after it."""
        if self._small is not None:
            self._end_small("sup")
        if self._open and kind is not Break.LINE:
            self._open.clear()
            self._writer.set_prosody(NEUTRAL)
        self._writer.separate(kind, start, end)

    def tag(self, tag: Tag) -> None:
        """Read a tag."""
        if self._silent[0]:
            self._count(tag)
        elif tag.is_end:
            self._end(tag)
        else:
            self._start(tag)

    def _count(self, tag: Tag) -> None:
        """Follow the nesting of elements in an element that is not read."""
        name, depth = self._silent
        if tag.name == name:
            depth += -1 if tag.is_end else 1
            self._silent = (name, depth) if depth else ("", 0)

    def _start(self, tag: Tag) -> None:
        name, writer = tag.name, self._writer
        if name not in VOID and not tag.source.endswith("/>") and (name in SILENT or _is_hidden(tag)):
            self._silent = (name, 1)
        elif name in ("ul", "ol", "dl"):
            self._break(Break.SENTENCE if self._lists else Break.PARAGRAPH, tag)
            if len(self._lists) < DEEPEST:
                self._lists.append(_List(tag))
        elif name == "pre":
            self._preformatted(tag)
        elif name in PARAGRAPHS or name in SENTENCES or name in CELLS:
            self._block(tag)
        elif name == "br":
            writer.separate(Break.LINE, tag.start, tag.end)
        elif name == "img":
            self.insert(f" {tag.attributes().get('alt', '')} ", tag.start, tag.end)
        elif name in EMPHASES:
            self.begin_emphasis(name)
        elif name in ("sup", "sub") and self._small is None:
            self._small = []
        elif name == "code" and self._may_be_code:
            self._begin_code(tag)
        elif name == "q":
            self.insert('"', tag.start, tag.end)

    def _end(self, tag: Tag) -> None:
        name = tag.name
        if name in ("sup", "sub"):
            self._end_small(name)
        elif name in EMPHASES:
            self.end_emphasis(name)
        elif name in ("ul", "ol", "dl"):
            if self._lists:
                self._lists.pop()
            self._break(Break.SENTENCE if self._lists else Break.PARAGRAPH, tag)
        elif name == "pre":
            self._is_code = self._is_preformatted = self._may_be_code = False
            self._break(Break.PARAGRAPH, tag)
        elif name in PARAGRAPHS:
            self._break(Break.PARAGRAPH, tag)
        elif name in SENTENCES:
            self._break(Break.SENTENCE, tag)
        elif name == "q":
            self.insert('"', tag.start, tag.end)

    def _block(self, tag: Tag) -> None:
        """Begin a paragraph, a sentence or a cell. Emphasis does not go on from the block before."""
        kind = Break.PARAGRAPH if tag.name in PARAGRAPHS else Break.SENTENCE if tag.name in SENTENCES else Break.CELL
        self._break(kind, tag)
        if tag.name == "li" and self._lists and self._lists[-1].is_ordered:
            self.insert(f"{self._lists[-1].item(tag)}. ", tag.start, tag.end)

    def _break(self, kind: Break, tag: Tag) -> None:
        self.separate(kind, tag.start, tag.end)

    def _begin_code(self, tag: Tag) -> None:
        self._is_code, self._may_be_code = True, False
        self._writer.announce_code(tag.start, tag.end)

    def _preformatted(self, tag: Tag) -> None:
        self._break(Break.PARAGRAPH, tag)
        self._is_preformatted = self._may_be_code = True
        if _CODE_CLASS.search(tag.source):
            self._begin_code(tag)

    def _lines(self, text: str, start: int) -> None:
        """Read preformatted text: each line is a sentence, and a blank line ends a paragraph."""
        if self._is_code and self._writer.code != "read":
            return
        self._may_be_code = self._may_be_code and not text.strip()
        for line in text.splitlines(keepends=True):
            content = line.rstrip("\r\n")
            if content:
                self._writer.text(content, start)
            if content != line:
                kind = Break.PARAGRAPH if self._writer.has_break else Break.SENTENCE
                self._writer.separate(kind, start + len(content), start + len(line))
            start += len(line)

    def _end_small(self, name: str) -> None:
        """Read small type: a reference is silent, a number is a power or an index, other text is read as it is."""
        small, self._small = self._small, None
        if not small:
            return
        written = "".join(text for text, _ in small)
        before = self._writer.tail
        if _REFERENCE.fullmatch(written) or (name == "sup" and written.strip().isdigit() and _LONG_WORD.search(before)):
            return
        table = _RAISED if name == "sup" else _LOWERED
        is_index = all(ord(character) in table for character in written.strip())
        for text, start in small:
            self._writer.text(text.translate(table) if is_index else text, start)


def _is_hidden(tag: Tag) -> bool:
    if not _HIDES.search(tag.source):
        return False
    attributes = tag.attributes()
    return (
        "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or _HIDDEN_STYLE.search(attributes.get("style", "")) is not None
    )


def _integer(value: str, default: int) -> int:
    return int(value) if _WHOLE.fullmatch(value) else default
