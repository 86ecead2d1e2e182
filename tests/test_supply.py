"""Every file that the wheel ships beside code has a licence and a source; the container is built from pinned parts."""

from __future__ import annotations

import csv
import re
import zlib
from importlib.metadata import files
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import pytest

from tests.loading import load_script
from tts.voice import BUNDLED, bundled_voices, read_card

REPOSITORY = Path(__file__).parents[1]
LARGEST_WHEEL = 30_000_000  # bytes
TEXTS = (".md", ".py", ".txt", ".yaml", ".yml", ".toml", ".service")


class Row(NamedTuple):
    """A row of deploy/data.tsv."""

    files: str
    licence: str
    source: str


def listed() -> list[Row]:
    with (REPOSITORY / "deploy" / "data.tsv").open(encoding="utf-8") as file:
        return [Row(**row) for row in csv.DictReader(file, delimiter="\t")]


def found(row: Row) -> list[str]:
    """Return the files of a row, as paths of the package."""
    return sorted(path.relative_to(REPOSITORY).as_posix() for path in REPOSITORY.glob(row.files))


def is_data(path: PurePosixPath) -> bool:
    """Return whether a file of the package is not code."""
    return path.parts[0] == "tts" and "__pycache__" not in path.parts and path.suffix not in (".py", ".pyc")


def test_every_file_of_data_has_one_licence_and_one_source() -> None:
    paths = (path.relative_to(REPOSITORY) for path in (REPOSITORY / "tts").rglob("*") if path.is_file())
    shipped = sorted(path.as_posix() for path in paths if is_data(PurePosixPath(path)))
    for row in listed():
        assert found(row), row
        assert row.licence, row
        assert row.source, row
    assert sorted(path for row in listed() for path in found(row)) == shipped


def test_the_wheel_ships_what_is_listed() -> None:
    """The record of an installed wheel has all its files; an editable install has none of them."""
    record = [path for path in files("griffon-tts") or () if path.parts[0] == "tts"]
    if not record:
        pytest.skip("griffon is installed as a link to its sources: pip install .")
    assert sorted(str(path) for path in record if is_data(path)) == sorted(
        path for row in listed() for path in found(row)
    )


def test_the_wheel_stays_small() -> None:
    """A wheel is a zip archive, which deflates each file by itself."""
    files = (path for path in (REPOSITORY / "tts").rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    assert sum(len(zlib.compress(path.read_bytes(), 6)) for path in files) < LARGEST_WHEEL


@pytest.mark.parametrize("name", bundled_voices())
def test_a_bundled_voice_states_its_licence_and_provenance(name: str) -> None:
    card = read_card(BUNDLED / name)
    (row,) = (row for row in listed() if row.files == f"tts/voices/{name}/*")
    assert row.licence == card.licence
    assert card.provenance
    assert card.licence in (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")


def test_the_container_is_pinned() -> None:
    build = (REPOSITORY / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    bases = re.findall(r"^FROM (\S+)", build, re.MULTILINE)
    assert len(bases) == 2
    assert all(re.fullmatch(r"python:3\.12-slim@sha256:[0-9a-f]{64}", base) for base in bases)
    assert "--constraint deploy/constraints.txt" in build
    pins = (REPOSITORY / "deploy" / "constraints.txt").read_text(encoding="utf-8")
    names = re.findall(r"^([\w.-]+)==[\w.]+$", pins, re.MULTILINE)
    declared = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
    needed = re.search(r"^dependencies = \[(.*?)^\]", declared, re.MULTILINE | re.DOTALL)
    serve = re.search(r"^serve = \[(.*?)^\]", declared, re.MULTILINE | re.DOTALL)
    assert needed
    assert serve
    wanted = re.findall(r'^  "([\w-]+)', needed[1] + serve[1], re.MULTILINE)
    assert {name.lower().replace("_", "-") for name in wanted} <= set(names)


def test_extras_are_installed_from_where_the_package_can_be_had() -> None:
    """No index has griffon-tts: only the container, which built its wheel, and pyproject.toml name it with an extra."""
    folders = [REPOSITORY / name for name in ("docs", "deploy", "tts", "recipes", "scripts", "examples")]
    files = [path for folder in folders for path in folder.rglob("*") if path.suffix in TEXTS and path.is_file()]
    files += [path for path in REPOSITORY.iterdir() if path.suffix in TEXTS and path.name != "CHANGELOG.md"]
    assert len(files) > 300
    named = [str(path.relative_to(REPOSITORY)) for path in files if "griffon-tts[" in path.read_text(encoding="utf-8")]
    assert named == ["pyproject.toml"]


def test_lower_bounds_become_constraints() -> None:
    oldest = load_script("scripts/checks/oldest.py").oldest
    requirements = [
        "numpy>=1.24",
        "soundfile>=0.12",
        'torch<2.15,>=2.9; extra == "train"',
        'soundfile>=0.13; extra == "serve"',
        'wyoming>=1.8; extra == "serve"',
        'ray[data]>=2.40; extra == "cluster"',
        'types-PyYAML; extra == "dev"',
    ]
    assert list(oldest(requirements, ["serve"])) == ["numpy==1.24", "soundfile==0.13", "wyoming==1.8"]
    assert list(oldest(requirements, ["cluster", "train"])) == [
        "numpy==1.24",
        "soundfile==0.12",
        "torch==2.9",
        "ray==2.40",
    ]
