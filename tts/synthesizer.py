"""The public API: text in, speech out, sentence by sentence."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tts.audio.files import open_writer
from tts.audio.griffin_lim import griffin_lim
from tts.audio.mel import linear_magnitude
from tts.engine import Engine
from tts.guard import Verdict, judge, step_limit
from tts.text.frontend import Frontend, Sentence
from tts.text.symbols import SymbolTable
from tts.text.token import Token
from tts.text.user_lexicon import UserLexicon
from tts.voice import DEFAULT, Voice

logger = logging.getLogger(__name__)

Float32 = NDArray[np.float32]

MIN_SPEED, MAX_SPEED = 0.25, 4.0
SENTENCE_PAUSE = 0.25  # seconds of silence between two sentences
ATTEMPTS = 3  # readings of a sentence, each with another dropout seed, before the best of them is taken


@dataclass(frozen=True, eq=False)
class AudioChunk:
    """The speech of one sentence, and where in the text it came from."""

    samples: Float32
    """Samples in -1..1, (T,)."""
    sample_rate: int
    """Samples per second, in hertz."""
    start: int
    """First character of the sentence in the text."""
    end: int
    """One past its last character."""
    warnings: tuple[str, ...] = ()
    """What could not be spoken, or may not have been spoken right."""


@dataclass(frozen=True, eq=False)
class Speech:
    """A whole text, spoken."""

    samples: Float32
    """Samples in -1..1, (T,)."""
    sample_rate: int
    """Samples per second, in hertz."""
    warnings: tuple[str, ...] = ()
    """What could not be spoken, or may not have been spoken right."""

    def save(self, path: str | Path) -> None:
        """Write wav, flac, ogg or mp3, as the suffix says. Raises ValueError for another one."""
        with open_writer(str(path), self.sample_rate) as writer:
            writer.write(self.samples)


class _Reading(NamedTuple):
    mel: Float32  # (1, n_mels, T_mel), standardised
    verdict: Verdict


class Synthesizer:
    """Speaks with one voice. Holds nothing between calls, so threads may share one."""

    def __init__(
        self,
        voice: str | Path | Voice = DEFAULT,
        *,
        threads: int = 0,
        lexicon: str | Path | UserLexicon | None = None,
    ) -> None:
        """voice: a bundled name, a voice folder, or a loaded `Voice`. threads: per computation; 0 leaves it open.

        lexicon: pronunciations of your own, which go before all others: a file, or a loaded `UserLexicon`.
        Raises ValueError for an unknown or damaged voice, and for a lexicon that cannot be read.
        """
        self.voice = voice if isinstance(voice, Voice) else Voice.load(voice)
        self.sample_rate = self.voice.card.audio.sample_rate
        self._engine = Engine(self.voice, threads)
        self._symbols = SymbolTable(self.voice.card.symbols)
        user_lexicon = UserLexicon.load(lexicon) if isinstance(lexicon, str | Path) else lexicon
        self._frontend = Frontend(user_lexicon=user_lexicon)

    def stream(self, text: str, *, speed: float = 1.0, seed: int = 0) -> Iterator[AudioChunk]:
        """Yield the speech of each sentence as soon as it exists.

        speed: 2 is twice as fast, 0.5 half as fast, at the same pitch. seed: the same seed gives the same samples.
        Raises ValueError, before anything is spoken, for a bad speed or seed or a text without a speakable word.
        """
        if not MIN_SPEED <= speed <= MAX_SPEED:
            raise ValueError(f"speed is {speed}: use a number from {MIN_SPEED} (slow) to {MAX_SPEED} (fast)")
        if not isinstance(seed, int) or seed < 0:
            raise ValueError(f"seed is {seed!r}: use a whole number from 0 on")
        sentences = self._frontend.sentences(text)
        first = next(sentences, None)
        if first is None:
            raise ValueError(f"nothing to speak in {_excerpt(text)}: give at least one word, letter or number")
        return self._chunks(itertools.chain([first], sentences), speed, seed)

    def synthesize(self, text: str, *, speed: float = 1.0, seed: int = 0) -> Speech:
        """Speak a whole text: `stream`, joined. Raises what `stream` raises."""
        chunks = list(self.stream(text, speed=speed, seed=seed))
        warnings = tuple(warning for chunk in chunks for warning in chunk.warnings)
        return Speech(np.concatenate([chunk.samples for chunk in chunks]), self.sample_rate, warnings)

    def _chunks(self, sentences: Iterator[Sentence], speed: float, seed: int) -> Iterator[AudioChunk]:
        pause = np.zeros(0, np.float32)
        for sentence in sentences:
            samples, warnings = self._speak(sentence, speed, seed)
            samples = np.concatenate([pause, samples])
            yield AudioChunk(samples, self.sample_rate, sentence.start, sentence.end, warnings)
            pause = np.zeros(round(SENTENCE_PAUSE / speed * self.sample_rate), np.float32)

    def _speak(self, sentence: Sentence, speed: float, seed: int) -> tuple[Float32, tuple[str, ...]]:
        reading = self._read(sentence.tokens, seed)
        warnings = [f"characters {s.start} to {s.end} were not spoken: {s.reason}" for s in sentence.skipped]
        if not reading.verdict.is_good:
            warnings.append(f"characters {sentence.start} to {sentence.end}: {reading.verdict.problem}")
        log_mel = stretch(self._engine.refine(reading.mel), speed)
        magnitude = linear_magnitude(log_mel, self.voice.inverse_filterbank)
        samples = griffin_lim(magnitude, self.voice.card.audio, seed=seed)
        return np.clip(samples, -1.0, 1.0), tuple(warnings)

    def _read(self, tokens: tuple[Token, ...], seed: int) -> _Reading:
        """Decode a sentence; where the alignment shows a fault, again with another dropout, and keep the best."""
        encoded = self._symbols.encode(tokens)
        words = np.array([index if index >= 0 and not tokens[index].is_mark else -1 for index in encoded.token_indices])
        best: _Reading | None = None
        for attempt in range(ATTEMPTS):
            reading = self._decode(encoded.phoneme_ids, words, seed + attempt * 1_000_003)
            if best is None or reading.verdict.badness < best.verdict.badness:
                best = reading
            if reading.verdict.is_good:
                break
            logger.info("attempt %d: %s", attempt + 1, reading.verdict.problem)
        assert best is not None
        return best

    def _decode(self, phoneme_ids: list[int], words: NDArray[np.int64], seed: int) -> _Reading:
        mels, alignments, stopped = [], [], False
        for index, step in enumerate(self._engine.steps(phoneme_ids, seed), 1):
            mels.append(step.mel)
            alignments.append(step.alignment)
            stopped = step.is_last
            if stopped or index >= step_limit(len(phoneme_ids)):
                break
        return _Reading(np.concatenate(mels, axis=2), judge(np.concatenate(alignments), words, stopped))


def stretch(log_mel: Float32, speed: float) -> Float32:
    """Resample frames (n_mels, T_mel) in time, linearly: the pitch, which is in the bands, stays."""
    if speed == 1.0:
        return log_mel
    frames = log_mel.shape[1]
    positions = np.linspace(0, frames - 1, max(2, round(frames / speed)))
    left = np.minimum(positions.astype(int), frames - 2)
    weight = (positions - left).astype(np.float32)
    stretched: Float32 = log_mel[:, left] * (1 - weight) + log_mel[:, left + 1] * weight
    return stretched


def _excerpt(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:37] + "...")
