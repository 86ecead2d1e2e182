"""The comparison of audiobooks with other systems, with a stand-in for a system. No figure is judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from tests.loading import load_script
from tts.books.read import read_book

RATE = 100


def speak(text: str) -> Iterator[tuple[np.ndarray, int]]:
    """Speak a second for each word."""
    yield np.zeros(RATE * len(text.split()), np.float32), RATE


@contextmanager
def pool(workers: int, load: Callable[[str], None], arguments: tuple[str]) -> Iterator[SimpleNamespace]:
    """Work in this process, as a pool of processes does."""
    load(*arguments)
    yield SimpleNamespace(imap_unordered=lambda read, texts: map(read, texts))


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    script = load_script("scripts/benchmarks/book.py")
    peer = script.HIBARI._replace(load=lambda threads: speak)
    monkeypatch.setitem(script.SYSTEMS, "any", peer)
    monkeypatch.setattr(script.multiprocessing, "get_context", lambda method: SimpleNamespace(Pool=pool))
    return script


def test_a_slow_system_reads_a_part_whose_figures_are_scaled(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    paragraphs = ["one two three", "four", "five six", "seven"] * 5
    whole, _ = script.read("any", paragraphs, 1, workers=2)
    heard: list[str] = []
    monkeypatch.setattr(script, "_read", lambda text: heard.append(text) or len(text.split()))
    part, _ = script.read("any", paragraphs, 3, workers=2)
    assert heard == paragraphs[::3]
    assert whole == part == script.count_words(paragraphs) == 35


def test_the_table_says_what_was_read(script: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    script.show("hibari-tts", 1, 7200.0, 120.0)
    script.show("Piper", 20, 3600.0, 240.0)
    assert capsys.readouterr().out.splitlines() == [
        "| hibari-tts | the whole book | 2.00 | 2.00 | 1.00 |",
        "| Piper | 1 paragraph of 20, scaled | 1.00 | 4.00 | 0.25 |",
    ]


def test_the_book_has_the_chapters_and_words_that_the_peers_read(script: ModuleType, tmp_path: Path) -> None:
    rows = [f"LJ{chapter:03}-{row:04}|Line {row} of {chapter}.|–" for chapter in (1, 2, 3) for row in range(8)]
    (tmp_path / "metadata.csv").write_text("\n".join(rows), encoding="utf-8")
    found = list(script.chapters(tmp_path / "metadata.csv", 4 * 12))
    script.write_book(tmp_path / "book.md", found)
    assert [name for name, _ in found] == ["LJ001", "LJ002"]
    book = read_book(tmp_path / "book.md")
    assert book.title == "LJSpeech"
    spoken = [chapter for chapter in book.chapters if chapter.title.startswith("LJ0")]
    assert [chapter.title for chapter in spoken] == ["LJ001", "LJ002"]
    assert script.count_words([text for _, texts in found for text in texts]) == 4 * 12
