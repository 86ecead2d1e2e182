"""The alignment of one decoded sentence: which symbol the decoder attends to in each step, and whose symbol it is.

The attention of a location-relative model is soft but monotonic: in each decoder step it spreads over two or three
symbols and moves on. A symbol begins when half of the attention has reached it or gone beyond. That instant is
interpolated between steps, so that times are finer than a step.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tts.card import Calibration, VoiceCard
from tts.text.symbols import Encoded
from tts.text.token import Token

Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]


class ClauseBoundary(NamedTuple):
    """A place between two clauses of a sentence: the first token and the first symbol after it."""

    token: int
    symbol: int


@dataclass(frozen=True, eq=False)
class Alignment:
    """The tokens of a sentence, the symbols they were encoded as, and the attention of the decoder over the symbols."""

    tokens: tuple[Token, ...]
    symbols: tuple[str, ...]
    """Name of each symbol, (T_text,)."""
    token_indices: Int64
    """Index of the token behind each symbol, (T_text,); -1 for start, end and word boundaries."""
    attention: Float32
    """Attention of each decoder step over the symbols, (T_step, T_text); each row sums to 1."""
    reduction_factor: int
    """Spectrogram frames predicted by one decoder step."""
    frames_per_second: float
    """Spectrogram frames in one second of audio."""
    calibration: Calibration = field(default_factory=Calibration)
    """Delays between the attention and the sound of the voice."""
    levels: Float32 | None = None
    """Mean of the standardised mel bands of each frame, (T_mel,); None before decoding."""

    @classmethod
    def before_decoding(cls, tokens: tuple[Token, ...], encoded: Encoded, card: VoiceCard) -> Alignment:
        """Return the alignment of a sentence of which no step is decoded."""
        symbols = tuple(card.symbols[phoneme_id] for phoneme_id in encoded.phoneme_ids)
        indices = np.array(encoded.token_indices, np.int64)
        attention = np.empty((0, len(symbols)), np.float32)
        rates = card.model.reduction_factor, card.audio.frames_per_second
        return cls(tokens, symbols, indices, attention, *rates, card.calibration)

    def clause(
        self, start: ClauseBoundary, end: ClauseBoundary, attention: Float32, levels: Float32 | None = None
    ) -> Alignment:
        """Return the alignment of the tokens from `start` to `end`, given the attention of the steps that sound them.

        attention: (T_step, T_text), over the symbols of the whole sentence. Attention outside of the clause counts for
        its first or its last symbol. levels: (T_mel,), of the frames of these steps.
        """
        symbols = slice(start.symbol, end.symbol)
        inside = attention[:, symbols].copy()
        inside[:, 0] += attention[:, : start.symbol].sum(axis=1)
        inside[:, -1] += attention[:, end.symbol :].sum(axis=1)
        indices = self.token_indices[symbols]
        indices = np.where(indices >= 0, indices - start.token, -1)
        tokens = self.tokens[start.token : end.token]
        return replace(
            self,
            tokens=tokens,
            symbols=self.symbols[symbols],
            token_indices=indices,
            attention=inside,
            levels=levels,
        )

    @property
    def n_frames(self) -> int:
        """Number of decoded spectrogram frames."""
        return len(self.attention) * self.reduction_factor

    def n_heard(self, silence: float) -> int:
        """Return the number of frames until some seconds after the last sound; all of them if no frame sounds."""
        if self.levels is None or not (self.levels > self.calibration.silence).any():
            return self.n_frames
        loud = np.flatnonzero(self.levels > self.calibration.silence)
        return min(self.n_frames, int(loud[-1]) + 1 + round(silence * self.frames_per_second))

    @property
    def step_seconds(self) -> float:
        """Duration of one decoder step."""
        return self.reduction_factor / self.frames_per_second

    @cached_property
    def onsets(self) -> Float64:
        """Frame at which the attention reaches each symbol, (T_text + 1,); see `symbol_onsets`."""
        return symbol_onsets(self.attention) * self.reduction_factor

    @cached_property
    def heard(self) -> Float64:
        """Frame at which each phoneme begins to sound, (T_text + 1,).

        That is before its onset: the encoder's output at the phonemes before it already tells the decoder of it.
        """
        return self.onsets - self._phoneme_lead

    @cached_property
    def silent_from(self) -> Float64:
        """Frame at which silence begins if the symbol is a mark, (T_text + 1,): less early than a phoneme.

        Silence that begins before the attention reaches the mark, as the last phoneme of a clause dies away, counts.
        """
        attended = self.onsets - self.calibration.pause_lead * self.frames_per_second
        if self.levels is None or not len(self.levels):
            return attended
        sounds = self.levels > self.calibration.silence
        ended = np.maximum.accumulate(np.where(sounds, np.arange(1, len(sounds) + 1), 0))  # after the last sound so far
        before = np.clip(np.ceil(attended).astype(int) - 1, 0, len(ended) - 1)
        silent: Float64 = np.minimum(attended, ended[before])
        return silent

    @cached_property
    def is_mark(self) -> NDArray[np.bool_]:
        """Whether each symbol is a punctuation mark, (T_text,)."""
        return np.array([index >= 0 and self.tokens[index].is_mark for index in self.token_indices])

    @cached_property
    def word_of_symbol(self) -> Int64:
        """Index of the token that each symbol is a phoneme of, (T_text,); -1 for marks, boundaries, start and end."""
        return np.where(self.is_mark, -1, self.token_indices)

    @cached_property
    def symbol_of_frame(self) -> Int64:
        """Index of the symbol that each frame speaks, (T_mel,), as in the training of the postnet.

        The duration of a symbol is its attention, summed over the steps (see `tts.model.postnet.symbol_of_frame`).
        """
        ends = np.rint(self.attention.sum(axis=0).cumsum() * self.reduction_factor)  # (T_text,)
        symbols = np.searchsorted(ends, np.arange(self.n_frames), side="right")
        return np.minimum(symbols, len(ends) - 1)

    @cached_property
    def token_of_frame(self) -> Int64:
        """Index of the token heard in each frame, (T_mel,).

        A frame of a symbol without a token belongs to the token before it, or else to the first token.
        """
        known = np.flatnonzero(self.token_indices >= 0)
        before = np.searchsorted(known, np.arange(len(self.symbols)), side="right") - 1
        token_of_symbol = self.token_indices[known[np.maximum(before, 0)]]
        attended = np.maximum.accumulate(self.attention.argmax(axis=1))  # (T_step,)
        frames = np.repeat(token_of_symbol[attended], self.reduction_factor)
        sounding = np.arange(self.n_frames) + round(self._phoneme_lead)
        owners: Int64 = frames[np.minimum(sounding, self.n_frames - 1)]
        return owners

    @property
    def _phoneme_lead(self) -> float:
        """Frames by which a phoneme sounds before its onset."""
        return self.calibration.phoneme_lead * self.frames_per_second


def symbol_onsets(attention: Float32) -> Float64:
    """The step, with a fraction, at which half of the attention has reached each symbol or gone beyond.

    attention: (T_step, T_text). Returns (T_text + 1,), never decreasing; the last is T_step, as for symbols that were
    not reached. An onset is counted from the start of the first step, and falls between the middles of the two steps
    that it is interpolated from.
    """
    n_steps = len(attention)
    reached = np.cumsum(attention[:, ::-1], axis=1, dtype=np.float64)[:, ::-1]  # attention on this symbol or beyond
    reached = np.maximum.accumulate(reached, axis=0)  # (T_step, T_text); attention that slips back changes nothing
    after = (reached < 0.5).sum(axis=0)  # (T_text,), first step at which half has come
    inside = (after > 0) & (after < n_steps)
    columns = np.nonzero(inside)[0]
    high, low = reached[after[inside], columns], reached[after[inside] - 1, columns]
    onsets = np.append(after.astype(np.float64), n_steps)
    onsets[columns] += (0.5 - low) / (high - low) - 0.5
    return np.maximum.accumulate(onsets)
