"""The public API: text in, speech out, while it is being made."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tts.audio.files import open_writer
from tts.audio.inversion import StreamingInversion
from tts.audio.limiter import Limiter
from tts.delivery import Delivery
from tts.engine import Engine
from tts.pacing import Piece, clock, pace, sample
from tts.prefetch import prefetch
from tts.reading import Reader, Reading
from tts.text.arriving import sentences
from tts.text.frontend import Frontend
from tts.text.token import Sentence
from tts.text.user_lexicon import UserLexicon
from tts.timing import WordTiming, time_words
from tts.voice import DEFAULT, Voice

Float32 = NDArray[np.float32]

CHUNK = 48  # frames that go through the postnet and the inversion together
AHEAD = 16  # stretches of as many frames that are read ahead where there is a thread for it: 9 seconds
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
    """What could not be spoken, or may not have been spoken right: with the first sound of the sentence or clause."""
    words: tuple[WordTiming, ...] = ()
    """Words of a sentence, or of a part of a long one, timed from the start of the speech: with their first sound."""


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


class _Stretch(NamedTuple):
    """Frames of one sentence that are heard without a break, and what is to be told with their first sound."""

    sentence: Sentence
    frames: Float32  # (n_channels, T)
    silence: float | None  # seconds after them; None where more frames follow without a break
    ends_sentence: bool = False
    warnings: tuple[str, ...] = ()
    words: tuple[WordTiming, ...] = ()


class Synthesizer:
    """Speaks with one voice. Holds nothing between calls, so threads may share one."""

    def __init__(
        self,
        voice: str | Path | Voice = DEFAULT,
        *,
        threads: int = 1,
        lexicon: str | Path | UserLexicon | None = None,
    ) -> None:
        """voice: a bundled name, a voice folder, or a loaded `Voice`.

        threads: with 2 a text is read ahead of its sound, by another thread, unless it arrives in pieces; more have
        nothing to do, and 0 is one for each core. The samples are the same. lexicon: pronunciations of your own, which
        go before all others: a file, or a loaded `UserLexicon`. Raises ValueError for an unknown or damaged voice, a
        lexicon that cannot be read, or a number of threads below 0.
        """
        if threads < 0:
            raise ValueError(f"threads is {threads}: use 1 or more, or 0 for one for each core")
        self.voice = voice if isinstance(voice, Voice) else Voice.load(voice)
        self.sample_rate = self.voice.card.audio.sample_rate
        self._reads_ahead = (threads or os.cpu_count() or 1) > 1
        self._engine = Engine(self.voice)
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
        stretches = self._stretches(chain([first], found), delivery)
        # What a caller hands over in pieces is taken by the caller's thread, and no earlier than it is needed.
        if self._reads_ahead and isinstance(text, str):
            stretches = prefetch(stretches, AHEAD)
        return self._chunks(stretches, delivery.seed)

    def synthesize(
        self, text: str, delivery: Delivery | None = None, *, ssml: bool | None = None, **changes: Any
    ) -> Speech:
        """Speak a whole text: `stream`, joined. Raises what `stream` raises."""
        chunks = list(self.stream(text, delivery, ssml=ssml, **changes))
        warnings = tuple(warning for chunk in chunks for warning in chunk.warnings)
        words = tuple(word for chunk in chunks for word in chunk.words)
        return Speech(np.concatenate([chunk.samples for chunk in chunks]), self.sample_rate, warnings, words)

    def _stretches(self, found: Iterator[Sentence], delivery: Delivery) -> Iterator[_Stretch]:
        """What is to be heard, in order, as frames: the first half of the work."""
        pause, spoken = 0.0, 0
        for sentence in found:
            pause += sentence.pause_before
            if pause:  # on its way before the sentence is read: whoever plays it has that much time in hand
                yield self._silent(sentence, pause)
                spoken += round(pause * self.sample_rate)
            warnings = _warnings(sentence)
            for reading in self._reader.read(sentence.tokens, delivery.seed):
                pieces = self._pace(reading, delivery)
                words = self._times(reading, pieces, spoken / self.sample_rate)
                warnings += reading.verdict.describe(reading.tokens)
                ends = reading.tokens[-1] is sentence.tokens[-1]
                for number, piece in enumerate(pieces, 1):
                    for frames, is_last in self._frames(reading.mel, piece):
                        silence = piece.silence if is_last else None
                        ends_sentence = ends and is_last and number == len(pieces)
                        yield _Stretch(sentence, frames, silence, ends_sentence, warnings, words)
                        warnings, words = (), ()
                    spoken += self._n_samples(piece)
            pause = _pause_after(sentence, delivery)
        if pause and sentence.pause_after:  # markup at the end of the text asks for it
            yield self._silent(sentence, pause)._replace(ends_sentence=True)

    def _chunks(self, stretches: Iterator[_Stretch], seed: int) -> Iterator[AudioChunk]:
        """Sound of what is to be heard, as soon as it is final: the second half of the work."""
        inversion, limiter = self._begin(seed)
        warnings: tuple[str, ...] = ()
        words: tuple[WordTiming, ...] = ()
        for stretch in stretches:
            warnings, words = warnings + stretch.warnings, words + stretch.words
            samples = limiter.push(inversion.push(stretch.frames))
            if stretch.silence is not None:
                end = limiter.push(inversion.finish()), limiter.finish(), self._silence(stretch.silence)
                samples = np.concatenate([samples, *end])
                inversion, limiter = self._begin(seed)
            if len(samples) or stretch.ends_sentence:
                span = stretch.sentence.start, stretch.sentence.end
                yield AudioChunk(samples, self.sample_rate, *span, stretch.ends_sentence, warnings, words)
                warnings, words = (), ()

    def _pace(self, reading: Reading, delivery: Delivery) -> list[Piece]:
        bands = reading.mel[:, : self.voice.card.model.n_mels]
        return pace(bands, reading.alignment, reading.tokens, reading.encoded.token_indices, delivery)

    def _times(self, reading: Reading, pieces: list[Piece], start: float) -> tuple[WordTiming, ...]:
        card = self.voice.card
        to_seconds = clock(pieces, 1 / card.audio.frames_per_second, start)
        symbols = [card.symbols[phoneme_id] for phoneme_id in reading.encoded.phoneme_ids]
        indices, factor = reading.encoded.token_indices, card.model.reduction_factor
        return time_words(reading.tokens, indices, symbols, reading.alignment, factor, to_seconds)

    def _frames(self, mel: Float32, piece: Piece) -> Iterator[tuple[Float32, bool]]:
        """Frames (n_channels, T) of a piece as they are to be heard, CHUNK at a time, and whether they are its last."""
        n_mels, n_frames = self.voice.card.model.n_mels, len(piece.positions)
        for start in range(0, n_frames, CHUNK):
            chunk = slice(start, start + CHUNK)
            positions = piece.positions[chunk]
            first, last = int(positions[0]), int(np.ceil(positions[-1])) + 1
            frames = sample(self._engine.refine(mel, first, last), positions - first)
            frames[:n_mels] += piece.gain[chunk]
            frames[n_mels] += piece.pitch[chunk] * SEMITONE
            yield frames, start + CHUNK >= n_frames

    def _n_samples(self, piece: Piece) -> int:
        """Samples of a piece and of the silence after it."""
        sound = (len(piece.positions) - 1) * self.voice.card.audio.hop_length
        return sound + round(piece.silence * self.sample_rate)

    def _begin(self, seed: int) -> tuple[StreamingInversion, Limiter]:
        inversion = StreamingInversion(self.voice.inverse_filterbank, self.voice.card.audio, seed)
        return inversion, Limiter(self.sample_rate)

    def _silent(self, sentence: Sentence, seconds: float) -> _Stretch:
        return _Stretch(sentence, np.empty((self.voice.card.model.n_channels, 0), np.float32), seconds)

    def _silence(self, seconds: float) -> Float32:
        return np.zeros(round(seconds * self.sample_rate), np.float32)


def _pause_after(sentence: Sentence, delivery: Delivery) -> float:
    if sentence.pause_after is not None:
        return sentence.pause_after
    return (delivery.paragraph_pause if sentence.ends_paragraph else delivery.sentence_pause) / delivery.speed


def _warnings(sentence: Sentence) -> tuple[str, ...]:
    skipped = (f"characters {skip.start} to {skip.end} were not spoken: {skip.reason}" for skip in sentence.skipped)
    return (*sentence.warnings, *skipped)


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
