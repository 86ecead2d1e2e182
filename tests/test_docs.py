"""The Python of the documentation runs, and its transcripts match the output of the commands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.loading import load_script
from tts.cli.main import main

REPOSITORY = Path(__file__).parents[1]
PAGES = {str(path.relative_to(REPOSITORY)): path for path in sorted((REPOSITORY / "docs").glob("*.md"))}
READING = PAGES["docs/reading.md"].read_text(encoding="utf-8")
ROWS = re.findall(
    r"^\| (.+?) \| (.+) \|$", READING.partition("[start:readings]")[2].partition("[end:readings]")[0], re.M
)


def blocks(language: str) -> list[tuple[str, str]]:
    """Return page and code of every fenced block in a language."""
    found = []
    for name, path in PAGES.items():
        text = path.read_text(encoding="utf-8")
        found += [(name, code) for code in re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)]
    return found


@pytest.mark.parametrize(("page", "code"), blocks("python"))
def test_python_examples_run(page: str, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    exec(compile(code, page, "exec"), {})


@pytest.mark.parametrize(("page", "session"), blocks("console"))
def test_transcripts_are_what_is_printed(page: str, session: str, capsys: pytest.CaptureFixture[str]) -> None:
    command, _, shown = session.partition("\n")
    program, *arguments = shlex.split(command.removeprefix("$ "))
    assert program == "tts", page
    assert main(arguments) == 0
    assert capsys.readouterr().out == shown


def test_the_command_reference_is_up_to_date() -> None:
    script = "scripts/docs/write_cli_reference.py"
    module = load_script(script)
    assert module.PAGE.read_text(encoding="utf-8") == module.reference(), f"run: python {script}"


def test_every_page_is_in_the_navigation_and_every_included_part_exists() -> None:
    navigation = (REPOSITORY / "mkdocs.yml").read_text(encoding="utf-8").partition("nav:")[2]
    for name, path in PAGES.items():
        assert f" {path.name}\n" in navigation, name
        for part in re.findall(r'^--8<-- "(.*)"$', path.read_text(encoding="utf-8"), re.MULTILINE):
            file, _, section = part.partition(":")
            assert f"[start:{section}]" in (REPOSITORY / file).read_text(encoding="utf-8") or not section, part


def test_nothing_is_fetched() -> None:
    settings = (REPOSITORY / "mkdocs.yml").read_text(encoding="utf-8")
    assert "font: false" in settings
    assert "https://" not in settings


def test_the_compared_lines_are_those_that_are_shown() -> None:
    part = (REPOSITORY / "docs/parts/readings.md").read_text(encoding="utf-8")
    samples = re.findall(r"^\| (.+) \| griffon \|", part, re.MULTILINE)
    assert len(samples) == 10
    assert all(f"| {sample} | " in READING for sample in samples)


@pytest.mark.parametrize(("written", "spoken"), ROWS[1:], ids=lambda text: text)
def test_the_ten_lines_are_read_as_shown(written: str, spoken: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["normalize", written]) == 0
    assert capsys.readouterr().out == f"{spoken}\n"


def test_there_are_ten_lines() -> None:
    assert len(ROWS) == 1 + 10  # the heading and the lines
