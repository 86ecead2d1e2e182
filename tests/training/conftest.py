"""Features of the tiny corpus, prepared once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tts.config import AudioConfig
from tts.training.corpus import read_metadata
from tts.training.features import prepare


@pytest.fixture(scope="session")
def features(tiny_corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished features folder of twelve clips, with 20 mel bands."""
    folder = tmp_path_factory.mktemp("features")
    list(prepare(read_metadata(tiny_corpus), folder, AudioConfig(n_mels=20), 1))
    return folder
