"""Write an EPUB 3 with media overlays: each word lights up while it is heard (https://www.w3.org/TR/epub-33/)."""

from __future__ import annotations

import re
import uuid
import zipfile
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from tts.books.book import Block, Book
from tts.books.journal import FinishedChapter
from tts.books.pieces import digest
from tts.books.spans import OverlayClip, mark_words
from tts.books.speaking import read_timings
from tts.books.subtitles import SpokenPiece
from tts.common.files import atomic_write

ACTIVE = "-epub-media-overlay-active"
"""Class of the word that is heard. Reading systems add it."""

_MEDIA_TYPES = {".m4a": "audio/mp4", ".mp3": "audio/mpeg", ".jpg": "image/jpeg", ".png": "image/png"}
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_TIME = (1980, 1, 1, 0, 0, 0)  # of all files, so that equal books are equal files
_STYLE = f"""body {{ line-height: 1.5; margin: 5%; }}
.{ACTIVE} {{ background: #ffe08a; color: #000; border-radius: 0.2em; }}
.item, .note {{ margin-left: 1.5em; }}
.line {{ margin: 0; }}
.em {{ font-style: italic; }}
.strong {{ font-weight: bold; }}
hr {{ border: 0; margin: 1.5em 0; }}
"""
_CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="EPUB/content.opf" media-type="application/oebps-package+xml"/>
</rootfiles></container>
"""
_PAGE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="{language}" \
xml:lang="{language}">
<head><title>{title}</title><link rel="stylesheet" href="style.css"/></head>
<body>
{body}
</body>
</html>
"""
_SMIL = """<?xml version="1.0" encoding="UTF-8"?>
<smil xmlns="http://www.w3.org/ns/SMIL" xmlns:epub="http://www.idpf.org/2007/ops" version="3.0"><body>
<seq id="all" epub:textref="{page}#chapter" epub:type="bodymatter chapter">
{pars}
</seq>
</body></smil>
"""


class _Page(NamedTuple):
    """A chapter in the EPUB."""

    entry: FinishedChapter
    stem: str
    audio: str
    n_clips: int


def save_overlays(
    path: Path, book: Book, chapters: Sequence[tuple[Sequence[SpokenPiece], FinishedChapter, Path]]
) -> None:
    """Write the text and the sound of a book into one EPUB.

    chapters: the pieces, the entry and the audio file of each chapter. Raises OSError if the file cannot be written.
    """
    language = book.language if _LANGUAGE.fullmatch(book.language) else "en"
    with atomic_write(path) as aside, zipfile.ZipFile(aside, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "mimetype", b"application/epub+zip", zipfile.ZIP_STORED)
        _add(archive, "META-INF/container.xml", _CONTAINER.encode())
        _add(archive, "EPUB/style.css", _STYLE.encode())
        if book.cover:
            _add(archive, f"EPUB/cover{book.cover.suffix}", book.cover.data, zipfile.ZIP_STORED)
        pages = [_add_chapter(archive, language, *chapter) for chapter in chapters]
        _add(archive, "EPUB/nav.xhtml", _navigation(pages, language).encode())
        _add(archive, "EPUB/content.opf", _package(book, pages, language).encode())


def _add(archive: zipfile.ZipFile, name: str, data: bytes, method: int = zipfile.ZIP_DEFLATED) -> None:
    info = zipfile.ZipInfo(name, _TIME)
    info.compress_type = method
    archive.writestr(info, data)


def _add_chapter(
    archive: zipfile.ZipFile, language: str, pieces: Sequence[SpokenPiece], entry: FinishedChapter, audio: Path
) -> _Page:
    """Write the page, the overlay and the sound of a chapter."""
    stem = f"chapter-{entry.chapter:04}"
    page = _Page(entry, stem, f"audio/{stem}{audio.suffix}", 0)
    blocks, clips = list[str](), list[OverlayClip]()
    start = 0.0
    for piece, path in pieces:
        timings = read_timings(path)
        words = {number: [*group] for number, group in groupby(timings.words, lambda word: word.block)}
        for number, block in enumerate(piece.blocks):
            html, found = mark_words(block.html, words.get(number, []), start, len(clips))
            clips += found
            blocks.append(_element(block, html))
        start += timings.seconds
    body = f'<section id="chapter" epub:type="bodymatter chapter">\n{chr(10).join(blocks)}\n</section>'
    _add(archive, f"EPUB/{stem}.xhtml", _page(entry.title, body, language).encode())
    pars = "\n".join(_pars(clips, page, round(entry.seconds, 3)))
    _add(archive, f"EPUB/{stem}.smil", _SMIL.format(page=f"{stem}.xhtml", pars=pars).encode())
    info = zipfile.ZipInfo(f"EPUB/{page.audio}", _TIME)
    with audio.open("rb") as source, archive.open(info, "w") as file:
        while data := source.read(1 << 20):
            file.write(data)
    return page._replace(n_clips=len(clips))


def _page(title: str, body: str, language: str) -> str:
    return _PAGE.format(title=escape(title), body=body, language=escape(language))


def _element(block: Block, html: str) -> str:
    if block.kind == "break":
        return "<hr/>"
    if block.kind == "heading":
        return f"<h{block.level}>{html}</h{block.level}>"
    if block.kind == "quote":
        return f"<blockquote><p>{html}</p></blockquote>"
    return f"<p>{html}</p>" if block.kind == "paragraph" else f'<p class="{block.kind}">{html}</p>'


def _pars(clips: Sequence[OverlayClip], page: _Page, end: float) -> Iterator[str]:
    """Yield an element for each word. The clips join, so that a reading system plays on without a gap."""
    begins = [0.0, *(clip.start_time for clip in clips[1:]), end]
    for number, clip in enumerate(clips):
        yield (
            f'<par id="p{clip.name}"><text src="{page.stem}.xhtml#{clip.name}"/><audio src="{page.audio}" '
            f'clipBegin="{begins[number]:.3f}s" clipEnd="{begins[number + 1]:.3f}s"/></par>'
        )


def _navigation(pages: Sequence[_Page], language: str) -> str:
    items = "".join(f'<li><a href="{page.stem}.xhtml">{escape(page.entry.title)}</a></li>\n' for page in pages)
    return _page("Contents", f'<nav epub:type="toc" id="toc"><h1>Contents</h1><ol>\n{items}</ol></nav>', language)


def _package(book: Book, pages: Sequence[_Page], language: str) -> str:
    """Return the package: metadata, files and reading order."""
    identifier = uuid.uuid5(uuid.NAMESPACE_URL, digest([page.entry.request for page in pages]))
    total = sum(page.entry.seconds for page in pages)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id">',
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">',
        f'<dc:identifier id="id">urn:uuid:{identifier}</dc:identifier>',
        f"<dc:title>{escape(book.title)}</dc:title>",
        f"<dc:language>{escape(language)}</dc:language>",
        *(f"<dc:creator>{escape(author)}</dc:creator>" for author in book.authors),
        '<meta property="dcterms:modified">1980-01-01T00:00:00Z</meta>',
        f'<meta property="media:duration">{total:.3f}s</meta>',
        *(f'<meta property="media:duration" refines="#o-{p.stem}">{p.entry.seconds:.3f}s</meta>' for p in pages),
        f'<meta property="media:active-class">{ACTIVE}</meta>',
        '<meta property="schema:accessMode">textual</meta>',
        '<meta property="schema:accessMode">auditory</meta>',
        '<meta property="schema:accessibilityFeature">synchronizedAudioText</meta>',
        "</metadata>",
        "<manifest>",
        '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>',
        '<item id="style" href="style.css" media-type="text/css"/>',
    ]
    if book.cover:
        cover = f'href="cover{book.cover.suffix}" media-type="{_MEDIA_TYPES[book.cover.suffix]}"'
        lines.append(f'<item id="cover" {cover} properties="cover-image"/>')
    for page in pages:
        overlay = f' media-overlay="o-{page.stem}"' if page.n_clips else ""
        kind = _MEDIA_TYPES[Path(page.audio).suffix]
        lines.append(f'<item id="{page.stem}" href="{page.stem}.xhtml" media-type="application/xhtml+xml"{overlay}/>')
        lines.append(f'<item id="o-{page.stem}" href="{page.stem}.smil" media-type="application/smil+xml"/>')
        lines.append(f'<item id="a-{page.stem}" href="{page.audio}" media-type="{kind}"/>')
    order = [f'<itemref idref="{page.stem}"/>' for page in pages]
    return "\n".join([*lines, "</manifest>", "<spine>", *order, "</spine>", "</package>", ""])
