"""Run the evaluation from lines to a report, with a recogniser whose answers are known."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("librosa", reason="needs the extra [eval]")
pytest.importorskip("jiwer", reason="needs the extra [eval]")
pytest.importorskip("matplotlib", reason="needs the extra [eval]")

from tts.evaluation import listener, run
from tts.evaluation.listener import Sound
from tts.evaluation.page import render
from tts.evaluation.recognizer import HeardWord, Transcript
from tts.evaluation.report import table, write_report
from tts.evaluation.run import Measurement, MeasurementJournal, estimates, evaluate
from tts.evaluation.sentences import Line
from tts.evaluation.systems import SpokenLine, VoiceSystem
from tts.voice import Voice

LINES = [Line("a", "one two three"), Line("b", 'four "five" six')]


class FakeRecognizer:
    """A recogniser that misses a word and counts its calls."""

    identity = "fake"

    def __init__(self) -> None:
        self.asked = 0

    def hear(self, samples: np.ndarray, sample_rate: int) -> Transcript:
        self.asked += 1
        return Transcript("one two", (HeardWord("one", 0.0, 0.2), HeardWord("two", 0.2, 0.4)))


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "dnsmos", lambda samples: {"ovrl": 3.0, "p808": 4.0})
    monkeypatch.setattr(listener, "distillmos", lambda samples: {"distillmos": 3.5})
    monkeypatch.setattr(run, "missing_for_distillmos", lambda: "")


def tone(line: Line) -> SpokenLine:
    seconds = np.arange(16_000) / 16_000
    return SpokenLine(Sound(np.sin(2 * np.pi * (200 + len(line.text)) * seconds).astype(np.float32), 16_000))


def rows(folder: Path, recognizer: FakeRecognizer, voice: Voice) -> list[Measurement]:
    systems = {"reference": tone, "voice": VoiceSystem(voice)}
    return evaluate(LINES, systems, recognizer, MeasurementJournal(folder / "heard.jsonl"), reference="reference")  # type: ignore[arg-type]


def test_measures_every_system_on_every_line(tmp_path: Path, voice: Voice) -> None:
    found = rows(tmp_path, FakeRecognizer(), voice)
    assert [(row.system, row.line) for row in found] == [(s, line) for s in ("reference", "voice") for line in LINES]
    reference, ours = (estimates([row for row in found if row.system == s]) for s in ("reference", "voice"))
    assert reference["wer"].value == pytest.approx(4 / 6)  # one word of three, and all of three
    assert reference["wdr"].value == pytest.approx(2 / 6)
    assert reference["ovrl"].value == 3.0
    assert reference["distillmos"].value == 3.5
    assert {"mcd", "voicing_error", "real_time_factor", "failed"} <= set(ours)
    assert not {"mcd", "real_time_factor"} & set(reference)


def test_what_was_heard_is_not_heard_again(tmp_path: Path, voice: Voice) -> None:
    first, second = FakeRecognizer(), FakeRecognizer()
    before = rows(tmp_path, first, voice)
    journal = tmp_path / "heard.jsonl"
    lines = journal.read_text(encoding="utf-8").splitlines()
    journal.write_text("\n".join([*lines[:-1], lines[-1][:20]]), encoding="utf-8")  # torn in its last line
    after = rows(tmp_path, second, voice)
    assert (first.asked, second.asked) == (4, 1)
    assert [row.heard for row in after] == [row.heard for row in before]
    assert rows(tmp_path, second, voice)
    assert second.asked == 1


def test_another_definition_is_measured_anew(tmp_path: Path, voice: Voice, monkeypatch: pytest.MonkeyPatch) -> None:
    rows(tmp_path, FakeRecognizer(), voice)
    monkeypatch.setattr(run, "VERSION", "another")
    again = FakeRecognizer()
    rows(tmp_path, again, voice)
    assert again.asked == 4


def test_without_distillmos_its_column_is_absent_and_comes_once_it_is_installed(
    tmp_path: Path, voice: Voice, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(listener, "distillmos", lambda samples: {})
        patch.setattr(run, "missing_for_distillmos", lambda: "torchaudio")
        found = rows(tmp_path, FakeRecognizer(), voice)
    assert "DistillMOS is left out, because torchaudio is not installed" in caplog.text
    assert not any("distillmos" in row.shares for row in found)
    assert table(found).splitlines()[2].split(" | ")[5] == "–"
    again = FakeRecognizer()
    found = rows(tmp_path, again, voice)
    assert again.asked == 4
    assert all("distillmos" in row.shares for row in found)
    assert table(found).splitlines()[2].split(" | ")[5] == "3.50"


def test_the_report_is_whole_and_holds_what_it_shows(tmp_path: Path, voice: Voice) -> None:
    found = rows(tmp_path, FakeRecognizer(), voice)
    page = render(found, "A <title>", "voice", voice, "reference")
    write_report(tmp_path, found, page)
    assert "A &lt;title&gt;" in page
    assert "four &quot;five&quot; six" in page
    assert "http" not in page  # nothing is fetched
    assert page.count("<audio") == 4
    assert page.count("<img") == 3
    scores = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["systems"]
    assert scores["reference"]["wer"]["value"] == pytest.approx(100 * 4 / 6)
    with (tmp_path / "sentences.csv").open(encoding="utf-8", newline="") as file:
        written = list(csv.DictReader(file))
    assert [row["id"] for row in written] == ["b", "b", "a", "a"]
    assert float(written[0]["wer"]) == 100
    assert not list(tmp_path.glob("*.part"))
    assert table(found).splitlines()[2].startswith("| reference | 66.7 (33.3 to 100.0) |")


def test_peers_are_pictured_without_an_alignment(tmp_path: Path) -> None:
    journal = MeasurementJournal(tmp_path / "heard.jsonl")
    systems = {"one": tone, "other": tone}
    found = evaluate(LINES, systems, FakeRecognizer(), journal)  # type: ignore[arg-type]
    page = render(found, "Peers", "one", reference="other")
    assert page.count("<img") == 3
