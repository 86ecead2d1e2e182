"""The journal survives torn lines and other damage."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tts.batch.results import Result, ResultJournal
from tts.text.token import SpeechWarning

WARNING = SpeechWarning(0, 3, "skipped", '"one" may be skipped')


def ids(folder: Path) -> list[str]:
    return [json.loads(line)["id"] for line in (folder / "results.jsonl").read_bytes().splitlines()]


def done(folder: Path, line: int, name: str, request: str = "r") -> Result:
    (folder / f"{name}.wav").write_bytes(b"sound")
    return Result(line, name, f"{name}.wav", 1.5, 3, (WARNING,), bytes=5, request=request)


def test_results_are_left_in_the_order_of_the_manifest(tmp_path: Path) -> None:
    with ResultJournal(tmp_path) as journal:
        for line, name in ((3, "c"), (1, "a"), (2, "b")):
            journal.add(done(tmp_path, line, name))
        assert ids(tmp_path) == ["c", "a", "b"]  # left by a run that was killed
    assert ids(tmp_path) == ["a", "b", "c"]
    row = json.loads((tmp_path / "results.jsonl").read_bytes().splitlines()[0])
    assert {key: row[key] for key in ("file", "seconds", "words", "warnings", "error")} == {
        "file": "a.wav",
        "seconds": 1.5,
        "words": 3,
        "warnings": [{"start": 0, "end": 3, "kind": "skipped", "message": '"one" may be skipped'}],
        "error": None,
    }


def test_a_row_is_known_again_while_its_request_and_its_file_are_the_same(tmp_path: Path) -> None:
    with ResultJournal(tmp_path) as journal:
        for line, name in enumerate("abcd", 1):
            journal.add(done(tmp_path, line, name))
    (tmp_path / "b.wav").unlink()
    (tmp_path / "c.wav").write_bytes(b"sou")
    with ResultJournal(tmp_path) as journal:
        assert [journal.has(line, name, "r") for line, name in enumerate("abc", 1)] == [True, False, False]
        assert not journal.has(4, "d", "another request")
    assert ids(tmp_path) == ["a", "b", "c", "d"]  # rows that were not made again are unchanged


def test_failures_are_those_of_the_last_run(tmp_path: Path) -> None:
    with ResultJournal(tmp_path) as journal:
        journal.add(Result(1, "a", error="bad", request="r"))
        journal.add(Result(2, None, error="worse"))
    assert ids(tmp_path) == ["a", None]
    with ResultJournal(tmp_path) as journal:
        assert not journal.has(1, "a", "r")
        journal.add(done(tmp_path, 1, "a"))
    assert ids(tmp_path) == ["a"]


def test_rows_of_another_manifest_stay(tmp_path: Path) -> None:
    for name in "ba":
        with ResultJournal(tmp_path) as journal:
            journal.add(done(tmp_path, 1, name))
    assert ids(tmp_path) == ["a", "b"]


@pytest.mark.parametrize("torn", [b'{"id": "b", "fi', b"\0" * 100])
def test_a_line_cut_short_is_dropped(tmp_path: Path, torn: bytes) -> None:
    with ResultJournal(tmp_path) as journal:
        journal.add(done(tmp_path, 1, "a"))
    with (tmp_path / "results.jsonl").open("ab") as file:
        file.write(torn)
    with ResultJournal(tmp_path) as journal:
        assert journal.has(1, "a", "r")
        journal.add(done(tmp_path, 2, "b"))
    assert ids(tmp_path) == ["a", "b"]


@pytest.mark.parametrize("content", ["my,results\n", '{"a": 1}\n', "[1]\n"])
def test_a_file_of_somebody_else_is_left_alone(tmp_path: Path, content: str) -> None:
    (tmp_path / "results.jsonl").write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match="line 1, is not of 'tts batch': move the file away, or choose another folder"):
        ResultJournal(tmp_path)
    assert (tmp_path / "results.jsonl").read_text(encoding="utf-8") == content


@pytest.mark.skipif(sys.platform == "win32", reason="no such locks")
def test_two_runs_do_not_write_to_one_folder(tmp_path: Path) -> None:
    with ResultJournal(tmp_path), pytest.raises(ValueError, match="another 'tts batch' is writing to"):
        ResultJournal(tmp_path)
    with ResultJournal(tmp_path):
        pass
