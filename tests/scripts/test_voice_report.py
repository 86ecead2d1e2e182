"""The report in the documentation matches the files of the evaluation."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path

import pytest
from PIL import Image

from tests.loading import load_script

REPOSITORY = Path(__file__).parents[2]
script = load_script("scripts/docs/write_voice_report.py")


@pytest.fixture
def evaluation(tmp_path: Path) -> Path:
    file = io.BytesIO()
    Image.new("RGB", (8, 4), "red").save(file, format="PNG")
    image = f'<p><img alt="" src="data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}">'
    page = "\n".join(f"<h2>{heading}</h2>\n{image}" for heading in script.PICTURES)
    wer = {"value": 8.04, "low": 6.0, "high": 10.26}
    systems = {"teacher": {}, "voice": {"wer": wer, "real_time_factor": wer}}
    metrics = {"wer": {"label": "WER, %", "digits": 1}, "real_time_factor": {"label": "speed", "digits": 1}}
    report = {"systems": systems, "metrics": metrics}
    (tmp_path / "report.html").write_text(page)
    (tmp_path / "report.json").write_text(json.dumps(report))
    rows = "a,teacher,90,no,no\n" + "".join(f"{n},voice,{50 - n},One | two.,one too\n" for n in range(12))
    (tmp_path / "sentences.csv").write_text(f"id,system,wer,reference,transcript\n{rows}")
    return tmp_path


def test_it_holds_numbers_pictures_and_the_worst_ten(evaluation: Path, tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    for folder in ("figures", "parts"):
        (docs / folder).mkdir(parents=True)
    script.write(evaluation, docs)
    lines = (docs / "parts/report.md").read_text().splitlines()
    assert "| WER, % | – | 8.0 (6.0 to 10.3) |" in lines
    assert next(line for line in lines if "One" in line) == "| 0 | 50 | One \\| two. | one too |"
    assert sum("One" in line for line in lines) == script.N_WORST
    assert not any("| a |" in line or "speed" in line for line in lines)
    for name in script.PICTURES.values():
        picture = Image.open(docs / f"figures/report-{name}.png")
        assert picture.convert("RGB").getpixel((0, 0)) == (255, 0, 0)
        assert f"(figures/report-{name}.png)" in "".join(lines)


def test_a_sentence_that_was_understood_is_not_among_the_worst() -> None:
    rows = "id,system,wer,reference,transcript\n1,voice,50,A b.,a c\n2,voice,0,A.,a\n"
    assert script.worst(rows, "voice").splitlines()[2:] == ["| 1 | 50 | A b. | a c |"]


def test_a_page_without_pictures_is_refused(evaluation: Path, tmp_path: Path) -> None:
    (evaluation / "report.html").write_text("<h2>Sentence by sentence</h2>")
    with pytest.raises(ValueError, match="no picture below 'Sentence by sentence'"):
        script.write(evaluation, tmp_path)


def test_the_report_that_is_checked_in_is_small() -> None:
    files = [*(REPOSITORY / "docs/figures").glob("report-*.png"), REPOSITORY / "docs/parts/report.md"]
    assert len(files) == 4
    assert sum(path.stat().st_size for path in files) < 400_000
