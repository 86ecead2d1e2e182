"""Decode a sentence: tokens to spectrogram frames and their alignment, with retries until every word is spoken."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tts.card import VoiceCard
from tts.decoding.alignment import Alignment, ClauseBoundary
from tts.decoding.clauses import clause_boundaries, split_in_half
from tts.decoding.engine import Engine, Steps
from tts.decoding.monitor import AttentionFault, AttentionMonitor, Verdict
from tts.text.symbols import SymbolTable
from tts.text.token import Token

logger = logging.getLogger(__name__)

Float32 = NDArray[np.float32]

_BEYOND = 2  # symbols after a mark from which the attention does not return to it without the monitor's notice


class Attempt(NamedTuple):
    """One way to decode a sentence."""

    seed_offset: int
    """Number to add to the seed of the prenet's dropout; 0 is no dropout in a voice that does not keep it."""
    windowing: bool
    """Whether attention that drifts is pulled back."""


ATTEMPTS = (Attempt(0, False), Attempt(1_000_003, False), Attempt(2_000_006, True))


class Decoded(NamedTuple):
    """A sentence, or a clause of one, as the decoder spoke it."""

    mel: Float32  # (1, n_channels, T_mel), standardised, before the postnet
    memory: Float32  # (T_text, encoder_dim), of its symbols
    alignment: Alignment
    verdict: Verdict

    @property
    def context(self) -> Float32:
        """The memory of the symbol that each frame speaks, (T_mel, encoder_dim)."""
        return self.memory[self.alignment.symbol_of_frame]


class Begun(NamedTuple):
    """A sentence that is decoded together with others."""

    memory: Float32  # (T_text, encoder_dim)
    steps: Iterator[Steps]


class SentenceDecoder:
    """Decodes sentences with one voice. No frame is yielded before its attention is known to be without a fault.

    The decoder is far ahead of playback: one second of speech takes it about 6 ms. So a sentence is decoded to its end
    before any of it is yielded, except a long sentence, whose clauses are yielded one by one.
    """

    def __init__(self, engine: Engine, card: VoiceCard) -> None:
        self._engine = engine
        self._card = card
        self._symbols = SymbolTable(card.symbols)

    def begin(self, sentences: Sequence[tuple[Token, ...]], seed: int) -> list[Begun]:
        """Begin to decode some sentences together, which takes less time than one after another.

        Pass each of them to `decode` with its tokens. A sentence gets the same frames as alone.
        """
        memories = [self._engine.encode(self._symbols.encode(tokens).phoneme_ids) for tokens in sentences]
        together = self._engine.steps_together(memories, self._seed(seed))
        return [Begun(memory, steps) for memory, steps in zip(memories, together, strict=True)]

    def decode(self, tokens: tuple[Token, ...], seed: int, begun: Begun | None = None) -> Iterator[Decoded]:
        """Decode a sentence. begun: from `begin`, if others are decoded at the same time.

        On an attention fault retry with another dropout seed, then with attention windowing, then as two halves; keep
        the attempt with the fewest faulty words. A retry begins after the clauses that were yielded.
        """
        best: Decoded | None = None
        for attempt in ATTEMPTS:
            done = 0
            decoding = self._attempt(tokens, self._seed(seed, attempt.seed_offset), attempt.windowing, begun=begun)
            begun = None  # a retry decodes the sentence alone
            for decoded in decoding:
                if not decoded.verdict.is_good:
                    break
                yield decoded
                done += len(decoded.alignment.tokens)
            if 0 < done < len(tokens):
                yield from self.decode(tokens[done:], seed)
            if done:
                return
            logger.info("retry: %s", "; ".join(map(str, decoded.verdict.warnings(tokens))))
            if best is None or decoded.verdict.badness < best.verdict.badness:
                best = decoded
        assert best is not None
        parts = [decoded for half in split_in_half(tokens) or () for decoded in self.decode(half, seed)]
        is_better = parts and sum(part.verdict.badness for part in parts) < best.verdict.badness
        yield from parts if is_better else [best]

    def decode_once(self, tokens: tuple[Token, ...], seed: int) -> Decoded:
        """Decode a whole sentence without retries."""
        (decoded,) = self._attempt(tokens, self._seed(seed), in_clauses=False)
        return decoded

    def _seed(self, seed: int, offset: int = 0) -> int | None:
        """Return the seed of an attempt's dropout, None for no dropout."""
        return seed + offset if offset or self._card.keeps_dropout else None

    def _attempt(
        self,
        tokens: tuple[Token, ...],
        seed: int | None,
        windowing: bool = False,
        in_clauses: bool = True,
        begun: Begun | None = None,
    ) -> Iterator[Decoded]:
        """Run one attempt. Yield a clause early when the decoder is silent after it and no fault has occurred."""
        encoded = self._symbols.encode(tokens)
        alignment = Alignment.before_decoding(tokens, encoded, self._card)
        boundaries = clause_boundaries(alignment) if in_clauses else []
        monitor = AttentionMonitor(alignment, windowing=windowing)
        if begun is None:
            memory = self._engine.encode(encoded.phoneme_ids)
            begun = Begun(memory, self._engine.steps(memory, seed, monitor.window if windowing else None))
        recorder = _Recorder(alignment, begun.memory)
        for steps in begun.steps:
            levels = steps.mel[..., : self._card.model.n_mels].mean(axis=2)  # (T_step, reduction_factor)
            n_steps = monitor.follow(steps.alignment, levels.mean(axis=1), steps.is_last)
            recorder.add(steps.mel[:n_steps], steps.alignment[:n_steps], levels[:n_steps])
            if monitor.is_over:
                break
            while boundaries and monitor.furthest > boundaries[0].symbol + _BEYOND:
                boundary = boundaries.pop(0)
                silent = recorder.silence_at(boundary)
                if silent and all(fault.token >= boundary.token for fault in monitor.verdict().faults):
                    yield recorder.cut(silent, boundary, Verdict())
        yield recorder.end(monitor.verdict())


class _Recorder:
    """Collects the steps of one attempt, and cuts finished clauses off."""

    def __init__(self, alignment: Alignment, memory: Float32) -> None:
        """alignment, memory: of the whole sentence, before decoding."""
        self._alignment, self._memory = alignment, memory
        self._start = ClauseBoundary(0, 0)  # of the clause that is being decoded
        self._mels: list[Float32] = []  # (T_step, reduction_factor, n_channels) each
        self._attention: list[Float32] = []  # (T_step, T_text) each
        self._levels: list[Float32] = []  # (T_step, reduction_factor) each

    def add(self, mel: Float32, attention: Float32, levels: Float32) -> None:
        """Add steps.

        mel: (T_step, reduction_factor, n_channels). attention: (T_step, T_text). levels: (T_step, reduction_factor),
        the mean of each frame's mel bands.
        """
        self._mels.append(mel)
        self._attention.append(attention)
        self._levels.append(levels)

    def silence_at(self, boundary: ClauseBoundary) -> int | None:
        """Return the number of steps before the middle of the silence at a boundary.

        Return None if no two neighbouring steps are silent.
        """
        attended = np.concatenate(self._attention).argmax(axis=1)
        loudness = np.concatenate(self._levels).mean(axis=1)
        louder = np.maximum(loudness[:-1], loudness[1:])  # of each step and the next
        louder[(attended[:-1] < boundary.symbol - 1) | (attended[:-1] > boundary.symbol)] = np.inf
        quietest = int(louder.argmin())
        return quietest + 1 if louder[quietest] < self._alignment.calibration.silence else None

    def cut(self, n_steps: int | None, boundary: ClauseBoundary, verdict: Verdict) -> Decoded:
        """Take off the first steps, None for all of them, and the symbols before the boundary."""
        start, self._start = self._start, boundary
        mels, attention, levels = (np.concatenate(recorded) for recorded in (self._mels, self._attention, self._levels))
        self._mels, self._attention, self._levels = [mels[n_steps:]], [attention[n_steps:]], [levels[n_steps:]]
        alignment = self._alignment.clause(start, boundary, attention[:n_steps], levels[:n_steps].reshape(-1))
        frames = mels[:n_steps].reshape(-1, mels.shape[2])  # (T_mel, n_channels)
        mel = np.ascontiguousarray(frames.T)[np.newaxis]
        return Decoded(mel, self._memory[start.symbol : boundary.symbol], alignment, verdict)

    def end(self, verdict: Verdict) -> Decoded:
        """Take off all that is left. verdict: of the whole sentence."""
        first = self._start.token
        faults = tuple(AttentionFault(max(0, fault.token - first), fault.kind) for fault in verdict.faults)
        end = ClauseBoundary(len(self._alignment.tokens), len(self._alignment.symbols))
        return self.cut(None, end, Verdict(faults, verdict.ended))
