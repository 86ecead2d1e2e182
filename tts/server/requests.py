"""Requests and answers of the HTTP interface, from which the OpenAPI schema is built."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from tts.errors import ConfigError, LimitError, TextError, VoiceError
from tts.options import PITCHES, SPEEDS, VOLUMES, Code, Markup, SynthesisOptions
from tts.text.token import WarningKind

MODEL = "griffon"
MODELS = (MODEL, "tts-1", "tts-1-hd", "gpt-4o-mini-tts")
"""Names of the one model: its own, and OpenAI's, which many clients have built in."""

ALIASES = frozenset("alloy ash ballad cedar coral echo fable marin nova onyx sage shimmer verse".split())
"""OpenAI's voices. The default voice stands in for them, because many clients have them built in."""

MAX_SEED = 2**53 - 1  # the largest integer that a JavaScript number holds exactly


class VoiceId(BaseModel):
    """A voice in the form of newer OpenAI clients."""

    model_config = ConfigDict(extra="forbid")
    id: str = Field(max_length=200)


class SpeechRequest(BaseModel):
    """The body of `POST /v1/audio/speech`: OpenAI's fields, and pitch, volume and seed."""

    model_config = ConfigDict(extra="forbid", strict=True)
    model: str = Field(max_length=200, description=f"One of {', '.join(MODELS)}; all are the same.")
    input: str = Field(min_length=1, description="What to say.")
    voice: str | VoiceId = Field(description="One of GET /v1/audio/voices; OpenAI's names mean the default voice.")
    response_format: Literal["mp3", "opus", "flac", "wav", "pcm"] = Field(
        "mp3",
        description="All except flac are streamed. opus is in Ogg, pcm has 16 bits at 24 kHz. No aac.",
    )
    speed: float = Field(1.0, ge=SPEEDS[0], le=SPEEDS[1], description="2 is twice as fast, at the same pitch.")
    stream_format: Literal["audio", "sse"] = Field("audio", description="Bytes of the file, or events that hold them.")
    instructions: str | None = Field(None, description="Accepted without effect: the voice has one style.")
    pitch: float = Field(0.0, ge=PITCHES[0], le=PITCHES[1], description="Semitones above the voice's own pitch.")
    volume: float = Field(0.0, ge=VOLUMES[0], le=VOLUMES[1], description="Decibels above the voice's own level.")
    seed: int = Field(0, ge=0, le=MAX_SEED, description="The same seed, the same samples.")
    markup: Markup = Field(
        "auto", description="Kind of the input; auto interprets clear signs of Markdown, HTML, SSML."
    )
    code: Code = Field("announce", description="How a code block in Markdown or HTML is read.")

    def options(self) -> SynthesisOptions:
        """Return the synthesis options."""
        names = ("speed", "pitch", "volume", "seed", "markup", "code")
        return SynthesisOptions(**{name: getattr(self, name) for name in names})

    @property
    def voice_name(self) -> str:
        """The name of the voice, from either form."""
        return self.voice if isinstance(self.voice, str) else self.voice.id


class ErrorDetail(BaseModel):
    """The details of an error."""

    message: str
    type: str
    param: str | None
    code: str | None


class ErrorBody(BaseModel):
    """An error in OpenAI's form."""

    error: ErrorDetail


class Word(BaseModel):
    """A spoken word with its span in the input and its times."""

    word: str = Field(description="The word as spoken.")
    source: str = Field(description="The word as written.")
    start: int = Field(description="Its first character in the input.")
    end: int = Field(description="One past its last character.")
    start_time: float = Field(description="Seconds from the start of the sound.")
    end_time: float = Field(description="Seconds until its end.")
    phonemes: list[tuple[str, float, float]] = Field(description="ARPAbet phonemes with start and end in seconds.")


class WarningEntry(BaseModel):
    """Part of the input that is not spoken, or may not be spoken right."""

    start: int = Field(description="Its first character in the input.")
    end: int = Field(description="One past its last character.")
    kind: WarningKind = Field(description="Of text without a spoken form unspoken, of text like markup misread.")
    message: str = Field(description="What is wrong.")


class TimedSpeech(BaseModel):
    """The answer of `POST /v1/audio/speech/timestamps`."""

    audio: str = Field(description="The file, in base64.")
    response_format: str
    sample_rate: int = Field(description="Hertz.")
    duration: float = Field(description="Seconds.")
    words: list[Word]
    warnings: list[WarningEntry]
    srt: str = Field(description="Subtitles.")


class Model(BaseModel):
    """A model as OpenAI lists it."""

    id: str
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: str = MODEL


class Models(BaseModel):
    """The answer of `GET /v1/models`."""

    object: Literal["list"] = "list"
    data: list[Model]


class VoiceEntry(BaseModel):
    """An available voice."""

    id: str
    name: str
    language: str
    description: str
    licence: str
    sample_rate: int = Field(description="Hertz, in wav, flac and mp3.")
    is_default: bool = Field(description="Whether OpenAI's voice names stand for this voice.")


class Voices(BaseModel):
    """The answer of `GET /v1/audio/voices`."""

    voices: list[VoiceEntry]


class Health(BaseModel):
    """The answer of `GET /health`."""

    status: Literal["ok"] = "ok"
    speaking: int
    waiting: int


CLIENT_ERRORS = (TextError, LimitError, ConfigError, VoiceError)
"""Errors of a request. Any other exception is a fault of the server: status 500, and a request id."""


def failure(
    message: str, kind: str = "invalid_request_error", param: str | None = None, code: str | None = None
) -> dict[str, Any]:
    """Build an error in OpenAI's form."""
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}
