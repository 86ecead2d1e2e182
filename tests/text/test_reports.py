"""Texts that users of other systems reported as misread: each is read in one of the accepted ways.

The file has an input and its accepted readings on each line. Readings are compared without case and punctuation.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from tts.text.frontend import Frontend
from tts.text.normalize.word import join

REPORTS = Path(__file__).parents[3] / "shared" / "data" / "text-reports.tsv"
FRONTEND = Frontend()


class Report(NamedTuple):
    written: str
    accepted: tuple[str, ...]


def read_reports() -> list[Report]:
    if not REPORTS.is_file():
        return []
    rows = (line.split("\t") for line in REPORTS.read_text(encoding="utf-8").splitlines() if line.strip())
    return [Report(written, tuple(readings.split("|"))) for written, readings in rows]


def comparable(reading: str) -> str:
    """The words of a reading in lower case, without punctuation; letters of an initialism stand apart."""
    return " ".join(re.sub(r"[^a-z' ]", " ", reading.lower().replace("’", "'")).split())


@pytest.mark.skipif(not REPORTS.is_file(), reason="the reports are not in the repository")
def test_there_are_reports() -> None:
    assert len(read_reports()) > 50


@pytest.mark.parametrize("report", read_reports(), ids=lambda report: report.written)
def test_reports(report: Report) -> None:
    reading = comparable(join(FRONTEND.words(report.written).words))
    assert reading in map(comparable, report.accepted)


@pytest.mark.parametrize(
    ("reading", "expected"),
    [("A T, and T.", "a t and t"), ("Twenty-one", "twenty one"), ("It’s 'fine'", "it's 'fine'"), ("…", "")],
)
def test_comparison_ignores_case_and_punctuation(reading: str, expected: str) -> None:
    assert comparable(reading) == expected
