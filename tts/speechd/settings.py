"""The settings that Speech Dispatcher sends before each message."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from tts.errors import ConfigError
from tts.options import PITCHES, SPEEDS, SynthesisOptions

logger = logging.getLogger(__name__)

_NUMBERS = ("rate", "pitch", "volume")
_CHOICES = {
    "punctuation_mode": ("none", "some", "most", "all"),
    "spelling_mode": ("off", "on"),
    "cap_let_recogn": ("none", "spell", "icon"),
}
_IGNORED = ("pitch_range", "voice", "language")
"""Settings without an effect: a voice has its own melody, and all voices speak English."""
_LARGEST = 100
CLEAREST = 1.5
"""The speed up to which the synthesizer speaks clearly. Faster speech is made at speed 1 and then shortened."""


@dataclass(frozen=True)
class Settings:
    """How to speak the next message. Numbers are from -100 to 100."""

    rate: int = 0
    """0 is the voice's own speed, 100 four times as fast, -100 a quarter as fast."""
    pitch: int = 0
    """0 is the voice's own pitch, 100 an octave above it."""
    volume: int = 100
    """100 is the voice's own level, 0 half its amplitude, -100 silence."""
    punctuation_mode: str = "none"
    """Which signs are named: none, some, most or all."""
    spelling_mode: str = "off"
    """Whether each character of a text is named: on or off."""
    cap_let_recogn: str = "none"
    """How a capital is told: none, spell ("capital A"), or icon (a sound before it)."""
    synthesis_voice: str | None = None
    """Name of a voice; None is the default one."""

    def changed(self, lines: Sequence[str]) -> Settings:
        """Apply lines of NAME=VALUE. Raises ConfigError for a value out of range; unknown names change nothing."""
        changes: dict[str, int | str | None] = {}
        for line in lines:
            name, equals, value = line.partition("=")
            if not equals:
                raise ConfigError(f"setting {line!r}: write NAME=VALUE")
            if name in _NUMBERS:
                changes[name] = _number(name, value)
            elif name in _CHOICES:
                changes[name] = _choice(name, value)
            elif name == "synthesis_voice":
                changes[name] = None if value == "NULL" else value
            elif name not in _IGNORED:
                logger.info("the setting %s=%s is unknown and changes nothing", name, value)
        return dataclasses.replace(self, **changes)  # type: ignore[arg-type]

    @property
    def options(self) -> SynthesisOptions:
        """The options of the synthesizer. The volume is applied later, so that the same speech serves all volumes."""
        speed = self._speed / self.shortening
        return SynthesisOptions(speed=speed, pitch=PITCHES[1] * self.pitch / _LARGEST, markup="ssml")

    @property
    def shortening(self) -> float:
        """The factor by which the speech is shortened after it is made; 1 up to `CLEAREST`."""
        return self._speed if self._speed > CLEAREST else 1.0

    @property
    def _speed(self) -> float:
        return float(SPEEDS[1] ** (self.rate / _LARGEST))

    @property
    def gain(self) -> float:
        """The factor of the amplitude, 0 to 1."""
        return (self.volume + _LARGEST) / (2 * _LARGEST)


def _number(name: str, value: str) -> int:
    try:
        number = int(value)
    except ValueError:
        number = _LARGEST + 1
    if not -_LARGEST <= number <= _LARGEST:
        raise ConfigError(f"{name} is {value!r}: use a whole number from -100 to 100")
    return number


def _choice(name: str, value: str) -> str:
    if value not in _CHOICES[name]:
        raise ConfigError(f"{name} is {value!r}: use {', '.join(_CHOICES[name])}")
    return value
