"""Parse the values of markup: times, rates, pitches and volumes.

SSML leaves the values of its labels to the processor; the tables here define ours. A label, or a rate without a sign,
replaces the value of the enclosing element. A signed rate, pitch or volume changes that value.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import TypeVar

from tts.errors import MarkupError
from tts.text.regex import regex
from tts.text.token import NEUTRAL, Prosody

_T = TypeVar("_T")

LONGEST_QUOTED = 40
"""Characters of a value that an error message quotes."""
LONGEST_PAUSE = 60.0
"""Seconds, of one pause or of several adjacent pauses together."""

_BREAKS = {"none": 0.0, "x-weak": 0.1, "weak": 0.2, "medium": 0.4, "strong": 0.7, "x-strong": 1.2}
_RATES = {"x-slow": 0.5, "slow": 0.75, "medium": 1.0, "default": 1.0, "fast": 4 / 3, "x-fast": 2.0}
_PITCHES = {"x-low": -4.0, "low": -2.0, "medium": 0.0, "default": 0.0, "high": 2.0, "x-high": 4.0}
_VOLUMES = {
    "silent": -math.inf, "x-soft": -12.0, "soft": -6.0, "medium": 0.0, "default": 0.0, "loud": 6.0, "x-loud": 12.0
}  # fmt: skip
_EMPHASES = {
    "strong": Prosody(0.85, 2.0, 3.0),
    "moderate": Prosody(0.92, 1.0, 1.5),
    "none": NEUTRAL,
    "reduced": Prosody(1.1, -0.5, -2.0),
}
_SPEEDS = (0.25, 4.0)
_SEMITONES = (-12.0, 12.0)
_DECIBELS = (-60.0, 12.0)

_NUMBER = r"(?:\d{1,6}(?:\.\d{0,6})?|\.\d{1,6})"
_TIME = regex(rf"({_NUMBER})(s|ms)")
_RATE = regex(rf"([+-]?)({_NUMBER})(%?)")
_PITCH = regex(rf"([+-]{_NUMBER})(st|%)")
_VOLUME = regex(rf"([+-]{_NUMBER})dB", re.IGNORECASE)


def quote(value: str) -> str:
    """Quote a value for an error message, at most 40 characters of it."""
    return repr(value if len(value) <= LONGEST_QUOTED else value[: LONGEST_QUOTED - 3] + "...")


def parse_seconds(value: str) -> float:
    """Parse a time such as "0.5s" or "500ms" into seconds. Raises MarkupError with the allowed values."""
    value = value.strip()
    match = _TIME.fullmatch(value)
    time = float(match[1]) / (1000 if match[2] == "ms" else 1) if match else math.inf
    if time > LONGEST_PAUSE:
        raise MarkupError(f"time {quote(value)}: use a time such as 0.5s or 500ms, at most {LONGEST_PAUSE:g}s")
    return time


def break_seconds(attributes: Mapping[str, str]) -> float:
    """Return the seconds of a break: its time, else the length for its strength (medium by default)."""
    strength = _choose("strength", attributes.get("strength", "medium"), _BREAKS)
    return parse_seconds(attributes["time"]) if "time" in attributes else strength


def apply_prosody(attributes: Mapping[str, str], around: Prosody) -> Prosody:
    """Apply the attributes rate, pitch and volume to the enclosing prosody. Raises MarkupError for bad values."""
    return Prosody(
        _rate(attributes["rate"].strip(), around.speed) if "rate" in attributes else around.speed,
        _pitch(attributes["pitch"].strip(), around.pitch) if "pitch" in attributes else around.pitch,
        _volume(attributes["volume"].strip(), around.volume) if "volume" in attributes else around.volume,
    )


def apply_emphasis(level: str, around: Prosody) -> Prosody:
    """Apply an emphasis to the enclosing prosody. Raises MarkupError for an unknown level."""
    change = _choose("level", level, _EMPHASES)
    return Prosody(
        min(max(around.speed * change.speed, _SPEEDS[0]), _SPEEDS[1]),
        min(max(around.pitch + change.pitch, _SEMITONES[0]), _SEMITONES[1]),
        min(around.volume + change.volume, _DECIBELS[1]),
    )


def _rate(value: str, around: float) -> float:
    if value in _RATES:
        return _RATES[value]
    match = _RATE.fullmatch(value)
    speed = math.nan
    if match and not match[1]:
        speed = float(match[2]) / (100 if match[3] else 1)
    elif match and match[3]:
        speed = around * (1 + float(match[1] + match[2]) / 100)
    allowed = f"{' '.join(_RATES)}, a percentage such as 80%, a change such as +20%, or a factor such as 1.2"
    return _within(speed, _SPEEDS, f"rate {quote(value)}", allowed, " times the voice's own")


def _pitch(value: str, around: float) -> float:
    if value in _PITCHES:
        return _PITCHES[value]
    match = _PITCH.fullmatch(value)
    change = math.nan
    if match and match[2] == "st":
        change = float(match[1])
    elif match and float(match[1]) > -100:
        change = 12 * math.log2(1 + float(match[1]) / 100)
    # No Hz: the front end does not know the voice's pitch.
    allowed = f"{' '.join(_PITCHES)}, or a change such as +2st or -10%"
    return _within(around + change, _SEMITONES, f"pitch {quote(value)}", allowed, "st")


def _volume(value: str, around: float) -> float:
    if value in _VOLUMES:
        return _VOLUMES[value]
    match = _VOLUME.fullmatch(value)
    level = around + float(match[1]) if match else math.nan
    if level == -math.inf:  # silence stays silent
        return level
    allowed = f"{' '.join(_VOLUMES)}, or a change such as +6dB"
    return _within(level, _DECIBELS, f"volume {quote(value)}", allowed, "dB")


def _choose(attribute: str, label: str, table: Mapping[str, _T]) -> _T:
    if label not in table:
        raise MarkupError(f"{attribute} {quote(label)}: use {' '.join(table)}")
    return table[label]


def _within(number: float, limits: tuple[float, float], what: str, allowed: str, unit: str) -> float:
    low, high = limits
    if not low <= number <= high:  # also refuses NaN
        raise MarkupError(f"{what}: use {allowed}; the result must be {low:g} to {high:g}{unit}")
    return number
