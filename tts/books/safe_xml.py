"""Parse the XML files of an EPUB. Entities are refused: a small file stays small, and no other is opened."""

from __future__ import annotations

from typing import NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from tts.errors import BookError

DEEPEST = 100
"""Maximum number of open elements."""


def parse_xml(data: bytes, name: str) -> Element:
    """Return the outermost element. Names have no namespaces. name: of the file, for messages.

    Raises BookError for text that is not XML, declares entities, or is nested too deep.
    """
    builder, depth = TreeBuilder(), 0
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise BookError(f"{name} has elements nested more than {DEEPEST} deep: do not trust this file")
        builder.start(_local(tag), {_local(key): value for key, value in attributes.items()})

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_local(tag))

    def refuse(*declaration: object) -> NoReturn:
        raise BookError(f"{name} declares entities, which a book does not need: do not trust this file")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = builder.data
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        if isinstance(error, BookError):
            raise
        raise BookError(f"{name} is not XML ({error}): get the book again") from error
    return builder.close()


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def text_of(element: Element | None) -> str:
    """Return the text in an element, with single spaces; "" without an element."""
    return "" if element is None else " ".join("".join(element.itertext()).split())
