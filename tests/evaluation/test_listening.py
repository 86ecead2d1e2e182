"""The blind listening test: fair pairs, and the page in a headless Chromium."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

pytest.importorskip("jiwer", reason="needs the extra [eval]")
pytest.importorskip("playwright", reason="needs the extra [dev]")

from playwright.sync_api import Browser, Page, expect

from tests.browser import SECONDS, launched, needs_chromium
from tts.audio.loudness import integrated_loudness
from tts.evaluation.listener import Heard, Sound
from tts.evaluation.listening import LOUDNESS, make_trials, render_listening
from tts.evaluation.run import Measurement
from tts.evaluation.sentences import Line
from tts.evaluation.systems import SpokenLine

RATE = 16_000
LEVELS = {"quiet": 0.02, "loud": 0.3, "third": 0.1}


def rows(systems: tuple[str, ...] = ("quiet", "loud"), n_lines: int = 2) -> list[Measurement]:
    lines = [Line(f"{number:04}", f'Say "{number}" <b>& stop</b>') for number in range(1, n_lines + 1)]
    return [
        Measurement(system, line, SpokenLine(tone(LEVELS[system])), Heard("", {}))
        for system in systems
        for line in lines
    ]


def tone(level: float) -> Sound:
    return Sound((level * np.sin(2 * np.pi * 440 * np.arange(RATE // 2) / RATE)).astype(np.float32), RATE)


def test_every_pair_of_systems_is_compared_on_every_line() -> None:
    trials = make_trials(rows(("quiet", "loud", "third"), 5), seed=0)
    pairs = Counter((trial.id, frozenset((trial.a, trial.b))) for trial in trials)
    assert len(pairs) == 15
    assert set(pairs.values()) == {1}


def test_order_and_sides_are_random_and_follow_from_the_seed() -> None:
    read = rows(n_lines=60)
    trials = make_trials(read, seed=1)
    assert trials == make_trials(read, seed=1)
    assert trials != make_trials(read, seed=2)
    assert 15 < Counter(trial.a for trial in trials)["loud"] < 45
    assert [trial.id for trial in trials] != sorted(trial.id for trial in trials)


def test_a_line_that_only_one_system_read_is_left_out() -> None:
    *read, last = rows(n_lines=3)
    assert {trial.id for trial in make_trials(read, seed=0)} == {"0001", "0002"}
    with pytest.raises(ValueError, match="two voices or more"):
        render_listening([last], "Title")


def test_all_sounds_are_equally_loud_and_lossless() -> None:
    page = render_listening(rows(), "Title")
    (data,) = re.findall(r'id="data">(.*?)</script>', page)
    for sounds in json.loads(data)["sounds"].values():
        for url in sounds.values():
            samples, rate = soundfile.read(io.BytesIO(base64.b64decode(url.partition(",")[2])), dtype="float32")
            assert rate == RATE
            assert integrated_loudness(samples, rate) == pytest.approx(LOUDNESS, abs=0.1)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """The page of three trials of two systems, which complains of nothing and asks nobody."""
    (tmp_path / "listen.html").write_text(render_listening(rows(n_lines=3), "A <title>"), encoding="utf-8")
    complaints: list[str] = []
    asked: list[str] = []
    with browser.new_context(viewport={"width": 390, "height": 844}) as context:
        page = context.new_page()
        page.set_default_timeout(SECONDS)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto((tmp_path / "listen.html").as_uri())
        yield page
    assert complaints == []
    assert [url for url in asked if not url.startswith(("file:", "blob:", "data:"))] == []


def downloaded(page: Page, folder: Path) -> list[dict[str, str]]:
    with page.expect_download() as download:
        page.click("#download")
    assert download.value.suggested_filename == "listening.csv"
    download.value.save_as(folder / "listening.csv")
    with (folder / "listening.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@needs_chromium
def test_keys_alone_lead_to_the_results(page: Page, tmp_path: Path) -> None:
    expect(page.locator("h1")).to_have_text("A <title>")
    expect(page.locator("#download")).to_be_disabled()
    assert not set(LEVELS) & set(page.inner_text("body").split())  # nothing tells which is which
    for choice in "120":
        page.keyboard.press("a")
        page.keyboard.press("b")
        page.keyboard.press(choice)
    expect(page.locator("#place")).to_have_text("Pair 3 of 3, all answered: download the results")
    trials = make_trials(rows(n_lines=3), seed=0)
    found = downloaded(page, tmp_path)
    assert [row["choice"] for row in found] == ["a", "b", "equal"]
    assert [row["preferred"] for row in found] == [trials[0].a, trials[1].b, ""]
    assert [(row["id"], row["a"], row["b"], row["text"]) for row in found] == [(t.id, t.a, t.b, t.text) for t in trials]
    counts = Counter(row["preferred"] for row in found)
    expected = f"loud {counts['loud']}, quiet {counts['quiet']}"
    expect(page.locator("#results td")).to_have_text(["loud – quiet", expected, "1"])


@needs_chromium
def test_a_choice_asks_that_both_were_played(page: Page) -> None:
    better = page.locator("[data-choice=a]")
    page.click("[data-play=a]")
    page.keyboard.press("1")
    expect(page.locator("#place")).to_have_text("Pair 1 of 3, 0 answered")
    expect(better).to_be_disabled()
    page.click("[data-play=b]")
    better.click()
    expect(page.locator("#place")).to_have_text("Pair 2 of 3, 1 answered")
    expect(better).to_be_disabled()  # the next pair is new


@needs_chromium
def test_a_button_plays_its_side(page: Page) -> None:
    page.click("[data-play=b]")
    page.wait_for_function("player.currentTime > 0.1")
    trial = make_trials(rows(n_lines=3), seed=0)[0]
    assert page.evaluate("player.src") == page.evaluate(f"sounds['{trial.b}']['{trial.id}']")


@needs_chromium
def test_answers_can_be_changed_and_outlive_the_page(page: Page, tmp_path: Path) -> None:
    for key in ("a", "b", "1", "ArrowLeft"):
        page.keyboard.press(key)
    expect(page.locator("[data-choice=a]")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("2")
    expect(page.locator("#place")).to_have_text("Pair 2 of 3, 1 answered")
    page.wait_for_timeout(1000)  # Chromium hands the storage of a page on a moment later
    page.reload()
    expect(page.locator("#place")).to_have_text("Pair 2 of 3, 1 answered")
    assert [(row["trial"], row["choice"]) for row in downloaded(page, tmp_path)] == [("1", "b")]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390  # a phone need not scroll sideways
