"""The script that makes the page Listen, with a tiny voice and a stand-in for its teacher."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.loading import REPOSITORY, load_script, run_script
from tts import Synthesizer
from tts.audio.files import read
from tts.audio.loudness import integrated_loudness
from tts.voice import bundled_voices

samples = load_script("scripts/benchmarks/samples.py")
SENTENCES = {"one": "Hello there, small machine.", "two": "It cost $5 <or so>, I think."}
BEFORE, AFTER = "# Listen\n\nBefore.\n\n", "\nAfter.\n"


def load_hum(threads: int) -> object:
    def speak(text: str) -> Iterator[tuple[np.ndarray, int]]:
        yield np.sin(np.arange(16_000) / 20).astype(np.float32), 16_000
        yield np.zeros(1600, np.float32), 16_000

    return speak


@pytest.fixture
def made(tiny_voice: Path, tmp_path: Path) -> Path:
    (tmp_path / "listen.md").write_text(f"{BEFORE}{samples.START}old{samples.END}{AFTER}", encoding="utf-8")
    for _ in range(2):  # the second run replaces what the first wrote
        status = run_script(
            "scripts/benchmarks/samples.py",
            "--out",
            tmp_path,
            SENTENCES=SENTENCES,
            EASY=("one",),
            teachers=lambda kokoro: {"tiny": ("A hum & nothing", samples.Peer(load_hum, ("numpy",)))},
            bundled_voices=lambda: ["tiny"],
            Synthesizer=lambda name: Synthesizer(tiny_voice),
            PIPER=samples.Peer(load_hum, ("numpy",)),
        )
        assert status == 0
    return tmp_path


def test_the_page_has_every_sentence_by_every_system(made: Path) -> None:
    page = (made / "listen.md").read_text(encoding="utf-8")
    assert page.startswith(f"{BEFORE}{samples.START}\n## Easy\n")
    assert page.endswith(f"{samples.END}{AFTER}")
    assert page.index("## Easy") < page.index("Hello there") < page.index("## Hard") < page.index("It cost")
    assert page.count("<b>A hum &amp; nothing</b>") == page.count("<b>tiny, classic Griffin-Lim</b>") == len(SENTENCES)
    stems = {f"{name}-{key}" for name in SENTENCES for key in ("tiny", "tiny-teacher", "tiny-classic", "piper")}
    assert {path.stem for path in (made / "listen").iterdir()} == stems
    for stem in stems:
        assert f'src="listen/{stem}.ogg"' in page
        assert f'src="listen/{stem}.webp"' in page


def test_the_sounds_are_equally_loud_and_the_pictures_equally_large(made: Path) -> None:
    sounds = {path.stem: read(path) for path in (made / "listen").glob("*.ogg")}
    assert sounds["one-tiny-teacher"][1] == 16_000
    assert len(sounds["one-tiny"][0]) != len(sounds["two-tiny"][0])
    for stem, sound in sounds.items():
        is_at_peak = np.abs(sound[0]).max() > 0.9
        assert is_at_peak or integrated_loudness(*sound) == pytest.approx(samples.LOUDNESS, abs=1), stem
        with Image.open(made / "listen" / f"{stem}.webp") as picture:
            assert picture.size == (samples.WIDTH, samples.HEIGHT)


def test_kokoro_taught_michael(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert list(samples.teachers(None)) == ["heart"]
    assert "Kokoro is left out: no --kokoro DIR" in capsys.readouterr().err
    label, peer = samples.teachers(tmp_path)["michael"]
    assert label == "Kokoro, who taught michael"
    assert (peer.load.args, peer.packages) == ((tmp_path, "am_michael"), ("hibari",))


def test_the_page_in_the_repository_is_the_one_that_the_script_writes() -> None:
    page = (REPOSITORY / "docs" / "listen.md").read_text(encoding="utf-8")
    for name, text in samples.SENTENCES.items():
        assert f"### “{text}”\n" in page
        stems = (f"{name}-{voice}{system}" for voice in bundled_voices() for system in ("", "-teacher", "-classic"))
        assert all(f"listen/{stem}.ogg" in page for stem in (*stems, f"{name}-piper"))
    assert sum(path.stat().st_size for path in (REPOSITORY / "docs" / "listen").glob("*.ogg")) < 2_000_000
