"""Read a sentence: symbols in, spectrogram frames out, every word accounted for."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tts.engine import Engine
from tts.guard import Verdict, judge, step_limit
from tts.text.symbols import Encoded, SymbolTable
from tts.text.token import Token

logger = logging.getLogger(__name__)

Float32 = NDArray[np.float32]

ATTEMPTS = 3  # readings of a sentence, each with another dropout seed, before the best of them is taken


class Reading(NamedTuple):
    """One sentence as the decoder read it."""

    tokens: tuple[Token, ...]
    encoded: Encoded
    mel: Float32  # (1, n_mels, T_mel), standardised, before the postnet
    alignment: Float32  # (T_step, T_text)
    verdict: Verdict


class Reader:
    """Reads sentences with one voice, whole, before any of it is heard, so that a fault is never heard either.

    Waiting for the whole costs little: the decoder reads a second of speech in about 5 ms.
    """

    def __init__(self, engine: Engine, symbols: Sequence[str]) -> None:
        self._engine = engine
        self._symbols = SymbolTable(symbols)

    def read(self, tokens: tuple[Token, ...], seed: int) -> list[Reading]:
        """Read a sentence; where the alignment shows a fault, again with another dropout, and keep the best."""
        best: Reading | None = None
        for attempt in range(ATTEMPTS):
            reading = self._read_once(tokens, seed + attempt * 1_000_003)
            if best is None or reading.verdict.badness < best.verdict.badness:
                best = reading
            if reading.verdict.is_good:
                break
            logger.info("attempt %d: %s", attempt + 1, reading.verdict.problem)
        assert best is not None
        return [best]

    def _read_once(self, tokens: tuple[Token, ...], seed: int) -> Reading:
        encoded = self._symbols.encode(tokens)
        words = np.array([index if index >= 0 and not tokens[index].is_mark else -1 for index in encoded.token_indices])
        mels, alignments, stopped = [], [], False
        for index, step in enumerate(self._engine.steps(encoded.phoneme_ids, seed), 1):
            mels.append(step.mel)
            alignments.append(step.alignment)
            stopped = step.is_last
            if stopped or index >= step_limit(len(encoded.phoneme_ids)):
                break
        alignment = np.concatenate(alignments)
        return Reading(tokens, encoded, np.concatenate(mels, axis=2), alignment, judge(alignment, words, stopped))
