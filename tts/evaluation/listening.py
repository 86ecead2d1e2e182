"""A blind listening test as one HTML page: pairs of readings on random sides, answers as a CSV file."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from collections.abc import Sequence
from html import escape
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soundfile

from tts.audio.loudness import integrated_loudness
from tts.errors import ConfigError
from tts.evaluation.listener import Sound
from tts.evaluation.report import by_system
from tts.evaluation.run import Measurement

TEMPLATE = Path(__file__).parent / "data" / "listen.html"
LOUDNESS = -23.0  # LUFS of every sound (EBU R 128): the louder of two equal sounds is preferred


class Trial(NamedTuple):
    """One question of the test: two systems' readings of one line."""

    id: str
    text: str
    a: str
    """The system that is heard as A."""
    b: str


def render_listening(rows: Sequence[Measurement], title: str, seed: int = 0) -> str:
    """Return a page that compares the systems of `rows` in pairs. It holds its sounds and needs no network.

    seed: draws the order of the trials and the side of each system. The page names the systems only in its results.
    Raises ConfigError if no line was read by two systems.
    """
    trials = make_trials(rows, seed)
    if not trials:
        raise ConfigError("no line was read by two systems: evaluate two voices or more, or give a reference")
    sounds = {
        system: {row.line.clip_id: _encode(row.spoken.sound) for row in own} for system, own in by_system(rows).items()
    }
    described = [trial._asdict() for trial in trials]
    key = hashlib.sha256(json.dumps([described, sounds]).encode()).hexdigest()[:16]  # keeps answers apart in a browser
    data = json.dumps({"key": key, "trials": described, "sounds": sounds}, ensure_ascii=False)
    page = TEMPLATE.read_text(encoding="utf-8")
    return page.replace("{title}", escape(title)).replace("{data}", data.replace("<", "\\u003c"))


def make_trials(rows: Sequence[Measurement], seed: int) -> list[Trial]:
    """Pair all systems on every line that both read. Order and sides are random."""
    random = np.random.default_rng(seed)
    trials = []
    for one, other in combinations(by_system(rows).values(), 2):
        others = {row.line: row for row in other}
        for row in one:
            if row.line in others:
                sides = [row.system, others[row.line].system]
                random.shuffle(sides)
                trials.append(Trial(*row.line, *sides))
    return [trials[index] for index in random.permutation(len(trials))]


def _encode(sound: Sound) -> str:
    """Return a data URL of the sound at the common loudness, in FLAC: a lossy format would change what is compared."""
    loudness = integrated_loudness(sound.samples, sound.sample_rate)
    gain = 10 ** ((LOUDNESS - loudness) / 20) if np.isfinite(loudness) else 1.0
    file = io.BytesIO()
    soundfile.write(file, np.clip(gain * sound.samples, -1.0, 1.0), sound.sample_rate, format="FLAC")
    return f"data:audio/flac;base64,{base64.b64encode(file.getvalue()).decode('ascii')}"
