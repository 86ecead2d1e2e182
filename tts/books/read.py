"""Read a book in any format that is known: EPUB, HTML, Markdown or text."""

from __future__ import annotations

import re
from pathlib import Path

from tts.books.book import Block, Book, to_text
from tts.books.chapters import heading_starts, make_chapters, mark_licences
from tts.books.decoding import decode
from tts.books.document import Document, read_document
from tts.books.epub import read_epub
from tts.books.plain import read_plain
from tts.errors import BookError, StorageError
from tts.text.markup.detect import detect

LARGEST_TEXT = 32 << 20
"""Maximum number of bytes of a book that is one text."""

_HTML, _MARKDOWN = (".html", ".htm", ".xhtml", ".xht"), (".md", ".markdown")
_CONVERT = "convert it to EPUB, as with Calibre's 'ebook-convert {0} {1}.epub'"
_REMEDIES = {
    b"%PDF": "is a PDF, whose lines have no order: convert it to text, as with 'pdftotext {0} {1}.txt'",
    b"{\\rtf": f"is RTF: {_CONVERT}",
    b"\xd0\xcf\x11\xe0": f"is a document of Word: {_CONVERT}",
}
_OTHERS = (".mobi", ".azw", ".azw3", ".kfx", ".fb2", ".djvu", ".lit", ".docx", ".odt")
_FIELD = re.compile(r"^(title|author|language|lang): *[\"']?(.+?)[\"']?\s*$", re.MULTILINE | re.IGNORECASE)
_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n(?:---|\.\.\.)\n", re.DOTALL)
_NOTE = re.compile(r"^\[\^([\w-]{1,40})\]:[ \t]*(.*(?:\n(?:[ \t]+\S.*))*)$", re.MULTILINE)
_REFERENCE = re.compile(r"\[\^([\w-]{1,40})\](?!:)")


def read_book(path: Path, *, read_notes: bool = True) -> Book:
    """Read a book. read_notes: whether notes are read at the end of their chapter, or left out.

    Raises StorageError for a file that cannot be read, BookError for one that is damaged, unsafe or of another format.
    """
    try:
        if path.is_dir():
            raise StorageError(f"{str(path)!r} is a folder: name a book, such as an EPUB")
        with path.open("rb") as file:
            data = file.read(LARGEST_TEXT + 1)
    except FileNotFoundError as error:
        raise StorageError(f"no such file {str(path)!r}: check the path") from error
    except OSError as error:
        raise StorageError(f"cannot read {str(path)!r} ({error.strerror}): check its permissions") from error
    _refuse(path, data)
    if data.startswith(b"PK"):
        return read_epub(path, read_notes=read_notes)
    if len(data) > LARGEST_TEXT:
        raise BookError(f"{str(path)!r} is larger than {LARGEST_TEXT >> 20} MiB: split it")
    document = _read_text(path, decode(data, str(path)))
    document.blocks = mark_licences(document.blocks)
    chapters = make_chapters({"": document}, {}, {"": heading_starts(document)}, read_notes=read_notes)
    authors = (document.author,) if document.author else ()
    return Book(
        document.title or _first_title(document) or path.stem, authors, document.language or "en", None, chapters
    )


def _refuse(path: Path, data: bytes) -> None:
    """Raise BookError for a format that is not read, with a remedy."""
    remedy = next((remedy for magic, remedy in _REMEDIES.items() if data.startswith(magic)), None)
    if remedy is None and path.suffix.lower() in _OTHERS:
        remedy = f"is not EPUB, HTML, Markdown or text: {_CONVERT}"
    if remedy is None and path.suffix.lower() == ".epub" and not data.startswith(b"PK"):
        remedy = "is not a whole EPUB: get the book again"
    if remedy is None and b"\0" in data[:1000] and data[:2] not in (b"\xff\xfe", b"\xfe\xff", b"PK"):
        remedy = f"is not a text: {_CONVERT}"
    if remedy is not None:
        raise BookError(f"{str(path)!r} {remedy.format(path.name, path.stem)}")


def _read_text(path: Path, text: str) -> Document:
    suffix = path.suffix.lower()
    if suffix in _MARKDOWN:
        return _read_markdown(text)
    if suffix in _HTML or detect(text[:20_000], is_whole=True) == "html":
        return read_document(text)
    return read_plain(text)


def _read_markdown(text: str) -> Document:
    """Read Markdown by way of HTML. The front matter may name title, author and language."""
    from markdown_it import MarkdownIt

    text = text.replace("\r\n", "\n")
    fields: dict[str, str] = {}
    if front := _FRONT_MATTER.match(text):
        fields = {name.lower(): value for name, value in _FIELD.findall(front[1])}
        text = text[front.end() :]
    notes = [(name, " ".join(content.split())) for name, content in _NOTE.findall(text)]
    text = _REFERENCE.sub(r'<a epub:type="noteref" href="#note-\1">*</a>', _NOTE.sub("", text))
    text += "".join(
        f'\n\n<aside epub:type="footnote" id="note-{name}">\n\n{note}\n\n</aside>\n' for name, note in notes
    )
    document = read_document(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text))
    document.title, document.author = fields.get("title", ""), fields.get("author", "")
    document.language = fields.get("language") or fields.get("lang", "")
    return document


def _first_title(document: Document) -> str:
    """Return a heading above all others at the beginning."""
    first: Block | None = next((block for block in document.blocks if block.kind != "break"), None)
    others = [block.level for block in document.blocks if block.kind == "heading" and block is not first]
    is_title = first is not None and first.kind == "heading" and all(level > first.level for level in others)
    return to_text(first.html) if first and is_title and others else ""
