"""Plots of mel spectrograms and attention alignments. Matplotlib is imported when something is drawn."""

from __future__ import annotations

import io
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SILENCE, LOUD = -11.5, 1.0
"""Natural-log magnitudes drawn darkest and brightest."""
MAX_LABELS = 32
"""Symbols on the axis of an alignment that can still be told apart."""


def font(size: float) -> AbstractContextManager[Any]:
    """Set the font of everything drawn inside the context."""
    import matplotlib

    settings: dict[Any, Any] = {"font.size": size, "font.family": "DejaVu Sans"}
    return matplotlib.rc_context(settings)


def new_figure(width: float, height: float, dots_per_inch: float = 100) -> Figure:
    """Create an empty figure of a size in inches, laid out automatically."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), dpi=dots_per_inch, layout="constrained")


def draw_mel(axis: Axes, log_mel: NDArray[np.float32], seconds: float | None = None) -> None:
    """Draw a log-mel spectrogram (n_mels, T_mel). The horizontal axis is in frames, or in seconds if they are given."""
    extent = None if seconds is None else (0, seconds, 0, len(log_mel))
    _show(axis, log_mel, extent, vmin=SILENCE, vmax=LOUD)
    axis.set(ylabel="mel band", xlabel="frame" if seconds is None else "seconds")


def draw_alignment(
    axis: Axes, alignment: NDArray[np.float32], seconds: float | None = None, symbols: Sequence[str] = ()
) -> None:
    """Draw an alignment (T_step, T_text). The horizontal axis is in steps, or in seconds if they are given.

    symbols: the T_text symbols; every phoneme gets a label, or every second, third … of a long text.
    """
    extent = None if seconds is None else (0, seconds, -0.5, alignment.shape[1] - 0.5)
    _show(axis, alignment.T, extent)
    axis.set(ylabel="symbol", xlabel="decoder step" if seconds is None else "seconds")
    if symbols:
        phonemes = [index for index, symbol in enumerate(symbols) if symbol[:1].isalpha()]
        labelled = phonemes[:: -(-len(symbols) // MAX_LABELS)]
        axis.set_yticks(labelled, [symbols[index] for index in labelled], fontsize=7)


def to_png(figure: Figure, colours: int = 256) -> bytes:
    """Render a figure as a PNG with a palette, which is a third of the size of full colour."""
    from PIL import Image

    full, small = io.BytesIO(), io.BytesIO()
    figure.savefig(full, format="png")
    Image.open(full).convert("RGB").quantize(colours).save(small, format="PNG", optimize=True)
    return small.getvalue()


def _show(
    axis: Axes, values: NDArray[np.float32], extent: tuple[float, float, float, float] | None, **options: Any
) -> None:
    axis.imshow(values, origin="lower", aspect="auto", interpolation="nearest", extent=extent, **options)
