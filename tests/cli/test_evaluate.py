"""`tts evaluate`: several voices, the named lists, the listening test; with a listener whose answers are known."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("librosa", reason="needs the extra [eval]")
pytest.importorskip("jiwer", reason="needs the extra [eval]")

from tts.cli.main import main
from tts.evaluation import listener, recognizer
from tts.evaluation.recognizer import Transcript


class FakeRecognizer:
    identity = "fake"

    def __init__(self, model: Path | None, *, workers: int) -> None:
        pass

    def hear(self, samples: np.ndarray, sample_rate: int) -> Transcript:
        return Transcript("one", ())


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognizer, "Recognizer", FakeRecognizer)
    monkeypatch.setattr(listener, "dnsmos", lambda samples: {"ovrl": 3.0})
    monkeypatch.setattr(listener, "distillmos", lambda samples: {"distillmos": 3.5})


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    path = tmp_path / "lines.txt"
    path.write_text("One.\nTwo.\n", encoding="utf-8")
    return path


def test_two_voices_of_one_name_go_by_their_folders(
    tiny_voice: Path, lines: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = shutil.copytree(tiny_voice, tmp_path / "other")
    out = tmp_path / "out"
    arguments = [str(tiny_voice), str(other), "--sentences", str(lines), "--listen", "--out", str(out)]
    assert main(["evaluate", *arguments]) == 0
    printed = capsys.readouterr().out
    assert "DistillMOS" in printed
    assert f"| {other} | 50.0" in printed
    with (out / "sentences.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["system"] for row in rows} == {str(tiny_voice), str(other)}
    assert {row["distillmos"] for row in rows} == {"3.5"}
    page = (out / "listen.html").read_text(encoding="utf-8")
    assert page.count("data:audio/flac") == 4


def test_without_listen_no_listening_test_is_written(tiny_voice: Path, lines: Path, tmp_path: Path) -> None:
    assert main(["evaluate", str(tiny_voice), "--sentences", str(lines), "--out", str(tmp_path)]) == 0
    assert not (tmp_path / "listen.html").exists()


@pytest.mark.parametrize(
    ("voices", "fault"),
    [(["{voice}"], "tiny is alone: name a second voice"), (["{voice}", "{voice}"], "named twice")],
)
def test_a_comparison_needs_two(
    voices: list[str], fault: str, tiny_voice: Path, lines: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    named = [voice.format(voice=tiny_voice) for voice in voices]
    assert main(["evaluate", *named, "--sentences", str(lines), "--listen", "--out", str(tmp_path / "out")]) == 2
    assert fault in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
