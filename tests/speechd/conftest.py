"""A module of Speech Dispatcher with the tiny voice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.speechd.dispatcher import Dispatcher
from tts.speechd.voices import LoadedVoices


@pytest.fixture(scope="package")
def voices(tiny_voice: Path) -> LoadedVoices:
    return LoadedVoices(tiny_voice)


@pytest.fixture
def sounds(tmp_path: Path) -> Path:
    (tmp_path / "sounds").mkdir()
    (tmp_path / "sounds/capital").write_bytes(b"RIFF")
    (tmp_path / "secret").write_bytes(b"RIFF")
    return tmp_path / "sounds"


@pytest.fixture
def dispatcher(voices: LoadedVoices, sounds: Path) -> Iterator[Dispatcher]:
    with Dispatcher(voices, sounds) as connection:
        yield connection
