"""Systems that speak the sentences: a voice, recordings, or resynthesised recordings."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tts.audio.files import read
from tts.decoding.engine import Engine
from tts.decoding.sentence import SentenceDecoder
from tts.evaluation.intervals import Share
from tts.evaluation.listener import Sound
from tts.evaluation.sentences import Line
from tts.synthesizer import Synthesizer
from tts.text.frontend import Frontend
from tts.voice import Voice


@dataclass(frozen=True)
class SpokenLine:
    """One line spoken by a system."""

    sound: Sound
    warnings: tuple[str, ...] = ()
    """Warnings of the system."""
    shares: dict[str, Share] = field(default_factory=dict)
    """Measurements of the synthesis, by metric."""


System = Callable[[Line], SpokenLine]


class VoiceSystem:
    """A voice spoken by `Synthesizer` on one thread."""

    def __init__(self, voice: Voice) -> None:
        self._synthesizer = Synthesizer(voice)
        self._decoder = SentenceDecoder(Engine(voice), voice.card)
        self._frontend = Frontend()

    def __call__(self, line: Line) -> SpokenLine:
        """Speak a line. Count the sentences with attention faults on the first attempt and after all attempts."""
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
        return SpokenLine(sound, tuple(map(str, speech.warnings)), shares)


class Recordings:
    """A folder of recordings, `ID.wav`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, line: Line) -> SpokenLine:
        """Read one recording."""
        return SpokenLine(Sound(*read(self._folder / f"{line.clip_id}.wav")))
