"""An SSML subset (W3C Speech Synthesis Markup Language 1.1) to segments, parsed safely.

Elements: speak, p, s, break, prosody, phoneme, say-as, sub, emphasis, mark. White space is only space, as in XML, so a
blank line ends nothing: p and s do. A document type, and with it every entity beyond XML's own five, is refused, so
nothing is fetched or expanded. Braces and brackets are text here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn
from xml.parsers import expat
from xml.parsers.expat.errors import codes

from tts.text.markup import values
from tts.text.markup.elements import EMPTY, TEXT_ONLY, Element, open_element, replacement
from tts.text.markup.segments import Boundary, Mark, Pause, Segment, Text

LONGEST = 2_000_000
"""Characters of a document."""
_SPACES = str.maketrans("\t\r\n", "   ")
_REMEDIES = {
    codes[expat.errors.XML_ERROR_UNDEFINED_ENTITY]: "use &amp; &lt; &gt; &quot; &apos; or a number such as &#233;",
    codes[expat.errors.XML_ERROR_INVALID_TOKEN]: "write & as &amp; and < as &lt;, and attributes in quotes",
    codes[expat.errors.XML_ERROR_BAD_CHAR_REF]: "use the number of a character, such as &#233;",
    codes[expat.errors.XML_ERROR_DUPLICATE_ATTRIBUTE]: "give it once",
    codes[expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT]: "put all of the text into one <speak>",
}


def read_ssml(source: str) -> list[Segment]:
    """The segments of a document, with spans in `source`.

    Raises ValueError with line, column, the element and what is allowed where it is no SSML of this subset, where it
    has more than `LONGEST` characters, or elements nested deeper than `DEEPEST`.
    """
    if len(source) > LONGEST:
        raise ValueError(f"SSML of {len(source)} characters: at most {LONGEST} are read at once; cut it into documents")
    return _Reader(source).read()


class _Reader:
    """One pass of the XML parser over a document."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._segments: list[Segment] = []
        self._open: list[Element] = []
        self._run: tuple[int, int] | None = None  # text that stands in the source as it is, not yet a segment
        self._in_cdata = False
        self._place = (0, 0)  # one place in the document, counted in bytes and in characters
        try:
            self._bytes = source.encode()
        except UnicodeEncodeError as error:
            raise self._error(error.start, "half of a surrogate pair is no character: take it out") from None

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
        raise self._error(start, "a document type (DTD) is not read: take <!DOCTYPE …> out")

    def _enter_cdata(self, entered: bool) -> None:
        self._in_cdata = entered

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._flush()
        start = self._here()
        try:
            element = open_element(name, attributes, start, self._open)
        except ValueError as error:
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
                self._segments.append(Pause(values.pause(element.attributes), element.start, end))
            elif name == "mark":
                self._segments.append(Mark(element.attributes["name"], element.start))
            elif name in TEXT_ONLY:
                self._segments.append(replacement(element, end))
        except ValueError as error:
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
        self._append(Text(data.translate(_SPACES), start, end, self._open[-1].prosody, is_verbatim=False))

    def _flush(self) -> None:
        if self._run:
            start, end = self._run
            self._append(Text(self._source[start:end].translate(_SPACES), start, end, self._open[-1].prosody))
            self._run = None

    def _append(self, text: Text) -> None:
        element = self._open[-1]
        if element.name in EMPTY and text.text.strip():
            raise self._error(text.start, f"<{element.name}>: no text may stand in it")
        if element.name in TEXT_ONLY:
            element.texts.append(text)
        else:
            self._segments.append(text)

    def _here(self) -> int:
        return self._character(self._parser.CurrentByteIndex)

    def _character(self, byte: int) -> int:
        """Characters before a byte of the document; cheap where bytes are asked for in order."""
        done, characters = self._place if byte >= self._place[0] else (0, 0)
        self._place = byte, characters + len(self._bytes[done:byte].decode(errors="ignore"))
        return self._place[1]

    def _error(self, position: int, message: str) -> ValueError:
        line = self._source.count("\n", 0, position) + 1
        column = position - self._source.rfind("\n", 0, position)
        return ValueError(f"SSML, line {line}, column {column}: {message}")

    def _explain(self, error: expat.ExpatError) -> str:
        """What the XML parser says, with a remedy."""
        remedy = _REMEDIES.get(error.code)
        if remedy is None:
            remedy = f"<{self._open[-1].name}> is open here: close it" if self._open else "write <speak>text</speak>"
        return f"{expat.ErrorString(error.code)}: {remedy}"
