"""Read a sentence: tokens in, spectrogram frames out, every word accounted for."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tts.config import VoiceCard
from tts.decoding.engine import Engine
from tts.decoding.monitor import ATTEMPTS, SILENCE, Fault, Verdict, Watch, halves, may_part
from tts.text.symbols import Encoded, SymbolTable
from tts.text.token import Token

logger = logging.getLogger(__name__)

Float32 = NDArray[np.float32]

CLAUSE = 40
"""Symbols of a clause that is worth hearing before the next one is read: some 2.5 seconds."""
_BEYOND = 2  # symbols that the attention is beyond a mark, from where it does not come back unnoticed


class Reading(NamedTuple):
    """One sentence, or a part of one, as the decoder read it."""

    tokens: tuple[Token, ...]
    encoded: Encoded
    mel: Float32  # (1, n_channels, T_mel), standardised, before the postnet
    alignment: Float32  # (T_step, T_text)
    verdict: Verdict


class Break(NamedTuple):
    """A mark at which a sentence may be parted: the token and the symbol after it."""

    token: int
    symbol: int


class Reader:
    """Reads sentences with one voice, none of it to be heard before it is known to be right.

    The decoder is far ahead of the listener in any case: it reads a second of speech in about 6 ms. So a sentence is
    read to its end, but for a long one, which is let go clause by clause where it pauses.
    """

    def __init__(self, engine: Engine, card: VoiceCard) -> None:
        self._engine = engine
        self._symbols = SymbolTable(card.symbols)
        self._keeps_dropout = card.keeps_dropout
        self._n_mels = card.model.n_mels
        self._step_seconds = card.model.reduction_factor / card.audio.frames_per_second

    def read(self, tokens: tuple[Token, ...], seed: int) -> Iterator[Reading]:
        """Read a sentence, in one or more parts; what shows a fault again, and at last in two; keep the best."""
        encoded = self._symbols.encode(tokens)
        breaks = _breaks(tokens, encoded.token_indices)
        best: Reading | None = None
        for offset, steering in ATTEMPTS:
            done = 0
            for reading in self._clauses(tokens, encoded, self._seed(seed, offset), steering, breaks):
                if not reading.verdict.is_good:
                    break
                yield reading
                done += len(reading.tokens)
            if 0 < done < len(tokens):
                yield from self.read(tokens[done:], seed)
            if done:
                return
            logger.info("read again: %s", "; ".join(reading.verdict.describe(tokens)))
            if best is None or reading.verdict.badness < best.verdict.badness:
                best = reading
        assert best is not None
        parts = [reading for half in halves(tokens) or () for reading in self.read(half, seed)]
        better = parts and sum(part.verdict.badness for part in parts) < best.verdict.badness
        yield from parts if better else [best]

    def read_once(self, tokens: tuple[Token, ...], seed: int) -> Reading:
        """Read a whole sentence as it goes the first time."""
        encoded = self._symbols.encode(tokens)
        (reading,) = self._clauses(tokens, encoded, self._seed(seed), steering=False, breaks=[])
        return reading

    def _seed(self, seed: int, offset: int = 0) -> int | None:
        """The seed of a reading's dropout; None for none."""
        return seed + offset if offset or self._keeps_dropout else None

    def _clauses(
        self, tokens: tuple[Token, ...], encoded: Encoded, seed: int | None, steering: bool, breaks: Sequence[Break]
    ) -> Iterator[Reading]:
        """One reading, parted where it rests at one of the breaks and is good up to there; `steering` leads it back."""
        tape = _Tape(tokens, encoded)
        watch = Watch(tape.owners(), self._step_seconds, steering=steering)
        waiting = list(breaks)
        for step in self._engine.steps(tape.encoded.phoneme_ids, seed, watch.steer if steering else None):
            loudness = float(step.mel[:, : self._n_mels].mean())
            tape.add(step.mel, step.alignment, loudness)
            if not watch.follow(step.alignment[0], loudness, step.is_last):
                break
            if waiting and watch.furthest > waiting[0].symbol + _BEYOND:
                place = waiting.pop(0)
                rest = tape.rest(place)
                if rest is not None and all(fault.token >= place.token for fault in watch.verdict().faults):
                    yield tape.cut(rest, place, Verdict())
        yield tape.end(watch.verdict())


class _Tape:
    """What has been read of a sentence, but for the parts that were cut off."""

    def __init__(self, tokens: tuple[Token, ...], encoded: Encoded) -> None:
        self.tokens, self.encoded = tokens, encoded
        self._begin = Break(0, 0)  # of what is left
        self._mels: list[Float32] = []
        self._alignments: list[Float32] = []
        self._loudness: list[float] = []

    def owners(self) -> NDArray[np.int64]:
        """For each symbol (T_text,) the word it is a phoneme of, -1 for marks and boundaries."""
        indices = self.encoded.token_indices
        return np.array([index if index >= 0 and not self.tokens[index].is_mark else -1 for index in indices])

    def add(self, mel: Float32, alignment: Float32, loudness: float) -> None:
        """Take in one step: mel (1, n_channels, reduction_factor), alignment (1, T_text), mean of the mel bands."""
        self._mels.append(mel)
        self._alignments.append(alignment)
        self._loudness.append(loudness)

    def rest(self, place: Break) -> int | None:
        """The step within the silence of a mark before which to part, if there is a silence of two steps."""
        attended = np.concatenate(self._alignments).argmax(axis=1)
        loudness = np.array(self._loudness)
        louder = np.maximum(loudness[:-1], loudness[1:])  # of two steps, by the first of them
        louder[(attended[:-1] < place.symbol - 1) | (attended[:-1] > place.symbol)] = np.inf
        quietest = int(louder.argmin())
        return quietest + 1 if louder[quietest] < SILENCE else None

    def cut(self, step: int, place: Break, verdict: Verdict) -> Reading:
        """Take off all steps before this one, and all symbols before the place."""
        begin, self._begin = self._begin, place
        alignment = np.concatenate(self._alignments[:step])
        mel = np.concatenate(self._mels[:step], axis=2)
        del self._mels[:step], self._alignments[:step], self._loudness[:step]
        symbols = slice(begin.symbol, place.symbol)
        inside = alignment[:, symbols].copy()
        inside[:, 0] += alignment[:, : begin.symbol].sum(axis=1)  # what lies outside is before or behind all of it
        inside[:, -1] += alignment[:, place.symbol :].sum(axis=1)
        indices = [index - begin.token if index >= 0 else -1 for index in self.encoded.token_indices[symbols]]
        encoded = Encoded(self.encoded.phoneme_ids[symbols], indices)
        return Reading(self.tokens[begin.token : place.token], encoded, mel, inside, verdict)

    def end(self, verdict: Verdict) -> Reading:
        """All that is left, with what went wrong in it."""
        first = self._begin.token
        faults = tuple(Fault(max(0, fault.token - first), fault.kind) for fault in verdict.faults)
        end = Break(len(self.tokens), len(self.encoded.phoneme_ids))
        return self.cut(len(self._mels), end, Verdict(faults, verdict.ended))


def _breaks(tokens: tuple[Token, ...], indices: list[int]) -> list[Break]:
    """Marks with a clause before and a clause after them, in order; indices are those of `Encoded`."""
    breaks, begin = [], 0
    for place in range(1, len(tokens)):
        if not (tokens[place - 1].is_mark and may_part(tokens, place) and place - 1 in indices):
            continue
        symbol = indices.index(place - 1) + 1
        if symbol - begin >= CLAUSE and len(indices) - symbol >= CLAUSE:
            breaks.append(Break(place, symbol))
            begin = symbol
    return breaks
