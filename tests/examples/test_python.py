"""The examples in Python that need no server work, and every example is short, listed and tested."""

from __future__ import annotations

import json
import re
import runpy
import sys
import types
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import soundfile

from tests.books import epubs
from tests.examples.conftest import EXAMPLES, Run

FILES = sorted(path for path in EXAMPLES.iterdir() if path.is_file() and path.name != "README.md")
TEXT = "The sky is blue. Short waves scatter more than long ones, so we see them from every side."


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_an_example_is_short_listed_and_tested(path: Path) -> None:
    if path.suffix == ".ipynb":
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        lines = [line for cell in cells if cell["cell_type"] == "code" for line in cell["source"]]
    else:
        lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 30
    assert f"]({path.name})" in (EXAMPLES / "README.md").read_text(encoding="utf-8")
    tests = "".join(test.read_text(encoding="utf-8") for test in Path(__file__).parent.glob("test_*.py"))
    assert f'"{path.name}"' in tests


def test_speak(run: Run, tmp_path: Path) -> None:
    printed = run("speak.py")
    words = re.findall(r"^ *([\d.]+) to +([\d.]+) s  (\w+)$", printed, re.MULTILINE)
    assert [word for *_, word in words][:5] == ["doctor", "smith", "paid", "five", "dollars"]
    seconds = soundfile.info(tmp_path / "price.wav").duration
    times = [float(time) for *both, _ in words for time in both]
    assert times == sorted(times)
    assert times[-1] <= seconds


def test_subtitles(run: Run, tmp_path: Path) -> None:
    (tmp_path / "narration.txt").write_text(TEXT, encoding="utf-8")
    run("subtitles.py")
    assert soundfile.info(tmp_path / "narration.mp3").duration > 3
    shown = re.sub(r"\n(?:\d+\n)?[\d:,]+ --> [\d:,]+\n|\n", " ", (tmp_path / "narration.srt").read_text("utf-8"))
    assert " ".join(shown.split()).removeprefix("1 ").replace(" 2 ", " ") == TEXT
    assert (tmp_path / "narration.vtt").read_text("utf-8").startswith("WEBVTT")
    assert json.loads((tmp_path / "narration.json").read_text("utf-8"))


def test_batch(run: Run, tmp_path: Path) -> None:
    (tmp_path / "lines.txt").write_text("Hello.\nGoodbye now.\nAgain.\n", encoding="utf-8")
    printed = run("batch.py").splitlines()
    assert [line.partition(":")[0] for line in printed] == ["0001.flac", "0002.flac", "0003.flac"]
    assert printed[1].endswith(", 2 words")
    assert all(soundfile.info(tmp_path / "out" / f"000{n}.flac").duration > 0.3 for n in (1, 2, 3))


def test_book(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("av", reason="no package av: pip install '.[book]'")
    epubs.tiny(tmp_path / "novel.epub")
    assert "finished:" in run("book.py")
    assert (tmp_path / "novel.m4b").stat().st_size > 5_000


def test_notebook(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    players: list[float] = []
    display = types.ModuleType("IPython.display")
    vars(display)["Audio"] = lambda samples, rate: players.append(len(samples) / rate)
    monkeypatch.setitem(sys.modules, "IPython", types.ModuleType("IPython"))
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    notebook = json.loads((EXAMPLES / "notebook.ipynb").read_text(encoding="utf-8"))
    names: dict[str, Any] = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            assert not cell["outputs"]
            exec(compile("".join(cell["source"]), cell["id"], "exec"), names)
    assert len(players) == 3
    assert all(1 < seconds < 10 for seconds in players)
    assert " s  doctor\n" in capsys.readouterr().out


def test_fastapi_route() -> None:
    testclient = pytest.importorskip("fastapi.testclient", reason="no package fastapi: pip install '.[serve]'")
    app: Any = runpy.run_path(str(EXAMPLES / "fastapi_route.py"))["app"]
    client = testclient.TestClient(app)
    answer = client.get("/speak", params={"text": "Hello."})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "audio/mpeg")
    assert soundfile.info(BytesIO(answer.content)).duration == pytest.approx(0.8, abs=0.6)
    assert client.get("/speak", params={"text": "---"}).status_code == 422
    assert client.get("/speak", params={"text": "x" * 1001}).status_code == 422
