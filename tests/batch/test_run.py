"""A run makes files from a manifest, and the next run makes only what is missing."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
import soundfile

from tts.batch.manifest import Manifest, ManifestRow
from tts.batch.results import Result
from tts.batch.run import Report, run
from tts.batch.speaking import STAGING, Job, Speaker
from tts.common.processes import Stopped
from tts.options import SynthesisOptions
from tts.synthesizer import Synthesizer
from tts.voice import Voice


class Batch:
    """Write a manifest in JSON Lines and return it with its output folder."""

    def __init__(self, folder: Path, voice: Path) -> None:
        self.path, self.out, self.voice = folder / "m.jsonl", folder / "out", str(voice)
        self.suffix = ".wav"

    def write(self, *rows: dict[str, Any]) -> None:
        self.path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    def run(self, report: Report | None = None, **options: Any) -> list[Result | None]:
        """Run the batch and return its results, with None for rows that existed."""
        reported: list[Result | None] = []
        manifest = Manifest(str(self.path), None, self.voice, SynthesisOptions(), self.suffix)
        run(manifest, self.out, report or reported.append, **{"workers": 2, **options})
        return reported

    def results(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.out / "results.jsonl").read_bytes().splitlines()]


@pytest.fixture
def batch(tmp_path: Path, tiny_voice: Path) -> Batch:
    return Batch(tmp_path, tiny_voice)


def test_files_are_those_of_the_synthesizer(batch: Batch, tmp_path: Path) -> None:
    batch.write({"id": "a", "text": "Hello."}, {"id": "b", "text": "And again.", "speed": 2, "seed": 3})
    spoken = sorted(result.id or "" for result in batch.run() if result)
    assert spoken == ["a", "b"]
    Synthesizer(batch.voice).synthesize("And again.", speed=2, seed=3).save(tmp_path / "b.wav")
    assert (batch.out / "b.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()
    assert sorted(path.name for path in batch.out.iterdir()) == ["a.wav", "b.wav", "results.jsonl"]
    row = batch.results()[1]
    assert (row["id"], row["file"], row["words"], row["error"]) == ("b", "b.wav", 2, None)
    assert row["seconds"] == pytest.approx(soundfile.info(batch.out / "b.wav").duration, abs=1e-3)
    assert row["bytes"] == (batch.out / "b.wav").stat().st_size


def test_a_failing_row_leaves_the_rest(batch: Batch) -> None:
    batch.write(
        {"id": "a", "text": "?!"},
        {"id": "b", "text": "Hello.", "voice": "nobody"},
        {"id": "c", "text": "<speak>Hello."},
        {"id": "d", "text": "Hello."},
        {"id": "e", "text": ""},
    )
    batch.run()
    rows = batch.results()
    assert [row["file"] for row in rows] == [None, None, None, "d.wav", None]
    assert rows[0]["error"].startswith("line 1: nothing to speak in '?!'")
    assert rows[1]["error"].startswith("line 2: unknown voice 'nobody': use one of heart, michael, or a folder")
    assert "line 3: " in rows[2]["error"]
    assert rows[4]["error"].startswith("line 5: the text is empty")
    assert not (batch.out / ".tts-batch").exists()


def test_only_what_changed_is_done_again(batch: Batch) -> None:
    rows = [{"id": name, "text": f"Hello {name}."} for name in "abcd"]
    batch.write(*rows)
    batch.run()
    before = {path.name: path.stat().st_mtime_ns for path in batch.out.glob("*.wav")}
    rows[1]["text"] = "Another."
    (batch.out / "c.wav").unlink()
    batch.write(*reversed(rows))
    reported = batch.run()
    assert sorted(result.id or "" for result in reported if result) == ["b", "c"]
    assert reported.count(None) == 2
    changed = {name for name, time in before.items() if (batch.out / name).stat().st_mtime_ns != time}
    assert changed == {"b.wav", "c.wav"}
    assert [row["id"] for row in batch.results()] == ["d", "c", "b", "a"]
    assert batch.run() == [None] * 4


def test_another_format_voice_or_lexicon_is_another_request(batch: Batch, tiny_voice: Path, tmp_path: Path) -> None:
    batch.write({"id": "a", "text": "Hello."})
    batch.run()
    lexicon = tmp_path / "lexicon.txt"
    for pronunciation in ("HH AY1", "HH OW1"):
        lexicon.write_text(f"hello {pronunciation}\n", encoding="utf-8")
        assert batch.run(lexicon=str(lexicon)) != [None]
    batch.suffix = ".flac"
    assert batch.run() != [None]
    assert batch.run() == [None]
    card = json.loads((tiny_voice / "voice.json").read_text(encoding="utf-8"))
    copy = tmp_path / "copy"
    copy.mkdir()
    for path in tiny_voice.iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    batch.voice = str(copy)
    assert batch.run() == [None]  # the same voice in another folder with another description
    (copy / "voice.json").write_text(json.dumps({**card, "description": "Other words."}), encoding="utf-8")
    assert batch.run() == [None]
    card["audio"]["f0_max"] = 350.0
    (copy / "voice.json").write_text(json.dumps(card), encoding="utf-8")
    assert batch.run() != [None]


def test_a_row_names_only_voices_that_the_command_allows(batch: Batch, tiny_voice: Path, tmp_path: Path) -> None:
    shelf = tmp_path / "shelf"
    for folder in (shelf / "one", tmp_path / "other"):
        shutil.copytree(tiny_voice, folder)
    (shelf / "link").symlink_to(tmp_path / "other")
    named = {
        "a": f"{shelf}/one",
        "b": f"{tmp_path}/other",
        "c": f"{shelf}/../other",
        "d": f"{shelf}/link",
        "e": f"{shelf}/one\0",
        "f": batch.voice,
        "g": "michael",
    }
    batch.write(*({"id": name, "text": "Hello.", "voice": voice} for name, voice in named.items()))
    batch.run()
    assert [row["id"] for row in batch.results() if row["error"] is None] == ["f", "g"]
    batch.run(voice_folders=[shelf])
    assert [row["id"] for row in batch.results() if row["error"] is None] == ["a", "f", "g"]
    refused = batch.results()[1]["error"]
    assert refused.endswith("other': use one of heart, michael, or a folder inside one that --voice-folder allows")


def test_a_node_of_a_cluster_opens_no_voice_of_its_own(tiny_voice: Path, batch: Batch) -> None:
    (batch.out / STAGING).mkdir(parents=True)
    speaker = Speaker(Job(batch.out, ".wav", voices={"sent": Voice.load(tiny_voice)}))
    for voice, error in (("sent", None), (str(tiny_voice), "was not sent to this worker")):
        row = ManifestRow(1, "a", "Hello.", voice, SynthesisOptions())
        result = speaker.speak(row, "", lambda: False)
        assert (result.error is None) == (error is None)
        assert (error or "") in (result.error or "")


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".ogg", ".mp3"])
def test_formats(batch: Batch, suffix: str) -> None:
    batch.write({"id": "a", "text": "Hello."})
    batch.suffix = suffix
    batch.run()
    assert soundfile.info(batch.out / f"a{suffix}").duration == pytest.approx(batch.results()[0]["seconds"], abs=0.1)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_process_that_dies_takes_one_row_with_it(batch: Batch) -> None:
    batch.write(*({"id": f"{number}", "text": "Hello there."} for number in range(12)))
    reported: list[Result] = []

    def report(result: Result | None) -> None:
        assert result is not None
        if not reported:
            os.kill(multiprocessing.active_children()[0].pid or 0, signal.SIGKILL)
        reported.append(result)

    batch.run(report)
    failed = [result.error for result in reported if result.error]
    assert failed == ["the process that spoke it died of SIGKILL"]
    assert len(reported) == 12
    assert len(batch.run()) == 12
    assert all(row["error"] is None for row in batch.results())


def test_an_exception_ends_the_processes(batch: Batch) -> None:
    batch.write({"text": "Hi.", "id": "x"}, *({"text": "Hello there. " * 50} for _ in range(4)))

    def interrupt(result: Result | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        batch.run(interrupt)
    assert multiprocessing.active_children() == []
    assert [row["id"] for row in batch.results()] == ["x"]
    assert sorted(path.name for path in batch.out.iterdir()) == ["results.jsonl", "x.wav"]


def test_a_row_stops_in_the_middle(tiny_voice: Path, batch: Batch, tmp_path: Path) -> None:
    (tmp_path / ".tts-batch").mkdir()
    batch.write({"id": "a", "text": "Hello there. " * 50})
    (row,) = Manifest(str(batch.path), None, batch.voice, SynthesisOptions(), ".wav")
    looks = iter([False, False, True])
    with pytest.raises(Stopped):
        Speaker(Job(tmp_path, ".wav")).speak(row, "", lambda: next(looks))  # type: ignore[arg-type]
    assert next(looks, None) is None
    assert list((tmp_path / ".tts-batch").iterdir()) == []


def test_a_folder_that_cannot_be_written_ends_the_run(batch: Batch) -> None:
    batch.write({"id": "a", "text": "Hello."}, {"id": "b", "text": "Hello."})
    (batch.out / "a.wav" / "in the way").mkdir(parents=True)
    with pytest.raises(OSError, match=r"a\.wav"):
        batch.run(workers=1)
    assert multiprocessing.active_children() == []


def test_what_is_refused_before_anything_is_spoken(batch: Batch, tmp_path: Path) -> None:
    batch.write()
    with pytest.raises(ValueError, match="has no rows: give it a line for each text"):
        batch.run()
    batch.write({"text": "Hello."})
    with pytest.raises(ValueError, match="workers is 0: use 1 or more"):
        batch.run(workers=0)
    with pytest.raises(ValueError, match="cannot read the lexicon"):
        batch.run(lexicon=str(tmp_path / "nowhere"))
    batch.voice = "nobody"
    with pytest.raises(ValueError, match="unknown voice 'nobody'"):
        batch.run()
