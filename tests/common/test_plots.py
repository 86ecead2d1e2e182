"""What a plot shows, and that matplotlib is loaded for drawing alone."""

from __future__ import annotations

import io
import subprocess
import sys

import numpy as np
import pytest

pytest.importorskip("matplotlib", reason="needs the extra [train]")

from PIL import Image

from tts.common import plots


def test_the_module_loads_no_matplotlib() -> None:
    code = "import sys, tts.common.plots; sys.exit('matplotlib' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_mel_is_in_frames_or_in_seconds() -> None:
    first, second = plots.new_figure(3, 2).subplots(2)
    mel = np.linspace(-20, 5, 60, dtype=np.float32).reshape(4, 15)
    plots.draw_mel(first, mel)
    plots.draw_mel(second, mel, 0.5)
    assert (first.get_xlabel(), first.get_xlim()) == ("frame", (-0.5, 14.5))
    assert (second.get_xlabel(), second.get_xlim(), second.get_ylim()) == ("seconds", (0, 0.5), (0, 4))
    assert first.images[0].get_clim() == (plots.SILENCE, plots.LOUD)  # the same colours in every picture


def test_an_alignment_has_text_upwards_and_labels_for_phonemes() -> None:
    axis, crowded = plots.new_figure(3, 2).subplots(2)
    alignment = np.eye(5, 3, dtype=np.float32)
    plots.draw_alignment(axis, alignment, symbols=["<", "AH0", " "])
    np.testing.assert_array_equal(axis.images[0].get_array(), alignment.T)
    assert axis.get_ylim() == (-0.5, 2.5)
    assert [label.get_text() for label in axis.get_yticklabels()] == ["AH0"]
    plots.draw_alignment(crowded, np.eye(100, dtype=np.float32), 1.0, ["AH0"] * 100)
    assert 20 < len(crowded.get_yticks()) <= plots.MAX_LABELS


def test_a_png_has_the_size_and_the_font_that_were_asked_for() -> None:
    with plots.font(20):
        figure = plots.new_figure(3, 2, 50)
        axis = figure.subplots()
        axis.set(ylabel="label")
    assert axis.yaxis.label.get_fontsize() == 20
    image = Image.open(io.BytesIO(plots.to_png(figure, 16)))
    assert (image.format, image.size) == ("PNG", (150, 100))
    assert len(image.getcolors() or []) <= 16
