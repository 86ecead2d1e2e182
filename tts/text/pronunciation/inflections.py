"""Pronounce suffixes, and find the stems that a suffixed word may come from by reversing English spelling rules."""

from __future__ import annotations

from collections.abc import Callable

from tts.text.pronunciation.lexicon import Pronunciation
from tts.text.regex import regex

Ending = Callable[[Pronunciation], Pronunciation]
Stems = Callable[[str], tuple[str, ...]]

_SIBILANTS = frozenset("S Z SH ZH CH JH".split())
_DOUBLED = regex(r"([b-df-hj-np-tv-z])\1\Z")
_SHORT = regex(r"\A[^aeiouy]*[aeiouy][b-df-hj-np-tvz]\Z|[^aeiou][aiu][cgsvz]\Z")
_VOICELESS = frozenset("P T K F TH".split())


def plural(stem: Pronunciation) -> Pronunciation:
    """Append -s or -'s: Z, S after a voiceless consonant, or IH0 Z after a sibilant."""
    last = stem[-1] if stem else ""
    if last in _SIBILANTS:
        return (*stem, "IH0", "Z")
    return (*stem, "S" if last in _VOICELESS else "Z")


def past(stem: Pronunciation) -> Pronunciation:
    """Append -ed: D, T after a voiceless consonant, or IH0 D after T and D."""
    last = stem[-1] if stem else ""
    if last in ("T", "D"):
        return (*stem, "IH0", "D")
    return (*stem, "T" if last in _VOICELESS or last in ("S", "SH", "CH") else "D")


def past_adverb(stem: Pronunciation) -> Pronunciation:
    """Append -edly, whose -ed is a syllable after a stressed one: "resignedly", but not "determinedly"."""
    vowels = [phoneme for phoneme in stem if phoneme[-1].isdigit()]
    is_syllable = bool(vowels) and vowels[-1][-1] != "0"
    return (*stem, "IH0", "D", "L", "IY0") if is_syllable else (*past(stem), "L", "IY0")


def appending(sound: str) -> Ending:
    """Return a suffix that sounds the same after any stem."""
    phonemes = tuple(sound.split())
    return lambda stem: stem + phonemes


def adverb(stem: Pronunciation) -> Pronunciation:
    """Append -ly. A final L of the stem merges with its L: "formally"."""
    return (*stem, "IY0") if stem[-1:] == ("L",) else (*stem, "L", "IY0")


def stems_before_s(rest: str) -> tuple[str, ...]:
    """Return the possible stems before -s: "box" for boxe, "city" for citie. Words in -is, -us and -ss have none."""
    if rest[-1:] in ("i", "u", "s"):
        return ()
    if rest.endswith("ie"):
        return (rest, rest[:-2] + "y")
    return (rest, rest[:-1]) if rest.endswith("e") else (rest,)


def stems_before_consonant(rest: str) -> tuple[str, ...]:
    """Return the possible stems before -ly, -ness and so on: `rest`, and `rest` with y for a final i."""
    return (rest, rest[:-1] + "y") if rest.endswith("i") else (rest,)


def stems_before_vowel(rest: str) -> tuple[str, ...]:
    """Return the possible stems before -ed, -ing and so on: "tamed" comes from tame, not tam; "planned" from plan.

    Before these suffixes a single consonant after a single vowel is doubled, y becomes i, and a silent e is dropped.
    """
    if rest.endswith("i"):
        return (rest[:-1] + "y", rest)
    if _DOUBLED.search(rest):
        return (rest[:-1], rest) if rest[-1] not in "lsfz" else (rest, rest[:-1])
    if _SHORT.search(rest):
        return (rest + "e", rest)
    return (rest, rest + "e", rest[:-1]) if rest.endswith("e") else (rest, rest + "e")
