"""Plan an utterance: turn sentences into frames with pauses, word times and warnings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np

from tts.audio.vocoder import Vocoder
from tts.card import VoiceCard
from tts.decoding.alignment import Alignment, Float32
from tts.decoding.engine import Engine
from tts.decoding.sentence import Begun, Decoded, SentenceDecoder
from tts.options import SynthesisOptions
from tts.prosody.intonation import question_rise
from tts.prosody.pacing import Phrase, clock, pace, sample
from tts.prosody.timing import MarkTiming, WordTiming, time_words
from tts.text.token import Bookmark, Sentence, SpeechWarning
from tts.voice import Voice

LARGEST_CHUNK, GROWTH = 384, 4
"""Frames that go through the postnet together: as few as the vocoder needs at first, if somebody waits for the first
sound, then GROWTH times as many each time, because each chunk is computed together with the frames around it; many from
the second sentence on. A chunk takes a hundredth of the time for which the chunk before it is heard, so playback never
waits."""
DYING_AWAY = 0.1
"""Seconds of quiet frames after the last sound of a sentence, before its pause. The pause begins with such frames, too,
as far as there are any: the voice falls silent as its speaker did, not at once."""
LARGEST_GROUP = 8
"""Sentences that are decoded together. More gain little: each adds its own attention to a step."""
SEMITONE = np.float32(np.log(2) / 12)  # in natural-log F0


class Notes(NamedTuple):
    """What to report about some of the speech."""

    warnings: tuple[SpeechWarning, ...] = ()
    words: tuple[WordTiming, ...] = ()
    marks: tuple[MarkTiming, ...] = ()

    def followed_by(self, other: Notes) -> Notes:
        """Return both, in order."""
        return Notes(self.warnings + other.warnings, self.words + other.words, self.marks + other.marks)


class FrameChunk(NamedTuple):
    """Consecutive frames of one sentence."""

    sentence: Sentence
    frames: Float32
    """Log-mel bands and source, (n_channels, T)."""
    pause: float | None
    """Seconds of silence after the frames; None if the next chunk continues their sound."""
    ends_sentence: bool = False
    notes: Notes = Notes()
    """To be reported with the first sound of the frames."""


class Planner:
    """Plans speech with one voice. A planner keeps no state between texts, so threads may share it."""

    def __init__(self, voice: Voice) -> None:
        self._card = voice.card
        self._engine = Engine(voice)
        self._decoder = SentenceDecoder(self._engine, voice.card)

    def vocoder(self, options: SynthesisOptions, *, early: bool) -> Vocoder:
        """Return a vocoder for one utterance. early: whether somebody waits for its first sound."""
        return self._engine.vocoder(options.seed, options.inversion, early=early)

    def begin(self, options: SynthesisOptions, *, early: bool = True) -> Plan:
        """Begin a text. early: whether somebody waits for its first frames."""
        return Plan(self._card, self._engine, self._decoder, options, early)

    def plan(
        self,
        sentences: Iterator[Sentence],
        options: SynthesisOptions,
        *,
        reads_ahead: bool = False,
        early: bool = True,
    ) -> Iterator[FrameChunk]:
        """Yield the frames of a text in order. A sentence is decoded when its frames are asked for.

        reads_ahead: whether the whole text is known, so that sentences may be taken before their turn (see `Plan.add`).
        early: whether somebody waits for the first frames. The frames are the same, in other chunks.
        """
        plan = self.begin(options, early=early)
        for known in [sentences] if reads_ahead else ([sentence] for sentence in sentences):
            yield from plan.add(known)
        yield from plan.finish()


class Plan:
    """The plan of one text: call `add` with each sentence, then `finish`."""

    def __init__(
        self, card: VoiceCard, engine: Engine, decoder: SentenceDecoder, options: SynthesisOptions, early: bool
    ) -> None:
        """early: whether somebody waits for the first frames."""
        self._card, self._engine, self._decoder, self._options = card, engine, decoder, options
        self._sentence: Sentence | None = None  # the last one
        self._pause = 0.0  # seconds of silence before the next sentence
        self._n_samples = 0  # planned so far
        self._is_awaited = early  # whether somebody waits for the next chunk

    def add(self, sentences: Iterable[Sentence]) -> Iterator[FrameChunk]:
        """Yield the frames of the next sentences, and the pauses before them.

        The first one is decoded alone, so that its sound is not delayed, then more at a time. The frames are the same.
        """
        for group in _groups(iter(sentences)):
            tokens = [sentence.tokens for sentence in group]
            together = self._decoder.begin(tokens, self._options.seed) if len(group) > 1 else [None]
            for sentence, begun in zip(group, together, strict=True):
                yield from self._add(sentence, begun)

    def _add(self, sentence: Sentence, begun: Begun | None) -> Iterator[FrameChunk]:
        pause = self._pause + sentence.pause_before
        if pause:  # before decoding, so that playback gains that much slack
            yield self._silence(sentence, pause)
        warnings, marks = sentence.warnings, list(sentence.bookmarks)
        for decoded in self._decoder.decode(sentence.tokens, self._options.seed, begun):
            ends = decoded.alignment.tokens[-1] is sentence.tokens[-1]
            ending = _ending(sentence, decoded.alignment, self._options) if ends else None
            phrases = self._pace(decoded, ending.n_frames if ending else None)
            if ending:
                self._pause = ending.pause
            words = self._time(decoded.alignment, phrases)
            warnings += decoded.verdict.warnings(decoded.alignment.tokens)
            notes = Notes(warnings, words, _passed(marks, sentence, words, ends))
            warnings = ()
            self._n_samples += sum(map(self._length, phrases))
            yield from self._chunks(sentence, decoded, phrases, ends, notes)
        self._sentence = sentence

    def finish(self) -> Iterator[FrameChunk]:
        """Yield the pause after the last sentence, if markup asks for it."""
        if self._pause and self._sentence and self._sentence.pause_after:
            yield self._silence(self._sentence, self._pause)._replace(ends_sentence=True)
        self._pause = 0.0

    def _pace(self, decoded: Decoded, n_frames: int | None) -> list[Phrase]:
        """Return the phrases of a decoded part of a sentence. n_frames: to hear; None hears all."""
        bands, voicing = decoded.mel[0, : self._card.model.n_mels], decoded.mel[0, self._card.model.n_mels + 1]
        is_voiced = voicing > (voicing.min() + voicing.max()) / 2  # the frames are standardised
        melody = question_rise(decoded.alignment, self._card.question_rise, is_voiced)
        return pace(bands, decoded.alignment, self._options, melody, n_frames)

    def _time(self, alignment: Alignment, phrases: Sequence[Phrase]) -> tuple[WordTiming, ...]:
        audio = self._card.audio
        return time_words(alignment, clock(phrases, 1 / audio.frames_per_second, self._n_samples / audio.sample_rate))

    def _chunks(
        self, sentence: Sentence, decoded: Decoded, phrases: Sequence[Phrase], ends: bool, notes: Notes
    ) -> Iterator[FrameChunk]:
        """Yield the frames of some phrases, a chunk at a time. ends: whether the sentence ends with them."""
        for phrase in phrases:
            mel = sample(decoded.mel[0], phrase.positions)[np.newaxis]
            context = decoded.context[np.rint(phrase.positions).astype(int)]
            start, n_frames = 0, len(phrase.positions)
            for size in _chunk_sizes(n_frames, self._engine.first_frames if self._is_awaited else LARGEST_CHUNK):
                self._is_awaited = False
                chunk, start = slice(start, start + size), start + size
                frames = self._engine.refine(mel, context, chunk.start, chunk.stop)
                frames[: self._card.model.n_mels] += phrase.gain[chunk]
                frames[self._card.model.n_mels] += phrase.pitch[chunk] * SEMITONE
                is_last = start == n_frames
                ends_sentence = ends and is_last and phrase is phrases[-1]
                yield FrameChunk(sentence, frames, phrase.pause if is_last else None, ends_sentence, notes)
                notes = Notes()

    def _silence(self, sentence: Sentence, seconds: float) -> FrameChunk:
        self._n_samples += round(seconds * self._card.audio.sample_rate)
        return FrameChunk(sentence, np.empty((self._card.model.n_channels, 0), np.float32), seconds)

    def _length(self, phrase: Phrase) -> int:
        """Return the number of samples of a phrase and the pause after it."""
        audio = self._card.audio
        return (len(phrase.positions) - 1) * audio.hop_length + round(phrase.pause * audio.sample_rate)


def _groups(sentences: Iterator[Sentence]) -> Iterator[list[Sentence]]:
    """Yield the first sentence alone, then groups that grow."""
    size = 1
    while group := list(islice(sentences, size)):
        yield group
        size = min(2 * size, LARGEST_GROUP)


def _chunk_sizes(n_frames: int, size: int) -> Iterator[int]:
    while n_frames > 0:
        yield min(size, n_frames)
        n_frames, size = n_frames - size, min(GROWTH * size, LARGEST_CHUNK)


class _Ending(NamedTuple):
    """How the frames of a sentence end."""

    n_frames: int
    """The frames to hear, of all that were decoded."""
    pause: float
    """Seconds of silence after them."""


def _ending(sentence: Sentence, alignment: Alignment, options: SynthesisOptions) -> _Ending:
    """Return how a sentence ends: as many frames as there are die away in the pause after it."""
    pause = _pause_after(sentence, options)
    n_frames = alignment.n_heard(DYING_AWAY + pause * options.speed)
    lingering = (n_frames - alignment.n_heard(DYING_AWAY)) / alignment.frames_per_second
    return _Ending(n_frames, max(0.0, pause - lingering / options.speed))


def _pause_after(sentence: Sentence, options: SynthesisOptions) -> float:
    if sentence.pause_after is not None:
        return sentence.pause_after
    return (options.paragraph_pause if sentence.ends_paragraph else options.sentence_pause) / options.speed


def _passed(
    marks: list[Bookmark], sentence: Sentence, words: tuple[WordTiming, ...], ends: bool
) -> tuple[MarkTiming, ...]:
    """Remove the marks passed in these words. A mark is where the next word begins, or else where the last one ends."""
    passed = []
    for mark in list(marks):
        place = sentence.tokens[mark.token].start if mark.token < len(sentence.tokens) else sentence.end
        word = next((word for word in words if word.start >= place), None)
        if word or (ends and words):
            passed.append(MarkTiming(mark.name, word.start_time if word else words[-1].end_time))
            marks.remove(mark)
    return tuple(passed)
