"""Odd books, as they are found: other encodings, names of files for descriptions, endless paragraphs, bare notes."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.books import epubs
from tests.books.test_read import read, texts
from tts.books import pieces
from tts.books.book import Block, Chapter, to_text
from tts.books.decoding import decode
from tts.books.pieces import MOST_WORDS, cut_chapter
from tts.books.read import read_book
from tts.books.tokens import tokens

PAGE = '<?xml version="1.0" encoding="{}"?><html><body><p>“Café”</p></body></html>'


@pytest.mark.parametrize(
    ("written", "declared"),
    [
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16"),
        ("utf-16-be", "utf-16"),
        ("utf-8", "utf-16"),
        ("utf-8-sig", "utf-8"),
        ("cp1252", "iso-8859-1"),
        ("cp1252", "windows-1252"),
        ("cp1252", "utf-8"),
        ("utf-8", "no-such-encoding"),
        ("utf-8", "rot13"),
        ("utf-8", "punycode"),
    ],
)
def test_a_document_is_read_as_it_is_written(written: str, declared: str) -> None:
    page = PAGE.format(declared)
    assert decode(page.encode(written), "a.xhtml") == page


def test_encodings_of_html_and_of_other_scripts() -> None:
    for declaration in ('<meta charset="{}">', "<meta http-equiv=Content-Type content='text/html; charset={}'>"):
        page = f"<html><head>{declaration.format('koi8-r')}</head>Мир"
        assert decode(page.encode("koi8-r"), "a.html") == page


@pytest.mark.parametrize(
    ("data", "text", "warning"),
    [
        (b"\x93It\x92s a caf\xe9\x94\x97yes.", "“It’s a café”—yes.", "is not UTF-8, and read as Windows-1252"),
        ("“It’s a café”—yes.".encode() + b"\xff", "“It’s a café”—yes.", "has bytes that are not UTF-8, and left out"),
        ("Café".encode(), "Café", None),
    ],
)
def test_bytes_that_are_not_utf_8(
    data: bytes, text: str, warning: str | None, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Old texts are Windows-1252, with dashes and quotation marks. One bad byte makes no text of UTF-8 such a text."""
    (tmp_path / "a.txt").write_bytes(data)
    assert texts(read_book(tmp_path / "a.txt").chapters[0]) == [text]
    assert len(caplog.messages) == (warning is not None)
    assert all(f"a.txt {warning}" in message for message in caplog.messages)


def test_no_declared_encoding_takes_quadratic_time() -> None:
    data = b"<?xml version='1.0' encoding='punycode'?>" + b"a" * 300_000 + b"-" + b"b" * 300_000
    start = time.process_time()
    assert len(decode(data, "a.xhtml")) == len(data)
    assert time.process_time() - start < 2


def test_the_contents_of_an_epub_are_decoded_as_its_documents_are(tmp_path: Path) -> None:
    contents = epubs.nav(("one.xhtml", "Café")).replace("utf-8", "iso-8859-1").encode("latin-1")
    book = read_book(epubs.tiny(tmp_path / "a.epub", **{"nav.xhtml": contents}))
    assert [chapter.title for chapter in book.chapters] == ["Copyright by nobody.", "Café"]


@pytest.mark.parametrize(
    ("picture", "heard"),
    [
        ('<img src="a.jpg" alt="A cat">', ["A cat"]),
        ('<img src="a.jpg" aria-label="A dog">', ["A dog"]),
        ('<img src="a.jpg" alt="images/cover_01.JPG">', []),
        ('<img src="a.jpg" alt="A view of node.js and a.jpg">', ["A view of node.js and a.jpg"]),
        ('<img src="a.jpg" alt="">', []),
    ],
)
def test_a_description_is_heard_and_the_name_of_a_file_is_not(picture: str, heard: list[str], tmp_path: Path) -> None:
    assert read(tmp_path, "a.html", f"<p>{picture}</p><p>Text.") == {(heard or ["Text."])[0]: [*heard, "Text."]}


def test_empty_cells_have_no_commas(tmp_path: Path) -> None:
    rows = "<tr><td>a<td><td>c</tr><tr><td>d<td></tr><tr><td><td>e</tr>"
    assert read(tmp_path, "a.html", f"<table>{rows}</table>") == {"a, c": ["a, c", "d", "e"]}


def test_markdown_that_is_struck_out(tmp_path: Path) -> None:
    assert read(tmp_path, "a.md", "Not ~~one~~ two.") == {"Not one two.": ["Not one two."]}


@pytest.mark.parametrize("read_notes", [True, False])
def test_a_chapter_of_notes_is_left_out_when_they_are_read_elsewhere(read_notes: bool, tmp_path: Path) -> None:
    """EPUB 2 has a document of notes in its reading order and in its contents."""
    files = {
        "content.opf": epubs.package(["one.html", "notes.html"], version=2),
        "toc.ncx": epubs.ncx(("one.html", "One"), ("notes.html", "Notes")),
        "one.html": epubs.page('<h1>One</h1><p>Text.<a id="r" href="notes.html#n"><sup>1</sup></a></p>'),
        "notes.html": epubs.page('<h1>Notes</h1><p id="n"><a href="one.html#r">1.</a> A note.</p>'),
    }
    book = read_book(epubs.write(tmp_path / "a.epub", files), read_notes=read_notes)
    notes = ["Notes", "Note 1. A note."] if read_notes else []
    assert {chapter.title: texts(chapter) for chapter in book.chapters} == {"One": ["One", "Text.", *notes]}
    files["notes.html"] = files["notes.html"].replace("</body>", "<p>Thanks to all.</p></body>")
    book = read_book(epubs.write(tmp_path / "b.epub", files), read_notes=read_notes)
    assert texts(book.chapters[1]) == ["Notes", "Thanks to all."]


def parts(html: str) -> list[Block]:
    chapter = Chapter(1, "Long", [Block("paragraph", html), Block("paragraph", "The end.")])
    cut = [*cut_chapter(chapter)]
    assert [piece.ends_chapter for piece in cut] == [False] * (len(cut) - 1) + [True]
    assert sum(piece.n_words for piece in cut) == chapter.n_words
    return [block for piece in cut for block in piece.blocks]


def test_an_endless_paragraph_is_cut_after_sentences() -> None:
    sentences = [f"This is “sentence” number {number}, which is long &amp; dull." for number in range(1000)]
    blocks = parts(" ".join(sentences))
    assert " ".join(block.html for block in blocks) == " ".join([*sentences, "The end."])
    assert len(blocks) == 8
    assert all(block.html.endswith(".") and block.kind == "paragraph" for block in blocks)


def test_the_parts_of_a_paragraph_are_well_formed() -> None:
    html = 'Start <span class="em">one<br/>' + "two <em>three</em>. " * 4000 + "</span> end"
    blocks = parts(html)
    assert len(blocks) > 4
    for block in blocks:
        opened = list[str]()
        for tag in (token for token in tokens(block.html) if not isinstance(token, str)):
            if tag.is_end:
                assert opened.pop() == tag.name
            elif tag.name != "br":
                opened.append(tag.name)
        assert opened == []
    assert blocks[1].html.startswith('<span class="em">two')
    heard = " ".join(to_text(block.html) for block in blocks)
    assert heard.split() == [*to_text(html).split(), "The", "end."]


def test_a_paragraph_without_sentences_is_cut_too(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [len(block.html.split()) for block in parts("word " * 4500)] == [2000, 2000, 500, 2]
    assert len(parts("word " * (MOST_WORDS + 400))) == 2  # somewhat longer is whole
    monkeypatch.setattr(pieces, "MOST_WORDS", 10)
    assert len(parts("word " * 400)) == 2
