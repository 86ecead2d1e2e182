"""Parse an SSML subset (W3C Speech Synthesis Markup Language 1.1) into segments, safely.

Elements: speak, p, s, break, prosody, phoneme, say-as, sub, emphasis, mark. As in XML, all white space is a space, so
a blank line does not end a paragraph; <p> and <s> do. Braces and brackets are text here.
A document type is refused, and with it every entity beyond XML's own five, so nothing is fetched or expanded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn
from xml.parsers import expat
from xml.parsers.expat.errors import codes

from tts.errors import LimitError, MarkupError
from tts.text.markup import values
from tts.text.markup.elements import EMPTY, TEXT_ONLY, Element, open_element, replacement_segment
from tts.text.markup.segments import Boundary, Pause, Segment, SsmlMark, TextSegment

LONGEST = 2_000_000
"""Maximum length of a document in characters."""
_SPACES = str.maketrans("\t\r\n", "   ")
_REMEDIES = {
    codes[expat.errors.XML_ERROR_UNDEFINED_ENTITY]: "use &amp; &lt; &gt; &quot; &apos; or a number such as &#233;",
    codes[expat.errors.XML_ERROR_INVALID_TOKEN]: "write & as &amp; and < as &lt;, and attributes in quotes",
    codes[expat.errors.XML_ERROR_BAD_CHAR_REF]: "use the number of a character, such as &#233;",
    codes[expat.errors.XML_ERROR_DUPLICATE_ATTRIBUTE]: "give it once",
    codes[expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT]: "put all of the text into one <speak>",
}


def read_ssml(source: str) -> list[Segment]:
    """Return the segments of a document, with spans in `source`.

    Raises MarkupError for a document outside this subset, with more than `LONGEST` characters, or with elements nested
    deeper than `DEEPEST`. The message names line, column, element and allowed values.
    """
    if len(source) > LONGEST:
        raise LimitError(
            f"SSML of {len(source)} characters: at most {LONGEST} are read at once; split it into several documents"
        )
    return _SsmlParser(source).read()


class _SsmlParser:
    """One pass of the XML parser over a document."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._segments: list[Segment] = []
        self._open: list[Element] = []
        self._run: tuple[int, int] | None = None  # source span of verbatim text that is not yet a segment
        self._in_cdata = False
        self._place = (0, 0)  # one position in the document, in bytes and in characters
        try:
            self._bytes = source.encode()
        except UnicodeEncodeError as error:
            raise self._error(error.start, "half of a surrogate pair is not a character: remove it") from None

    def read(self) -> list[Segment]:
        self._parser = expat.ParserCreate("utf-8")
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._data
        self._parser.StartCdataSectionHandler = lambda: self._enter_cdata(True)
        self._parser.EndCdataSectionHandler = lambda: self._enter_cdata(False)
        try:
            self._parser.Parse(self._bytes, True)
        except expat.ExpatError as error:
            raise self._error(self._character(self._parser.ErrorByteIndex), self._explain(error)) from None
        return self._segments

    def _refuse_doctype(self, *_: object) -> NoReturn:
        start = self._source.rfind("<!DOCTYPE", 0, self._here() + len("<!DOCTYPE"))
        raise self._error(start, "a document type (DTD) is not read: remove <!DOCTYPE …>")

    def _enter_cdata(self, entered: bool) -> None:
        self._in_cdata = entered

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._flush()
        start = self._here()
        try:
            element = open_element(name, attributes, start, self._open)
        except MarkupError as error:
            raise self._error(start, f"<{name[:40]}>: {error}") from None
        if name in ("p", "s"):
            self._segments.append(Boundary(name == "p", start))
        self._open.append(element)

    def _end(self, name: str) -> None:
        self._flush()
        end = self._here()
        element = self._open.pop()
        try:
            if name in ("p", "s"):
                self._segments.append(Boundary(name == "p", end))
            elif name == "break":
                self._segments.append(Pause(values.break_seconds(element.attributes), element.start, end))
            elif name == "mark":
                self._segments.append(SsmlMark(element.attributes["name"], element.start))
            elif name in TEXT_ONLY:
                self._segments.append(replacement_segment(element, end))
        except MarkupError as error:
            raise self._error(element.start, f"<{name}>: {error}") from None

    def _data(self, data: str) -> None:
        start = self._here()
        if self._source[start] == "&" and not self._in_cdata:
            end = self._source.index(";", start) + 1
        elif self._source.startswith("\r\n", start):
            end = start + 2
        else:
            end = start + len(data)
            if self._run and self._run[1] == start:
                self._run = self._run[0], end
            else:
                self._flush()
                self._run = start, end
            return
        self._flush()
        self._append(TextSegment(data.translate(_SPACES), start, end, self._open[-1].prosody, is_verbatim=False))

    def _flush(self) -> None:
        if self._run:
            start, end = self._run
            self._append(TextSegment(self._source[start:end].translate(_SPACES), start, end, self._open[-1].prosody))
            self._run = None

    def _append(self, text: TextSegment) -> None:
        element = self._open[-1]
        if element.name in EMPTY and text.text.strip():
            raise self._error(text.start, f"<{element.name}> may not contain text: move the text out of it")
        if element.name in TEXT_ONLY:
            element.texts.append(text)
        else:
            self._segments.append(text)

    def _here(self) -> int:
        return self._character(self._parser.CurrentByteIndex)

    def _character(self, byte: int) -> int:
        """Return the number of characters before a byte of the document. Cheap if called in ascending order."""
        done, characters = self._place if byte >= self._place[0] else (0, 0)
        self._place = byte, characters + len(self._bytes[done:byte].decode(errors="ignore"))
        return self._place[1]

    def _error(self, position: int, message: str) -> MarkupError:
        line = self._source.count("\n", 0, position) + 1
        column = position - self._source.rfind("\n", 0, position)
        return MarkupError(f"SSML, line {line}, column {column}: {message}")

    def _explain(self, error: expat.ExpatError) -> str:
        """Return the XML parser's message with a remedy."""
        remedy = _REMEDIES.get(error.code)
        if remedy is None:
            remedy = f"<{self._open[-1].name}> is open here: close it" if self._open else "write <speak>text</speak>"
        return f"{expat.ErrorString(error.code)}: {remedy}"
