"""Read an EPUB into chapters."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from tts.books.archive import EpubArchive, resolve
from tts.books.book import Book, Cover
from tts.books.chapters import Starts, heading_starts, make_chapters, mark_licences
from tts.books.decoding import decode
from tts.books.document import Document, read_document
from tts.books.package import Package, read_package, warn_of_files

_PICTURES = {b"\xff\xd8\xff": ".jpg", b"\x89PNG\r\n\x1a\n": ".png"}


def read_epub(path: Path, *, read_notes: bool) -> Book:
    """Read a book. read_notes: whether notes are read at the end of their chapter.

    Raises BookError for a book that is damaged, encrypted, unsafe or without text.
    """
    with EpubArchive(path) as archive:
        package = read_package(archive)
        lost = [name for name in package.documents if name not in archive.paths]
        warn_of_files(lost, "not in the archive, and left out: get the book again")
        documents = {name: _document(archive, name) for name in package.documents if name in archive.paths}
        auxiliary = {name: _document(archive, name) for name in package.auxiliary if name in archive.paths}
        cover = _cover(archive, package.cover)
    for document in documents.values():
        document.blocks = mark_licences(document.blocks)
    starts = _starts(documents, package)
    chapters = make_chapters(documents, auxiliary, starts, read_notes=read_notes)
    return Book(package.title or path.stem, package.authors, package.language or "en", cover, chapters, len(chapters))


def _starts(documents: dict[str, Document], package: Package) -> Starts:
    """Return where chapters begin, by the table of contents; without one, by the headings of a single document."""
    starts: dict[str, list[tuple[int, str]]] = {}
    for entry in package.contents:
        document = documents.get(entry.path)
        if document is not None:
            number = document.anchors.get(entry.fragment, 0) if entry.fragment else 0
            starts.setdefault(entry.path, []).append((number, entry.title))
    if not starts and len(documents) == 1:
        ((path, document),) = documents.items()
        starts[path] = heading_starts(document)
    return starts


def _document(archive: EpubArchive, path: str) -> Document:
    def place(base: str, href: str) -> str:
        return "#".join(resolve(base, href))

    return read_document(decode(archive.read(path), path), partial(place, path))


def _cover(archive: EpubArchive, path: str) -> Cover | None:
    if path not in archive.paths:
        return None
    data = archive.read(path)
    suffix = next((suffix for magic, suffix in _PICTURES.items() if data.startswith(magic)), None)
    return Cover(data, ".jpg" if suffix == ".jpg" else ".png") if suffix else None
