"""Find the notes of a book, and to which blocks they belong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from tts.books.book import Block
from tts.books.document import Document

Place = tuple[str, int]
"""Path of a document and number of a block."""


class Footnotes:
    """The notes of all documents of a book."""

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self._documents = documents
        self._places = {(path, number) for path, document in documents.items() for number in document.notes}
        for document in documents.values():
            for block in document.blocks:
                self._places.update(place for note in block.notes for place in self._marked(note))
        self._read = set[Place]()

    def __contains__(self, place: Place) -> bool:
        """Whether a block is a note, and not part of the text."""
        return place in self._places

    def following(self, places: Sequence[Place]) -> list[Block]:
        """Return the notes to which these blocks refer, and those among them, with a heading. Each is read once."""
        found = list[list[Block]]()
        for path, number in places:
            for note in self._documents[path].blocks[number].notes:
                found.append(self._take(self._blocks_of(note)))
        for place in places:
            found.append(self._take([place]))
        notes = [note for note in found if note]
        heading = [Block("heading", "Notes", level=3)] if notes else []
        return heading + [block for count, note in enumerate(notes, 1) for block in _numbered(note, count)]

    def _marked(self, note: str) -> Iterator[Place]:
        """Yield the place of a note that is recognised by its mark."""
        path, number = self._locate(note)
        if path and number in self._documents[path].marked:
            yield path, number

    def _locate(self, note: str) -> Place:
        path, _, fragment = note.partition("#")
        document = self._documents.get(path)
        number = document.anchors.get(fragment) if document else None
        return ("", 0) if number is None else (path, number)

    def _blocks_of(self, note: str) -> list[Place]:
        """Return the places of all blocks of a note."""
        path, number = self._locate(note)
        if (path, number) not in self._places:
            return []
        places, notes = [(path, number)], self._documents[path].notes
        while number in notes and notes[number] and notes.get(number + 1) == notes[number]:
            number += 1
            places.append((path, number))
        return places

    def _take(self, places: Sequence[Place]) -> list[Block]:
        new = [place for place in places if place in self._places and place not in self._read]
        self._read.update(new)
        return [self._documents[path].blocks[number] for path, number in new]


def _numbered(note: Sequence[Block], number: int) -> list[Block]:
    blocks = [replace(block, kind="note", level=0, notes=()) for block in note]
    return [replace(blocks[0], html=f"Note {number}. {blocks[0].html}"), *blocks[1:]]
