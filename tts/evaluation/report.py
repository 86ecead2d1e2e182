"""Write measurements as tables and files."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from collections.abc import Sequence
from pathlib import Path

from tts.common.files import atomic_write_text
from tts.evaluation.metrics import METRICS
from tts.evaluation.run import Measurement, estimates

SUMMARY = ("wer", "cer", "ovrl", "p808", "distillmos", "mcd", "log_f0_rmse", "real_time_factor")
MISSING = "–"


def table(rows: Sequence[Measurement], metrics: Sequence[str] = SUMMARY) -> str:
    """Format a Markdown table: a line for each system, with the 95 % interval of the first metric."""
    labels = [METRICS[name].label for name in metrics]
    labels[0] += " (95 % interval)"
    lines = [f"| system | {' | '.join(labels)} | speech, s |", "|---" * (len(metrics) + 2) + "|"]
    for system, own in by_system(rows).items():
        values = estimates(own)
        cells = [METRICS[name].show(values[name].value) if name in values else MISSING for name in metrics]
        if metrics[0] in values:
            _, low, high = map(METRICS[metrics[0]].show, values[metrics[0]])
            cells[0] += f" ({low} to {high})"
        lines.append(f"| {system} | {' | '.join(cells)} | {sum(row.spoken.sound.seconds for row in own):.0f} |")
    return "\n".join(lines)


def write_report(folder: Path, rows: Sequence[Measurement], page: str) -> None:
    """Write `report.html` (`page.render`), `report.json` and `sentences.csv` into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    atomic_write_text(folder / "report.json", json.dumps(as_json(rows), ensure_ascii=False, indent=1) + "\n")
    atomic_write_text(folder / "sentences.csv", as_csv(rows))
    atomic_write_text(folder / "report.html", page)


def as_json(rows: Sequence[Measurement]) -> dict[str, object]:
    """Collect the estimates by system and metric, in the units of `METRICS`."""
    systems = {
        system: {
            name: dict(zip(value._fields, map(METRICS[name].scaled, value), strict=True))
            for name, value in estimates(own).items()
        }
        for system, own in by_system(rows).items()
    }
    legend = {name: dataclasses.asdict(metric) for name, metric in METRICS.items()}
    return {"systems": systems, "metrics": legend}


def as_csv(rows: Sequence[Measurement]) -> str:
    """Format a CSV with a line for each measurement, the highest word error rate first."""
    names = measured(rows)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["id", "system", *names, "reference", "transcript", "warnings"])
    for row in worst_first(rows):
        shares = [row.shares.get(name) for name in names]
        values = [
            f"{METRICS[name].scaled(share.total / share.size):.4g}" if share and share.size else ""
            for name, share in zip(names, shares, strict=True)
        ]
        writer.writerow(
            [row.line.clip_id, row.system, *values, row.line.text, row.heard.transcript, "; ".join(row.spoken.warnings)]
        )
    return text.getvalue()


def measured(rows: Sequence[Measurement]) -> list[str]:
    """List the metrics that occur in the rows."""
    return [name for name in METRICS if any(name in row.shares for row in rows)]


def by_system(rows: Sequence[Measurement]) -> dict[str, list[Measurement]]:
    """Group rows by system, in the order of the systems."""
    systems = dict.fromkeys(row.system for row in rows)
    return {system: [row for row in rows if row.system == system] for system in systems}


def worst_first(rows: Sequence[Measurement]) -> list[Measurement]:
    """Sort by word error rate, the highest first."""
    return sorted(rows, key=lambda row: (-row.shares["wer"].total / row.shares["wer"].size, row.line.clip_id))
