"""Turn a request into the bytes of its answer. The pool runs these generators in its threads."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

from tts.prosody.timing import WordTiming
from tts.server.encoding import AudioEncoder
from tts.server.pool import Limits
from tts.server.requests import CLIENT_ERRORS, SpeechRequest, failure
from tts.subtitles import to_rows, to_srt
from tts.synthesizer import AudioChunk, Session, Synthesizer
from tts.text.token import SpeechWarning

Heard = Callable[[float], None]
"""Called with the seconds of each chunk of speech."""


class LimitedSession:
    """A session within the limits of the server. Both protocols speak their requests with it."""

    def __init__(self, session: Session, limits: Limits) -> None:
        self._session, self._limits = session, limits
        self.n_characters = 0
        """Characters of the text so far."""
        self.seconds = 0.0
        """Seconds of speech so far."""

    @property
    def is_ready(self) -> bool:
        """As of `Session`."""
        return self._session.is_ready

    def feed(self, piece: str) -> Iterator[AudioChunk]:
        """As of `Session`. Raises LimitError for a long text; the iterator raises LimitError for long speech."""
        self.n_characters += len(piece)
        self._limits.check_length(self.n_characters)
        return self._limited(self._session.feed(piece))

    def finish(self) -> Iterator[AudioChunk]:
        """As of `Session`. The iterator raises LimitError for long speech."""
        return self._limited(self._session.finish())

    def _limited(self, chunks: Iterator[AudioChunk]) -> Iterator[AudioChunk]:
        for chunk in chunks:
            self.seconds += len(chunk.samples) / chunk.sample_rate
            self._limits.check_duration(self.seconds)
            yield chunk


def chunks(synthesizer: Synthesizer, request: SpeechRequest, limits: Limits, heard: Heard) -> Iterator[AudioChunk]:
    """Yield the speech of a request. Raises TextError, MarkupError, or LimitError for more seconds than the limit."""
    session = LimitedSession(synthesizer.session(request.options()), limits)
    session.feed(request.input)
    for chunk in session.finish():
        heard(len(chunk.samples) / chunk.sample_rate)
        yield chunk


def audio(synthesizer: Synthesizer, request: SpeechRequest, limits: Limits, heard: Heard) -> Iterator[bytes]:
    """Yield the audio file in pieces."""
    encoder = AudioEncoder(request.response_format, synthesizer.sample_rate)
    for chunk in chunks(synthesizer, request, limits, heard):
        if piece := encoder.push(chunk.samples):
            yield piece
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
            if told := told + _delta(encoder.push(chunk.samples)):
                yield told
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
    """Yield `TimedSpeech` as JSON. Before it, yield nothing for each chunk, so that other requests get their turns."""
    encoder = AudioEncoder(request.response_format, synthesizer.sample_rate)
    file = bytearray()
    words: list[WordTiming] = []
    warnings: list[SpeechWarning] = []
    seconds = 0.0
    for chunk in chunks(synthesizer, request, limits, heard):
        file += encoder.push(chunk.samples)
        seconds += len(chunk.samples) / chunk.sample_rate
        words += chunk.words
        warnings += chunk.warnings
        yield b""
    file += encoder.finish()
    yield json.dumps(
        {
            "audio": base64.b64encode(file).decode(),
            "response_format": request.response_format,
            "sample_rate": encoder.sample_rate,
            "duration": round(seconds, 3),
            "words": to_rows(words, request.input),
            "warnings": [warning._asdict() for warning in warnings],
            "srt": to_srt(words, request.input),
        }
    ).encode()


def usage(request: SpeechRequest, synthesizer: Synthesizer, seconds: float) -> dict[str, int]:
    """Count what OpenAI counts in tokens: characters of the input and frames of the spectrogram."""
    characters = len(request.input)
    frames = round(seconds * synthesizer.voice.card.audio.frames_per_second)
    return {"input_tokens": characters, "output_tokens": frames, "total_tokens": characters + frames}


def _delta(piece: bytes) -> bytes:
    return _event("speech.audio.delta", audio=base64.b64encode(piece).decode()) if piece else b""


def _event(name: str, /, **fields: Any) -> bytes:
    return f"data: {json.dumps({'type': name, **fields})}\n\n".encode()
