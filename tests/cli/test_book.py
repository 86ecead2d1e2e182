"""Run `tts book` as a user does."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.books import epubs
from tts.cli.main import main


def test_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(epubs.tiny(tmp_path / "a.epub"))
    assert main(["book", path, "--list"]) == 0
    assert capsys.readouterr().out == (
        "A Tiny Book by Ann Author\n"
        "1        3 words    0:01  Copyright\n"
        "2       30 words    0:11  Chapter the First\n"
        "3        6 words    0:02  Second\n"
        "3 chapters, 39 words, about 0 h 00 min\n"
    )
    assert main(["book", path, "--list", "--skip", "licence", "--notes", "skip", "--chapters", "1"]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == [
        "1       23 words    0:08  Chapter the First",
        "1 chapter, 23 words, about 0 h 00 min",
    ]


def test_another_language_is_a_warning(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    package = epubs.package(["one.xhtml", "two.xhtml"]).replace("en-GB", "fr")
    assert main(["book", str(epubs.tiny(tmp_path / "a.epub", **{"content.opf": package})), "--list"]) == 0
    assert "its language is 'fr': griffon speaks English only" in caplog.text


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("missing.epub", [], "tts: no such file 'missing.epub': check the path"),
        ("a.pdf", [], "tts: 'a.pdf' is a PDF, whose lines have no order: convert it to text"),
        ("a.epub", ["--chapters", "9"], "tts: chapters '9': the book has chapters 1 to 3"),
        ("broken.epub", [], "tts: 'broken.epub' is not a whole EPUB (File is not a zip file): get the book again"),
    ],
)
def test_bad_input_is_one_line(
    name: str,
    arguments: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    epubs.tiny(tmp_path / "a.epub")
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7")
    (tmp_path / "broken.epub").write_bytes(b"PK\3\4" + bytes(100))
    assert main(["book", name, "--list", *arguments]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(message)
