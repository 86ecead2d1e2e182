"""Requests and answers of the HTTP interface, from which the OpenAPI schema is built."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from tts.errors import ConfigError, LimitError, TextError, VoiceError
from tts.options import PITCHES, SPEEDS, VOLUMES, Code, Markup, SynthesisOptions
from tts.text.token import WarningKind

MODEL = "griffon"
MODELS = (MODEL, *"tts-1 tts-1-hd tts-1-1106 tts-1-hd-1106 gpt-4o-mini-tts gpt-4o-mini-tts-2025-12-15".split())
"""Names of the one model: its own, and OpenAI's, which many clients have built in."""

ALIASES = frozenset("alloy ash ballad cedar coral echo fable marin nova onyx sage shimmer verse default".split())
"""OpenAI's voices, and "default": names of the default voice, because many clients have them built in."""

MAX_SEED = 2**53 - 1  # the largest integer that a JavaScript number holds exactly

_HALVES = re.compile("[\ud800-\udfff]")
_SYNONYMS = {"output_format": "response_format"}
"""Other servers' name of a field -> its name here."""


def _no_bool(value: Any) -> Any:
    """Refuse true and false, which pydantic takes as 1 and 0."""
    if isinstance(value, bool):
        raise ConfigError("give a number")
    return value


def _without_halves(value: Any) -> Any:
    """Replace halves of characters, which a program leaves that cuts a text inside an emoji, by the sign for them."""
    return _HALVES.sub("\ufffd", value) if isinstance(value, str) else value


def _lower(value: Any) -> Any:
    return value.strip().lower() if isinstance(value, str) else value


def _tell_tolerance(schema: dict[str, Any]) -> None:
    """Add to a JSON schema what the validators accept: null, and numbers in strings."""
    for name, field in schema["properties"].items():
        if name == "input" or not field.keys() & {"type", "anyOf"}:
            continue
        described = {key: field.pop(key) for key in ("title", "description", "default") if key in field}
        allowed = field.pop("anyOf", None) or [dict(field)]
        text = [{"type": "string"}] if field.get("type") in ("number", "integer") else []
        field.clear()
        field.update(anyOf=[*allowed, *text, {"type": "null"}], **described)


_Number = Annotated[float, BeforeValidator(_no_bool)]
_WholeNumber = Annotated[int, BeforeValidator(_no_bool)]
_Format = Annotated[Literal["mp3", "opus", "aac", "flac", "wav", "pcm", "m4a"], BeforeValidator(_lower)]
_StreamFormat = Annotated[Literal["audio", "sse"], BeforeValidator(_lower)]


class VoiceId(BaseModel):
    """A voice in the form of newer OpenAI clients."""

    id: str = Field(max_length=200)


class SpeechRequest(BaseModel):
    """The body of `POST /v1/audio/speech`: OpenAI's fields, and pitch, volume and seed.

    A field that is null has its default value. Fields that are not listed are ignored.
    """

    model_config = ConfigDict(extra="allow", allow_inf_nan=False, json_schema_extra=_tell_tolerance)
    input: Annotated[str, BeforeValidator(_without_halves)] = Field(min_length=1, description="What to say.")
    model: str = Field("", max_length=200, description="Any name: the server has one model.")
    voice: str | VoiceId = Field(
        "", description="One of GET /v1/audio/voices, in any case. Any other name means the default voice."
    )
    response_format: _Format = Field(
        "mp3",
        description="All except flac and m4a are streamed. opus is in Ogg, pcm has 16 bits at 24 kHz.",
    )
    speed: _Number = Field(1.0, ge=SPEEDS[0], le=SPEEDS[1], description="2 is twice as fast, at the same pitch.")
    stream_format: _StreamFormat = Field("audio", description="Bytes of the file, or events that hold them.")
    stream: Any = Field(None, description="true: send the file of a short text, too, while it is made.")
    instructions: Any = Field(None, description="Accepted without effect: the voice has one style.")
    pitch: _Number = Field(0.0, ge=PITCHES[0], le=PITCHES[1], description="Semitones above the voice's own pitch.")
    volume: _Number = Field(0.0, ge=VOLUMES[0], le=VOLUMES[1], description="Decibels above the voice's own level.")
    seed: _WholeNumber = Field(0, ge=0, le=MAX_SEED, description="The same seed, the same samples.")
    markup: Annotated[Markup, BeforeValidator(_lower)] = Field(
        "auto", description="Kind of the input; auto interprets clear signs of Markdown, HTML, SSML."
    )
    code: Annotated[Code, BeforeValidator(_lower)] = Field(
        "announce", description="How a code block in Markdown or HTML is read."
    )

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, body: Any) -> Any:
        """Drop the fields that are null, and rename those that other servers name differently."""
        if not isinstance(body, dict):
            return body
        given = {name: value for name, value in body.items() if value is not None}
        for synonym, name in _SYNONYMS.items():
            if synonym in given:
                given.setdefault(name, given.pop(synonym))
        return given

    def options(self) -> SynthesisOptions:
        """Return the synthesis options."""
        names = ("speed", "pitch", "volume", "seed", "markup", "code")
        return SynthesisOptions(**{name: getattr(self, name) for name in names})

    @property
    def is_streamed(self) -> bool:
        """Whether the client asks for the file while it is made, rather than for one whose header has the length."""
        return self.stream in (True, "true") or "stream_format" in self.model_fields_set

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


class AudioModels(BaseModel):
    """The answer of `GET /v1/audio/models`."""

    models: list[Model]


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


class RequestFault(NamedTuple):
    """What is wrong with a request."""

    message: str
    param: str | None
    """The field."""
    code: str


def fault_of(errors: Sequence[Any]) -> RequestFault:
    """Return the first fault that pydantic found. Its messages do not quote the request."""
    place, fault = errors[0]["loc"], errors[0]
    names = [part[:200] for part in place if isinstance(part, str) and part != "body"]
    return RequestFault(
        f"{names[0] if names else 'the request'}: {fault['msg']}", names[0] if names else None, fault["type"]
    )


def failure(
    message: str, kind: str = "invalid_request_error", param: str | None = None, code: str | None = None
) -> dict[str, Any]:
    """Build an error in OpenAI's form."""
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}
