"""Fixtures of the tests that make audiobooks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.books.making import Maker, work_here


@pytest.fixture
def maker(tmp_path: Path, tiny_voice: Path, monkeypatch: pytest.MonkeyPatch) -> Maker:
    """Make audiobooks in this process."""
    pytest.importorskip("av", reason="no package av: pip install '.[book]'")
    monkeypatch.setattr("tts.books.run.work_on", work_here)
    return Maker(tmp_path, tiny_voice)
