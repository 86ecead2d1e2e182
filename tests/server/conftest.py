"""Start one server for most tests, with the bundled voice and the tiny voice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import Served, serving


@pytest.fixture(scope="session")
def server(tiny_voice: Path) -> Iterator[Served]:
    with serving("--voice", "joe", "--voice", str(tiny_voice), "--workers", "2") as served:
        yield served
