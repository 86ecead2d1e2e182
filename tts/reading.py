"""Read a sentence: tokens in, spectrogram frames out, every word accounted for."""

from __future__ import annotations

import logging
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tts.config import VoiceCard
from tts.engine import Engine
from tts.guard import ATTEMPTS, Verdict, Watch, halves
from tts.text.symbols import Encoded, SymbolTable
from tts.text.token import Token

logger = logging.getLogger(__name__)

Float32 = NDArray[np.float32]


class Reading(NamedTuple):
    """One sentence, or a part of one, as the decoder read it."""

    tokens: tuple[Token, ...]
    encoded: Encoded
    mel: Float32  # (1, n_channels, T_mel), standardised, before the postnet
    alignment: Float32  # (T_step, T_text)
    verdict: Verdict


class Reader:
    """Reads sentences with one voice, each to its end before any of it is heard, so that no fault is heard either.

    The decoder is far ahead of the listener in any case: it reads a second of speech in about 6 ms.
    """

    def __init__(self, engine: Engine, card: VoiceCard) -> None:
        self._engine = engine
        self._symbols = SymbolTable(card.symbols)
        self._n_mels = card.model.n_mels
        self._step_seconds = card.model.reduction_factor / card.audio.frames_per_second

    def read(self, tokens: tuple[Token, ...], seed: int) -> list[Reading]:
        """Read a sentence; where the alignment shows a fault, again, and at last in two parts; keep the best."""
        best: Reading | None = None
        for offset, steering in ATTEMPTS:
            reading = self.read_once(tokens, seed + offset, steering=steering)
            if reading.verdict.is_good:
                return [reading]
            logger.info("read again: %s", "; ".join(reading.verdict.describe(tokens)))
            if best is None or reading.verdict.badness < best.verdict.badness:
                best = reading
        assert best is not None
        parts = [reading for half in halves(tokens) or () for reading in self.read(half, seed)]
        if parts and sum(part.verdict.badness for part in parts) < best.verdict.badness:
            return parts
        return [best]

    def read_once(self, tokens: tuple[Token, ...], seed: int, *, steering: bool = False) -> Reading:
        """Read a sentence as well as it goes with one seed; `steering` leads the attention back where it errs."""
        encoded = self._symbols.encode(tokens)
        owners = np.array(
            [index if index >= 0 and not tokens[index].is_mark else -1 for index in encoded.token_indices]
        )
        watch = Watch(owners, self._step_seconds, steering=steering)
        mels, alignments = [], []
        for step in self._engine.steps(encoded.phoneme_ids, seed, watch.steer if steering else None):
            mels.append(step.mel)
            alignments.append(step.alignment)
            loudness = float(step.mel[:, : self._n_mels].mean())
            if not watch.follow(step.alignment[0], loudness, step.is_last):
                break
        return Reading(tokens, encoded, np.concatenate(mels, axis=2), np.concatenate(alignments), watch.verdict())
