"""Render an evaluation as one HTML page with embedded plots and audio. The page needs no network."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from html import escape

import numpy as np
import soundfile

from tts.audio.mel import log_mel, mel_filterbank
from tts.config import AudioConfig
from tts.evaluation import picture
from tts.evaluation.listener import Sound
from tts.evaluation.metrics import METRICS
from tts.evaluation.report import MISSING, by_system, measured, worst_first
from tts.evaluation.run import Measurement, estimates
from tts.voice import Voice

N_WORST = 10
HISTOGRAMS = ("wer", "ovrl", "distillmos", "mcd")
PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #222;
  background: #fff }}
table {{ border-collapse: collapse; margin: 1rem 0 }} th, td {{ border-bottom: 1px solid #ddd; padding: .25rem .7rem;
  text-align: left; vertical-align: top }} td.number {{ text-align: right; white-space: nowrap }}
img {{ max-width: 100%; height: auto }} audio {{ width: 15rem; height: 2rem }} small {{ color: #666 }}
</style>
<h1>{title}</h1>
{body}
</html>
"""


def render(
    rows: Sequence[Measurement], title: str, subject: str, voice: Voice | None = None, reference: str = ""
) -> str:
    """Render the page: numbers, histograms, spectrograms and worst sentences of one system beside the others.

    subject: name of that system. voice: its voice, to draw the alignment. reference: the system to compare with.
    """
    systems = by_system(rows)
    own = worst_first(systems[subject])
    chosen = {"The sentence in the middle": own[len(own) // 2], "The worst sentence": own[0]}
    body = [
        "<p>Figures with 95 % confidence intervals over sentences (bootstrap).</p>",
        _numbers(systems),
        "<h2>Sentence by sentence</h2>",
        _image(picture.draw_histograms(_values(systems))),
    ]
    for heading, row in chosen.items():
        body += [f"<h2>{heading}</h2>", _image(_picture(row, systems, voice, reference))]
    body += [f"<h2>Worst understood of {escape(subject)}</h2>", _worst(own[:N_WORST], systems, reference)]
    return PAGE.format(title=escape(title), body="\n".join(body))


def _numbers(systems: dict[str, list[Measurement]]) -> str:
    """Render a table with a row for each metric and a column for each system."""
    values = {system: estimates(own) for system, own in systems.items()}
    lines = [f"<tr><th></th>{''.join(f'<th>{escape(system)}</th>' for system in systems)}</tr>"]
    for name in measured([row for own in systems.values() for row in own]):
        metric = METRICS[name]
        cells = []
        for system in systems:
            shown = [metric.show(part) for part in values[system].get(name, ())]
            cells.append(f"{shown[0]} <small>{shown[1]} to {shown[2]}</small>" if shown else MISSING)
        numbers = "".join(f'<td class="number">{cell}</td>' for cell in cells)
        lines.append(f"<tr><td>{metric.label}<br><small>{escape(metric.definition)}</small></td>{numbers}</tr>")
    return f"<table>{''.join(lines)}</table>"


def _values(systems: dict[str, list[Measurement]]) -> dict[str, dict[str, list[float]]]:
    """Return the values of all sentences for the histograms, by label and system."""
    values = {}
    for name in HISTOGRAMS:
        metric = METRICS[name]
        found = {
            system: [metric.scaled(row.shares[name].total / row.shares[name].size) for row in own if name in row.shares]
            for system, own in systems.items()
        }
        if any(found.values()):
            values[metric.label] = {system: own for system, own in found.items() if own}
    return values


def _picture(row: Measurement, systems: dict[str, list[Measurement]], voice: Voice | None, reference: str) -> bytes:
    """Plot one sentence: recording, prediction and alignment of a voice, or the spectrograms of all systems."""
    title = f"{row.line.clip_id}: {row.line.text}"
    audio = AudioConfig() if voice is None else voice.card.audio
    names = [reference] if voice is not None else list(systems)
    mels = {
        name: log_mel(found.spoken.sound.at(audio.sample_rate), audio, mel_filterbank(audio))
        for name in names
        if (found := _same_line(systems.get(name, []), row)) is not None
    }
    if voice is None:
        return picture.draw_spectrograms(mels, audio.frames_per_second, title)
    return picture.draw_reading(mels.get(reference), picture.read(voice, row.line.text), audio.frames_per_second, title)


def _worst(own: list[Measurement], systems: dict[str, list[Measurement]], reference: str) -> str:
    lines = []
    for row in own:
        players = [_player(row.spoken.sound)]
        against = _same_line(systems.get(reference, []), row)
        if against is not None:
            players.append(f"{_player(against.spoken.sound)} <small>{escape(reference)}</small>")
        wer = METRICS["wer"].show(row.shares["wer"].total / row.shares["wer"].size)
        said = f"{escape(row.line.text)}<br><small>heard:</small> {escape(row.heard.transcript)}"
        notes = "".join(f"<br><small>{escape(warning)}</small>" for warning in row.spoken.warnings)
        lines.append(
            f'<tr><td>{escape(row.line.clip_id)}</td><td class="number">{wer} %</td>'
            f"<td>{said}{notes}</td><td>{'<br>'.join(players)}</td></tr>"
        )
    return f"<table><tr><th>id</th><th>WER</th><th>text</th><th>sound</th></tr>{''.join(lines)}</table>"


def _same_line(rows: Sequence[Measurement], row: Measurement) -> Measurement | None:
    return next((other for other in rows if other.line == row.line), None)


def _player(sound: Sound) -> str:
    """Embed a sound as MP3, which all browsers play, at a rate that MP3 allows."""
    file, rate = io.BytesIO(), 22_050
    soundfile.write(file, np.clip(sound.at(rate), -1.0, 1.0), rate, format="MP3")
    return f'<audio controls preload="none" src="data:audio/mpeg;base64,{_base64(file.getvalue())}"></audio>'


def _image(png: bytes) -> str:
    return f'<p><img alt="" src="data:image/png;base64,{_base64(png)}">'


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
