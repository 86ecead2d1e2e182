"""Run every shell command of the README, the documentation and the recipes, or parse it if it cannot run."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from itertools import takewhile
from pathlib import Path

import pytest

from tests.books import epubs
from tts.cli.main import build_parser

REPOSITORY = Path(__file__).parents[1]
PAGES = ["README.md", *(str(path.relative_to(REPOSITORY)) for path in sorted((REPOSITORY / "docs").glob("*.md")))]
RECIPES = sorted(str(path.relative_to(REPOSITORY)) for path in REPOSITORY.glob("recipes/*/*.md"))
TEXTS = {name: (REPOSITORY / name).read_text(encoding="utf-8") for name in [*PAGES, *RECIPES]}
NOT_RUN = {
    "pip install": "asks a package index; .ci/run does",
    "tts speak": "needs a loudspeaker",
    "tts serve": "does not end; tests/server serves",
    "tts batch lines.csv out --ray": "needs a cluster; tests/batch/test_cluster.py starts one",
    "tts prepare": "needs a corpus; tests/recipes/test_ljspeech.py has one",
    "tts train": "needs its features, and hours",
    "tts export": "needs its run",
    "tts adapt": "needs a corpus; tests/cli/test_adapt.py has one",
    'tts synthesize "Hello." hello.wav --voice VOICE': "needs that voice",
    "tts evaluate": "takes a minute; tests/evaluation takes seconds",
    "tts benchmark": "takes a minute; tests/evaluation/test_speed.py takes seconds",
    "sudo apt": "installs a program; .ci/run does",
    "docker": "needs Docker; tests/server/test_home_assistant.py runs what deploy/compose.yaml starts",
    "ollama": "needs a language model; tests/examples/test_clients.py has one",
    "curl": "needs a server; tests/examples/test_clients.py starts one",
    "pkill": "needs Speech Dispatcher; tests/speechd starts one",
    "python scripts/": "takes minutes, and wants what other packages bring",
}
"""Beginnings of lines that are parsed but not run, with the reason."""
FILES = {
    "book.txt": "A short book. It has two sentences.\n",
    "lines.txt": "Hello.\nGoodbye.\n",
    "lines.csv": "id,text\nhello,Hello.\ngoodbye,Goodbye.\n",
    "notes.md": "# Notes\n\n- **One** note.\n",
    "names.txt": "Siobhan SH AH0 V AO1 N\n",
}


def shown(pages: list[str]) -> list[tuple[str, str]]:
    """Return page and line of every command in a bash block."""
    found = []
    for page in pages:
        for block in re.findall(r"^```bash\n(.*?)^```", TEXTS[page], re.DOTALL | re.MULTILINE):
            found += [(page, line) for line in block.splitlines() if line and not line.startswith("#")]
    return found


def is_run(line: str) -> bool:
    return not line.startswith(tuple(NOT_RUN))


def distinct(lines: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Leave out each command that a line before shows too, with another comment or none."""
    first: dict[tuple[str, ...], tuple[str, str]] = {}
    for page, line in lines:
        first.setdefault(tuple(shlex.split(line, comments=True)), (page, line))
    return list(first.values())


@pytest.mark.parametrize(("page", "line"), distinct([each for each in shown(PAGES) if is_run(each[1])]))
def test_a_command_runs(page: str, line: str, tiny_voice: Path, tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    if "novel.epub" in line:
        epubs.tiny(tmp_path / "novel.epub")
        shutil.copytree(tiny_voice, tmp_path / "other")
    given = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.*")}
    functions = f'tts() {{ {shlex.quote(sys.executable)} -m tts "$@"; }}; aplay() {{ cat > played.wav; }}'
    done = subprocess.run(
        ["bash", "-euc", f"set -o pipefail; {functions}\n{line}"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONUTF8": "1", "HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, (page, done.stderr)
    made = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.*")} - given
    wanted = {word for word in shlex.split(line, comments=True) if re.search(r"\.(wav|mp3|ogg|srt|m4b)$", word)}
    assert wanted <= made
    assert made or done.stdout or ">" in line  # a file that was there before


@pytest.mark.parametrize(("page", "line"), [each for each in shown([*PAGES, *RECIPES]) if " -m tts " not in each[1]])
def test_a_command_is_understood(page: str, line: str) -> None:
    words = list(takewhile(lambda word: word not in ("<", "|", ">"), shlex.split(line, comments=True)))
    while "=" in words[0]:  # variables before the command
        del words[0]
    if words[0] == "tts":
        build_parser().parse_args(words[1:])
    elif words[0] == "python":
        assert_script_knows(words[1:])
    else:
        assert words[0] in (
            "pip",
            "tensorboard",
            "sudo",
            "pkill",
            "curl",
            "docker",
            "ollama",
            "cp",
            "torchrun",
            "npm",
        ), page


@pytest.mark.parametrize("page", TEXTS)
def test_a_script_in_the_text_is_there_and_knows_its_options(page: str) -> None:
    for command in re.findall(r"`python ((?:scripts/|recipes/|-m recipes)[^`]+)`", " ".join(TEXTS[page].split())):
        assert_script_knows(shlex.split(command))


def test_each_exception_is_needed() -> None:
    lines = [line for _, line in shown(PAGES)]
    assert [start for start in NOT_RUN if not any(line.startswith(start) for line in lines)] == []


def assert_script_knows(words: list[str]) -> None:
    if words[0] == "-m":
        words = [f"{words[1].replace('.', '/')}.py", *words[2:]]
    source = (REPOSITORY / words[0]).read_text(encoding="utf-8")
    shared = re.findall(r"from (recipes\.shared\.\w+) import", source)  # where scripts get their parser
    source += "".join((REPOSITORY / f"{name.replace('.', '/')}.py").read_text(encoding="utf-8") for name in shared)
    for word in words[1:]:
        if word.startswith("--"):
            assert f'"{word.partition("=")[0]}"' in source, (words[0], word)
