"""Transliterate other scripts (Greek, Cyrillic, Arabic, Hangul, kana, …) roughly into Latin letters.

Han characters are not transliterated: the same character is pronounced differently in Chinese and in Japanese, so any
one reading would mislead. A single Greek letter is a symbol and is spoken by its name.
"""

from __future__ import annotations

import re
import unicodedata

from tts.text.regex import regex

_HAN = regex(r"[\u2E80-\u2FDF\u3005-\u3007\u3400-\u4DBF\u4E00-\u9FFF\uF900-\uFAFF\U00020000-\U0003FFFF]")


def is_foreign(character: str) -> bool:
    """Return whether the character is a letter, or a combining mark, of a script other than Latin."""
    return not character.isascii() and unicodedata.category(character) in ("Lo", "Ll", "Lu", "Lt", "Lm", "Mc", "Mn")


def foreign_run(text: str, start: int) -> int:
    """Return the end of the run of foreign letters that starts at `start`. Han and other letters never share a run."""
    han = bool(_HAN.match(text[start]))
    end = start + 1
    while end < len(text) and is_foreign(text[end]) and bool(_HAN.match(text[end])) == han:
        end += 1
    return end


def transliterate(word: str) -> str | None:
    """Transliterate a word into lower-case Latin letters; None if that is impossible, as for Han characters."""
    if _HAN.match(word[0]):
        return None
    if len(word) == 1:
        name = unicodedata.name(word, "")
        if name.startswith("GREEK ") and " LETTER " in name:
            return name.rpartition(" LETTER ")[2].split()[0].lower().replace("lamda", "lambda")
    from anyascii import anyascii  # imported on first use: most texts have no foreign letters

    plain = re.sub(r"[^a-z]", "", anyascii(word).lower())
    return plain or None
