"""The command says which file hides the package, and the metadata of the project are consistent."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tts.bundled import bundled_voices
from tts.cli.main import build_parser

REPOSITORY = Path(__file__).parents[1]
PYPROJECT = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")


def griffon(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m griffon_tts` in a folder, which Python searches first."""
    return subprocess.run(
        [sys.executable, "-m", "griffon_tts", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_file_of_the_user_is_named_and_not_run(tmp_path: Path) -> None:
    (tmp_path / "tts.py").write_text("raise SystemExit('it ran')")
    done = griffon(tmp_path, "voices")
    assert done.returncode == 2
    assert done.stderr == (
        f"tts: {tmp_path / 'tts.py'} hides griffon's package tts: rename it, or work in another folder\n"
    )


def test_another_package_is_named(tmp_path: Path) -> None:
    (tmp_path / "tts").mkdir()
    (tmp_path / "tts" / "__init__.py").touch()
    assert f"tts: {tmp_path / 'tts'} hides" in griffon(tmp_path, "voices").stderr


def test_a_folder_that_is_no_package_hides_nothing(tmp_path: Path) -> None:
    (tmp_path / "tts").mkdir()
    done = griffon(tmp_path, "voices")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{bundled_voices()[0]}\t")


def test_the_command_is_installed_with_this_entry() -> None:
    assert '\ntts = "griffon_tts:main"\n' in PYPROJECT
    assert '\npy-modules = ["griffon_tts"]\n' in PYPROJECT


def test_the_citation_agrees_with_the_package() -> None:
    citation = yaml.safe_load((REPOSITORY / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "message", "title", "authors", "version", "license"} <= set(citation)
    assert f'\nversion = "{citation["version"]}"\n' in PYPROJECT
    assert f'\nlicense = "{" AND ".join(citation["license"])}"\n' in PYPROJECT


def test_python_versions_are_those_that_are_allowed() -> None:
    versions = [int(minor) for minor in re.findall(r'"Programming Language :: Python :: 3\.(\d+)"', PYPROJECT)]
    assert versions == list(range(versions[0], versions[-1] + 1))
    assert f'requires-python = ">=3.{versions[0]}"' in PYPROJECT


TEMPLATES = sorted((REPOSITORY / ".github/ISSUE_TEMPLATE").glob("*.yml"))


@pytest.mark.parametrize("path", [path for path in TEMPLATES if path.name != "config.yml"], ids=lambda path: path.name)
def test_an_issue_template_is_a_form(path: Path) -> None:
    form = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert set(form) == {"name", "description", "labels", "body"}
    identifiers = [field["id"] for field in form["body"]]
    assert len(set(identifiers)) == len(identifiers)
    for field in form["body"]:
        assert field["type"] in ("textarea", "input", "dropdown", "checkboxes")
        assert field["attributes"]["label"]
    for command in re.findall(r"`tts ([^`]+)`", path.read_text(encoding="utf-8")):
        if not command.startswith("--"):
            words = [word.strip('"') for word in command.split()]
            build_parser().parse_args(words)


def test_there_are_templates() -> None:
    assert [path.stem for path in TEMPLATES] == ["config", "fault", "reading", "voice", "wish"]


@pytest.mark.parametrize("page", ["SECURITY.md", "docs/contribute-voice.md"])
def test_files_that_a_page_names_exist(page: str) -> None:
    text = (REPOSITORY / page).read_text(encoding="utf-8")
    named = re.findall(r"\b((?:tests|scripts|deploy|recipes|docs)/[\w./-]*\w)(?![\w/{]|/?NAME)", text)
    named = [name for name in named if "NAME" not in name]
    assert len(named) >= 3
    for name in named:
        assert (REPOSITORY / name).exists(), name
