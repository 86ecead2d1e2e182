"""Test the page in a headless Chromium: play, highlight, download, and errors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import soundfile
from playwright.sync_api import Browser, Page, Route, expect
from serving import Served, serving

from tests.browser import SECONDS, launched, needs_chromium
from tts import Synthesizer
from tts.subtitles import to_srt

pytestmark = needs_chromium

TEXT = "It cost $5 then. Now it is more."


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, server: Served) -> Iterator[Page]:
    """The page logs no error and contacts no other host."""
    complaints: list[str] = []
    with browser.new_context(viewport={"width": 390, "height": 844}) as context:
        page = context.new_page()
        page.set_default_timeout(SECONDS)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if "Security" in message.text else None)
        page.on("request", lambda request: asked.append(request.url))
        asked: list[str] = []
        page.goto(server.url)
        yield page
    assert complaints == []
    assert [url for url in asked if not url.startswith((server.url, "blob:", "data:"))] == []


def speak(page: Page, text: str = TEXT) -> None:
    page.fill("#input", text)
    page.keyboard.press("Control+Enter")


def spoken(page: Page) -> None:
    expect(page.locator("[data-download=wav]")).to_be_enabled(timeout=SECONDS)


def test_it_plays_and_marks_each_word(page: Page) -> None:
    page.evaluate("""() => {
        window.seen = [];
        new MutationObserver(() => {
            const now = document.querySelector("#reading .now")?.textContent;
            if (now && window.seen.at(-1) !== now) window.seen.push(now);
        }).observe(document.querySelector("#reading"), { subtree: true, attributes: true });
    }""")
    speak(page)
    spoken(page)
    expect(page.locator("#status")).to_have_text(re.compile(r"first sound after \d+ ms"))
    expect(page.locator("#play")).to_have_attribute("aria-label", "Play", timeout=SECONDS)  # playback has ended
    assert page.inner_text("#reading") == TEXT
    order = ["It", "cost", "$5", "then", "Now", "it", "is", "more"]
    seen = page.evaluate("window.seen")
    assert seen  # a busy browser may skip a short word but never marks a wrong one
    assert [word for word in order if word in seen] == [word for word in seen if word in order]
    assert (
        page.locator("#normalized").text_content() or ""
    ).split() == "it cost five dollars then now it is more".split()
    assert "D AA1 L ER0 Z" in page.locator("#words").text_content()


def test_a_click_on_the_picture_shows_the_word_that_is_heard_there(page: Page) -> None:
    speak(page)
    spoken(page)
    expect(page.locator("#play")).to_have_attribute("aria-label", "Play", timeout=SECONDS)
    speech = Synthesizer().synthesize(TEXT)
    pixels = page.evaluate("document.getElementById('picture').clientWidth") * speech.sample_rate / len(speech.samples)
    for word in speech.words:
        middle = (word.start_time + word.end_time) / 2
        page.locator("#picture").click(position={"x": middle * pixels, "y": 50})
        expect(page.locator("#reading .now")).to_have_text(TEXT[word.start : word.end], timeout=SECONDS)


def test_the_picture_shows_sound(page: Page) -> None:
    speak(page)
    spoken(page)
    colours = page.evaluate("""async () => {
        await new Promise(requestAnimationFrame);
        const canvas = document.getElementById("picture");
        const { data } = canvas.getContext("2d").getImageData(0, 70, canvas.width, 100);
        return new Set(new Uint32Array(data.buffer)).size;
    }""")
    assert colours > 50
    assert page.evaluate("document.documentElement.scrollWidth") <= 390  # no horizontal scrolling on a phone


def test_keys_move_and_stop_it(page: Page) -> None:
    speak(page, "This is a rather long text, for a test. " * 20)
    expect(page.locator("#play")).to_have_attribute("aria-label", "Pause", timeout=SECONDS)
    expect(page.locator("#time")).to_have_text(re.compile(r"/ (?!0:0[01])"), timeout=SECONDS)  # long enough to seek in
    page.keyboard.press("Escape")
    expect(page.locator("#play")).to_have_attribute("aria-label", "Play")
    expect(page.locator("#stop")).to_be_disabled()
    page.focus("#picture")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#time")).to_have_text(re.compile(r"^0:01 /"))
    page.keyboard.press("Space")
    expect(page.locator("#play")).to_have_attribute("aria-label", "Pause")


def test_downloads_are_what_was_asked_for(page: Page, tmp_path: Path) -> None:
    page.locator("#speed").fill("1.5")
    page.locator("#pitch").fill("2")
    page.locator("#seed").fill("3")
    speak(page)
    spoken(page)
    for format in ("wav", "mp3", "srt"):
        with page.expect_download() as download:
            page.click(f"[data-download={format}]")
        assert download.value.suggested_filename == f"speech.{format}"
        download.value.save_as(tmp_path / f"speech.{format}")
    expected = Synthesizer().synthesize(TEXT, speed=1.5, pitch=2, seed=3)
    samples, rate = soundfile.read(tmp_path / "speech.wav", dtype="float32")
    assert rate == 24000
    assert samples == pytest.approx(expected.samples, abs=1e-4)
    assert soundfile.info(tmp_path / "speech.mp3").duration == pytest.approx(len(samples) / rate, abs=0.2)
    assert (tmp_path / "speech.srt").read_text() == to_srt(expected.words, TEXT)


def test_errors_are_shown(page: Page) -> None:
    speak(page, "<speak>broken")
    expect(page.locator("#error")).to_contain_text("<speak>", timeout=SECONDS)
    speak(page)
    spoken(page)
    expect(page.locator("#error")).to_be_hidden()
    speak(page, "Hello 你好.")
    expect(page.locator("#warnings")).to_contain_text("not spoken", timeout=SECONDS)
    speak(page, "...")
    expect(page.locator("#warnings")).to_contain_text("there is no word in it", timeout=SECONDS)

    def vanish(route: Route) -> None:
        route.abort()

    page.route("**/timestamps", vanish)
    speak(page)
    expect(page.locator("#error")).to_contain_text("does not answer")


def test_a_key_is_asked_for(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("open-sesame\n")
    with serving("--keys", str(tmp_path / "keys")) as served, browser.new_context() as context:
        page = context.new_page()
        page.goto(served.url)
        expect(page.locator("#key")).to_be_visible(timeout=SECONDS)
        speak(page)
        expect(page.locator("#error")).to_contain_text("requires a key", timeout=SECONDS)
        page.fill("#key", "open-sesame")
        page.locator("#key").blur()
        expect(page.locator("#voice option")).to_have_text(["heart", "michael"], timeout=SECONDS)
        speak(page)
        expect(page.locator("[data-download=wav]")).to_be_enabled(timeout=SECONDS)
