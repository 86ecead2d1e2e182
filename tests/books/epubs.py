"""Write tiny EPUBs, well-formed and hostile."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from PIL import Image

CONTAINER = (
    '<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="{}" media-type="application/oebps-package+xml"/></rootfiles></container>'
)


def page(body: str, title: str = "Page", head: str = "") -> str:
    """Return a document of EPUB 3."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml" '
        f'xmlns:epub="http://www.idpf.org/2007/ops"><head><title>{title}</title>{head}</head><body>{body}</body></html>'
    )


def nav(*entries: tuple[str, str]) -> str:
    """Return the navigation document of EPUB 3."""
    items = "".join(f'<li><a href="{href}">{title}</a></li>' for href, title in entries)
    pages = '<nav epub:type="page-list" hidden=""><ol><li><a href="one.xhtml#p9">9</a></li></ol></nav>'
    return page(f'<nav epub:type="toc"><h1>Contents</h1><ol>{items}</ol></nav>{pages}')


def ncx(*entries: tuple[str, str]) -> str:
    """Return the navigation of EPUB 2."""
    points = "".join(
        f'<navPoint id="n{n}" playOrder="{n}"><navLabel><text>{title}</text></navLabel>'
        f'<content src="{href}"/></navPoint>'
        for n, (href, title) in enumerate(entries, 1)
    )
    doctype = '<!DOCTYPE ncx PUBLIC "-//NISO//DTD ncx 2005-1//EN" "http://www.daisy.org/z3986/2005/ncx-2005-1.dtd">'
    return f'<?xml version="1.0"?>{doctype}<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap>{points}</navMap></ncx>'


def picture() -> bytes:
    """Return a small JPEG."""
    data = io.BytesIO()
    Image.new("RGB", (30, 40), (180, 20, 20)).save(data, "JPEG")
    return data.getvalue()


def package(spine: Sequence[str], version: int = 3, more: str = "", metadata: str = "", guide: str = "") -> str:
    """Return the package of a book whose documents are `spine`; "-" before a name says that it is not linear."""
    names = [name.lstrip("-") for name in spine]
    items = "".join(f'<item id="d{n}" href="{x}" media-type="application/xhtml+xml"/>' for n, x in enumerate(names))
    linear = {True: 'linear="no"', False: ""}
    order = "".join(f'<itemref idref="d{n}" {linear[name.startswith("-")]}/>' for n, name in enumerate(spine))
    contents = (
        '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
        if version == 3
        else '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>'
    )
    spine_tag = "<spine>" if version == 3 else '<spine toc="ncx">'
    return (
        '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" '
        f'version="{version}.0" unique-identifier="i"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:opf="http://www.idpf.org/2007/opf">'
        '<dc:identifier id="i">urn:x:1</dc:identifier><dc:title>A Tiny Book</dc:title><dc:language>en-GB</dc:language>'
        f'<dc:creator id="a">Ann Author</dc:creator><dc:creator id="b">Ted Translator</dc:creator>{metadata}</metadata>'
        f"<manifest>{contents}{items}{more}</manifest>{spine_tag}{order}</spine>{guide}</package>"
    )


def write(path: Path, files: Mapping[str, str | bytes], base: str = "OEBPS/") -> Path:
    """Write an EPUB. Names in META-INF stay, the others are in the folder `base`."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), "application/epub+zip")
        if "META-INF/container.xml" not in files:
            archive.writestr("META-INF/container.xml", CONTAINER.format(f"{base}content.opf"))
        for name, content in files.items():
            archive.writestr(name if name.startswith("META-INF") else base + name, content)
    return path


ONE = page(
    '<h1 id="top">Chapter the <i>First</i></h1><p>It was a dark night.'
    '<a epub:type="noteref" href="notes.xhtml#n1">1</a> Rain fell, <em>hard</em>.'
    '<span epub:type="pagebreak" id="p9" title="9">9</span></p>'
    '<p>“Who is there?” he asked.</p><hr/><p>No answer &amp; no <img src="cat.png" alt="picture of a cat"/>.</p>'
)
TWO = page("<h1>Second</h1><p>The end, at 5 p.m.</p>")
NOTES = page(
    '<section epub:type="endnotes"><h1>Notes</h1><ol><li id="n1" epub:type="endnote"><p>It was <b>very</b> dark. '
    '<a href="one.xhtml#top" role="doc-backlink">↩</a></p></li></ol></section>'
)
TEXT = page("<p>Copyright by nobody.</p>")


def tiny(path: Path, **files: str | bytes) -> Path:
    """Write a book of two chapters with a cover, a note and a page of copyright. files: to add or to replace."""
    more = '<item id="c" href="cover.jpg" media-type="image/jpeg" properties="cover-image"/>'
    role = '<meta refines="#b" property="role">trl</meta>'
    content: dict[str, str | bytes] = {
        "content.opf": package(["front.xhtml", "one.xhtml", "two.xhtml", "-notes.xhtml"], more=more, metadata=role),
        "nav.xhtml": nav(("front.xhtml", "Copyright"), ("one.xhtml#top", "Chapter the First"), ("two.xhtml", "Second")),
        "cover.jpg": picture(),
        "front.xhtml": page('<section epub:type="copyright-page"><p>Copyright by nobody.</p></section>'),
        "one.xhtml": ONE,
        "two.xhtml": TWO,
        "notes.xhtml": NOTES,
    }
    return write(path, content | files)
