"""The examples of the README work."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")


def test_it_opens_with_the_two_commands() -> None:
    assert re.findall(r"^\$ (.*)$", README, re.MULTILINE) == [
        'pip install . && tts synthesize "Hello from a small machine." hello.wav',
        "pip install '.[dev]' && pytest",
    ]


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
