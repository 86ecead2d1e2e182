"""Parse pronunciations written in ARPAbet or IPA into the phonemes of this package."""

from __future__ import annotations

import unicodedata

from tts.errors import PronunciationError
from tts.text.pronunciation.arpabet import CONSONANTS, PHONEMES, VOWELS

LONGEST = 64
"""Maximum number of phonemes in a word."""
ARPABET = f"vowels {' '.join(VOWELS)}, each with its stress 0, 1 or 2 (AH0), and consonants {' '.join(CONSONANTS)}"
"""The allowed ARPAbet symbols, for error messages."""

# Each IPA symbol and the General American phoneme closest to it. The longest matching symbol wins.
_IPA_CONSONANTS = {
    "b": "B", "tʃ": "CH", "ʧ": "CH", "d": "D", "ð": "DH", "f": "F", "ɡ": "G", "g": "G", "h": "HH", "ɦ": "HH", "ç": "HH",
    "dʒ": "JH", "ʤ": "JH", "k": "K", "x": "K", "l": "L", "ɫ": "L", "m": "M", "n": "N", "ɲ": "N", "ŋ": "NG", "p": "P",
    "ɹ": "R", "r": "R", "ɻ": "R", "ʁ": "R", "s": "S", "ʃ": "SH", "t": "T", "ɾ": "T", "ʔ": "T", "θ": "TH", "v": "V",
    "w": "W", "ʍ": "W", "j": "Y", "z": "Z", "ʒ": "ZH",
}  # fmt: skip
_IPA_VOWELS = {
    "ɑ": "AA", "ɒ": "AA", "a": "AA", "æ": "AE", "ʌ": "AH", "ə": "AH", "ɐ": "AH", "ɔ": "AO", "aʊ": "AW", "aɪ": "AY",
    "ɛ": "EH", "e": "EH", "ɝ": "ER", "ɚ": "ER", "ɜ": "ER", "ɜɹ": "ER", "ɜr": "ER", "əɹ": "ER", "ər": "ER", "eɪ": "EY",
    "ɪ": "IH", "ɨ": "IH", "i": "IY", "o": "OW", "oʊ": "OW", "əʊ": "OW", "ɔɪ": "OY", "ʊ": "UH", "u": "UW", "ʉ": "UW",
}  # fmt: skip
_IPA = {unicodedata.normalize("NFD", symbol): sound for symbol, sound in (_IPA_CONSONANTS | _IPA_VOWELS).items()}
_LONGEST = max(map(len, _IPA))
_WEAK = ("ə", "ɚ", "ɐ", "ɨ")
_STRESSES = {"ˈ": "1", "'": "1", "ˌ": "2"}
_SYLLABIC = "\N{COMBINING VERTICAL LINE BELOW}"
# Length, syllable breaks, ties, aspiration and so on: ARPAbet does not distinguish these.
_IGNORED = dict.fromkeys(map(ord, "ːˑ.‿ʰʲˠ\u0361\u035c\u031a\u0303\u0325\u032a\u032f\u0334"))


def from_arpabet(text: str) -> tuple[str, ...]:
    """Parse the phonemes of one word, separated by spaces: "HH AH0 L OW1".

    Raises PronunciationError for the first symbol that is not an ARPAbet phoneme, with the allowed symbols.
    """
    phonemes = tuple(text.split())
    for symbol in phonemes:
        if symbol not in PHONEMES:
            raise PronunciationError(f"{symbol[:20]!r} is not an ARPAbet phoneme: {_remedy(symbol)}")
    if not phonemes:
        raise PronunciationError(f"no phonemes: use {ARPABET}")
    return _within_limit(phonemes)


def from_ipa(text: str) -> tuple[str, ...]:
    """Parse one word in IPA into the nearest General American phonemes: "həˈloʊ" or "/həˈloʊ/" is HH AH0 L OW1.

    A vowel without a stress mark before it has stress 0. In a word without any stress mark, the first full vowel has
    primary stress. Raises PronunciationError for the first symbol without a counterpart, with the allowed symbols.
    """
    written = unicodedata.normalize("NFD", text.strip().strip("/[]").replace("ə˞", "ɚ").replace("ɜ˞", "ɝ"))
    symbols = _ipa_symbols(written.translate(_IGNORED))
    if not any(symbol in _STRESSES for symbol in symbols):
        full = next((index for index, s in enumerate(symbols) if _IPA.get(s) in VOWELS and s not in _WEAK), None)
        if full is not None:
            symbols.insert(full, "ˈ")
    phonemes: list[str] = []
    stress = "0"
    for symbol in symbols:
        sound = _IPA.get(symbol)
        if symbol in _STRESSES:
            stress = _STRESSES[symbol]
        elif symbol == _SYLLABIC:
            phonemes.insert(-1, "AH0")
        elif sound in VOWELS:
            phonemes.append(sound + stress)
            stress = "0"
        elif sound:
            phonemes.append(sound)
    if not phonemes:
        raise PronunciationError(f"no phonemes in {text[:20]!r}: use IPA such as həˈloʊ")
    return _within_limit(tuple(phonemes))


def _ipa_symbols(text: str) -> list[str]:
    """Split IPA into stress marks, symbols of the table, and syllabic marks (each after its consonant)."""
    symbols: list[str] = []
    position = 0
    while position < len(text):
        pieces = (text[position : position + length] for length in range(_LONGEST, 0, -1))
        symbol = next((piece for piece in pieces if piece in _IPA or piece in _STRESSES), text[position])
        after_consonant = symbols and _IPA.get(symbols[-1]) in CONSONANTS
        if symbol not in _IPA and symbol not in _STRESSES and not (symbol == _SYLLABIC and after_consonant):
            raise PronunciationError(
                f"{symbol!r} in {text[:20]!r} is not an IPA symbol of English: use ˈ and ˌ before stressed "
                f"syllables, and {' '.join([*_IPA_CONSONANTS, *_IPA_VOWELS])}"
            )
        symbols.append(symbol)
        position += len(symbol)
    return symbols


def _within_limit(phonemes: tuple[str, ...]) -> tuple[str, ...]:
    if len(phonemes) > LONGEST:
        raise PronunciationError(
            f"a word of {len(phonemes)} phonemes: at most {LONGEST} make a word; split it into words"
        )
    return phonemes


def _remedy(symbol: str) -> str:
    """Suggest the intended symbol for lower-case letters or a vowel without stress; else list all symbols."""
    capitals = symbol.upper()
    if capitals in VOWELS:
        return f"write {capitals}0, {capitals}1 or {capitals}2 (no stress, primary stress, secondary stress)"
    return f"write {capitals}" if capitals in PHONEMES else f"use {ARPABET}"
