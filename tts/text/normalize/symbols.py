"""Verbalize signs: mathematical and commercial symbols, arrows, and emoji by their Unicode names."""

from __future__ import annotations

import re
import unicodedata

from tts.text.normalize.numbers import cardinal, digits
from tts.text.normalize.rule import Verbalized, spell
from tts.text.regex import regex

SYMBOLS = {
    "&": "and", "%": "percent", "+": "plus", "=": "equals", "@": "at", "/": "slash", "°": "degrees", "<": "less than",
    ">": "greater than", "×": "times", "÷": "divided by", "±": "plus or minus", "§": "section", "©": "copyright",
    "$": "dollars", "£": "pounds", "€": "euros", "¥": "yen", "#": "hash", "≤": "less than or equal to", "¢": "cents",
    "≥": "greater than or equal to", "≠": "does not equal", "≈": "is approximately", "∞": "infinity",
    "√": "square root of",
    "∛": "cube root of", "≡": "is equivalent to", "∝": "is proportional to", "∑": "sum of", "∏": "product of",
    "∫": "integral of", "∂": "partial", "∆": "delta", "∇": "nabla", "π": "pi", "μ": "mu", "Ω": "omega", "∈": "is in",
    "∉": "is not in", "∪": "union", "∩": "intersection", "⊂": "is a subset of", "∅": "empty set", "∀": "for all",
    "∃": "there exists", "¬": "not", "∧": "and", "∨": "or", "→": "right arrow", "←": "left arrow", "↑": "up arrow",
    "↓": "down arrow", "↔": "left right arrow", "⇒": "implies", "⇔": "if and only if", "‰": "per mille",
    "¶": "paragraph",
    "₹": "rupees", "₽": "rubles", "₩": "won", "₪": "shekels", "₺": "lira", "₴": "hryvnias", "₦": "naira", "₱": "pesos",
    "฿": "baht", "₫": "dong", "₿": "bitcoin", "♯": "sharp", "♭": "flat", "♮": "natural", "✓": "check mark",
    "✔": "check mark", "✗": "cross mark", "✘": "cross mark", "☎": "telephone", "✉": "envelope", "♥": "heart",
    "❤": "red heart", "☺": "smiling face", "★": "star", "☆": "white star", "⭐": "star", "♂": "male", "♀": "female",
    "☀": "sun", "☁": "cloud", "⚠": "warning", "⚡": "lightning", "❌": "cross mark", "✅": "check mark",
    "❗": "exclamation mark",
    "❓": "question mark", "💯": "one hundred points", "👍": "thumbs up", "👎": "thumbs down", "🎉": "party popper",
    "😂": "face with tears of joy", "🔥": "fire", "🙏": "folded hands", "‽": "?", "⁉": "?", "‼": "!", "№": "number",
    "♠": "spades", "♣": "clubs", "♦": "diamonds",
}  # fmt: skip
SILENT = frozenset("*_~^|\\`'-®™•·†‡")
_EMOJI = frozenset(("So", "Sk", "Sm", "Sc", "No", "Po", "Nl", "Pd", "Ps", "Pe"))
# Lines, boxes, bullets and braille patterns: not read aloud.
_DRAWN = regex(
    r"[\u2022-\u2027\u2043\u2219\u22C5\u2500-\u25FF\u2756-\u2767\u2794-\u27BF\u2800-\u28FF\uFFFC\uFFFD\U0001F3FB-\U0001F3FF\u0060\u02C2-\u02DF]"
)
_NOISE = regex(r"\b(?:sign|symbol|black|heavy|white heavy|emoji|operator)\b")
_STARS = regex(r"(?P<full>[★⭐]+)(?P<empty>☆*)(?=(?<=☆)|(?<=[★⭐]{2}))")
_ONE_BEFORE = regex(r"(?<![\d.])1\Z")
_POINTING = regex(r"white (left|right|up|down) pointing backhand index")
_FLAG = regex("[\U0001f1e6-\U0001f1ff]{2}")
_DOUBLED = {"§§": "sections", "¶¶": "paragraphs"}
_REPEATED = regex(r"(.)\1*", re.DOTALL)


def read_sign(text: str, position: int) -> Verbalized | None:
    """Name the sign at `position`; None if it has no name. A repeated emoji is named once, stars are counted."""
    stars = _STARS.match(text, position)
    if stars:
        full, empty = len(stars["full"]), len(stars["empty"])
        counted = (
            f"{cardinal(str(full))} out of {cardinal(str(full + empty))} stars"
            if empty
            else f"{cardinal(str(full))} stars"
        )
        return Verbalized("emoji", counted, stars.end())
    if text[position] in "★⭐" and text[position - 1 : position].isdigit():
        return Verbalized(
            "emoji", "star" if _ONE_BEFORE.search(text[max(0, position - 3) : position]) else "stars", position + 1
        )
    flag = _FLAG.match(text, position)
    if flag:
        return Verbalized(
            "emoji", f"flag {spell(''.join(chr(ord(letter) - 0x1F1E6 + 65) for letter in flag[0]))}", flag.end()
        )
    doubled = _DOUBLED.get(text[position : position + 2])
    if doubled:
        return Verbalized("symbol", doubled, position + 2)
    character = text[position]
    words = SYMBOLS.get(character) or (None if character.isascii() else _unicode_name(character))
    if not words:
        return None
    emoji = unicodedata.category(character) == "So"
    run = _REPEATED.match(text, position) if emoji else None
    return Verbalized("emoji" if emoji else "symbol", words, run.end() if run else position + 1)


def is_silent(character: str) -> bool:
    """Return whether an English reader skips the sign."""
    if character in SYMBOLS:
        return False
    return character in SILENT or bool(_DRAWN.match(character)) or unicodedata.category(character) == "Sk"


def _unicode_name(character: str) -> str | None:
    """Return the sign's Unicode name with digits as words; None for letters, spaces, controls and unnamed signs."""
    if unicodedata.category(character) not in _EMOJI or _DRAWN.match(character):
        return None
    name = unicodedata.name(character, "").lower()
    name = re.sub(r"\d", lambda match: f" {digits(match[0])} ", _NOISE.sub(" ", name.replace("-", " ")))
    name = _POINTING.sub(r"backhand index pointing \1", " ".join(re.sub(r"[^a-z ]", " ", name).split()))
    return name.replace("upwards arrow", "up arrow").replace("downwards arrow", "down arrow") or None
