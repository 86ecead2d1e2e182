"""How a screen reader names characters and keys, and which signs each punctuation mode names."""

from __future__ import annotations

import re
import unicodedata

from tts.text.regex import regex

SIGNS = {
    ".": "dot", ",": "comma", ";": "semicolon", ":": "colon", "!": "exclamation mark", "?": "question mark",
    "'": "apostrophe", '"': "quote", "`": "backtick", "(": "left paren", ")": "right paren", "[": "left bracket",
    "]": "right bracket", "{": "left brace", "}": "right brace", "<": "less than", ">": "greater than", "-": "dash",
    "_": "underscore", "/": "slash", "\\": "backslash", "|": "bar", "*": "star", "+": "plus", "=": "equals",
    "#": "hash", "%": "percent", "&": "and", "@": "at", "^": "caret", "~": "tilde", "$": "dollar", "£": "pound",
    "€": "euro", "…": "ellipsis", "•": "bullet", "–": "en dash", "—": "em dash", "“": "left quote",
    "”": "right quote", "‘": "left single quote", "’": "right single quote", "§": "section", "©": "copyright",
    "®": "registered", "™": "trademark", "°": "degree", "·": "middle dot",
}  # fmt: skip
BLANKS = {" ": "space", "\t": "tab", "\n": "new line", "\r": "carriage return", "\u00a0": "no-break space"}

SOME = frozenset("#*/\\@^_|~`<>•§©®™·")
MOST = SOME | frozenset('()[]{}"“”‘–—-:;…')
ALL = MOST | frozenset(".,!?'’")
NAMED = {"none": frozenset[str](), "some": SOME, "most": MOST, "all": ALL}
"""The signs that each punctuation mode names. Other signs, such as % and $, are part of numbers and amounts, and the
normalizer reads them in every mode."""

_KEYS = {
    "kp": "keypad", "prior": "page up", "next": "page down", "double-quote": "quote", "window": "windows",
}  # fmt: skip
_FUNCTION_KEY = regex(r"f\d{1,2}")
_FILLERS = regex(r"\b(?:latin|letter|small|capital|with|sign|symbol|digit|ideographic)\b")


def character_name(character: str) -> list[str]:
    """Return what is said for a character: words, and letters and digits that the voice names itself."""
    if character.isascii() and character.isalnum():
        return [character]
    found = SIGNS.get(character) or BLANKS.get(character)
    if found:
        return [found]
    name = unicodedata.name(character, "").lower()
    if not name or name.startswith("cjk unified"):
        return ["character", *f"{ord(character):x}"]
    return re.sub(r"[^a-z]+", " ", _FILLERS.sub(" ", name)).split() or [name]


def key_names(key: str) -> list[str]:
    """Return what is said for a key such as `control_shift_a`, `kp-enter` or `space`: characters and words."""
    parts = [part for part in key.split("_") if part] or ["underscore"]
    return [said for part in parts for said in _key(part)]


def _key(part: str) -> list[str]:
    if len(part) == 1:
        return character_name(part)
    if part in _KEYS:
        return [_KEYS[part]]
    if _FUNCTION_KEY.fullmatch(part.lower()):
        return [*part.lower()]
    keypad, dash, rest = part.partition("-")
    if keypad == "kp" and dash:
        return [_KEYS["kp"], *_key(rest)]
    return [part.replace("-", " ")]
