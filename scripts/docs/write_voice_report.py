"""Write the report of a voice into the documentation: docs/parts/report.md and docs/figures/report-*.png.

    python scripts/docs/write_voice_report.py EVALUATION

EVALUATION is a folder that `tts evaluate` wrote. The pictures come from its report.html and get fewer colours. The
numbers come from its report.json, the sentences from its sentences.csv. The last system in the report is the voice.
"""

from __future__ import annotations

import argparse
import base64
import csv
import io
import json
import re
from pathlib import Path
from typing import Any

from PIL import Image

DOCS = Path(__file__).parents[2] / "docs"
PICTURES = {
    "Sentence by sentence": "histograms",
    "The sentence in the middle": "middle",
    "The worst sentence": "worst",
}
"""Headings in report.html, and our names for the pictures below them."""
COLOURS = 32
"""Size of a picture's palette; it halves the file."""
N_WORST = 10
ELSEWHERE = "real_time_factor"
"""A metric without a row: speed is measured on an idle machine, by a benchmark."""


def pictures(page: str) -> dict[str, bytes]:
    """Return the PNG below each heading, made smaller. Raises ValueError if the page lacks one."""
    found = dict(re.findall(r'<h2>([^<]*)</h2>\n<p><img alt="" src="data:image/png;base64,([^"]*)"', page))
    missing = [heading for heading in PICTURES if heading not in found]
    if missing:
        raise ValueError(f"report.html has no picture below {missing[0]!r}: run tts evaluate again")
    return {heading: _smaller(base64.b64decode(found[heading])) for heading in PICTURES}


def numbers(report: dict[str, Any]) -> str:
    """Return a table: a row for each metric, a column for each system, with the 95 % interval."""
    systems, metrics = report["systems"], report["metrics"]
    lines = [f"| metric | {' | '.join(systems)} |", "|---" * (1 + len(systems)) + "|"]
    for name, metric in metrics.items():
        if name != ELSEWHERE and any(name in own for own in systems.values()):
            cells = [_interval(own.get(name), metric["digits"]) for own in systems.values()]
            lines.append(f"| {metric['label']} | {' | '.join(cells)} |")
    return "\n".join(lines)


def worst(sentences: str, system: str) -> str:
    """Return a table of the worst understood sentences, which come first in the file. None was understood whole."""
    rows = [row for row in csv.DictReader(io.StringIO(sentences)) if row["system"] == system]
    rows = [row for row in rows if float(row["wer"]) > 0][:N_WORST]
    cells = [(row["id"], f"{float(row['wer']):.0f}", row["reference"], row["transcript"]) for row in rows]
    lines = [" | ".join(cell.replace("|", "\\|") for cell in row) for row in cells]
    return "\n".join(["| id | WER, % | text | heard |", "|---|---|---|---|", *(f"| {line} |" for line in lines)])


def write(evaluation: Path, docs: Path) -> None:
    """Write the report and its pictures. Raises OSError or ValueError if the evaluation is incomplete."""
    texts = {name: (evaluation / name).read_text("utf-8") for name in ("report.html", "report.json", "sentences.csv")}
    report = json.loads(texts["report.json"])
    parts = [numbers(report)]
    for heading, png in pictures(texts["report.html"]).items():
        name = f"report-{PICTURES[heading]}.png"
        (docs / "figures" / name).write_bytes(png)
        parts += [f"**{heading}**", f"![{heading}](figures/{name})"]
    parts += ["**The worst understood**", worst(texts["sentences.csv"], list(report["systems"])[-1])]
    (docs / "parts" / "report.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def _interval(estimate: dict[str, float] | None, digits: int) -> str:
    if estimate is None:
        return "–"
    value, low, high = (f"{estimate[key]:.{digits}f}" for key in ("value", "low", "high"))
    return f"{value} ({low} to {high})"


def _smaller(png: bytes) -> bytes:
    file = io.BytesIO()
    image = Image.open(io.BytesIO(png)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    image.save(file, format="PNG", optimize=True)
    return file.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("evaluation", type=Path, help="folder that tts evaluate wrote")
    try:
        write(parser.parse_args().evaluation, DOCS)
    except (ValueError, OSError) as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
