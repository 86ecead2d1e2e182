"""What a voice's own melody lacks: the rise at the end of a question."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tts.prosody.timing import PHONEME_LEAD, symbol_onsets
from tts.text.token import Token

Float64 = NDArray[np.float64]

SHORTEST_RISE = 16.0
"""Frames that a rise takes at least, some 0.2 s: a short last syllable is too little to be heard to rise."""
_VOICELESS = frozenset("P T K CH F TH S SH HH".split())


def question_rise(
    tokens: Sequence[Token],
    token_indices: Sequence[int],
    symbols: Sequence[str],
    alignment: NDArray[np.float32],
    reduction_factor: int,
    semitones: float,
) -> Float64:
    """Semitones to add to the pitch of each decoded frame, (T_mel,).

    They grow evenly from the stressed vowel of a word that rises to the last voiced sound before the mark after it, for
    SHORTEST_RISE frames at least, and last until the next word. token_indices, symbols: for each of the T_text symbols
    read, the token it belongs to (-1 for none) and its name. alignment: (T_step, T_text). semitones: what they grow to.
    """
    contour = np.zeros(len(alignment) * reduction_factor)
    rising = [index for index, token in enumerate(tokens) if token.rises and index in token_indices]
    if not rising:
        return contour
    heard = symbol_onsets(alignment) * reduction_factor - PHONEME_LEAD  # (T_text + 1,), frames
    n_symbols = len(symbols)
    words = [index if index >= 0 and not tokens[index].is_mark else -1 for index in token_indices]
    for index in rising:
        mark = next(
            (place for place in range(n_symbols) if token_indices[place] > index and words[place] < 0), n_symbols
        )
        after = next((place for place in range(mark, n_symbols) if words[place] >= 0), n_symbols)
        voiced = [place for place in range(mark) if words[place] >= index and symbols[place] not in _VOICELESS]
        accent = _accent([place for place in range(n_symbols) if words[place] == index], symbols)
        top = heard[max(voiced, default=accent) + 1]
        start = min(heard[accent], top - SHORTEST_RISE)
        rise = np.clip((np.arange(len(contour)) - start) / (top - start), 0.0, 1.0)
        end = round(heard[after]) if after < n_symbols else len(contour)
        contour[:end] = np.maximum(contour[:end], semitones * rise[:end])
    return contour


def _accent(places: Sequence[int], symbols: Sequence[str]) -> int:
    """Of a word's symbols the last vowel with primary stress, or the last with any, or the first symbol."""
    for stresses in ("1", "20"):
        vowels = [place for place in places if symbols[place][-1] in stresses]
        if vowels:
            return vowels[-1]
    return places[0]
