"""Verbalize the names of mathematical functions and derivatives: sin(x), cos θ, tan⁻¹, ln(x), log₂ 8, dy/dx, Cmaj7."""

from __future__ import annotations

from tts.text.normalize.numbers import cardinal
from tts.text.normalize.rule import Verbalized
from tts.text.regex import regex

_NAMES = {
    "sin": "sine", "cos": "cosine", "tan": "tangent", "sec": "secant", "csc": "cosecant", "cot": "cotangent",
    "arcsin": "arc sine", "arccos": "arc cosine", "arctan": "arc tangent", "sinh": "hyperbolic sine",
    "cosh": "hyperbolic cosine", "tanh": "hyperbolic tangent", "ln": "L N", "lim": "limit", "exp": "exponential",
    "sqrt": "square root of", "cbrt": "cube root of", "abs": "absolute value of",
}  # fmt: skip
FUNCTIONS = frozenset(_NAMES) | {"log"}
"""Names of functions in small letters."""
_LIMIT_AFTER = regex(r"[ _({]{1,2}[a-z]\s?(?:→|->|⟶)")
_ARGUMENT = regex(r"\((?![a-z]{3})|[²³]|\s[\dθαβφωπ]|\s?[²³⁻]|\s(?:\d?[xyztnθ])(?![A-Za-z'])|°")
_INVERSE = regex(r"⁻¹|\^-1(?!\d)|\^\{-1\}")
_BASE = regex(r"_?(?P<base>\d{1,2})(?=\s?\(|\s\d)")
_WEAK = ("sec", "exp", "lim", "abs")
_CHORD = regex(
    r"[A-G][#♯♭b]?(?P<kind>maj|min|dim|aug|sus|add|m)(?:(?P<number>\d{1,2})|(?<=[#♯♭]m)|(?<=[#♯♭]maj)|(?<=[#♯♭]min)|(?<=[#♯♭]dim))(?:/[A-G][#♯♭b]?)?(?!\w)"
)
_KINDS = {
    "maj": "major", "min": "minor", "m": "minor", "dim": "diminished", "aug": "augmented", "sus": "sus", "add": "add"
}  # fmt: skip
_ACCIDENTALS = {"#": " sharp", "♯": " sharp", "♭": " flat", "b": " flat"}


def read_function(text: str, word: str, start: int) -> Verbalized | None:
    """Name a function before its argument; None for other words, such as "tan" in a text about leather."""
    end = start + len(word)
    if not word.islower():
        return None
    if word == "log":
        base = _BASE.match(text, end)
        return Verbalized("math", f"log base {cardinal(base['base'])}", base.end()) if base else None
    inverse = _INVERSE.match(text, end)
    if inverse:
        return Verbalized("math", f"inverse {_NAMES[word]}", inverse.end())
    if word == "lim" and _LIMIT_AFTER.match(text, end):
        return Verbalized("math", "limit as", end)
    if not _ARGUMENT.match(text, end) or (word in _WEAK and text[end : end + 1] != "("):
        return None
    return Verbalized("math", _NAMES[word], end)


def read_chord(text: str, start: int) -> Verbalized | None:
    """Verbalize a chord with its kind and number: Cmaj7, Am7, Dsus4; None for other tokens."""
    match = _CHORD.match(text, start)
    if match is None:
        return None
    head = match[0][: match.start("kind") - start]
    root = head[0] + _ACCIDENTALS.get(head[1:], "")
    number = f" {cardinal(match['number'])}" if match["number"] else ""
    words = f"{root} {_KINDS[match['kind']]}{number}"
    bass = match[0].partition("/")[2]
    if bass:
        words += f" over {bass[0]}{_ACCIDENTALS.get(bass[1:], '')}"
    return Verbalized("music", words, match.end())
