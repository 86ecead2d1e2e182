"""The public API: text in, speech out, while it is being made."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any
from warnings import warn

import numpy as np
from numpy.typing import NDArray

from tts.audio.files import open_writer
from tts.audio.limiter import Limiter
from tts.audio.loudness import integrated_loudness
from tts.audio.vocoder import StreamingInversion
from tts.common.threads import prefetch, usable_cores
from tts.errors import ConfigError, TextError
from tts.options import VOLUMES, Markup, SynthesisOptions
from tts.prosody.plan import FrameChunk, Notes, Planner
from tts.prosody.timing import MarkTiming, WordTiming
from tts.text.frontend import Frontend
from tts.text.incremental import sentences
from tts.text.pronunciation.user_lexicon import UserLexicon
from tts.text.token import SpeechWarning
from tts.voice import DEFAULT, Voice

Float32 = NDArray[np.float32]

SAMPLE = (  # two of the phonetically balanced sentences of IEEE Recommended Practice 297 (1969), list 1
    "The birch canoe slid on the smooth planks. Glue the sheet to the dark blue background."
)
AHEAD = 16  # chunks of frames that a second thread plans ahead of the vocoder: 9 seconds


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
    warnings: tuple[SpeechWarning, ...] = ()
    """What could not be spoken, or may not have been spoken right: with the first sound of the sentence or clause."""
    words: tuple[WordTiming, ...] = ()
    """Words of a sentence, or of a part of a long one, timed from the start of the speech: with their first sound."""
    marks: tuple[MarkTiming, ...] = ()
    """Places that SSML names, where these words pass them."""


@dataclass(frozen=True, eq=False)
class Speech:
    """A whole text, spoken."""

    samples: Float32
    """Samples in -1..1, (T,)."""
    sample_rate: int
    """Samples per second, in hertz."""
    warnings: tuple[SpeechWarning, ...] = ()
    """What could not be spoken, or may not have been spoken right."""
    words: tuple[WordTiming, ...] = ()
    """The words spoken, where each stands in the text, and when it is heard."""
    marks: tuple[MarkTiming, ...] = ()
    """The places that SSML names, by <mark>, and when the speech passes them."""

    def save(self, path: str | Path) -> None:
        """Write wav, flac, ogg or mp3, as the suffix says. Raises AudioError for another one."""
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
        """voice: a bundled name, a voice folder, or a loaded `Voice`.

        threads: with 2 a text is read ahead of its sound, by another thread, unless it arrives in pieces; more have
        nothing to do, and 0 is one for each core. The samples are the same. lexicon: pronunciations of your own, which
        go before all others: a file, or a loaded `UserLexicon`. Raises VoiceError for an unknown or damaged voice,
        PronunciationError or StorageError for the lexicon, ConfigError for a number of threads below 0.
        """
        if threads < 0:
            raise ConfigError(f"threads is {threads}: use 1 or more, or 0 for one for each core")
        self.voice = voice if isinstance(voice, Voice) else Voice.load(voice)
        self.sample_rate = self.voice.card.audio.sample_rate
        self._reads_ahead = (threads or usable_cores()) > 1
        self._planner = Planner(self.voice)
        user_lexicon = UserLexicon.load(lexicon) if isinstance(lexicon, str | Path) else lexicon
        self._frontend = Frontend(user_lexicon=user_lexicon)

    def stream(
        self,
        text: str | Iterable[str],
        options: SynthesisOptions | None = None,
        *,
        ssml: bool | None = None,
        delivery: SynthesisOptions | None = None,
        **changes: Any,
    ) -> Iterator[AudioChunk]:
        """Yield speech as soon as it exists: the first fraction of a second of a sentence, and so on.

        text: whole, or in pieces as it arrives, such as the lines of a file; each sentence is spoken as soon as the
        one after it is there. options, changes: as in `stream(text, speed=1.2)`, any fields of `SynthesisOptions`.
        SSML is read whole first. ssml: True is the old name of markup="ssml", False of markup="plain". delivery: the
        old name of `options`. Both go with the next release. Raises, before anything is spoken, ConfigError for a value
        out of range, MarkupError for SSML, TextError for a text without a word.
        """
        options = dataclasses.replace(_renamed(options, delivery, ssml) or SynthesisOptions(), **changes)
        if options.loudness is not None:
            volume = options.volume + options.loudness - self._loudness
            options = dataclasses.replace(options, loudness=None, volume=float(np.clip(volume, *VOLUMES)))
        begun: list[str] = []
        pieces = [text] if isinstance(text, str) else text
        found = sentences(self._frontend, _noting(pieces, begun), options.markup)
        first = next(found, None)
        if first is None:
            raise TextError(f"nothing to speak in {_excerpt(begun)}: give at least one word, letter or number")
        planned = self._planner.plan(chain([first], found), options)
        # What a caller hands over in pieces is taken by the caller's thread, and no earlier than it is needed.
        if self._reads_ahead and isinstance(text, str):
            planned = prefetch(planned, AHEAD)
        return self._chunks(planned, options.seed)

    def synthesize(
        self,
        text: str,
        options: SynthesisOptions | None = None,
        *,
        ssml: bool | None = None,
        delivery: SynthesisOptions | None = None,
        **changes: Any,
    ) -> Speech:
        """Speak a whole text: `stream`, joined. Raises what `stream` raises."""
        chunks = list(self.stream(text, _renamed(options, delivery, ssml), **changes))
        warnings = tuple(warning for chunk in chunks for warning in chunk.warnings)
        words = tuple(word for chunk in chunks for word in chunk.words)
        marks = tuple(mark for chunk in chunks for mark in chunk.marks)
        return Speech(np.concatenate([chunk.samples for chunk in chunks]), self.sample_rate, warnings, words, marks)

    @cached_property
    def _loudness(self) -> float:
        """The voice's own, in LUFS. How loud a text will be is known only at its end; but a voice is evenly loud."""
        softer = -30.0  # decibels: out of the limiter's reach
        return integrated_loudness(self.synthesize(SAMPLE, volume=softer).samples, self.sample_rate) - softer

    def _chunks(self, planned: Iterator[FrameChunk], seed: int) -> Iterator[AudioChunk]:
        inversion, limiter = self._begin(seed)
        notes = Notes()
        for chunk in planned:
            notes = notes.followed_by(chunk.notes)
            samples = limiter.push(inversion.push(chunk.frames))
            if chunk.pause is not None:
                end = limiter.push(inversion.finish()), limiter.finish(), self._silence(chunk.pause)
                samples = np.concatenate([samples, *end])
                inversion, limiter = self._begin(seed)
            if len(samples) or chunk.ends_sentence:
                yield AudioChunk(
                    samples,
                    self.sample_rate,
                    chunk.sentence.start,
                    chunk.sentence.end,
                    chunk.ends_sentence,
                    notes.warnings,
                    notes.words,
                    notes.marks,
                )
                notes = Notes()

    def _begin(self, seed: int) -> tuple[StreamingInversion, Limiter]:
        inversion = StreamingInversion(self.voice.inverse_filterbank, self.voice.card.audio, seed)
        return inversion, Limiter(self.sample_rate)

    def _silence(self, seconds: float) -> Float32:
        return np.zeros(round(seconds * self.sample_rate), np.float32)


def _renamed(
    options: SynthesisOptions | None, delivery: SynthesisOptions | None, ssml: bool | None
) -> SynthesisOptions | None:
    """Return the options, including those given by an old name."""
    if delivery is not None:
        warn("delivery= is called options= now: the old name goes with the next release", DeprecationWarning, 3)
        options = delivery
    if ssml is not None:
        markup: Markup = "ssml" if ssml else "plain"
        warn(
            f"ssml={ssml} is called markup={markup!r} now: the old name goes with the next release",
            DeprecationWarning,
            3,
        )
        options = dataclasses.replace(options or SynthesisOptions(), markup=markup)
    return options


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
