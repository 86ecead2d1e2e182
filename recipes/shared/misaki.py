"""The phonemes of griffon's front end in misaki's alphabet, which Kokoro's voices and their students read.

misaki (github.com/hexgrad/misaki) writes a sound of General American as one or two letters, with a stress mark before
a vowel. ARPAbet maps to it one to one, so that a teacher says exactly what our front end will ask of the student, and
no word is learnt with the sounds of another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tts.text.symbols import BOUNDARY, END, PUNCTUATION, START

CONSONANTS = {
    "B": "b", "CH": "ʧ", "D": "d", "DH": "ð", "F": "f", "G": "ɡ", "HH": "h", "JH": "ʤ", "K": "k", "L": "l", "M": "m",
    "N": "n", "NG": "ŋ", "P": "p", "R": "ɹ", "S": "s", "SH": "ʃ", "T": "t", "TH": "θ", "V": "v", "W": "w", "Y": "j",
    "Z": "z", "ZH": "ʒ",
}  # fmt: skip
VOWELS = {
    "AA": "ɑ", "AE": "æ", "AH": "ʌ", "AO": "ɔ", "AW": "W", "AY": "I", "EH": "ɛ", "ER": "ɜɹ", "EY": "A", "IH": "ɪ",
    "IY": "i", "OW": "O", "OY": "Y", "UH": "ʊ", "UW": "u",
}  # fmt: skip
REDUCED = {"AH": "ə", "ER": "əɹ"}  # without stress
STRESSES = {"0": "", "1": "ˈ", "2": "ˌ"}
MARKS = {**{mark: mark for mark in PUNCTUATION}, "-": "—", BOUNDARY: " "}
EDGE = 0
"""Id of the token at both ends of a text, for our start and end."""


def to_misaki(symbol: str) -> str:
    """One of our symbols, but for start, end and padding, in misaki's letters. Raises KeyError for any other."""
    if symbol in MARKS:
        return MARKS[symbol]
    if symbol in CONSONANTS:
        return CONSONANTS[symbol]
    vowel, stress = symbol[:-1], symbol[-1]
    letters = REDUCED.get(vowel, VOWELS[vowel]) if stress == "0" else VOWELS[vowel]
    return STRESSES[stress] + letters


def encode(symbols: Sequence[str], vocabulary: Mapping[str, int]) -> tuple[list[int], list[int]]:
    """The ids of a teacher's tokens for our symbols, and for each token the place of the symbol that it belongs to."""
    ids: list[int] = []
    owners: list[int] = []
    for place, symbol in enumerate(symbols):
        tokens = [EDGE] if symbol in (START, END) else [vocabulary[letter] for letter in to_misaki(symbol)]
        ids += tokens
        owners += [place] * len(tokens)
    return ids, owners
