"""Run `tts batch` as a user does, interrupt it and continue."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.cli.test_cli import REPOSITORY
from tts.cli.main import main

LONG = "This is a sentence of a text that is long. " * 30


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_batch(tiny_voice: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    manifest, out = tmp_path / "m.csv", tmp_path / "a" / "b"
    manifest.write_text("id,text\na,Hello.\nb,\na,Again.\n../c,No.\nd,?!\n", encoding="utf-8")
    command = ["batch", str(manifest), str(out), "--voice", str(tiny_voice), "--format", "flac", "--workers", "1"]
    assert main(command) == 1
    said = capsys.readouterr()
    summary = r"1 row spoken \(0\.00 h of speech, [\d.]+ h per hour\)(, 1 with warnings)?, 4 failed\n"
    assert re.fullmatch(f"{out}: {summary}", said.out)
    errors = said.err.splitlines()
    assert [line[: line.index(": ", 5)] for line in errors] == [
        f"tts: {manifest}, line 3, 'b'",
        f"tts: {manifest}, line 4, 'a'",
        f"tts: {manifest}, line 5",
        f"tts: {manifest}, line 6, 'd'",
    ]
    assert files(out) == ["a.flac", "results.jsonl"]
    manifest.write_text("id,text\na,Hello.\n", encoding="utf-8")
    assert main(command) == 0
    assert capsys.readouterr().out == f"{out}: 0 rows spoken, 1 finished before\n"


def test_lines_of_standard_input(
    tiny_voice: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"Hello.\n\nAgain.\n?!\n")))
    assert main(["batch", "-", str(tmp_path), "--voice", str(tiny_voice)]) == 1
    assert files(tmp_path) == ["000001.wav", "000003.wav", "results.jsonl"]
    assert capsys.readouterr().err.startswith("tts: standard input, line 4, '000004': nothing to speak in '?!'")


def test_what_all_rows_have_in_common(tiny_voice: Path, tmp_path: Path) -> None:
    manifest = tmp_path / "m.txt"
    manifest.write_text("One. Two.", encoding="utf-8")
    command = ["batch", str(manifest), str(tmp_path / "out"), "--voice", str(tiny_voice), "--workers", "1"]
    seconds = []
    for pause in ("0", "2"):
        assert main([*command, "--sentence-pause", pause]) == 0
        (line,) = (tmp_path / "out" / "results.jsonl").read_text(encoding="utf-8").splitlines()
        seconds.append(json.loads(line)["seconds"])
    assert seconds[1] == pytest.approx(seconds[0] + 2, abs=1e-2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.csv"], "tts: no manifest 'nowhere.csv': name a file, or - for standard input"),
        (["m.csv", "--voice", "nobody"], "tts: unknown voice 'nobody'"),
        (["m.csv", "--speed", "9"], "tts: speed is 9.0: use a number from 0.25 to 4"),
        (["m.csv", "--workers", "0"], "tts: workers is 0: use 1 or more"),
        (["m.csv", "--lexicon", "nowhere"], "tts: cannot read the lexicon 'nowhere'"),
        (["bad.csv"], "tts: bad.csv has no column 'text' in its first line"),
        (["empty.txt"], "tts: empty.txt has no rows: give it a line for each text"),
    ],
)
def test_bad_input_is_one_line(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, content in (("m.csv", "text\nHello.\n"), ("bad.csv", "id\na\n"), ("empty.txt", "\n\n")):
        Path(name).write_text(content, encoding="utf-8")
    assert main(["batch", arguments[0], "out", *arguments[1:]]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(message)


def test_a_flood_of_failures_is_cut_short(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "m.txt").write_text("?!\n" * 40, encoding="utf-8")
    assert main(["batch", str(tmp_path / "m.txt"), str(tmp_path / "out"), "--workers", "1"]) == 1
    said = capsys.readouterr()
    assert said.err.count("\n") == 21
    assert said.err.endswith("tts: more than 20 rows fail: results.jsonl has all of them\n")
    assert (tmp_path / "out" / "results.jsonl").read_bytes().count(b"\n") == 40


def test_without_ray(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    (tmp_path / "m.txt").write_text("Hello.\n", encoding="utf-8")
    assert main(["batch", str(tmp_path / "m.txt"), str(tmp_path / "out"), "--ray", "auto"]) == 2
    assert (
        "'tts batch' needs the package ray: run pip install '.[cluster]' in griffon's folder" in capsys.readouterr().err
    )


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_run_that_is_broken_off_goes_on(tiny_voice: Path, tmp_path: Path, number: signal.Signals) -> None:
    manifest, out = tmp_path / "m.csv", tmp_path / "out"
    rows = ["a,Hello.", f"b,{LONG}", f"c,{LONG}"]
    manifest.write_text("\n".join(["id,text", *rows]), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "tts",
        "batch",
        str(manifest),
        str(out),
        "--voice",
        str(tiny_voice),
        "--workers",
        "2",
    ]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=REPOSITORY, start_new_session=True, **pipes) as process:  # type: ignore[call-overload]
        while not (out / "a.wav").exists() or not (out / "results.jsonl").stat().st_size:
            assert process.poll() is None
            time.sleep(0.005)  # the process needs the core
        if number == signal.SIGINT:  # to the whole group, as a terminal does
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
        said, errors = process.communicate()  # ends when the last process has ended
    if number == signal.SIGINT:
        assert process.returncode == 130
        assert errors.splitlines()[-1] == "tts: interrupted"
        assert said.startswith(f"{out}: 1 row spoken")
        assert files(out) == ["a.wav", "results.jsonl"]
    done = [json.loads(line)["id"] for line in (out / "results.jsonl").read_text(encoding="utf-8").splitlines()]
    assert done == ["a"]
    assert {name for name in files(out) if name.endswith(".wav")} == {"a.wav"}
    manifest.write_text("\n".join(["id,text", "a,Hello.", "b,There.", "c,Again."]), encoding="utf-8")
    result = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert result.stdout.startswith(f"{out}: 2 rows spoken")
    assert ", 1 finished before" in result.stdout
    assert files(out) == ["a.wav", "b.wav", "c.wav", "results.jsonl"]
