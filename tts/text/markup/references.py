"""Reference marks, which refer to notes and which a reader leaves out: "The sky is blue.[1][2]"."""

from __future__ import annotations

_CODE_WORDS = "array arr list data row col column matrix vector tuple dict item items arg args argv index map".split()
_NUMBERS = r"\d{1,3}(?:\s?[,–-]\s?\d{1,3}){0,4}"
_NOTE = rf"(?:{_NUMBERS}|[a-z]|[*†‡]|note \d{{1,3}}|citation needed)"
_AFTER_WORD = r"(?<=[A-Za-z]{3})" + "".join(rf"(?<!\b{word})" for word in _CODE_WORDS)
REFERENCE = (
    r"\[\^[\w-]{1,40}\]"
    rf"|(?<=[.,;:!?\"'”’)»])(?:\[{_NOTE}\])+(?![\w(\[])"
    rf"|{_AFTER_WORD}(?:\[{_NUMBERS}\])+(?![\w(\[])"
)
"""Pattern of a footnote's name, or of marks in a row after punctuation or after a word: "Paris[3]", not "array[1]"."""
