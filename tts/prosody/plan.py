"""Decide what is to be heard: sentences in, frames out, with their pauses, and what is to be told beside them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tts.decoding.engine import Engine
from tts.decoding.sentence import Reader, Reading
from tts.options import SynthesisOptions
from tts.prosody.intonation import question_rise
from tts.prosody.pacing import Piece, clock, pace, sample
from tts.prosody.timing import MarkTiming, WordTiming, time_words
from tts.text.token import Bookmark, Sentence
from tts.voice import Voice

Float32 = NDArray[np.float32]

CHUNK = 48  # frames that go through the postnet and the inversion together
SEMITONE = np.float32(np.log(2) / 12)  # in natural-log F0


class Notes(NamedTuple):
    """What is to be told of a sentence, or of a part of a long one."""

    warnings: tuple[str, ...] = ()
    words: tuple[WordTiming, ...] = ()
    marks: tuple[MarkTiming, ...] = ()

    def and_then(self, other: Notes) -> Notes:
        """Both, in order."""
        return Notes(self.warnings + other.warnings, self.words + other.words, self.marks + other.marks)


class Stretch(NamedTuple):
    """Frames of one sentence that are heard without a break."""

    sentence: Sentence
    frames: Float32
    """Log-mel bands and source, (n_channels, T)."""
    silence: float | None
    """Seconds of it after them; None where more frames follow without a break."""
    ends_sentence: bool = False
    notes: Notes = Notes()
    """To be told with the first sound of the frames."""


class Planner:
    """Plans speech with one voice. Holds nothing between calls, so threads may share one."""

    def __init__(self, voice: Voice) -> None:
        self._card = voice.card
        self._engine = Engine(voice)
        self._reader = Reader(self._engine, voice.card)

    def stretches(self, sentences: Iterator[Sentence], options: SynthesisOptions) -> Iterator[Stretch]:
        """What is to be heard, in order, each sentence being read when it is due."""
        pause, spoken = 0.0, 0
        for sentence in sentences:
            pause += sentence.pause_before
            if pause:  # on its way before the sentence is read: whoever plays it has that much time in hand
                yield self._silent(sentence, pause)
                spoken += self._n_samples(pause)
            warnings, marks = _warnings(sentence), list(sentence.bookmarks)
            for reading in self._reader.read(sentence.tokens, options.seed):
                ends = reading.tokens[-1] is sentence.tokens[-1]
                symbols = [self._card.symbols[phoneme_id] for phoneme_id in reading.encoded.phoneme_ids]
                pieces = self._pace(reading, symbols, options)
                words = self._times(reading, symbols, pieces, spoken / self._card.audio.sample_rate)
                warnings += reading.verdict.describe(reading.tokens)
                notes = Notes(warnings, words, _passed(marks, sentence, words, ends))
                warnings = ()
                for number, piece in enumerate(pieces, 1):
                    for frames, is_last in self._frames(reading.mel, piece):
                        silence = piece.silence if is_last else None
                        yield Stretch(sentence, frames, silence, ends and is_last and number == len(pieces), notes)
                        notes = Notes()
                    spoken += (len(piece.positions) - 1) * self._card.audio.hop_length + self._n_samples(piece.silence)
            pause = _pause_after(sentence, options)
        if pause and sentence.pause_after:  # markup at the end of the text asks for it
            yield self._silent(sentence, pause)._replace(ends_sentence=True)

    def _pace(self, reading: Reading, symbols: list[str], options: SynthesisOptions) -> list[Piece]:
        card, indices = self._card, reading.encoded.token_indices
        bands, factor = reading.mel[:, : card.model.n_mels], card.model.reduction_factor
        melody = question_rise(reading.tokens, indices, symbols, reading.alignment, factor, card.question_rise)
        return pace(bands, reading.alignment, reading.tokens, indices, options, melody)

    def _times(self, reading: Reading, symbols: list[str], pieces: list[Piece], start: float) -> tuple[WordTiming, ...]:
        card = self._card
        to_seconds = clock(pieces, 1 / card.audio.frames_per_second, start)
        indices, factor = reading.encoded.token_indices, card.model.reduction_factor
        return time_words(reading.tokens, indices, symbols, reading.alignment, factor, to_seconds)

    def _frames(self, mel: Float32, piece: Piece) -> Iterator[tuple[Float32, bool]]:
        """Frames (n_channels, T) of a piece as they are to be heard, CHUNK at a time, and whether they are its last."""
        n_mels, n_frames = self._card.model.n_mels, len(piece.positions)
        for start in range(0, n_frames, CHUNK):
            chunk = slice(start, start + CHUNK)
            positions = piece.positions[chunk]
            first, last = int(positions[0]), int(np.ceil(positions[-1])) + 1
            frames = sample(self._engine.refine(mel, first, last), positions - first)
            frames[:n_mels] += piece.gain[chunk]
            frames[n_mels] += piece.pitch[chunk] * SEMITONE
            yield frames, start + CHUNK >= n_frames

    def _silent(self, sentence: Sentence, seconds: float) -> Stretch:
        return Stretch(sentence, np.empty((self._card.model.n_channels, 0), np.float32), seconds)

    def _n_samples(self, silence: float) -> int:
        return round(silence * self._card.audio.sample_rate)


def _pause_after(sentence: Sentence, options: SynthesisOptions) -> float:
    if sentence.pause_after is not None:
        return sentence.pause_after
    return (options.paragraph_pause if sentence.ends_paragraph else options.sentence_pause) / options.speed


def _warnings(sentence: Sentence) -> tuple[str, ...]:
    misread = (f"characters {part.start} to {part.end}: {part.reason}" for part in sentence.misread)
    skipped = (f"characters {skip.start} to {skip.end} were not spoken: {skip.reason}" for skip in sentence.skipped)
    return (*misread, *skipped)


def _passed(
    marks: list[Bookmark], sentence: Sentence, words: tuple[WordTiming, ...], ends: bool
) -> tuple[MarkTiming, ...]:
    """Take off the marks that are passed in these words: each is where the next word begins, or else at the end."""
    passed = []
    for mark in list(marks):
        place = sentence.tokens[mark.token].start if mark.token < len(sentence.tokens) else sentence.end
        word = next((word for word in words if word.start >= place), None)
        if word or (ends and words):
            passed.append(MarkTiming(mark.name, word.start_time if word else words[-1].end_time))
            marks.remove(mark)
    return tuple(passed)
