"""Books of every format become the chapters that a listener expects."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.books import epubs
from tts.books.book import Chapter, to_text
from tts.books.read import read_book
from tts.books.selection import select_chapters, without_licence
from tts.errors import BookError, ConfigError, StorageError


def texts(chapter: Chapter) -> list[str]:
    return [to_text(block.html) if block.html else f"<{block.kind}>" for block in chapter.blocks]


def read(path: Path, name: str, text: str, **options: bool) -> dict[str, list[str]]:
    """Read a text, and return its chapters."""
    (path / name).write_text(text, encoding="utf-8")
    return {chapter.title: texts(chapter) for chapter in read_book(path / name, **options).chapters}


def test_epub_3(tmp_path: Path) -> None:
    book = read_book(epubs.tiny(tmp_path / "a.epub"))
    assert (book.title, book.authors, book.language) == ("A Tiny Book", ("Ann Author",), "en-GB")
    assert book.cover is not None
    assert book.cover == (epubs.picture(), ".jpg")
    assert [(chapter.number, chapter.title) for chapter in book.chapters] == [
        (1, "Copyright"),
        (2, "Chapter the First"),
        (3, "Second"),
    ]
    assert texts(book.chapters[1]) == [
        "Chapter the First",
        "It was a dark night. Rain fell, hard.",
        "“Who is there?” he asked.",
        "<break>",
        "No answer & no picture of a cat.",
        "Notes",
        "Note 1. It was very dark.",
    ]
    assert [block.kind for block in book.chapters[1].blocks[-2:]] == ["heading", "note"]
    assert book.chapters[1].blocks[1].html == "It was a dark night. Rain fell, <em>hard</em>."


def test_notes_and_licences_are_left_out_when_asked(tmp_path: Path) -> None:
    path = epubs.tiny(tmp_path / "a.epub")
    silent = read_book(path, read_notes=False)
    assert texts(silent.chapters[1])[-1] == "No answer & no picture of a cat."
    assert [chapter.title for chapter in without_licence(silent).chapters] == ["Chapter the First", "Second"]
    assert [chapter.number for chapter in without_licence(silent).chapters] == [1, 2]
    only = epubs.tiny(tmp_path / "b.epub", **{"one.xhtml": epubs.page(""), "two.xhtml": epubs.page("")})
    with pytest.raises(BookError, match="nothing but its licence: read it without --skip licence"):
        without_licence(read_book(only))


def test_epub_2(tmp_path: Path) -> None:
    """Chapters are inside one document, the contents are a page of links, and notes have no types."""
    links = "".join(f'<p><a href="one.html#c{n}">Chapter {n}</a></p>' for n in (1, 2, 3))
    body = (
        f"<h2>CONTENTS</h2>{links}<h2 id='c1'>I</h2><p>First.<sup><a id='r1' href='#f1'>[1]</a></sup> Go on.</p>"
        "<h2 id='c2'>II</h2><p><span class='pagenum'>[Pg 12]</span>Second.</p>"
        "<p id='f1'><a href='#r1'>[1]</a> A note.</p>"
    )
    package = epubs.package(
        ["cover.html", "one.html", "more.html"],
        version=2,
        more='<item id="pic" href="p.png" media-type="image/png"/>',
        metadata='<meta name="cover" content="pic"/>',
        guide='<guide><reference type="cover" href="cover.html"/></guide>',
    )
    files = {
        "content.opf": package,
        "toc.ncx": epubs.ncx(("one.html#c1", "One &amp; only"), ("one.html#c2", "Two")),
        "cover.html": epubs.page("<p>Cover</p>"),
        "one.html": epubs.page(body),
        "more.html": epubs.page("<p>It goes on in another file.</p>"),
        "p.png": b"\x89PNG\r\n\x1a\n....",
    }
    book = read_book(epubs.write(tmp_path / "a.epub", files))
    assert {chapter.title: texts(chapter) for chapter in book.chapters} == {
        "One & only": ["I", "First. Go on.", "Notes", "Note 1. A note."],
        "Two": ["II", "Second.", "It goes on in another file."],
    }
    assert book.cover is not None
    assert book.cover.suffix == ".png"
    assert book.authors == ("Ann Author", "Ted Translator")


def test_without_contents_each_document_is_a_chapter(tmp_path: Path) -> None:
    files = {"nav.xhtml": epubs.page(""), "front.xhtml": epubs.page("<p>Some words to begin with.</p>")}
    book = read_book(epubs.tiny(tmp_path / "a.epub", **files))
    assert [chapter.title for chapter in book.chapters] == ["Some words to begin with.", "Chapter the First", "Second"]


def test_a_note_is_read_once_and_a_note_without_reference_stays(tmp_path: Path) -> None:
    twice = '<p>a<a epub:type="noteref" href="#n">1</a></p><p>b<a epub:type="noteref" href="#n">1</a></p>'
    notes = '<aside epub:type="footnote" id="n"><p>One.</p><p>More.</p></aside><aside epub:type="footnote">Two.</aside>'
    assert read(tmp_path, "a.html", f"<html><body>{twice}{notes}</body></html>") == {
        "a": ["a", "b", "Notes", "Note 1. One.", "More.", "Note 2. Two."]
    }


def test_html(tmp_path: Path) -> None:
    source = (
        "<!DOCTYPE html><html lang=en><head><title>Title</title><meta name=author content='Me'><style>p{}</style>"
        "</head><body><nav>Home</nav><h1>Title</h1><p>Before.<h2>One</h2><ol start=3><li>c<li>d</ol><script>x</script>"
        "<table><tr><td>a <td>b</tr></table><p hidden>no</p><p style='display:none'>no</p><p>a &lt; b, 10<sup>2</sup>"
        "<h2>Two</h2><blockquote><p>Quoted.</p></blockquote><pre>Roses\nare red</pre><p>* * *<p>End</body></html>"
    )
    assert read(tmp_path, "a.html", source) == {
        "Title": ["Title", "Before."],
        "One": ["One", "3. c", "4. d", "a, b", "a < b, 102"],
        "Two": ["Two", "Quoted.", "Roses", "are red", "<break>", "End"],
    }
    book = read_book(tmp_path / "a.html")
    assert (book.title, book.authors) == ("Title", ("Me",))
    assert book.chapters[1].blocks[-1].html == "a &lt; b, 10<sup>2</sup>"


def test_a_title_without_a_head_is_the_title_of_the_book(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<title>A  page</title><p>Hello.<title>No title</title>", encoding="utf-8")
    book = read_book(tmp_path / "a.html")
    assert book.title == "A page"
    assert "No title" not in str(book.chapters)


def test_lost_documents_are_named_in_one_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    lost = [f"lost{number}.xhtml" for number in range(5)]
    package = epubs.package(["one.xhtml", *lost])
    book = read_book(epubs.tiny(tmp_path / "a.epub", **{"content.opf": package}))
    assert book.chapters
    shown = "'OEBPS/lost0.xhtml', 'OEBPS/lost1.xhtml', 'OEBPS/lost2.xhtml' and 2 more"
    assert caplog.messages == [f"the book lists {shown}, not in the archive, and left out: get the book again"]


def test_markdown(tmp_path: Path) -> None:
    source = (
        "---\ntitle: 'My Book'\nauthor: Me\n---\n# Part One\n\n## One\n\nA *b*.[^1]\n\n- x\n- y\n\n## Two\n\nC.\n\n"
        "# Part Two\n\n## Three\n\nD.\n\n[^1]: A note\n    goes on.\n"
    )
    assert read(tmp_path, "a.md", source) == {
        "Part One": ["Part One"],
        "One": ["One", "A b.", "x", "y", "Notes", "Note 1. A note goes on."],
        "Two": ["Two", "C."],
        "Part Two": ["Part Two"],
        "Three": ["Three", "D."],
    }
    assert read_book(tmp_path / "a.md").title == "My Book"
    assert "Note 1. A note goes on." not in read(tmp_path, "a.md", source, read_notes=False)["One"]


def test_text(tmp_path: Path) -> None:
    source = (
        "The Project Gutenberg eBook of Tales\r\n\r\nTitle: Tales\r\nAuthor: Some One\r\n\r\n"
        "*** START OF THE PROJECT GUTENBERG EBOOK TALES ***\r\n\r\nTALES\r\n\r\nCHAPTER I.\r\nThe Start\r\n\r\n"
        "Chapter one was long ago, and the second\r\nline goes on.\r\n\r\n* * *\r\n\r\nMore <b>.\r\n\r\n"
        "Chapter Two\r\n\r\nText.\r\n\r\nEpilogue\r\n\r\nBye.\r\n\r\n"
        "*** END OF THE PROJECT GUTENBERG EBOOK TALES ***\r\n\r\nLicence.\r\n"
    )
    (tmp_path / "a.txt").write_text(source, encoding="utf-8", newline="")
    book = read_book(tmp_path / "a.txt")
    assert (book.title, book.authors) == ("Tales", ("Some One",))
    assert [chapter.title for chapter in book.chapters[1:]] == ["CHAPTER I. The Start", "Chapter Two", "Epilogue"]
    short = without_licence(book)
    assert {chapter.title: texts(chapter) for chapter in short.chapters[1:]} == {
        "CHAPTER I. The Start": [
            "CHAPTER I. The Start",
            "Chapter one was long ago, and the second line goes on.",
            "<break>",
            "More <b>.",
        ],
        "Chapter Two": ["Chapter Two", "Text."],
        "Epilogue": ["Epilogue", "Bye."],
    }
    assert texts(short.chapters[0]) == ["TALES"]


@pytest.mark.parametrize(
    "line",
    [
        "Chapter and verse were quoted.",
        "Part of it, however,",
        "Section two,",
        "Act 2 was, as he said, the best?",
        "I am.",
    ],
)
def test_sentences_are_no_headings(line: str, tmp_path: Path) -> None:
    assert list(read(tmp_path, "a.txt", f"Chapter 1\n\nText.\n\n{line}\n\nChapter 2\n\nText.")) == [
        "Chapter 1",
        "Chapter 2",
    ]


@pytest.mark.parametrize(
    ("ranges", "numbers"), [(None, [1, 2, 3]), ("2", [2]), ("2-3", [2, 3]), ("2-", [2, 3]), ("3, 1", [1, 3])]
)
def test_chapters_are_chosen(ranges: str | None, numbers: list[int], tmp_path: Path) -> None:
    book = select_chapters(read_book(epubs.tiny(tmp_path / "a.epub")), ranges)
    assert [chapter.number for chapter in book.chapters] == numbers


@pytest.mark.parametrize("ranges", ["4", "0", "3-2", "x", "", "1-2-3", "-2"])
def test_a_bad_choice_says_which_there_are(ranges: str, tmp_path: Path) -> None:
    book = read_book(epubs.tiny(tmp_path / "a.epub"))
    with pytest.raises(ConfigError, match=r"the book has chapters 1 to 3|write numbers and ranges"):
        select_chapters(book, ranges)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.pdf", b"%PDF-1.7", r"is a PDF, .*: convert it to text, as with 'pdftotext a\.pdf a\.txt'"),
        ("a.mobi", b"BOOKMOBI", r"convert it to EPUB, as with Calibre's 'ebook-convert a\.mobi a\.epub'"),
        ("a.docx", b"PK\3\4", r"convert it to EPUB"),
        ("a.rtf", b"{\\rtf1", r"is RTF: convert"),
        ("a.bin", b"\0\1\2", r"is not a text: convert"),
        ("a.txt", b"  \n", r"has no text to read"),
    ],
)
def test_other_formats_are_refused_with_a_remedy(name: str, data: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(BookError, match=message):
        read_book(tmp_path / name)


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="no such file"):
        read_book(tmp_path / "a.epub")
    with pytest.raises(StorageError, match="is a folder"):
        read_book(tmp_path)
