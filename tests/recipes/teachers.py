"""Teachers that make sounds by rule, and lines for them to read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from recipes.heart import teacher as heart
from recipes.heart.read_corpus import CONFIG as HEART_CONFIG
from recipes.michael import teacher as michael
from recipes.michael.read_corpus import CONFIG as MICHAEL_CONFIG
from recipes.shared.reading import Amounts, read_lines
from recipes.shared.teacher import TeacherReader
from tts.config import AudioConfig
from tts.corpus.folder import PARTS, SOUND
from tts.corpus.journal import Entry
from tts.evaluation.sentences import Line
from tts.training.settings import load_config

HEART_AUDIO = load_config(HEART_CONFIG, []).audio_config
MICHAEL_AUDIO = load_config(MICHAEL_CONFIG, []).audio_config
FRAMES = 10  # of each symbol
MICHAEL_HZ = 120.0
TEXTS = ("Hello there.", "One two three.", "Is it far?", "Go home, all of you!", "He said no.", "A bird sang.")
LINES = [Line(f"line-{number}", text) for number, text in enumerate(TEXTS * 2)]


def speak_as_heart(symbols: Sequence[str]) -> heart.Spoken:
    """Speak with voiced vowels. The first and the last symbol are silent."""
    values = [float(sum(map(ord, symbol)) % 7) for symbol in symbols]
    parts = np.zeros((5, HEART_AUDIO.n_freqs, FRAMES * len(symbols)), np.float32)
    loudness = np.repeat(values, FRAMES) / 4 - 2
    loudness[:FRAMES], loudness[-FRAMES:] = -30.0, -30.0
    parts[0], parts[2], parts[3] = loudness, loudness - 2, loudness - 1
    parts[1], parts[4] = 0.2, 1.0
    f0 = np.repeat([200.0 if symbol[-1].isdigit() else 0.0 for symbol in symbols], FRAMES)
    return heart.Spoken(parts, f0.astype(np.float32), np.full(len(symbols), FRAMES))


def speak_as_michael(symbols: Sequence[str]) -> michael.Spoken:
    """Speak with vowels that hum and consonants that hiss. The first and the last symbol are silent."""
    rng, size = np.random.default_rng(0), FRAMES * MICHAEL_AUDIO.hop_length
    hum = 0.2 * np.sign(np.sin(2 * np.pi * MICHAEL_HZ * np.arange(size) / MICHAEL_AUDIO.sample_rate))
    sounds = [hum if symbol[-1].isdigit() else 0.05 * rng.standard_normal(size) for symbol in symbols]
    sounds[0], sounds[-1] = np.zeros(size), np.zeros(size)
    f0 = np.repeat([MICHAEL_HZ if symbol[-1].isdigit() else michael.LOWEST_F0 - 1 for symbol in symbols], FRAMES)
    return michael.Spoken(
        np.concatenate(sounds).astype(np.float32), f0.astype(np.float32), np.full(len(symbols), FRAMES, np.int64)
    )


class Teacher(NamedTuple):
    """The reader of a recipe, with a teacher of this module."""

    audio: AudioConfig
    start: Callable[[], TeacherReader]
    keeps: str
    """The file of what it keeps of each clip beside the frames."""

    def read(self, folder: Path, hours: float = 1.0, parts_hours: float = 1.0, workers: int = 1) -> Iterator[Entry]:
        """Fill a features folder from LINES."""
        amounts = Amounts(hours, parts_hours if self.keeps == PARTS else 0.0)
        yield from read_lines(LINES, folder, self.audio, "a test", amounts, self.start, workers)


HEART = Teacher(HEART_AUDIO, partial(heart.HeartReader, HEART_AUDIO, speak_as_heart), PARTS)
MICHAEL = Teacher(MICHAEL_AUDIO, partial(michael.MichaelReader, MICHAEL_AUDIO, speak_as_michael), SOUND)


def files(folder: Path) -> dict[str, bytes]:
    """Return the bytes of each file in a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}
