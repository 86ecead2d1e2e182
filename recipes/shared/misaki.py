"""Map the front end's ARPAbet to misaki's alphabet, which Kokoro and hibari-tts read.

misaki (github.com/hexgrad/misaki) writes a phoneme of General American as one or two letters, with a stress mark before
a vowel. The map is one to one, so the teacher speaks exactly the phonemes that the front end will give the student.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tts.text.punctuation import PUNCTUATION
from tts.text.symbols import BOUNDARY, END, START

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
MARKS = {**{mark: mark for mark in PUNCTUATION}, "-": "—", '"': "", BOUNDARY: " "}  # misaki drops quotation marks
EDGE = 0
"""Id of the teacher's token for both ends of a text."""


def to_misaki(symbol: str) -> str:
    """Return misaki's letters for a phoneme, a mark or a boundary. Raises KeyError for any other symbol."""
    if symbol in MARKS:
        return MARKS[symbol]
    if symbol in CONSONANTS:
        return CONSONANTS[symbol]
    vowel, stress = symbol[:-1], symbol[-1]
    letters = REDUCED.get(vowel, VOWELS[vowel]) if stress == "0" else VOWELS[vowel]
    return STRESSES[stress] + letters


def encode(symbols: Sequence[str], vocabulary: Mapping[str, int]) -> tuple[list[int], list[int]]:
    """Return the ids of the teacher's tokens, and for each token the index of the symbol that it belongs to."""
    ids: list[int] = []
    owners: list[int] = []
    for place, symbol in enumerate(symbols):
        tokens = [EDGE] if symbol in (START, END) else [vocabulary[letter] for letter in to_misaki(symbol)]
        ids += tokens
        owners += [place] * len(tokens)
    return ids, owners
