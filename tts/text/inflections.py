"""What endings sound like, and what may stand before them: English spelling run backwards."""

from __future__ import annotations

from collections.abc import Callable

from tts.text.lexicon import Pronunciation

Ending = Callable[[Pronunciation], Pronunciation]

_SIBILANTS = frozenset("S Z SH ZH CH JH".split())
_VOICELESS = frozenset("P T K F TH".split())


def plural(stem: Pronunciation) -> Pronunciation:
    """The sound of -s and -'s: Z, S after a voiceless sound, IH0 Z after a hissing one."""
    last = stem[-1] if stem else ""
    if last in _SIBILANTS:
        return (*stem, "IH0", "Z")
    return (*stem, "S" if last in _VOICELESS else "Z")


def past(stem: Pronunciation) -> Pronunciation:
    """The sound of -ed: D, T after a voiceless sound, IH0 D after T and D."""
    last = stem[-1] if stem else ""
    if last in ("T", "D"):
        return (*stem, "IH0", "D")
    return (*stem, "T" if last in _VOICELESS or last in ("S", "SH", "CH") else "D")


def appending(sound: str) -> Ending:
    """An ending that sounds the same after any stem."""
    phonemes = tuple(sound.split())
    return lambda stem: stem + phonemes


def stems(rest: str) -> tuple[str, ...]:
    """What may stand before an ending: the rest itself, with a silent e, with y for i, with one consonant less."""
    doubled = len(rest) > 2 and rest[-1] == rest[-2]
    found = [rest[:-1], rest] if doubled and rest[-1] not in "lsfz" else [rest]
    if rest.endswith("ie"):
        found.append(rest[:-2] + "y")
    if rest.endswith("i"):
        found.append(rest[:-1] + "y")
    if rest.endswith("e"):
        found.append(rest[:-1])
    found.append(rest + "e")
    if doubled:
        found.append(rest[:-1])
    return tuple(found)
