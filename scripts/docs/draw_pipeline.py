"""Draw the alignment, the mel spectrogram and the waveform of one sentence, for docs/how.md.

python scripts/docs/draw_pipeline.py [--text TEXT] [--voice NAME] [--out docs/figures]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tts import Synthesizer, Voice
from tts.common import plots
from tts.evaluation.picture import Reading, read
from tts.voice import DEFAULT

TEXT = "Dr. Smith paid $5."
INCHES, DOTS_PER_INCH = (8.0, 2.6), 100
COLOURS = 32
"""Size of a picture's palette; it reduces the file to a third."""


def draw_alignment(axes: Axes, reading: Reading) -> None:
    plots.draw_alignment(axes, reading.alignment)
    axes.set_yticks(range(len(reading.symbols)), ["␣" if symbol == " " else symbol for symbol in reading.symbols])
    axes.tick_params(axis="y", labelsize=5)


def draw_waveform(axes: Axes, voice: Voice, text: str) -> None:
    speech = Synthesizer(voice).synthesize(text)
    axes.plot(np.arange(len(speech.samples)) / speech.sample_rate, speech.samples, linewidth=0.3)
    for word in speech.words:
        axes.axvline(word.start_time, color="0.7", linewidth=0.6)
        axes.text(word.start_time, 1.02, word.word, fontsize=7, rotation=30, transform=axes.get_xaxis_transform())
    axes.set(xlabel="seconds", ylabel="amplitude", xlim=(0, len(speech.samples) / speech.sample_rate))


def save(figure: Figure, path: Path) -> None:
    """Write a PNG with few colours and without a date, so that the same figure gives the same bytes."""
    from PIL import Image

    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=DOTS_PER_INCH, bbox_inches="tight", metadata={"Software": None})
    with Image.open(path) as image:
        image.convert("RGB").quantize(COLOURS).save(path, optimize=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--text", default=TEXT, help="one sentence (default: %(default)s)")
    parser.add_argument("--voice", default=DEFAULT, help="bundled name or folder (default: %(default)s)")
    parser.add_argument("--out", type=Path, default=Path("docs/figures"), help="folder to write (default: %(default)s)")
    options = parser.parse_args()
    matplotlib.use("Agg")
    matplotlib.rcParams["image.cmap"] = "magma"
    voice = Voice.load(options.voice)
    reading = read(voice, options.text)
    seconds = reading.log_mel.shape[1] / voice.card.audio.frames_per_second
    for name in ("alignment", "mel", "waveform"):
        figure = Figure(figsize=INCHES)
        axes = figure.subplots()
        if name == "alignment":
            draw_alignment(axes, reading)
        elif name == "mel":
            plots.draw_mel(axes, reading.log_mel, seconds)
        else:
            draw_waveform(axes, voice, options.text)
        save(figure, options.out / f"{name}.png")


if __name__ == "__main__":
    main()
