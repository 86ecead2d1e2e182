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
from tts.guard import ATTEMPTS, Verdict, Watch, halves
from tts.text.frontend import Frontend, Sentence
from tts.text.symbols import Encoded, SymbolTable
from tts.text.token import Token
from tts.timing import WordTiming, linear_time, time_words
from tts.voice import DEFAULT, Voice

logger = logging.getLogger(__name__)

Float32 = NDArray[np.float32]

MIN_SPEED, MAX_SPEED = 0.25, 4.0
SENTENCE_PAUSE = 0.25  # seconds of silence between two sentences


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
    words: tuple[WordTiming, ...] = ()
    """Its words, and when each is heard, in seconds from the start of the first chunk."""


@dataclass(frozen=True, eq=False)
class Speech:
    """A whole text, spoken."""

    samples: Float32
    """Samples in -1..1, (T,)."""
    sample_rate: int
    """Samples per second, in hertz."""
    warnings: tuple[str, ...] = ()
    """What could not be spoken, or may not have been spoken right."""
    words: tuple[WordTiming, ...] = ()
    """The words spoken, where each stands in the text, and when it is heard."""

    def save(self, path: str | Path) -> None:
        """Write wav, flac, ogg or mp3, as the suffix says. Raises ValueError for another one."""
        with open_writer(str(path), self.sample_rate) as writer:
            writer.write(self.samples)


class _Reading(NamedTuple):
    tokens: tuple[Token, ...]
    encoded: Encoded
    mel: Float32  # (1, n_mels, T_mel), standardised
    alignment: Float32  # (T_step, T_text)
    verdict: Verdict


class Synthesizer:
    """Speaks with one voice. Holds nothing between calls, so threads may share one."""

    def __init__(self, voice: str | Path | Voice = DEFAULT, *, threads: int = 0) -> None:
        """voice: a bundled name, a voice folder, or a loaded `Voice`. threads: per computation; 0 leaves it open.

        Raises ValueError for an unknown or damaged voice.
        """
        self.voice = voice if isinstance(voice, Voice) else Voice.load(voice)
        self.sample_rate = self.voice.card.audio.sample_rate
        self._engine = Engine(self.voice, threads)
        self._symbols = SymbolTable(self.voice.card.symbols)
        self._frontend = Frontend()

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
        words = tuple(word for chunk in chunks for word in chunk.words)
        return Speech(np.concatenate([chunk.samples for chunk in chunks]), self.sample_rate, warnings, words)

    def _chunks(self, sentences: Iterator[Sentence], speed: float, seed: int) -> Iterator[AudioChunk]:
        pause, spoken = np.zeros(0, np.float32), 0
        for sentence in sentences:
            readings = self._read(sentence.tokens, seed)
            samples = np.concatenate([pause, self._sound(readings, speed, seed)])
            words = self._times(readings, speed, (spoken + len(pause)) / self.sample_rate)
            warnings = [f"characters {s.start} to {s.end} were not spoken: {s.reason}" for s in sentence.skipped]
            warnings += [line for reading in readings for line in reading.verdict.describe(reading.tokens)]
            yield AudioChunk(samples, self.sample_rate, sentence.start, sentence.end, tuple(warnings), words)
            spoken += len(samples)
            pause = np.zeros(round(SENTENCE_PAUSE / speed * self.sample_rate), np.float32)

    def _sound(self, readings: list[_Reading], speed: float, seed: int) -> Float32:
        mel = np.concatenate([reading.mel for reading in readings], axis=2)
        log_mel = stretch(self._engine.refine(mel), speed)
        magnitude = linear_magnitude(log_mel, self.voice.inverse_filterbank)
        return np.clip(griffin_lim(magnitude, self.voice.card.audio, seed=seed), -1.0, 1.0)

    def _times(self, readings: list[_Reading], speed: float, offset: float) -> tuple[WordTiming, ...]:
        words: list[WordTiming] = []
        for tokens, encoded, mel, alignment, _ in readings:
            symbols = [self._symbols.symbols[phoneme_id] for phoneme_id in encoded.phoneme_ids]
            to_seconds = linear_time(self.voice.card.audio.frames_per_second, speed, offset)
            factor = self.voice.card.model.reduction_factor
            words += time_words(tokens, encoded.token_indices, symbols, alignment, factor, to_seconds)
            offset = float(to_seconds(np.float64(mel.shape[2])))
        return tuple(words)

    def _read(self, tokens: tuple[Token, ...], seed: int) -> list[_Reading]:
        """Decode a sentence; where the alignment shows a fault, again, and at last in two parts; keep the best."""
        best: _Reading | None = None
        for offset, steering in ATTEMPTS:
            reading = self._decode(tokens, seed + offset, steering)
            if reading.verdict.is_good:
                return [reading]
            logger.info("read again: %s", "; ".join(reading.verdict.describe(tokens)))
            if best is None or reading.verdict.badness < best.verdict.badness:
                best = reading
        assert best is not None
        parts = [reading for half in halves(tokens) or () for reading in self._read(half, seed)]
        if parts and sum(part.verdict.badness for part in parts) < best.verdict.badness:
            return parts
        return [best]

    def _decode(self, tokens: tuple[Token, ...], seed: int, steering: bool) -> _Reading:
        encoded = self._symbols.encode(tokens)
        owners = np.array(
            [index if index >= 0 and not tokens[index].is_mark else -1 for index in encoded.token_indices]
        )
        step_seconds = self.voice.card.model.reduction_factor / self.voice.card.audio.frames_per_second
        watch = Watch(owners, step_seconds, steering=steering)
        mels, alignments = [], []
        for step in self._engine.steps(encoded.phoneme_ids, seed, watch.steer):
            mels.append(step.mel)
            alignments.append(step.alignment)
            if not watch.follow(step.alignment[0], float(step.mel.mean()), step.is_last):
                break
        return _Reading(tokens, encoded, np.concatenate(mels, axis=2), np.concatenate(alignments), watch.verdict())


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
