"""Test what the page offers beyond speaking a text: files, long texts, links, samples, themes and accessibility."""

from __future__ import annotations

import io
import json
import posixpath
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import soundfile
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect
from serving import Served

from tests.browser import SECONDS, launched, needs_chromium
from tts.voice import DEFAULT

pytestmark = needs_chromium

CONTAINER = '<container xmlns="x"><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
PACKAGE = """<package xmlns="http://www.idpf.org/2007/opf"><manifest>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="b" href="text/two%20b.xhtml" media-type="application/xhtml+xml"/>
<item id="a" href="text/one.xhtml" media-type="application/xhtml+xml"/>
<item id="c" href="text/empty.xhtml" media-type="application/xhtml+xml"/>
<item id="d" href="text/last.xhtml" media-type="application/xhtml+xml"/>
<item id="p" href="cover.png" media-type="image/png"/></manifest>
<spine><itemref idref="p"/><itemref idref="a"/><itemref idref="b"/><itemref idref="c"/><itemref idref="d"/></spine>
</package>"""
NAV = """<html xmlns="http://www.w3.org/1999/xhtml"><body><nav><ol><li><a href="text/one.xhtml#top">The start</a></li>
<li><a href="text/two%20b.xhtml">The <i>middle</i></a></li></ol></nav></body></html>"""
NCX = """<ncx><navMap><navPoint><navLabel><text>Old start</text></navLabel><content src="text/one.xhtml"/></navPoint>
</navMap></ncx>"""
LOCKED = """<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container" xmlns:e="http://www.w3.org/2001/04/xmlenc#">
<e:EncryptedData><e:CipherData><e:CipherReference URI="OEBPS/text/two%20b.xhtml"/></e:CipherData></e:EncryptedData>
</encryption>"""
XHTML = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title/><style>p {{}}</style></head><body>{}</body></html>'
CHAPTERS = {
    "text/one.xhtml": XHTML.format("<h1>One</h1>\n<p>It\n begins.</p><script>no()</script>"),
    "text/two b.xhtml": XHTML.format("<div><p>It goes on, e.g. here.</p></div><ul><li>An item</li></ul>"),
    "text/empty.xhtml": XHTML.format('<img src="a.png"/>'),
    "text/last.xhtml": XHTML.format("<h2>Finis &amp; end</h2><p>It ends.</p>"),
}


def epub(package: str = PACKAGE, **more: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        archive.writestr("META-INF/container.xml", CONTAINER)
        for name, text in {"book.opf": package, "nav.xhtml": NAV, **CHAPTERS, **more}.items():
            archive.writestr(posixpath.normpath(f"OEBPS/{name}"), text)
        archive.comment = b"a comment"
    return data.getvalue()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@contextmanager
def opened(browser: Browser, server: Served) -> Iterator[Page]:
    """Open the page. It logs no error."""
    complaints: list[str] = []
    with browser.new_context() as context:
        page = context.new_page()
        page.set_default_timeout(SECONDS)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if "Security" in message.text else None)
        page.goto(server.url)
        expect(page.locator("#voice option")).to_have_text([DEFAULT, "tiny"], timeout=SECONDS)
        yield page
    assert complaints == []


@pytest.fixture
def page(browser: Browser, server: Served) -> Iterator[Page]:
    with opened(browser, server) as page:
        yield page


@pytest.fixture(scope="module")
def kept(browser: Browser, server: Served) -> Iterator[Page]:
    with opened(browser, server) as page:
        yield page


@pytest.fixture
def reader(kept: Page) -> Page:
    """Give the page that all tests share which only open files: each file replaces what was there."""
    kept.evaluate("for (const name of ['status', 'error']) document.getElementById(name).textContent = ''")
    return kept


def drop(page: Page, name: str, data: bytes) -> None:
    page.evaluate(
        """([name, bytes]) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([new Uint8Array(bytes)], name));
            const event = new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: transfer });
            document.body.dispatchEvent(event);
        }""",
        [name, list(data)],
    )
    expect(page.locator("#status")).to_contain_text(f"{name}: ", timeout=SECONDS)


def titles(page: Page) -> list[str]:
    return page.locator("#chapter option").all_text_contents()


def texts(page: Page) -> list[str]:
    found = []
    for index in range(len(titles(page))):
        if len(titles(page)) > 1:
            page.select_option("#chapter", str(index))
        found.append(page.input_value("#input").strip())
    return found


def spoken(page: Page) -> None:
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-download=wav]")).to_be_enabled(timeout=SECONDS)


def test_an_epub_is_read_by_chapters(page: Page) -> None:
    drop(page, "book.EPUB", epub())
    assert titles(page) == ["The start", "The middle", "Finis & end"]
    assert texts(page) == [
        "One\n\nIt begins.",
        "It goes on, e.g. here.\n\nAn item",
        "Finis & end\n\nIt ends.",
    ]
    page.select_option("#chapter", "2")
    spoken(page)
    assert page.inner_text("#reading").split() == "Finis & end It ends.".split()


def test_an_older_epub_has_its_titles_in_another_file(reader: Page) -> None:
    nav = '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
    ncx = '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>'
    drop(reader, "book.epub", epub(PACKAGE.replace(nav, ncx), **{"toc.ncx": NCX}))
    assert titles(reader) == ["Old start", "Part 2", "Finis & end"]


def test_markdown_html_and_plain_text_are_read(reader: Page) -> None:
    drop(reader, "a.md", b"Before.\n\n# One #\n\ntext\n\n```\n# no title\n```\n\n## Two\n\n* item\n")
    assert titles(reader) == ["a.md", "One", "Two"]
    assert texts(reader)[1:] == ["# One #\n\ntext\n\n```\n# no title\n```", "## Two\n\n* item"]
    html = "<title>T</title><script>no()</script><p>Before.</p><h1>One</h1><p>a <b>b</b></p><table><td>c</td></table>"
    drop(reader, "a.html", html.encode())
    assert titles(reader) == ["T", "One"]
    assert texts(reader) == ["Before.", "One\n\na b\n\nc"]
    drop(reader, "a.txt", "\ufeffPlain é text.\r\nTwo.".encode())
    assert texts(reader) == ["Plain é text.\nTwo."]
    expect(reader.locator("#chapter-row")).to_be_hidden()


ENCODED = "Caf\u00e9 \u201cna\u00efve\u201d."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
def test_files_of_other_programs_keep_their_accents(reader: Page, encoding: str) -> None:
    drop(reader, "a.txt", ENCODED.encode(encoding))
    assert texts(reader) == [ENCODED]
    drop(reader, "b.html", f"<p>{ENCODED}</p>".encode(encoding))
    assert texts(reader) == [ENCODED]


def test_a_page_names_its_encoding(reader: Page) -> None:
    html = '<meta http-equiv="content-type" content="text/html; charset=koi8-r"><p>\u043c\u0438\u0440</p>'
    drop(reader, "a.html", html.encode("koi8-r"))
    assert texts(reader) == ["\u043c\u0438\u0440"]


def test_no_text_of_a_page_is_lost(reader: Page) -> None:
    html = "<body>A <div>b<div>c <i>d</i></div>e</div><p>f<br>g</p><noscript>no</noscript><button>no</button>h</body>"
    drop(reader, "a.html", html.encode())
    assert texts(reader) == ["A\n\nb\n\nc d\n\ne\n\nf g\n\nh"]


def test_underlined_headings_are_chapters_and_metadata_is_left_out(reader: Page) -> None:
    text = "---\r\ntitle: no\r\n---\r\nOne\r\n===\r\n\r\ntext\r\n\r\n- item\r\n---\r\n\r\nTwo\r\n---\r\nmore\r\n"
    drop(reader, "a.md", text.encode())
    assert titles(reader) == ["One", "Two"]
    assert texts(reader) == ["One\n===\n\ntext\n\n- item\n---", "Two\n---\nmore"]


def test_a_file_is_opened_with_a_control(reader: Page, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("From a file.")
    reader.set_input_files("#file", tmp_path / "a.txt")
    expect(reader.locator("#input")).to_have_value("From a file.")


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.pdf", b"%PDF", "a.pdf is not read here: choose a txt, md, html or epub file."),
        ("a.txt", b" \n", "a.txt holds no text."),
        ("a.md", b"", "a.md holds no text."),
        ("a.html", b"<p></p>", "a.html holds no text."),
        ("b.txt", "Hello.".encode("utf-16-le"), "b.txt is no text in UTF-8, or in UTF-16 with a byte order mark."),
        ("a.epub", b"x" * 100, "it is no zip archive"),
        ("c.epub", epub(**{"../META-INF/encryption.xml": LOCKED}), "c.epub is encrypted (DRM)"),
        ("b.epub", epub(PACKAGE.replace("text/one.xhtml", "text/lost.xhtml")), "lacks OEBPS/text/lost.xhtml"),
    ],
)
def test_a_file_that_is_not_read_is_named(reader: Page, tmp_path: Path, name: str, data: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(data)
    reader.set_input_files("#file", tmp_path / name)
    expect(reader.locator("#error")).to_contain_text(message)


def test_a_text_longer_than_a_request_is_spoken_whole(page: Page, server: Served, tmp_path: Path) -> None:
    text = "The first one. The second 😀 is longer.\n\nA paragraph of its own. " + "w" * 70 + " And the end."

    def narrow(route: Route) -> None:
        schema = route.fetch().json()
        schema["components"]["schemas"]["SpeechRequest"]["properties"]["input"]["maxLength"] = 50
        route.fulfill(json=schema)

    sent: list[str] = []
    page.route("**/openapi.json", narrow)
    page.on("request", lambda request: sent.append(request.post_data or "") if "timestamps" in request.url else None)
    page.reload()
    expect(page.locator("#voice option")).to_have_text([DEFAULT, "tiny"], timeout=SECONDS)
    page.fill("#input", text)
    spoken(page)
    parts = [json.loads(body)["input"] for body in sent]
    assert parts[0] == "The first one. The second 😀 is longer.\n\n"
    assert "".join(parts) == text
    assert max(map(len, parts)) <= 50
    assert page.inner_text("#reading").split() == text.split()
    spans = page.locator("#reading span").all_text_contents()
    assert [span for span in spans if not span.startswith("w")][-3:] == ["And", "the", "end"]
    length = sum(heard(server, part) for part in parts)
    for format in ("wav", "srt"):
        with page.expect_download() as download:
            page.click(f"[data-download={format}]")
        download.value.save_as(tmp_path / f"speech.{format}")
    assert soundfile.info(tmp_path / "speech.wav").duration == pytest.approx(length, abs=0.01)
    subtitles = (tmp_path / "speech.srt").read_text()
    numbers = [int(number) for number in re.findall(r"^(\d+)$", subtitles, re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))
    ends = [
        float(m) * 60 + float(s) + float(ms) / 1000 for m, s, ms in re.findall(r"> 00:(\d+):(\d+),(\d+)", subtitles)
    ]
    assert ends == sorted(ends)
    assert ends[-1] == pytest.approx(length, abs=1.0)  # the last subtitle stays until it can be read


def heard(server: Served, text: str) -> float:
    answer = httpx.post(f"{server.url}/v1/audio/speech", json={"input": text, "response_format": "flac"}, timeout=60)
    return float(soundfile.info(io.BytesIO(answer.content)).duration)


def test_a_link_holds_text_and_settings(page: Page, browser: Browser, server: Served) -> None:
    page.fill("#input", "Shared & “kept” 100 %.\nTwo.")
    page.select_option("#voice", "tiny")
    page.locator("#speed").fill("1.5")
    page.locator("#seed").fill("7")
    page.click("#share")
    expect(page.locator("#status")).to_contain_text("link")
    asked: list[str] = []
    with browser.new_context() as context:
        other = context.new_page()
        other.on("request", lambda request: asked.append(request.url))
        other.goto(page.url)
        expect(other.locator("#voice")).to_have_value("tiny", timeout=SECONDS)
        values = [other.input_value(f"#{name}") for name in ("input", "speed", "pitch", "seed")]
        assert values == ["Shared & “kept” 100 %.\nTwo.", "1.5", "0", "7"]
        expect(other.locator("output[for=speed]")).to_have_text("1.50 ×")
    assert not [url for url in asked if "Shared" in url.split("#")[0]]  # the server does not learn it
    page.goto("about:blank")
    page.goto(f"{server.url}/#voice=nobody&speed=9&unknown=1")
    expect(page.locator("#voice")).to_have_value(DEFAULT)
    expect(page.locator("#speed")).to_have_value("2")


def test_each_voice_has_a_sample(page: Page) -> None:
    for name in ("tiny", DEFAULT):
        page.select_option("#voice", name)
        with page.expect_response("**/v1/audio/speech") as answer:
            page.click("#sample")
        assert answer.value.headers["x-voice"] == name
        expect(page.locator("#sample")).to_have_attribute("data-played", name)
    expect(page.locator("#error")).to_be_hidden()


def test_the_theme_follows_the_system_until_it_is_chosen(page: Page) -> None:
    def expect_theme(name: str) -> None:
        expect(page.locator("html")).to_have_attribute("data-theme", name)

    page.emulate_media(color_scheme="dark")
    expect_theme("dark")
    page.emulate_media(color_scheme="light")
    expect_theme("light")
    page.click("#theme")
    expect(page.locator("#theme")).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect_theme("dark")
    page.click("#theme")
    expect_theme("light")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_fault(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    drop(page, "book.epub", epub())
    page.fill("#input", "Hello 你好. It cost $5. ")
    spoken(page)
    page.click("summary")
    page.evaluate("document.getElementById('key-row').hidden = false")
    page.evaluate("document.getElementById('error').hidden = false")
    page.evaluate("document.getElementById('error').textContent = 'An error.'")
    expect(page.locator("#play")).to_have_attribute("aria-label", "Play", timeout=SECONDS)  # no word is marked
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


def test_everything_is_reached_with_the_keyboard(page: Page) -> None:
    page.fill("#input", "Hello.")
    spoken(page)
    reached = set()
    for _ in range(30):  # more than there are, so that it comes around
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id || document.activeElement.dataset.download || ''"))
    wanted = "theme file input voice sample speed pitch seed speak share play wav mp3 srt picture reading".split()
    assert [name for name in wanted if name not in reached] == []
