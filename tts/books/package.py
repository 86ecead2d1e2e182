"""Read what an EPUB says about itself: title, authors, language, cover, reading order and table of contents."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.etree.ElementTree import Element

from tts.books.archive import LARGEST_INDEX, EpubArchive, protected, resolve
from tts.books.decoding import decode
from tts.books.elements import types
from tts.books.safe_xml import parse_xml, text_of
from tts.books.tokens import tokens
from tts.errors import BookError

logger = logging.getLogger(__name__)

CONTAINER, ENCRYPTION = "META-INF/container.xml", "META-INF/encryption.xml"
_FONT_SCRAMBLING = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_DOCUMENTS = ("application/xhtml+xml", "text/html", "text/x-oeb1-document", "application/x-dtbook+xml")
_DEEPEST_ENTRY = 2  # of the table of contents: parts and chapters, without the sections of chapters


class ContentsEntry(NamedTuple):
    """A line of the table of contents."""

    title: str
    path: str
    fragment: str


class Item(NamedTuple):
    """A file of the book."""

    path: str
    media_type: str
    properties: frozenset[str]


@dataclass
class Package:
    """What an EPUB says about itself."""

    title: str = ""
    authors: tuple[str, ...] = ()
    language: str = ""
    cover: str = ""
    """Path of the picture, or ""."""
    documents: list[str] = field(default_factory=list)
    """Paths in reading order."""
    auxiliary: list[str] = field(default_factory=list)
    """Paths of documents outside the reading order, which may hold notes."""
    contents: list[ContentsEntry] = field(default_factory=list)


def read_package(archive: EpubArchive) -> Package:
    """Read the package of an EPUB. Raises BookError for a book that is damaged or encrypted."""
    _refuse_encryption(archive)
    path = _package_path(archive)
    root = parse_xml(archive.read(path, LARGEST_INDEX), path)
    items = _items(root, path)
    package = Package()
    _read_metadata(root, package)
    _read_cover(root, items, package)
    _read_order(root, items, package)
    package.contents = _contents(archive, root, items, path)
    if not package.documents:
        raise BookError(f"{archive.name!r} lists no document to read: get the book again")
    return package


def _refuse_encryption(archive: EpubArchive) -> None:
    if ENCRYPTION not in archive.paths:
        return
    root = parse_xml(archive.read(ENCRYPTION, LARGEST_INDEX), ENCRYPTION)
    methods = {method.get("Algorithm") for method in root.iter("EncryptionMethod")}
    if not methods or methods - set(_FONT_SCRAMBLING):
        raise protected(archive.name)


def _package_path(archive: EpubArchive) -> str:
    if CONTAINER not in archive.paths:
        raise BookError(f"{archive.name!r} is a zip archive, but no EPUB: it has no {CONTAINER}")
    root = parse_xml(archive.read(CONTAINER, LARGEST_INDEX), CONTAINER)
    path = next((place.get("full-path", "") for place in root.iter("rootfile")), "")
    resolved, _ = resolve("", path)
    if not resolved:
        raise BookError(f"{archive.name!r} names {path!r} as its package, outside the archive: do not trust this file")
    return resolved


def _items(root: Element, base: str) -> dict[str, Item]:
    """Return the files by their identifiers. Files outside the archive are left out: those with a text are named."""
    items, outside = dict[str, Item](), list[str]()
    for element in root.iter("item"):
        href, media_type = element.get("href", ""), element.get("media-type", "")
        path, _ = resolve(base, href)
        if path:
            items[element.get("id", "")] = Item(path, media_type, frozenset(element.get("properties", "").split()))
        elif media_type in _DOCUMENTS:
            outside.append(href)
    warn_of_files(outside, "outside the archive, and left out: do not trust this file")
    return items


def warn_of_files(names: Sequence[str], fault: str) -> None:
    """Log in one line that files of the book have a fault, the first three by name."""
    if names:
        more = f" and {len(names) - 3:,} more" if len(names) > 3 else ""
        shown = ", ".join(repr(name[:80]) for name in names[:3])
        logger.warning("the book lists %s%s, %s", shown, more, fault)


def _read_metadata(root: Element, package: Package) -> None:
    titles = [text_of(title) for title in root.iter("title")]
    package.title = next(filter(None, titles), "")
    package.language = text_of(next(root.iter("language"), None))
    roles = {
        meta.get("refines", "").removeprefix("#"): text_of(meta)
        for meta in root.iter("meta")
        if meta.get("property") == "role"
    }
    creators = [
        (text_of(creator), creator.get("role") or roles.get(creator.get("id", ""), "aut"))
        for creator in root.iter("creator")
    ]
    authors = [name for name, role in creators if name and role == "aut"]
    package.authors = tuple(dict.fromkeys(authors or [name for name, _ in creators if name]))


def _read_cover(root: Element, items: dict[str, Item], package: Package) -> None:
    named = [meta.get("content", "") for meta in root.iter("meta") if meta.get("name") == "cover"]
    covers = [item for item in items.values() if "cover-image" in item.properties]
    covers += [items[name] for name in named if name in items]
    package.cover = next((item.path for item in covers if item.media_type.startswith("image/")), "")


def _read_order(root: Element, items: dict[str, Item], package: Package) -> None:
    seen = set[str]()
    skipped = {
        resolve("", reference.get("href", ""))[0].rpartition("/")[2]
        for reference in root.iter("reference")
        if reference.get("type") in ("toc", "cover")
    }
    for reference in root.iter("itemref"):
        item = items.get(reference.get("idref", ""))
        if item is None or item.path in seen or item.media_type not in _DOCUMENTS or "nav" in item.properties:
            continue
        seen.add(item.path)
        is_read = reference.get("linear") != "no" and item.path.rpartition("/")[2] not in skipped
        (package.documents if is_read else package.auxiliary).append(item.path)


def _contents(archive: EpubArchive, root: Element, items: dict[str, Item], base: str) -> list[ContentsEntry]:
    """Read the table of contents: of EPUB 3 if there is one, else of EPUB 2."""
    navigation = next((item for item in items.values() if "nav" in item.properties), None)
    if navigation and navigation.path in archive.paths:
        source = decode(archive.read(navigation.path, LARGEST_INDEX), navigation.path)
        if entries := _navigation(source, navigation.path):
            return entries
    spine = next(root.iter("spine"), None)
    toc = items.get(spine.get("toc", "")) if spine is not None else None
    toc = toc or next((item for item in items.values() if item.media_type == "application/x-dtbncx+xml"), None)
    if toc is None or toc.path not in archive.paths:
        return []
    return list(_points(parse_xml(archive.read(toc.path, LARGEST_INDEX), toc.path).find("navMap"), toc.path, 1))


def _navigation(source: str, base: str) -> list[ContentsEntry]:
    """Read the links of the element nav that is the table of contents."""
    entries, href, title, depth = list[ContentsEntry](), None, "", 0
    in_contents = False
    for token in tokens(source):
        if isinstance(token, str):
            title += token
        elif token.name == "nav":
            kinds = types(token.attributes())
            in_contents = not token.is_end and bool(kinds & {"toc", "doc-toc"})
            depth = 0
        elif not in_contents:
            continue
        elif token.name == "ol":
            depth += -1 if token.is_end else 1
        elif token.name == "a" and not token.is_end:
            href, title = token.attributes().get("href"), ""
        elif token.name == "a" and href and depth <= _DEEPEST_ENTRY:
            entries.append(ContentsEntry(" ".join(title.split()), *resolve(base, href)))
            href = None
    return entries


def _points(element: Element | None, base: str, depth: int) -> list[ContentsEntry]:
    """Read the points of a map of EPUB 2 in order."""
    entries = list[ContentsEntry]()
    if element is None or depth > _DEEPEST_ENTRY:
        return entries
    for point in element.findall("navPoint"):
        content = point.find("content")
        if content is not None:
            entries.append(ContentsEntry(text_of(point.find("navLabel")), *resolve(base, content.get("src", ""))))
        entries += _points(point, base, depth + 1)
    return entries
