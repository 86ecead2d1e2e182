"""The public API: speak a text, whole or while it is being made."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncGenerator, AsyncIterable, Iterable, Iterator
from functools import cached_property, partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any
from warnings import warn

import numpy as np

from tts.audio.limiter import Limiter
from tts.audio.loudness import integrated_loudness
from tts.audio.vocoder import Vocoder
from tts.common.threads import iterate_in_thread, prefetch, usable_cores
from tts.errors import ConfigError
from tts.options import VOLUMES, Markup, OptionChanges, SynthesisOptions
from tts.prosody.plan import FrameChunk, Notes, Planner
from tts.session import Session, speak_arriving
from tts.speech import AudioChunk, Speech, joined
from tts.text.frontend import Frontend
from tts.text.incremental import IncrementalText, sentences
from tts.text.pronunciation.user_lexicon import UserLexicon
from tts.voice import DEFAULT, Voice

if TYPE_CHECKING:
    from typing_extensions import Unpack

SAMPLE = (  # two of the phonetically balanced sentences of IEEE Recommended Practice 297 (1969), list 1
    "The birch canoe slid on the smooth planks. Glue the sheet to the dark blue background."
)
PIECE = 8192  # characters of a text that are read at once
AHEAD = 16  # chunks of frames that a second thread plans before the vocoder needs them: 9 seconds


class Synthesizer:
    """Speaks with one voice. A synthesizer keeps no state between calls, so threads may share it.

    Its pickle has the voice and the settings: other processes load the graphs again.

    Examples:
        >>> from tts import Synthesizer
        >>> Synthesizer()
        Synthesizer('heart')
        >>> Synthesizer("michael").synthesize("Hello.").save("hello.flac")
    """

    def __init__(
        self,
        voice: str | Path | Voice = DEFAULT,
        *,
        threads: int = 1,
        lexicon: str | Path | UserLexicon | None = None,
    ) -> None:
        """voice: a bundled name, a voice folder, or a loaded `Voice`.

        threads: with 2, a second thread plans the speech ahead of the vocoder, unless the text arrives in pieces. More
        threads change nothing; 0 is one for each core. The samples are the same. lexicon: your own pronunciations,
        which take precedence: a file, or a loaded `UserLexicon`. Raises VoiceError for an unknown or damaged voice,
        PronunciationError or StorageError for the lexicon, ConfigError for a number of threads below 0.
        """
        if threads < 0:
            raise ConfigError(f"threads is {threads}: use 1 or more, or 0 for one for each core")
        self.voice = voice if isinstance(voice, Voice) else Voice.load(voice)
        self.sample_rate = self.voice.card.audio.sample_rate
        self._plans_ahead = (threads or usable_cores()) > 1
        self._planner = Planner(self.voice)
        user_lexicon = UserLexicon.load(lexicon) if isinstance(lexicon, str | Path) else lexicon
        self._frontend = Frontend(user_lexicon=user_lexicon)

    def __repr__(self) -> str:
        return f"Synthesizer({self.voice.card.name!r})"

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "_planner"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._planner = Planner(self.voice)

    def stream(
        self,
        text: str | Iterable[str],
        options: SynthesisOptions | None = None,
        *,
        early: bool = True,
        ssml: bool | None = None,
        delivery: SynthesisOptions | None = None,
        **changes: Unpack[OptionChanges],
    ) -> Iterator[AudioChunk]:
        """Yield chunks of speech as soon as they are made, the first one a fraction of a second long.

        text: whole, or in pieces as it arrives, such as the lines of a file. A sentence is spoken as soon as the next
        one has begun, SSML once all of it has arrived. options, changes: fields of `SynthesisOptions`, as in
        `stream(text, speed=1.2)`. early: False where nobody waits for the first chunk. It is longer then, and a short
        text takes a tenth less time; the samples are the same. ssml: True is the old name of markup="ssml", False of
        markup="plain". delivery: the old name of `options`. Both go with the next release. Raises, before anything is
        spoken, ConfigError for an option out of range, MarkupError for invalid SSML, TextError for a text without a
        word, TypeError for what is no text.

        Examples:
            >>> from tts import Synthesizer
            >>> for chunk in Synthesizer().stream("One. Two.", speed=1.2):
            ...     if chunk.is_last:
            ...         print(chunk.start, chunk.end)
            0 4
            5 9
        """
        options = self._resolve(_renamed(options, delivery, ssml), changes)
        pieces = _pieces(text)
        found = sentences(self._frontend, pieces, options.markup, options.code)
        # The caller's own thread takes the pieces of a text, and no earlier than they are needed.
        is_whole = isinstance(text, str)
        planned = self._planner.plan(chain([next(found)], found), options, reads_ahead=is_whole, early=early)
        if self._plans_ahead and is_whole:
            planned = prefetch(planned, AHEAD)
        return self._chunks(planned, options, early)

    def astream(
        self,
        text: str | Iterable[str] | AsyncIterable[str],
        options: SynthesisOptions | None = None,
        **changes: Unpack[OptionChanges],
    ) -> AsyncGenerator[AudioChunk, None]:
        """Yield the chunks of `stream` in asyncio. A thread of their own computes them, while the event loop goes on.

        text: also in pieces that arrive asynchronously, as from a language model. The other arguments are those of
        `stream`. Raises ConfigError at once, the other errors of `stream` from the iteration.

        Examples:
            >>> import asyncio
            >>> from tts import Synthesizer
            >>> async def count(synthesizer):
            ...     return len([chunk async for chunk in synthesizer.astream("One. Two.") if chunk.is_last])
            >>> asyncio.run(count(Synthesizer()))
            2
        """
        options = dataclasses.replace(options or SynthesisOptions(), **changes)
        if isinstance(text, AsyncIterable):
            return speak_arriving(text, partial(self.session, options))
        return iterate_in_thread(self._lazy_stream(text, options))

    def _lazy_stream(self, text: str | Iterable[str], options: SynthesisOptions) -> Iterator[AudioChunk]:
        yield from self.stream(text, options)

    def session(self, options: SynthesisOptions | None = None, **changes: Unpack[OptionChanges]) -> Session:
        """Begin a text that a server or a callback hands over in pieces. The arguments are those of `stream`.

        Examples:
            >>> from tts import Synthesizer
            >>> session = Synthesizer().session()
            >>> chunks = [chunk for piece in ("One sen", "tence. And") for chunk in session.feed(piece)]
            >>> chunks += session.finish()
            >>> [(chunk.start, chunk.end) for chunk in chunks if chunk.is_last]
            [(0, 13), (14, 17)]
        """
        options = self._resolve(options, changes)
        return Session(
            IncrementalText(self._frontend, options.markup, options.code),
            self._planner.begin(options),
            lambda frames, early: self._chunks(frames, options, early),
        )

    def synthesize(
        self,
        text: str,
        options: SynthesisOptions | None = None,
        *,
        ssml: bool | None = None,
        delivery: SynthesisOptions | None = None,
        **changes: Unpack[OptionChanges],
    ) -> Speech:
        """Speak a whole text. The arguments and errors are those of `stream`.

        Examples:
            >>> from tts import Synthesizer
            >>> speech = Synthesizer().synthesize("It cost $5.", speed=1.1)
            >>> [word.word for word in speech.words]
            ['it', 'cost', 'five', 'dollars']
        """
        return joined(list(self.stream(text, _renamed(options, delivery, ssml), early=False, **changes)))

    def _resolve(self, options: SynthesisOptions | None, changes: OptionChanges) -> SynthesisOptions:
        """Apply the changes, and turn the loudness into a volume."""
        options = dataclasses.replace(options or SynthesisOptions(), **changes)
        if options.loudness is None:
            return options
        volume = options.volume + options.loudness - self._loudness
        return dataclasses.replace(options, loudness=None, volume=float(np.clip(volume, *VOLUMES)))

    @cached_property
    def _loudness(self) -> float:
        """The voice's own loudness in LUFS, nearly the same in each text. That of a text is known only at its end."""
        softer = -30.0  # decibels: below the limiter's threshold
        return integrated_loudness(self.synthesize(SAMPLE, volume=softer).samples, self.sample_rate) - softer

    def _chunks(
        self, planned: Iterator[FrameChunk], options: SynthesisOptions, early: bool = True
    ) -> Iterator[AudioChunk]:
        """Turn the frames of whole sentences into sound. early: whether somebody waits for the first chunk."""
        vocoder, limiter = self._begin(options, early=early)
        notes = Notes()
        for chunk in planned:
            notes = notes.followed_by(chunk.notes)
            samples = limiter.push(vocoder.push(chunk.frames))
            if chunk.pause is not None:
                silence = np.zeros(round(chunk.pause * self.sample_rate), np.float32)
                samples = np.concatenate([samples, limiter.push(vocoder.finish()), limiter.finish(), silence])
                vocoder, limiter = self._begin(options, early=False)
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

    def _begin(self, options: SynthesisOptions, *, early: bool) -> tuple[Vocoder, Limiter]:
        return self._planner.vocoder(options, early=early), Limiter(self.sample_rate)


def _pieces(text: str | Iterable[str]) -> Iterable[str]:
    """Return a text in pieces; a long one, so that its first sentence is not delayed by the markup of the others."""
    if isinstance(text, str):
        return (text[start : start + PIECE] for start in range(0, max(len(text), 1), PIECE))
    if isinstance(text, bytes | bytearray) or not isinstance(text, Iterable):
        raise TypeError(f"text must be str, or pieces of str, but is {type(text).__name__}: decode or convert it first")
    return text


def _renamed(
    options: SynthesisOptions | None, delivery: SynthesisOptions | None, ssml: bool | None
) -> SynthesisOptions | None:
    """Return the options, including those given by an old name."""
    until = "now: the old name goes with the next release"
    if delivery is not None:
        warn(f"delivery= is called options= {until}", DeprecationWarning, stacklevel=3)
        options = delivery
    if ssml is not None:
        markup: Markup = "ssml" if ssml else "plain"
        warn(f"ssml={ssml} is called markup={markup!r} {until}", DeprecationWarning, stacklevel=3)
        options = dataclasses.replace(options or SynthesisOptions(), markup=markup)
    return options
