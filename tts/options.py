"""How to speak a text: the options of a request, checked when they are set."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral, Real
from typing import Literal, TypedDict, get_args

from tts.errors import ConfigError

SPEEDS = (0.25, 4.0)
PITCHES = (-12.0, 12.0)
VOLUMES = (-60.0, 20.0)
LOUDNESSES = (-50.0, -10.0)
PAUSES = (0.0, 60.0)
Markup = Literal["auto", "plain", "markdown", "html", "ssml"]
Code = Literal["skip", "announce", "read"]
Inversion = Literal["voice", "classic"]


@dataclass(frozen=True)
class SynthesisOptions:
    """How to speak a text. The defaults change nothing. Raises ConfigError for a value that is not allowed.

    Examples:
        >>> from tts import SynthesisOptions, Synthesizer
        >>> slow = SynthesisOptions(speed=0.8, sentence_pause=0.5)
        >>> Synthesizer().synthesize("One. Two.", slow).save("slow.wav")
        >>> SynthesisOptions(speed=9)
        Traceback (most recent call last):
        tts.errors.ConfigError: speed is 9: use a number from 0.25 to 4 (0.5 is half as fast, 2 twice as fast)
    """

    speed: float = 1.0
    """2 is twice as fast, 0.5 is half as fast, at the same pitch; 0.25 to 4."""
    pitch: float = 0.0
    """Semitones above the voice's own pitch; -12 to 12."""
    volume: float = 0.0
    """Decibels above the voice's own level; -60 to 20. A limiter keeps the peaks below full scale."""
    loudness: float | None = None
    """Integrated loudness of the speech in LUFS (ITU-R BS.1770); -50 to -10. `volume` is added to it.

    Broadcasters use -23, podcasts with one channel use -19. None keeps the voice's own loudness.
    """
    sentence_pause: float = 0.25
    """Seconds of silence between two sentences, at speed 1; 0 to 60."""
    paragraph_pause: float = 0.75
    """Seconds of silence between two paragraphs, at speed 1; 0 to 60."""
    seed: int = 0
    """The same seed gives the same samples."""
    markup: Markup = "auto"
    """Kind of the text: plain, markdown, html or ssml. "auto" detects SSML and HTML documents by their beginning, and
    interprets only clear signs of Markdown and HTML in any other text."""
    code: Code = "announce"
    """How a code block in Markdown or HTML is read: skip it, announce it as "code block", or read its lines."""

    inversion: Inversion = "voice"
    """How frames become a waveform: "voice" as the voice does it, "classic" by Griffin-Lim from the mel bands alone."""

    def __post_init__(self) -> None:
        _require("speed", self.speed, SPEEDS, "0.5 is half as fast, 2 twice as fast")
        _require("pitch", self.pitch, PITCHES, "in semitones, 12 to the octave")
        _require("volume", self.volume, VOLUMES, "in decibels, where 6 is about twice the amplitude")
        if self.loudness is not None:
            _require("loudness", self.loudness, LOUDNESSES, "in LUFS, where -23 is usual in broadcasting")
        _require("sentence_pause", self.sentence_pause, PAUSES, "in seconds")
        _require("paragraph_pause", self.paragraph_pause, PAUSES, "in seconds")
        if not isinstance(self.seed, Integral) or self.seed < 0:
            raise ConfigError(f"seed is {self.seed!r}: use a whole number from 0 on")
        _require_choice("markup", self.markup, get_args(Markup))
        _require_choice("code", self.code, get_args(Code))
        _require_choice("inversion", self.inversion, get_args(Inversion))


class OptionChanges(TypedDict, total=False):
    """The fields of `SynthesisOptions` as keywords of a method, as in `synthesize(text, speed=1.2)`."""

    speed: float
    pitch: float
    volume: float
    loudness: float | None
    sentence_pause: float
    paragraph_pause: float
    seed: int
    markup: Markup
    code: Code
    inversion: Inversion


def _require_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise ConfigError(f"{name} is {value!r}: use {', '.join(choices[:-1])} or {choices[-1]}")


def _require(name: str, value: float, limits: tuple[float, float], meaning: str) -> None:
    low, high = limits
    if not isinstance(value, Real) or not low <= value <= high:
        raise ConfigError(f"{name} is {value!r}: use a number from {low:g} to {high:g} ({meaning})")
