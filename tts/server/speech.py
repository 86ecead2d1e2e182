"""Turn a request into the bytes of its answer. The pool runs these generators in its threads."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from tts.errors import WordlessError
from tts.options import SynthesisOptions
from tts.prosody.timing import WordTiming
from tts.server.encoding import AudioEncoder
from tts.server.pool import Limits
from tts.server.requests import CLIENT_ERRORS, SpeechRequest, failure
from tts.speech import AudioChunk
from tts.subtitles import to_rows, to_srt
from tts.synthesizer import Synthesizer
from tts.text.markup.reader import TextReader
from tts.text.markup.segments import Pause
from tts.text.regex import regex
from tts.text.token import SpeechWarning

PIECE_SECONDS = 5.0
"""Seconds of sound that are encoded together. A pause has up to a minute, in one chunk."""

LARGEST_WHOLE_TEXT = 600
"""Characters whose file is made before its first byte is sent, so that its header has the length.

They are 40 seconds of speech: a quarter of a second of work for wav, half a second for mp3, on one core.
"""

_PAUSES = regex(r"(?i)\[pause|<[\w:]*break")

Heard = Callable[[float], None]
"""Called with the seconds of each chunk of speech."""


SILENCE = 0.2
"""Seconds of silence that stand for a text without a word."""


class LimitedSession:
    """A session within the limits of the server. All protocols speak their requests with it.

    A text without a word is a short silence: programs that cut a chat into pieces send such pieces, and an error would
    end their speech.
    """

    def __init__(self, synthesizer: Synthesizer, limits: Limits, options: SynthesisOptions) -> None:
        self._session, self._limits = synthesizer.session(options), limits
        self._sample_rate = synthesizer.sample_rate
        self._n_spoken = 0  # characters up to the end of the sentence that is spoken
        self.n_characters = 0
        """Characters of the text so far."""
        self.seconds = 0.0
        """Seconds of speech so far."""

    @property
    def is_ready(self) -> bool:
        """As of `Session`."""
        return self._session.is_ready

    def feed(self, piece: str) -> Iterator[AudioChunk]:
        """As of `Session`. The iterator raises LimitError for long speech.

        The whole text may have any length. Raises LimitError if the earlier pieces left more text without the end of a
        sentence than one request may have.
        """
        self._limits.check_length(self.n_characters - self._n_spoken)
        self.n_characters += len(piece)
        return self._limited(self._session.feed(piece))

    def finish(self) -> Iterator[AudioChunk]:
        """As of `Session`. The iterator raises LimitError for long speech, WordlessError for no characters at all."""
        return self._limited(self._or_silence(self._session.finish()))

    def _or_silence(self, chunks: Iterator[AudioChunk]) -> Iterator[AudioChunk]:
        try:
            yield from chunks
        except WordlessError:
            if not self.n_characters:
                raise
            samples = np.zeros(round(SILENCE * self._sample_rate), np.float32)
            warning = SpeechWarning(0, self.n_characters, "unspoken", "not spoken: there is no word in it")
            yield AudioChunk(samples, self._sample_rate, 0, self.n_characters, warnings=(warning,))

    def _limited(self, chunks: Iterator[AudioChunk]) -> Iterator[AudioChunk]:
        for chunk in chunks:
            self.seconds += len(chunk.samples) / chunk.sample_rate
            self._limits.check_duration(self.seconds)
            self._n_spoken = chunk.end
            yield chunk


def chunks(synthesizer: Synthesizer, request: SpeechRequest, limits: Limits, heard: Heard) -> Iterator[AudioChunk]:
    """Yield the speech of a request. Raises MarkupError, or LimitError for more seconds than the limit."""
    limits.check_duration(pauses(request))
    session = LimitedSession(synthesizer, limits, request.options())
    session.feed(request.input)
    for chunk in session.finish():
        heard(len(chunk.samples) / chunk.sample_rate)
        yield chunk


def pauses(request: SpeechRequest) -> float:
    """Return the seconds of all pauses that the text writes, before anything is spoken.

    A few characters write a minute of silence. Speech needs many characters a second, and their number is limited.
    """
    if not _PAUSES.search(request.input):
        return 0.0
    segments = TextReader(request.markup, request.code).finish(request.input)
    return sum(segment.seconds for segment in segments if isinstance(segment, Pause))


def encoded(encoder: AudioEncoder, chunk: AudioChunk, limits: Limits) -> Iterator[bytes]:
    """Yield the bytes of a chunk, a few seconds at a time. Raises LimitError if the encoder keeps too large a file."""
    size = round(PIECE_SECONDS * chunk.sample_rate)
    for start in range(0, len(chunk.samples), size):
        piece = encoder.push(chunk.samples[start : start + size])
        limits.check_file(encoder.n_kept)
        if piece:
            yield piece


def audio(synthesizer: Synthesizer, request: SpeechRequest, limits: Limits, heard: Heard) -> Iterator[bytes]:
    """Yield the audio file in pieces."""
    is_whole = len(request.input) <= LARGEST_WHOLE_TEXT and not request.is_streamed
    encoder = AudioEncoder(request.response_format, synthesizer.sample_rate, is_whole)
    for chunk in chunks(synthesizer, request, limits, heard):
        yield from encoded(encoder, chunk, limits)
        yield b""  # another request gets its turn
    yield encoder.finish()


def events(
    synthesizer: Synthesizer, request: SpeechRequest, limits: Limits, heard: Heard, timed: bool = False
) -> Iterator[bytes]:
    """Yield server-sent events: speech.audio.delta for each piece of the file, then speech.audio.done.

    timed: also yield speech.audio.words and speech.audio.warning, before the audio that they belong to. An error after
    the first audio is an event as well.
    """
    encoder = AudioEncoder(request.response_format, synthesizer.sample_rate)
    words: list[WordTiming] = []
    seconds = 0.0
    try:
        for chunk in chunks(synthesizer, request, limits, heard):
            seconds += len(chunk.samples) / chunk.sample_rate
            words += chunk.words
            told = b""
            if timed:
                told += b"".join(_event("speech.audio.warning", **warning._asdict()) for warning in chunk.warnings)
            if timed and chunk.words:
                told += _event("speech.audio.words", words=to_rows(chunk.words, request.input))
            yield told
            yield from map(_delta, encoded(encoder, chunk, limits))
    except CLIENT_ERRORS as error:
        if not seconds:  # no answer has begun: send an error status instead
            raise
        yield _event("error", **failure(str(error)))
        return
    done: dict[str, Any] = {"usage": usage(request, synthesizer, seconds)}
    if timed:
        done |= {"duration": round(seconds, 3), "sample_rate": encoder.sample_rate, "srt": to_srt(words, request.input)}
    yield _delta(encoder.finish()) + _event("speech.audio.done", **done)


def timed_speech(synthesizer: Synthesizer, request: SpeechRequest, limits: Limits, heard: Heard) -> Iterator[bytes]:
    """Yield `TimedSpeech` as JSON, in pieces, the audio first: memory does not grow with the length of the speech."""
    encoder = AudioEncoder(request.response_format, synthesizer.sample_rate, len(request.input) <= LARGEST_WHOLE_TEXT)
    text = _Base64()
    words: list[WordTiming] = []
    warnings: list[SpeechWarning] = []
    seconds = 0.0
    opening = b'{"audio": "'
    for chunk in chunks(synthesizer, request, limits, heard):
        for piece in encoded(encoder, chunk, limits):
            yield opening + text.push(piece)
            opening = b""
        yield b""  # another request gets its turn
        seconds += len(chunk.samples) / chunk.sample_rate
        words += chunk.words
        warnings += chunk.warnings
    yield opening + text.push(encoder.finish()) + text.finish()
    rest = {
        "response_format": request.response_format,
        "sample_rate": encoder.sample_rate,
        "duration": round(seconds, 3),
        "words": to_rows(words, request.input),
        "warnings": [warning._asdict() for warning in warnings],
        "srt": to_srt(words, request.input),
    }
    yield b'", ' + json.dumps(rest).encode().removeprefix(b"{")


class _Base64:
    """Base64 of bytes that arrive in pieces."""

    def __init__(self) -> None:
        self._left = b""  # fewer than three bytes

    def push(self, data: bytes) -> bytes:
        """Return the text of all whole groups of three bytes."""
        data = self._left + data
        whole = len(data) - len(data) % 3
        self._left = data[whole:]
        return base64.b64encode(data[:whole])

    def finish(self) -> bytes:
        """Return the text of the bytes left."""
        return base64.b64encode(self._left)


def usage(request: SpeechRequest, synthesizer: Synthesizer, seconds: float) -> dict[str, int]:
    """Count what OpenAI counts in tokens: characters of the input and frames of the spectrogram."""
    characters = len(request.input)
    frames = round(seconds * synthesizer.voice.card.audio.frames_per_second)
    return {"input_tokens": characters, "output_tokens": frames, "total_tokens": characters + frames}


def _delta(piece: bytes) -> bytes:
    return _event("speech.audio.delta", audio=base64.b64encode(piece).decode()) if piece else b""


def _event(name: str, /, **fields: Any) -> bytes:
    return f"data: {json.dumps({'type': name, **fields})}\n\n".encode()
