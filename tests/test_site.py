"""Build the documentation and open every local link of every page: pages, anchors, pictures and sounds."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser import SECONDS, launched, needs_chromium
from tests.pages import files, served

REPOSITORY = Path(__file__).parents[1]
TARGETS = ("href", "src", "data", "poster", "action")
PATIENCE = 4 * SECONDS
EXTERNAL = ("http", "https", "mailto")
NOT_FOUND = "404.html"
"""MkDocs writes the links of this page from the root of a server, because it is shown at any address."""


class Links(HTMLParser):
    """The targets and the anchors of a page, and the parts that a browser fetches by itself."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.targets: set[str] = set()
        self.anchors: set[str] = set()
        self.fetched: set[str] = set()
        self.sounds: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.anchors |= {values[name] for name in ("id", "name") if name in values}
        found = {values[name] for name in TARGETS if name in values}
        self.targets |= found
        if tag != "a" and values.get("rel") not in ("next", "prev", "canonical"):
            self.fetched |= found
        if tag in ("audio", "source"):
            self.sounds |= found


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Links]:
    return {path: Links(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html"))}


@pytest.fixture(scope="module")
def opened(site: Path) -> Iterator[tuple[Page, str]]:
    """A page of a browser, and the address of the site on a server of files."""
    with served(files(site)) as address, launched() as browser:
        page = browser.new_page()
        page.set_default_timeout(PATIENCE)
        yield page, address


def broken(page: Path, links: Links, pages: dict[Path, Links]) -> Iterator[str]:
    """Yield the local targets of a page that lead to no file, or to no place in a page."""
    for target in sorted(links.targets):
        parts = urlsplit(target)
        if parts.scheme in EXTERNAL or parts.scheme == "data":
            continue
        path = (page.parent / unquote(parts.path)).resolve() if parts.path else page
        path = path / "index.html" if path.is_dir() else path
        places = pages[path].anchors if path in pages else set()
        if not path.is_file() or (parts.fragment and path in pages and unquote(parts.fragment) not in places):
            yield target


def test_every_local_link_of_every_page_opens(site: Path, pages: dict[Path, Links]) -> None:
    faults = {
        str(page.relative_to(site)): found
        for page, links in pages.items()
        if page.name != NOT_FOUND and (found := list(broken(page, links, pages)))
    }
    assert faults == {}
    assert sum(len(links.targets) for links in pages.values()) > 1000


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    page, other = tmp_path / "a.html", tmp_path / "b.html"
    page.write_text("")
    other.write_text("")
    links = Links(
        '<a href="b.html#here"></a><audio src="no.ogg"></audio><a href="b.html#there">x</a><a href="#me"></a>'
    )
    assert list(broken(page, links, {page: links, other: Links('<p id="here">')})) == ["#me", "b.html#there", "no.ogg"]


def test_nothing_is_fetched_from_elsewhere(pages: dict[Path, Links]) -> None:
    """Links to other sites are for the reader: the pages themselves need no network."""
    for page, links in pages.items():
        elsewhere = {target for target in links.fetched if urlsplit(target).scheme in ("http", "https")}
        assert not elsewhere, page


def test_every_sound_that_is_linked_is_a_sound(site: Path) -> None:
    linked = sorted(site.rglob("*.ogg"))
    assert len(linked) >= 15
    assert all(path.read_bytes()[:4] == b"OggS" for path in linked)


def test_every_part_is_included(site: Path) -> None:
    for path in site.rglob("*.html"):
        assert not re.search(r"8 ?&lt; ?--", path.read_text(encoding="utf-8")), path
    assert "class" in (site / "change-model.html").read_text(encoding="utf-8")
    assert "ForwardAttention" in (site / "change-model.html").read_text(encoding="utf-8")


@needs_chromium
@pytest.mark.parametrize("word", ["licence", "license"])
def test_the_search_finds_both_spellings(opened: tuple[Page, str], word: str) -> None:
    page, address = opened
    page.goto(f"{address}/index.html?q={word}", wait_until="domcontentloaded")
    found = page.locator(".md-search-result__link[href*='licences.html']").first
    expect(found).to_be_attached(timeout=PATIENCE)  # the browser builds the index of the whole site first


@needs_chromium
@pytest.mark.parametrize("name", ["index.html", "listen.html"])
def test_every_player_plays(opened: tuple[Page, str], name: str) -> None:
    page, address = opened
    page.goto(f"{address}/{name}", wait_until="domcontentloaded")
    seconds = page.evaluate("""() => Promise.all([...document.querySelectorAll("audio")].map(player =>
        new Promise((resolve, reject) => {
            player.onloadedmetadata = () => resolve(player.duration);
            player.onerror = () => reject(player.src);
            player.preload = "metadata";
            player.load();
        })))""")
    assert len(seconds) == {"index.html": 3, "listen.html": 35}[name]
    assert all(1 < duration < 15 for duration in seconds)


def test_the_cards_and_settings_come_from_the_code(site: Path) -> None:
    from tts.training.config import OptimizerConfig
    from tts.voice import BUNDLED, bundled_voices, read_card

    cards = (site / "voices.html").read_text(encoding="utf-8")
    for name in bundled_voices():
        assert read_card(BUNDLED / name).description in cards
    settings = (site / "settings.html").read_text(encoding="utf-8")
    for name in vars(OptimizerConfig()):
        assert f'id="tts.training.config.OptimizerConfig.{name}"' in settings
