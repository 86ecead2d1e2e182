"""Detect skipped, repeated, stalled and silent words from the attention, step by step.

A location-relative attention advances by half a symbol to two symbols a step and never turns back, so its faults are
easy to tell. The limits in seconds are those of the voice (`Calibration`), the others hold for every voice: no step of
the voice of version 0.1 advanced by more than 1.9 symbols.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tts.decoding.alignment import Alignment
from tts.text.token import SpeechWarning, Token

Float32 = NDArray[np.float32]
FaultKind = Literal["skipped", "repeated", "stalled", "silent"]

SPARE_SYMBOLS = 5  # a sentence has run away after the time of its symbols and of so many more
MAX_LEAP = 4.0  # symbols by which the attention may advance in one step
MAX_RETURN = 1.5  # symbols by which the attention may be behind the furthest symbol that it has reached
_WINDOW = (2, 4)  # symbols before and after the furthest one that attention windowing keeps
_INSIDE = 0.95  # share of the attention inside the window above which windowing changes nothing
_LOST = 0.05  # share of the attention inside the window below which decoding cannot continue from it


class AttentionFault(NamedTuple):
    """A fault of one word."""

    token: int  # index of the word in the sentence
    kind: FaultKind


@dataclass(frozen=True)
class Verdict:
    """The faults of one attempt, in the order of the words; none if the attempt is good."""

    faults: tuple[AttentionFault, ...] = ()
    ended: bool = True
    """Whether decoding reached the end of the text instead of being stopped."""

    @property
    def is_good(self) -> bool:
        """Whether there is no fault."""
        return self.ended and not self.faults

    @property
    def badness(self) -> int:
        """Number of faulty words: the better of two attempts has fewer."""
        return len({fault.token for fault in self.faults}) + (not self.ended)

    def warnings(self, tokens: Sequence[Token]) -> tuple[SpeechWarning, ...]:
        """Return a warning for each run of words with the same fault. tokens: of the sentence."""
        warnings = []
        words = [index for index, token in enumerate(tokens) if not token.is_mark]
        order = {token: rank for rank, token in enumerate(words)}
        for kind in dict.fromkeys(fault.kind for fault in self.faults):
            ranks = sorted(order[fault.token] for fault in self.faults if fault.kind == kind)
            for _, run in groupby(enumerate(ranks), key=lambda pair: pair[1] - pair[0]):
                faulty = [tokens[words[rank]] for _, rank in run]
                said = " ".join(token.text for token in faulty)
                said = said if len(said) <= 40 else said[:37] + "..."
                warnings.append(SpeechWarning(faulty[0].start, faulty[-1].end, kind, f'"{said}" may be {kind}'))
        return tuple(warnings)


class AttentionMonitor:
    """Follows one attempt: call `follow` with the steps as they come, until `is_over`.

    Without windowing the first leap, return or stall stops the attempt, because a retry takes less time than the rest
    of a faulty attempt. With windowing the attention is pulled back to where it belongs and decoding continues. An
    attention without a fault is never changed.
    """

    def __init__(self, alignment: Alignment, *, windowing: bool = False) -> None:
        """alignment: before decoding, with at least one phoneme of a word."""
        word_of_symbol = alignment.word_of_symbol
        self._words = word_of_symbol
        self._limits = alignment.calibration
        self._step_seconds = alignment.step_seconds
        most = self._limits.max_symbol * (SPARE_SYMBOLS + len(word_of_symbol))
        self.max_steps = round(most / self._step_seconds)
        """Decoder steps after which the attempt has run away."""
        self._windowing = windowing
        self._places = np.arange(len(word_of_symbol), dtype=np.float32)
        self._last = int(np.nonzero(word_of_symbol >= 0)[0][-1])  # the last phoneme
        self._attention = np.zeros(len(word_of_symbol), np.float32)  # on each symbol, summed over steps
        self._loudness = np.full(len(word_of_symbol), -np.inf, np.float32)  # of each symbol's loudest step
        self.furthest = 0.0
        """The furthest symbol that the attention has reached, with a fraction."""
        self._anchor = 0.0  # where the attention was when it last advanced
        self._held = self._tail = self._steps = 0  # steps since it last advanced, after the last phoneme, and in all
        self._noted: list[AttentionFault] = []
        self._ended = False
        self.is_over = False
        """Whether the attempt has ended or was stopped."""

    def follow(self, attention: Float32, loudness: Float32, wants_stop: NDArray[np.bool_]) -> int:
        """Take in the next steps. Return how many of them belong to the attempt; `is_over` says if it ends with them.

        attention: (T_step, T_text). loudness: (T_step,), mean of a step's standardised mel bands. wants_stop:
        (T_step,), where the model predicts the end; before the last phoneme the prediction is ignored.
        """
        places = (attention @ self._places).tolist()
        tails = (attention[:, self._last + 1 :].sum(axis=1) >= 0.5).tolist()
        n_steps = 0
        for place, in_tail, stop in zip(places, tails, wants_stop.tolist(), strict=True):
            n_steps += 1
            if self._ends(place, in_tail, stop):
                self.is_over = True
                break
        attention, loudness = attention[:n_steps], loudness[:n_steps, np.newaxis]
        self._attention += attention.sum(axis=0)
        heard = np.where(attention > 0.3, loudness, -np.inf).max(axis=0)
        np.maximum(self._loudness, heard, out=self._loudness)
        return n_steps

    def _ends(self, place: float, in_tail: bool, wants_stop: bool) -> bool:
        """Take in one step, whose attention is at `place`. Return whether the attempt ends with it."""
        self._steps += 1
        stopped = self._jumps(place) or self._stalls()
        self._tail += in_tail
        self._ended = self._tail > 0 and (wants_stop or self._tail * self._step_seconds > self._limits.max_tail)
        return self._ended or stopped or self._steps >= self.max_steps

    def window(self, attention: Float32) -> Float32:
        """Return the attention (T_text,) that the next step continues from: unchanged if it has no fault."""
        if not self._windowing:
            return attention
        if self._held * self._step_seconds > self._patience() / 2:  # advance it by one symbol a step
            attention = np.append(np.float32(0), attention[:-1])
        place = round(self.furthest)
        window = slice(max(0, place - _WINDOW[0]), place + _WINDOW[1] + 1)
        inside = attention[window].sum()
        if inside >= _INSIDE:
            return attention
        windowed = np.zeros_like(attention)
        if inside < _LOST:
            windowed[place] = 1.0
        else:
            windowed[window] = attention[window] / inside
        return windowed

    def verdict(self) -> Verdict:
        """Return the faults up to now; words not yet decoded count as skipped."""
        phonemes = self._words >= 0
        too_short = self._attention * self._step_seconds < self._limits.min_phoneme
        skipped = set(self._words[phonemes & too_short].tolist())
        loudest = {word: self._loudness[self._words == word].max() for word in set(self._words[phonemes].tolist())}
        silent = [word for word, loudness in loudest.items() if -np.inf < loudness < self._limits.silence]
        faults = {AttentionFault(word, "skipped") for word in skipped}
        faults |= {AttentionFault(word, "silent") for word in silent}
        return Verdict(tuple(sorted(faults | set(self._noted))), self._ended)

    def _jumps(self, place: float) -> bool:
        """Note where the attention is now. Return whether a leap or a return stops the attempt."""
        leapt, returned = place > self.furthest + MAX_LEAP, place < self.furthest - MAX_RETURN
        if not (leapt or returned):
            self.furthest = max(self.furthest, place)
        elif not self._windowing:
            self._note("skipped" if leapt else "repeated", int(self.furthest) + 1 if leapt else round(place))
            return True
        return False

    def _stalls(self) -> bool:
        """Count the steps without progress. Return whether there are too many."""
        if self.furthest >= self._anchor + 0.5:
            self._anchor, self._held = self.furthest, 0
            return False
        self._held += 1
        if self.furthest > self._last or self._held * self._step_seconds <= self._patience():
            return False
        self._note("stalled", round(self.furthest))
        return True

    def _patience(self) -> float:
        """Seconds for which the attention may stay on the current symbol."""
        is_phoneme = self._words[round(self.furthest)] >= 0
        return self._limits.max_phoneme if is_phoneme else self._limits.max_pause

    def _note(self, kind: FaultKind, symbol: int) -> None:
        """Note a fault of the word that the symbol belongs to, or else of the next word."""
        words = self._words[min(symbol, self._last) :]
        self._noted.append(AttentionFault(int(words[words >= 0][0]), kind))
