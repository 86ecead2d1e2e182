"""Write `report.html` into the run folder: the state of a run, for a browser."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import matplotlib
import numpy as np
import soundfile
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from tts.common.files import atomic_write_text

NAME = "report.html"
Curves = Mapping[str, Sequence[tuple[int, float]]]

PANELS: dict[str, tuple[str, ...]] = {
    "loss of the frames, in standard deviations": ("train/mel_after", "val/mel_after"),
    "whole loss": ("train/total", "val/total"),
    "error of the bands, in nats": ("train/band_nats", "val/band_nats"),
    "error of the pitch, in semitones": ("train/pitch_semitones", "val/pitch_semitones"),
    "loss of the spectrum": ("train/spectrum", "val/spectrum"),
    "attention on the recording's own frames": ("val/attention_focus", "val/attention_diagonality"),
    "off the diagonal or the durations, and not stopping in time": ("val/guided", "val/duration", "val/stop"),
    "gradient's norm, before clipping": ("train/gradient_norm", "adversary/gradient_norm"),
    "audio trained, in seconds a second": ("audio_s_per_s",),
}
"""Title of a panel -> names of its curves. Curves without values are left out."""

HINTS = """\
<b>Alignment.</b> A line from the lower left to the upper right: the model reads its text. A blur, or a line that stands
still: it does not yet, or no longer. <b>Focus</b> is the share of attention on the strongest symbol, averaged over
steps; aligned models stay above one half. <b>Losses.</b> The validation's falls long after the alignment is there, and
what is heard improves with it. Where it rises while that of training falls, the corpus is too small for more steps."""

STYLE = """\
body { font: 16px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
table { border-collapse: collapse; } td { padding: .1rem 1.5rem .1rem 0; vertical-align: top; }
img, svg { max-width: 100%; height: auto; }
pre { background: #f4f4f4; padding: 1rem; overflow-x: auto; font-size: .85rem; } p { max-width: 46rem; }"""


class Sample(NamedTuple):
    """One validation clip spoken by the model."""

    clip_id: str
    text: str
    picture: bytes  # PNG: both spectrograms and the alignment
    sounds: dict[str, NDArray[np.float32]]  # title -> samples (T,)
    sample_rate: int


def write_report(run: Path, facts: Mapping[str, str], curves: Curves, sample: Sample, config: str) -> None:
    """Replace the run's report.

    facts: label -> value, the lines of the table at the top. config: the run's settings as YAML.
    """
    atomic_write_text(run / NAME, _page(run, facts, curves, sample, config))


def _page(run: Path, facts: Mapping[str, str], curves: Curves, sample: Sample, config: str) -> str:
    title = html.escape(f"Training of {run.name}")
    rows = "\n".join(f"<tr><td>{html.escape(a)}</td><td>{html.escape(b)}</td></tr>" for a, b in facts.items())
    sounds = "\n".join(
        f'<tr><td>{html.escape(name)}</td><td><audio controls src="'
        f'{_data("audio/wav", _wav(samples, sample.sample_rate))}"></audio></td></tr>'
        for name, samples in sample.sounds.items()
    )
    return f"""<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>{title}</title><style>{STYLE}</style></head>
<body>
<h1>{title}</h1>
<table>
{rows}
</table>
<h2>Newest sample: {html.escape(sample.clip_id)}</h2>
<p>“{html.escape(sample.text)}”</p>
<table>
{sounds}
</table>
<p>Both are made from frames; the recording shows the best that this way of making sound can do.</p>
<img alt="spectrograms and alignment" src="{_data("image/png", sample.picture)}">
<h2>Curves by step</h2>
{draw_curves(curves)}
<p>{HINTS}</p>
<h2>Settings</h2>
<pre>{html.escape(config)}</pre>
</body>
</html>
"""


def draw_curves(curves: Curves) -> str:
    """Draw the panels that have curves, as an SVG element."""
    panels = {title: [name for name in names if curves.get(name)] for title, names in PANELS.items()}
    panels = {title: names for title, names in panels.items() if names}
    if not panels:
        return "<p>None yet.</p>"
    n_rows = -(-len(panels) // 2)
    with matplotlib.rc_context({"font.size": 8, "svg.fonttype": "none", "svg.hashsalt": "report"}):
        figure = Figure(figsize=(9.6, 2.2 * n_rows), layout="constrained")
        axes = figure.subplots(n_rows, 2, squeeze=False).flat
        for axis, (title, names) in zip(axes, panels.items(), strict=False):
            _draw_panel(axis, title, {name: curves[name] for name in names})
        for axis in list(axes)[len(panels) :]:
            axis.set_visible(False)
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None})
    return text.getvalue()[text.getvalue().index("<svg") :]  # without the XML declaration


def _draw_panel(axis: Axes, title: str, curves: Curves) -> None:
    for name, curve in curves.items():
        steps, values = zip(*curve, strict=True)
        axis.plot(steps, values, ".-" if len(curve) < 30 else "-", label=name, linewidth=1, markersize=3)
    axis.set_title(title)
    axis.grid(alpha=0.3)
    axis.legend(frameon=False, fontsize=7)


def _wav(samples: NDArray[np.float32], sample_rate: int) -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, np.clip(samples, -1, 1), sample_rate, format="WAV", subtype="PCM_16")
    return buffer.getvalue()


def _data(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"
