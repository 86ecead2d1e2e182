"""What endings sound like, and what may stand before them: English spelling run backwards."""

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


def adverb(stem: Pronunciation) -> Pronunciation:
    """The sound of -ly, whose L is one with the stem's: "formally"."""
    return (*stem, "IY0") if stem[-1:] == ("L",) else (*stem, "L", "IY0")


def stems_before_s(rest: str) -> tuple[str, ...]:
    """What may stand before -s: "rest", "box" for boxe, "city" for citie; words in -is, -us, -ss have none."""
    if rest[-1:] in ("i", "u", "s"):
        return ()
    if rest.endswith("ie"):
        return (rest, rest[:-2] + "y")
    return (rest, rest[:-1]) if rest.endswith("e") else (rest,)


def stems_before_consonant(rest: str) -> tuple[str, ...]:
    """What may stand before -ly, -ness and the like: the rest itself, with y for i."""
    return (rest, rest[:-1] + "y") if rest.endswith("i") else (rest,)


def stems_before_vowel(rest: str) -> tuple[str, ...]:
    """What may stand before -ed, -ing and the like, by the rules of spelling: "tamed" is tame, not tam, "planned" plan.

    One consonant after one vowel would have been doubled; i stands for y; a silent e is left out.
    """
    if rest.endswith("i"):
        return (rest[:-1] + "y", rest)
    if _DOUBLED.search(rest):
        return (rest[:-1], rest) if rest[-1] not in "lsfz" else (rest, rest[:-1])
    if _SHORT.search(rest):
        return (rest + "e", rest)
    return (rest, rest + "e", rest[:-1]) if rest.endswith("e") else (rest, rest + "e")
