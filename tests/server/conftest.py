"""Start one server for most tests, with the default voice and the tiny voice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import Served, serving

from tts.voice import DEFAULT


@pytest.fixture(scope="session")
def server(tiny_voice: Path) -> Iterator[Served]:
    with serving("--voice", DEFAULT, "--voice", str(tiny_voice), "--workers", "2") as served:
        yield served
