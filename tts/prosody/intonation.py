"""The rise at the end of a question, which a voice's own melody lacks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tts.decoding.alignment import Alignment, Float64, Int64

SHORTEST_RISE = 16 * 256 / 22_050
"""Seconds that a rise takes at least: nobody hears a rise within a shorter last syllable."""
_VOICELESS = frozenset("P T K CH F TH S SH HH".split())


def question_rise(alignment: Alignment, semitones: float, is_voiced: NDArray[np.bool_]) -> Float64:
    """Return the semitones to add to the pitch of each decoded frame, (T_mel,).

    The pitch rises evenly to `semitones`, from the stressed vowel of a word that rises to the last voiced sound before
    the next mark, during SHORTEST_RISE at least. It stays there until the next word. is_voiced: (T_mel,) bool. The
    last sound may die away without voice, where nobody would hear a rise.
    """
    contour = np.zeros(alignment.n_frames)
    for index, token in enumerate(alignment.tokens):
        if token.rises and (alignment.token_indices == index).any():
            _rise(contour, alignment, index, semitones, is_voiced)
    return contour


def _rise(contour: Float64, alignment: Alignment, index: int, semitones: float, is_voiced: NDArray[np.bool_]) -> None:
    """Add the rise of tokens[index] to the contour."""
    words, heard, n_symbols = alignment.word_of_symbol, alignment.heard, len(alignment.symbols)
    mark = _first((alignment.token_indices > index) & (words < 0), n_symbols)
    after = mark + _first(words[mark:] >= 0, n_symbols - mark)
    accent = _accent(np.flatnonzero(words == index), alignment.symbols)
    has_voice = np.array([symbol not in _VOICELESS for symbol in alignment.symbols])
    voiced = np.flatnonzero((words >= index)[:mark] & has_voice[:mark])
    top = min(heard[(voiced[-1] if len(voiced) else accent) + 1], _end_of_voice(is_voiced, heard[mark]))
    start = min(heard[accent], top - SHORTEST_RISE * alignment.frames_per_second)
    rise = np.clip((np.arange(len(contour)) - start) / (top - start), 0.0, 1.0)
    end = round(heard[after]) if after < n_symbols else len(contour)
    contour[:end] = np.maximum(contour[:end], semitones * rise[:end])


def _end_of_voice(is_voiced: NDArray[np.bool_], before: float) -> float:
    """Return where the last voiced frame before a frame ends; that frame if there is none."""
    places = np.flatnonzero(is_voiced[: round(before)])
    return float(places[-1] + 1) if len(places) else before


def _first(mask: NDArray[np.bool_], default: int) -> int:
    """Return the index of the first True, or else the default."""
    found = np.flatnonzero(mask)
    return int(found[0]) if len(found) else default


def _accent(places: Int64, symbols: tuple[str, ...]) -> int:
    """Return the last vowel of a word with primary stress, or else its last vowel, or else its first symbol."""
    for stresses in ("1", "20"):
        vowels = [int(place) for place in places if symbols[place][-1] in stresses]
        if vowels:
            return vowels[-1]
    return int(places[0])
