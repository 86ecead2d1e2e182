"""The pictures of docs/books.md are drawn from a real audiobook, by a real player's library and a real browser."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PIL import Image

from tests.browser import needs_chromium
from tests.loading import REPOSITORY, run_script

pytest.importorskip("av", reason="no package av: pip install '.[book]'")
FFMPEG = shutil.which("ffmpeg")
SCRIPT = "scripts/docs/draw_books.py"


@needs_chromium
@pytest.mark.skipif(FFMPEG is None, reason="no ffmpeg here: as with 'apt install ffmpeg'")
def test_the_pictures_are_drawn(tiny_voice: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The picture of the page differs with the moment: another word is heard."""
    for moment in ("1.5", "3"):
        assert run_script(SCRIPT, "--voice", tiny_voice, "--at", moment, "--out", tmp_path / moment) == 0
    assert "of speech in 4 chapters" in capsys.readouterr().out
    drawn = [[path.read_bytes() for path in sorted((tmp_path / moment).iterdir())] for moment in ("1.5", "3")]
    assert drawn[0][0] == drawn[1][0]
    assert drawn[0][1] != drawn[1][1]


def test_the_page_shows_pictures_of_this_size() -> None:
    sizes = set()
    for name in ("book-chapters.png", "book-overlay.png"):
        with Image.open(REPOSITORY / "docs" / "images" / name) as picture:
            sizes.add(picture.size)
        assert f"images/{name}" in (REPOSITORY / "docs" / "books.md").read_text(encoding="utf-8")
    assert sizes == {(676, 330)}
