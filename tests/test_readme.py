"""The examples of the README work."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")


def test_it_opens_with_the_two_commands() -> None:
    assert re.findall(r"^\$ (.*)$", README, re.MULTILINE) == [
        'pip install . && tts synthesize "Hello from griffon." hello.wav',
        "pip install '.[dev]' && pytest",
    ]


def test_the_first_command_prints_what_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tts.cli.main import main

    monkeypatch.chdir(tmp_path)
    (command, shown) = re.findall(r"^\$ .* && tts (.*)\n…\n(.*)$", README, re.MULTILINE)[0]
    assert main(shlex.split(command)) == 0
    assert capsys.readouterr().out == f"{shown}\n"


@pytest.mark.parametrize("code", re.findall(r"```python\n(.*?)```", README, re.DOTALL))
def test_python_examples_run(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "README.md", "exec"), {})
    assert (tmp_path / "hello.wav").stat().st_size > 10_000


def test_normalize_example(capsys: pytest.CaptureFixture[str]) -> None:
    from tts.cli.main import main

    (line,) = re.findall(r"^tts normalize \".*$", README, re.MULTILINE)
    text, shown = re.fullmatch(r'tts normalize "(.*)" +# (.*)', line).groups()  # type: ignore[union-attr]
    assert main(["normalize", text.replace("\\$", "$")]) == 0
    assert capsys.readouterr().out == f"{shown}\n"


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert target.startswith("https://") or (REPOSITORY / target).exists(), target


def test_the_longest_line_of_a_block_fits_the_column_of_a_forge() -> None:
    """GitHub shows 97 characters of a block. The first block stands beside the picture and has room for 66."""
    blocks = re.findall(r"^```\w+\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    assert max(len(line) for line in blocks[0].splitlines()) <= 66
    assert [line for block in blocks for line in block.splitlines() if len(line) > 97] == []


def test_the_figures_of_the_server_are_those_that_were_measured() -> None:
    line = " ".join(README.partition("## Serve")[2].partition("## Books")[0].split())
    rate, hostile = re.search(  # type: ignore[union-attr]
        r"Sixteen clients at once got (\d+) answers a second, none lost or wrong, and none of ([\d,]+) hostile", line
    ).groups()
    measured = (REPOSITORY / "docs" / "measured.md").read_text(encoding="utf-8")
    (row,) = re.findall(r"^\| 16 \|(.*)\|$", measured, re.MULTILINE)
    answers, *_, lost, _memory = (float(cell) for cell in row.split("|"))
    assert (round(answers), lost) == (int(rate), 0)
    assert re.search(rf"fuzz_server.py` \| {hostile} requests .*: no 5xx \|$", measured, re.MULTILINE)


def test_each_section_is_short() -> None:
    """A section has at most ten lines of text and commands, and a link to more."""
    for section in README.split("\n## ")[1:]:
        lines = [line for line in section.splitlines()[1:] if line and not line.startswith("```")]
        assert len(lines) <= 10, section
        assert "](" in section, section
