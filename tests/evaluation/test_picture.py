"""Draw the picture of a sentence from a voice with random weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tts.voice import Voice

picture = pytest.importorskip("tts.evaluation.picture", reason="needs matplotlib", exc_type=ImportError)


def test_draws_a_sentence_small_enough_for_a_readme(voice: Voice, tmp_path: Path) -> None:
    reading = picture.read(voice, "But why should I repeat the whole?")
    assert reading.alignment.shape[1] == len(reading.symbols)
    np.testing.assert_allclose(reading.alignment.sum(axis=1), 1, atol=1e-3)
    picture.save(tmp_path / "one.png", reading.log_mel[:, :50], reading, 86.1, "But why?")
    data = (tmp_path / "one.png").read_bytes()
    assert data.startswith(b"\x89PNG")
    assert len(data) < 150_000


def test_nothing_to_read_is_refused(voice: Voice) -> None:
    with pytest.raises(ValueError, match="nothing to read"):
        picture.read(voice, "...")
