"""Run `tts book` as a user does."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.books import epubs
from tests.cli.test_cli import REPOSITORY
from tts.cli.main import main


def test_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(epubs.tiny(tmp_path / "a.epub"))
    assert main(["book", path, "--list"]) == 0
    assert capsys.readouterr().out == (
        "A Tiny Book by Ann Author\n"
        "1        3 words    0:01  Copyright\n"
        "2       30 words    0:11  Chapter the First\n"
        "3        6 words    0:02  Second\n"
        "3 chapters, 39 words, about 14 s\n"
    )
    assert main(["book", path, "--list", "--skip", "licence", "--notes", "skip", "--chapters", "1"]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == [
        "1       23 words    0:08  Chapter the First",
        "1 chapter, 23 words, about 8 s",
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


def test_a_book_is_made(tiny_voice: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("av")
    command = ["book", str(epubs.tiny(tmp_path / "a.epub")), str(tmp_path / "a.m4b"), "--voice", str(tiny_voice)]
    assert main([*command, "--chapters", "1,3", "--workers", "1"]) == 0
    printed = capsys.readouterr().out
    assert re.fullmatch(rf"{tmp_path / 'a.m4b'}: \d s of speech in 2 chapters.*\n", printed)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.epub", "a.m4b"]
    made = (tmp_path / "a.m4b").stat().st_mtime_ns
    assert main([*command, "--chapters", "1,3", "--workers", "1"]) == 0
    assert (
        capsys.readouterr().out == f"{tmp_path / 'a.m4b'} is finished: nothing was done; --overwrite makes it again\n"
    )
    assert main([*command, "--chapters", "1", "--workers", "1"]) == 2
    assert "a.m4b' exists: name another OUT, or add --overwrite to replace it" in capsys.readouterr().err
    assert (tmp_path / "a.m4b").stat().st_mtime_ns == made
    assert main([*command, "--chapters", "1", "--workers", "1", "--overwrite"]) == 0
    assert re.fullmatch(rf"{tmp_path / 'a.m4b'}: \d s of speech in 1 chapter.*\n", capsys.readouterr().out)


def test_a_sample_is_about_a_minute(tiny_voice: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    av = pytest.importorskip("av")
    (tmp_path / "a.txt").write_text("A sentence of six words here. " * 600, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["book", "a.txt", "--voice", str(tiny_voice), "--workers", "1", "--sample"]) == 0
    with av.open(str(tmp_path / "a.sample.m4b")) as file:
        assert 60 <= file.duration / 1e6 < 75


def test_without_av(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    assert main(["book", str(epubs.tiny(tmp_path / "a.epub")), str(tmp_path / "a.m4b")]) == 2
    assert "'tts book' needs the package av: run pip install '.[book]' in griffon's folder" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["a.mp3"], "'a.mp3' is neither NAME.m4b nor a folder"),
        (["a.m4b", "--format", "mp3"], "--format mp3 is for a folder: name one in place of 'a.m4b'"),
        (["a.epub"], "'a.epub' is neither NAME.m4b nor a folder"),
        (["out", "--format", "opus", "--subtitles", "epub"], "an EPUB cannot hold opus"),
        (["out", "--workers", "0"], "workers is 0: use 1 or more"),
        (["out", "--dialogue-voice", "nobody"], "unknown voice 'nobody'"),
        (["out", "--lexicon", "nowhere"], "cannot read the lexicon 'nowhere'"),
    ],
)
def test_bad_options_are_one_line(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    epubs.tiny(tmp_path / "a.epub")
    assert main(["book", "a.epub", *arguments]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"tts: {message}")


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_run_that_is_broken_off_goes_on(tiny_voice: Path, tmp_path: Path, number: signal.Signals) -> None:
    pytest.importorskip("av")
    long = "This is a sentence of a chapter that is long. " * 10
    book = tmp_path / "a.md"
    book.write_text(f"# One\n\nShort.\n\n# Two\n\n{long}\n\n# Three\n\n{long}\n", encoding="utf-8")

    def command(name: str) -> list[str]:
        arguments = ["book", str(book), str(tmp_path / name), "--voice", str(tiny_voice), "--workers", "1"]
        return [sys.executable, "-m", "tts", *arguments]

    first = tmp_path / "out" / "01 One.mp3"
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command("out"), cwd=REPOSITORY, start_new_session=True, **pipes) as process:  # type: ignore[call-overload]
        while not first.exists() or not (tmp_path / "out" / "chapters.jsonl").exists():
            assert process.poll() is None
            time.sleep(0.02)
        if number == signal.SIGINT:  # to the whole group, as a terminal does
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
        process.communicate()  # ends when the last process has ended
    assert process.returncode == (130 if number == signal.SIGINT else -signal.SIGKILL)
    assert [path.name for path in (tmp_path / "out").glob("*.mp3")] == ["01 One.mp3"]
    made = first.stat().st_mtime_ns
    subprocess.run(command("out"), cwd=REPOSITORY, check=True, capture_output=True)
    subprocess.run(command("whole"), cwd=REPOSITORY, check=True, capture_output=True)
    assert first.stat().st_mtime_ns == made
    names = ["01 One.mp3", "02 Two.mp3", "03 Three.mp3", "chapters.jsonl"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == names
    for name in names:
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
