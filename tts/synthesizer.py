"""The public API: text in, speech out, while it is being made."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tts.audio.files import open_writer
from tts.audio.inversion import StreamingInversion
from tts.audio.limiter import Limiter
from tts.delivery import Delivery
from tts.engine import Engine
from tts.pacing import Piece, clock, pace, sample
from tts.reading import Reader, Reading
from tts.text.arriving import sentences
from tts.text.frontend import Frontend
from tts.text.token import Sentence
from tts.text.user_lexicon import UserLexicon
from tts.timing import WordTiming, time_words
from tts.voice import DEFAULT, Voice

Float32 = NDArray[np.float32]

CHUNK = 48  # frames that go through the postnet and the inversion together
SEMITONE = np.float32(np.log(2) / 12)  # in natural-log F0


@dataclass(frozen=True, eq=False)
class AudioChunk:
    """Some of the speech of one sentence, and where in the text that is from. Chunks joined are the speech."""

    samples: Float32
    """Samples in -1..1, (T,)."""
    sample_rate: int
    """Samples per second, in hertz."""
    start: int
    """First character of the sentence in the text."""
    end: int
    """One past its last character."""
    is_last: bool = True
    """Whether the sentence ends with this chunk. The pause between two sentences is a chunk of the second."""
    warnings: tuple[str, ...] = ()
    """What could not be spoken, or may not have been spoken right: with the first sound of the sentence."""
    words: tuple[WordTiming, ...] = ()
    """Words of the whole sentence, in seconds from the start of the speech: with the first sound of the sentence."""


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


class Synthesizer:
    """Speaks with one voice. Holds nothing between calls, so threads may share one."""

    def __init__(
        self,
        voice: str | Path | Voice = DEFAULT,
        *,
        threads: int = 1,
        lexicon: str | Path | UserLexicon | None = None,
    ) -> None:
        """voice: a bundled name, a voice folder, or a loaded `Voice`. threads: per computation; 0 is one for each core.

        lexicon: pronunciations of your own, which go before all others: a file, or a loaded `UserLexicon`. Raises
        ValueError for an unknown or damaged voice, a lexicon that cannot be read, or a number of threads below 0.
        """
        if threads < 0:
            raise ValueError(f"threads is {threads}: use 1 or more, or 0 for one for each core")
        self.voice = voice if isinstance(voice, Voice) else Voice.load(voice)
        self.sample_rate = self.voice.card.audio.sample_rate
        self._engine = Engine(self.voice, threads)
        self._reader = Reader(self._engine, self.voice.card)
        user_lexicon = UserLexicon.load(lexicon) if isinstance(lexicon, str | Path) else lexicon
        self._frontend = Frontend(user_lexicon=user_lexicon)

    def stream(
        self, text: str | Iterable[str], delivery: Delivery | None = None, *, ssml: bool | None = None, **changes: Any
    ) -> Iterator[AudioChunk]:
        """Yield speech as soon as it exists: the first fraction of a second of a sentence, and so on.

        text: whole, or in pieces as it arrives, such as the lines of a file; each sentence is spoken as soon as the
        one after it is there. delivery, changes: as in `stream(text, speed=1.2)`, any fields of `Delivery`. ssml:
        whether the text is SSML, which is read whole first; None takes it for SSML if it begins with <speak>. Raises
        ValueError, before anything is spoken, for a value out of range, a fault in SSML or a text without a word.
        """
        delivery = dataclasses.replace(delivery or Delivery(), **changes)
        begun: list[str] = []
        pieces = [text] if isinstance(text, str) else text
        found = sentences(self._frontend, _noting(pieces, begun), ssml)
        first = next(found, None)
        if first is None:
            raise ValueError(f"nothing to speak in {_excerpt(begun)}: give at least one word, letter or number")
        return self._chunks(chain([first], found), delivery)

    def synthesize(
        self, text: str, delivery: Delivery | None = None, *, ssml: bool | None = None, **changes: Any
    ) -> Speech:
        """Speak a whole text: `stream`, joined. Raises what `stream` raises."""
        chunks = list(self.stream(text, delivery, ssml=ssml, **changes))
        warnings = tuple(warning for chunk in chunks for warning in chunk.warnings)
        words = tuple(word for chunk in chunks for word in chunk.words)
        return Speech(np.concatenate([chunk.samples for chunk in chunks]), self.sample_rate, warnings, words)

    def _chunks(self, found: Iterator[Sentence], delivery: Delivery) -> Iterator[AudioChunk]:
        pause, spoken = 0.0, 0
        for sentence in found:
            pause += sentence.pause_before
            span = sentence.start, sentence.end
            if pause:  # on its way before the sentence is read: whoever plays it has that much time in hand
                silence = self._silence(pause)
                yield AudioChunk(silence, self.sample_rate, *span, is_last=False)
                spoken += len(silence)
            readings = self._reader.read(sentence.tokens, delivery.seed)
            paced = [(reading, self._pace(reading, delivery)) for reading in readings]
            notes = _warnings(sentence, readings), self._times(paced, spoken / self.sample_rate)
            for samples, is_last in self._sound(paced, delivery.seed):
                yield AudioChunk(samples, self.sample_rate, *span, is_last, *notes)
                spoken += len(samples)
                notes = (), ()
            pause = _pause_after(sentence, delivery)
        if pause and sentence.pause_after:  # markup at the end of the text asks for it
            yield AudioChunk(self._silence(pause), self.sample_rate, *span)

    def _pace(self, reading: Reading, delivery: Delivery) -> list[Piece]:
        bands = reading.mel[:, : self.voice.card.model.n_mels]
        return pace(bands, reading.alignment, reading.tokens, reading.encoded.token_indices, delivery)

    def _times(self, paced: list[tuple[Reading, list[Piece]]], start: float) -> tuple[WordTiming, ...]:
        words: list[WordTiming] = []
        card = self.voice.card
        for reading, pieces in paced:
            to_seconds, start = clock(pieces, 1 / card.audio.frames_per_second, start)
            symbols = [card.symbols[phoneme_id] for phoneme_id in reading.encoded.phoneme_ids]
            indices, factor = reading.encoded.token_indices, card.model.reduction_factor
            words += time_words(reading.tokens, indices, symbols, reading.alignment, factor, to_seconds)
        return tuple(words)

    def _sound(self, paced: list[tuple[Reading, list[Piece]]], seed: int) -> Iterator[tuple[Float32, bool]]:
        """Samples of a sentence as they become final, the last of them so marked."""
        parts = [(reading.mel, piece) for reading, pieces in paced for piece in pieces]
        for number, (mel, piece) in enumerate(parts, 1):
            inversion = StreamingInversion(self.voice.inverse_filterbank, self.voice.card.audio, seed)
            limiter = Limiter(self.sample_rate)
            for start in range(0, len(piece.positions), CHUNK):
                samples = limiter.push(inversion.push(self._frames(mel, piece, start)))
                if len(samples):
                    yield samples, False
            end = limiter.push(inversion.finish()), limiter.finish(), self._silence(piece.silence)
            yield np.concatenate(end), number == len(parts)

    def _frames(self, mel: Float32, piece: Piece, start: int) -> Float32:
        """CHUNK frames of a piece, or those that are left, as they are to be heard: (n_channels, T)."""
        n_mels, chunk = self.voice.card.model.n_mels, slice(start, start + CHUNK)
        positions = piece.positions[chunk]
        first, last = int(positions[0]), int(np.ceil(positions[-1])) + 1
        frames = sample(self._engine.refine(mel, first, last), positions - first)
        frames[:n_mels] += piece.gain[chunk]
        frames[n_mels] += piece.pitch[chunk] * SEMITONE
        return frames

    def _silence(self, seconds: float) -> Float32:
        return np.zeros(round(seconds * self.sample_rate), np.float32)


def _pause_after(sentence: Sentence, delivery: Delivery) -> float:
    if sentence.pause_after is not None:
        return sentence.pause_after
    return (delivery.paragraph_pause if sentence.ends_paragraph else delivery.sentence_pause) / delivery.speed


def _warnings(sentence: Sentence, readings: list[Reading]) -> tuple[str, ...]:
    skipped = [f"characters {skip.start} to {skip.end} were not spoken: {skip.reason}" for skip in sentence.skipped]
    return (
        *sentence.warnings,
        *skipped,
        *(line for reading in readings for line in reading.verdict.describe(reading.tokens)),
    )


def _noting(pieces: Iterable[str], begun: list[str]) -> Iterator[str]:
    """The pieces, the first 41 characters of them noted for whoever has to name the text."""
    left = 41
    for piece in pieces:
        if left > 0:
            begun.append(piece[:left])
            left -= len(piece)
        yield piece


def _excerpt(begun: list[str]) -> str:
    text = "".join(begun)
    return repr(text if len(text) <= 40 else text[:37] + "...")
