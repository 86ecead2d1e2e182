"""Whoever reads the sentences: a voice, recordings, recordings through a voice's spectrogram, another program."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from tts.audio.files import read
from tts.audio.griffin_lim import griffin_lim
from tts.audio.mel import linear_magnitude, log_mel, mel_filterbank
from tts.decoding.engine import Engine
from tts.decoding.sentence import SentenceDecoder
from tts.evaluation.intervals import Share
from tts.evaluation.listener import Sound
from tts.evaluation.sentences import Line
from tts.synthesizer import Synthesizer
from tts.text.frontend import Frontend
from tts.voice import Voice


@dataclass(frozen=True)
class Spoken:
    """One line, as a system read it."""

    sound: Sound
    warnings: tuple[str, ...] = ()
    """What the system itself says of it."""
    shares: dict[str, Share] = field(default_factory=dict)
    """What is known of how it was made, by metric."""


System = Callable[[Line], Spoken]


class VoiceSystem:
    """A voice, as `Synthesizer` speaks it on one thread."""

    def __init__(self, voice: Voice) -> None:
        self._synthesizer = Synthesizer(voice)
        self._decoder = SentenceDecoder(Engine(voice), voice.card)
        self._frontend = Frontend()

    def __call__(self, line: Line) -> Spoken:
        """Speak a line, and ask the monitor of each sentence whether it was read well at once, or else in the end."""
        start = time.perf_counter()
        speech = self._synthesizer.synthesize(line.text)
        elapsed = time.perf_counter() - start
        sound = Sound(speech.samples, speech.sample_rate)
        sentences = [sentence.tokens for sentence in self._frontend.sentences(line.text)]
        retried = [tokens for tokens in sentences if not self._decoder.decode_once(tokens, seed=0).verdict.is_good]
        failed = sum(
            any(not part.verdict.is_good for part in self._decoder.decode(tokens, seed=0)) for tokens in retried
        )
        shares = {
            "real_time_factor": Share(elapsed, sound.seconds),
            "retried": Share(len(retried), len(sentences)),
            "failed": Share(failed, len(sentences)),
        }
        return Spoken(sound, tuple(map(str, speech.warnings)), shares)


class Recordings:
    """A folder of recordings, `ID.wav`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, line: Line) -> Spoken:
        """Read one recording."""
        return Spoken(Sound(*read(self._folder / f"{line.clip_id}.wav")))


class CopySynthesis:
    """Recordings through a voice's mel spectrogram and Griffin-Lim: what the voice would be with a perfect model."""

    def __init__(self, voice: Voice, recordings: System) -> None:
        self._voice, self._recordings = voice, recordings
        self._filterbank = mel_filterbank(voice.card.audio)

    def __call__(self, line: Line) -> Spoken:
        """Analyse and invert one recording."""
        audio = self._voice.card.audio
        mel = log_mel(self._recordings(line).sound.at(audio.sample_rate), audio, self._filterbank)
        magnitude = linear_magnitude(mel, self._voice.inverse_filterbank)
        return Spoken(Sound(np.clip(griffin_lim(magnitude, audio), -1.0, 1.0), audio.sample_rate))
