"""Other scripts: letters of Greek, Cyrillic, Arabic, Hangul, kana and so on, put into Latin ones by rough sound.

Han characters are left alone: the same character is another word in Chinese and in Japanese, so any one sound of it
would mislead. A Greek letter by itself is a symbol, said by its name.
"""

from __future__ import annotations

import re
import unicodedata

from tts.text.regex import regex

_HAN = regex(r"[\u2E80-\u2FDF\u3005-\u3007\u3400-\u4DBF\u4E00-\u9FFF\uF900-\uFAFF\U00020000-\U0003FFFF]")


def is_foreign(character: str) -> bool:
    """Whether the character is a letter, or a mark on one, of a script that is not Latin."""
    return not character.isascii() and unicodedata.category(character) in ("Lo", "Ll", "Lu", "Lt", "Lm", "Mc", "Mn")


def foreign_run(text: str, start: int) -> int:
    """Where the run of such letters that starts at `start` ends; Han and other letters never share a run."""
    han = bool(_HAN.match(text[start]))
    end = start + 1
    while end < len(text) and is_foreign(text[end]) and bool(_HAN.match(text[end])) == han:
        end += 1
    return end


def transliterate(word: str) -> str | None:
    """The word in lower-case Latin letters; None where there is no sound to give, as for Han characters."""
    if _HAN.match(word[0]):
        return None
    if len(word) == 1:
        name = unicodedata.name(word, "")
        if name.startswith("GREEK ") and " LETTER " in name:
            return name.rpartition(" LETTER ")[2].split()[0].lower().replace("lamda", "lambda")
    from anyascii import anyascii  # loaded for the first such letter: most texts have none

    plain = re.sub(r"[^a-z]", "", anyascii(word).lower())
    return plain or None
