"""Plot one sentence: spectrograms of the recording and the synthesis, and the attention."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tts.audio.mel import Float32, log_mel, mel_filterbank
from tts.common import plots
from tts.decoding.engine import Engine
from tts.decoding.sentence import SentenceDecoder
from tts.errors import TextError
from tts.text.frontend import Frontend
from tts.voice import Voice

DOTS_PER_INCH = 110
INCHES = (9.1, 8.8)  # wide, high: 1,000 points wide, the width of a README
FONT_SIZE = 9


@dataclass(frozen=True)
class Reading:
    """What a voice predicts for one sentence."""

    log_mel: Float32
    """Predicted log-mel, (n_mels, T_mel)."""
    spoken: Float32
    """Log-mel of the waveform, (n_mels, T_mel)."""
    alignment: Float32
    """Attention over the symbols at each decoder step, (T_step, T_text). Each row sums to 1."""
    symbols: tuple[str, ...]
    """The T_text symbols."""


def read(voice: Voice, text: str, seed: int = 0) -> Reading:
    """Decode the first sentence of `text` once, without retries. Raises TextError if there is no sentence."""
    sentence = next(Frontend().sentences(text), None)
    if sentence is None:
        raise TextError(f"nothing to read in {text!r}: give at least one word")
    engine, audio = Engine(voice), voice.card.audio
    decoded = SentenceDecoder(engine, voice.card).decode_once(sentence.tokens, seed)
    frames, vocoder = engine.refine(decoded.mel, decoded.context), engine.vocoder(seed)
    samples = np.concatenate([vocoder.push(frames), vocoder.finish()])
    spoken = log_mel(samples, audio, mel_filterbank(audio))
    return Reading(frames[: audio.n_mels], spoken, decoded.alignment.attention, decoded.alignment.symbols)


def save(path: Path, recorded: Float32, reading: Reading, frames_per_second: float, title: str) -> None:
    """Write the picture of `draw_reading` to a PNG file."""
    path.write_bytes(draw_reading(recorded, reading, frames_per_second, title))


def draw_reading(recorded: Float32 | None, reading: Reading, frames_per_second: float, title: str) -> bytes:
    """Draw recorded (if any), predicted and spoken log-mels `(n_mels, T_mel)`, and the alignment, as PNG."""
    mels = {"recorded": recorded, "predicted": reading.log_mel, "spoken": reading.spoken}
    shown = {name: mel for name, mel in mels.items() if mel is not None}
    seconds = max(mel.shape[1] for mel in shown.values()) / frames_per_second
    with plots.font(FONT_SIZE):
        figure = plots.new_figure(*INCHES, DOTS_PER_INCH)
        axes = figure.subplots(len(shown) + 1, 1, sharex=True, height_ratios=[1] * len(shown) + [1.7])
        figure.suptitle(title)
        for axis, (name, mel) in zip(axes, shown.items(), strict=False):
            plots.draw_mel(axis, mel, mel.shape[1] / frames_per_second)
            axis.set(ylabel=f"{name}\nmel band", xlabel="")
        plots.draw_alignment(axes[-1], reading.alignment, reading.log_mel.shape[1] / frames_per_second, reading.symbols)
        axes[-1].set(xlim=(0, seconds), ylabel="attention: phoneme")
        return plots.to_png(figure)


def draw_spectrograms(mels: dict[str, Float32], frames_per_second: float, title: str) -> bytes:
    """Draw log-mels `(n_mels, T_mel)` of one sentence by several systems, one above the other, as PNG."""
    with plots.font(FONT_SIZE):
        figure = plots.new_figure(INCHES[0], 1.7 * len(mels) + 0.6, DOTS_PER_INCH)
        axes = figure.subplots(len(mels), 1, sharex=True, squeeze=False)[:, 0]
        figure.suptitle(title)
        for axis, (name, mel) in zip(axes, mels.items(), strict=True):
            plots.draw_mel(axis, mel, mel.shape[1] / frames_per_second)
            axis.set(ylabel=f"{name}\nmel band", xlabel="")
        axes[-1].set(xlim=(0, max(mel.shape[1] for mel in mels.values()) / frames_per_second), xlabel="seconds")
        return plots.to_png(figure)


def draw_histograms(values: dict[str, dict[str, list[float]]]) -> bytes:
    """Draw histograms as PNG, a panel for each metric. values: by label and system, a value for each sentence."""
    with plots.font(FONT_SIZE):
        figure = plots.new_figure(INCHES[0], 2.6, DOTS_PER_INCH)
        axes = figure.subplots(1, len(values), squeeze=False)[0]
        systems = list(dict.fromkeys(system for own in values.values() for system in own))
        for axis, (label, by_system) in zip(axes, values.items(), strict=True):
            edges = np.histogram_bin_edges(np.concatenate(list(by_system.values())), bins=20)
            for system, own in by_system.items():
                axis.hist(own, edges, histtype="step", linewidth=1.5, label=system, color=f"C{systems.index(system)}")
            axis.set(xlabel=label)
        axes[0].set(ylabel="sentences")
        axes[0].legend()
        return plots.to_png(figure)
