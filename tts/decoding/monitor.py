"""Is every phoneme read, once, in order, aloud and in time? Judged from the attention alignment, step by step.

A location-relative attention moves on by half a symbol to two symbols a step and never turns back, so its faults stand
out. The thresholds lie well beyond what the bundled voice did in 26,000 steps of ordinary and of hard sentences: no
phoneme had less than 0.25 steps of the attention or more than 5.3, and no step moved on by more than 1.9 symbols.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tts.text.token import Token

Float32 = NDArray[np.float32]
Kind = Literal["skipped", "repeated", "stalled", "silent"]

STEPS_PER_SYMBOL = 12  # no phoneme of natural speech, and no pause at a mark, fills as many decoder steps
SPARE_STEPS = 60
MIN_ATTENTION = 0.1  # steps' worth: a phoneme that never had as much was passed over
MAX_LEAP = 4.0  # symbols that the attention may move on by in one step
MAX_RETURN = 1.5  # symbols that it may be behind the furthest that it has reached
MAX_HOLD = 0.6  # seconds for which it may stay on one phoneme
MAX_PAUSE = 2.0  # seconds for which it may stay on a mark or a boundary
MAX_TAIL = 1.0  # seconds for which speech may go on after the last phoneme: what follows is silence or babble
SILENCE = -1.7  # mean over a step's standardised mel bands; silence lies at -2.2, the faintest word at -1.1
ATTEMPTS = ((0, False), (1_000_003, False), (2_000_006, True))
"""Readings of a sentence until one is good: what to add to the seed of the dropout, and whether to steer.

The first has no dropout in a voice that does not keep it."""
_WINDOW = (2, 4)  # symbols before and after the furthest within which attention is steered
_INSIDE = 0.95  # share of the attention in the window above which it needs no steering
_LOST = 0.05  # share below which there is nothing left in the window to go on from


class Fault(NamedTuple):
    """What befell one word."""

    token: int  # its index in the sentence
    kind: Kind


@dataclass(frozen=True)
class Verdict:
    """What went wrong in one reading, in the order of its words; nothing, if it is good."""

    faults: tuple[Fault, ...] = ()
    ended: bool = True
    """Whether it came to the end of the text, rather than being broken off."""

    @property
    def is_good(self) -> bool:
        """Whether nothing went wrong."""
        return self.ended and not self.faults

    @property
    def badness(self) -> int:
        """How many words went wrong: of two readings the one with less is better."""
        return len({fault.token for fault in self.faults}) + (not self.ended)

    def describe(self, tokens: Sequence[Token]) -> tuple[str, ...]:
        """A line for each stretch of words with the same fault, naming its words and their place in the text."""
        lines = []
        words = [index for index, token in enumerate(tokens) if not token.is_mark]
        order = {token: rank for rank, token in enumerate(words)}
        for kind in dict.fromkeys(fault.kind for fault in self.faults):
            ranks = sorted(order[fault.token] for fault in self.faults if fault.kind == kind)
            for _, run in groupby(enumerate(ranks), key=lambda pair: pair[1] - pair[0]):
                stretch = [tokens[words[rank]] for _, rank in run]
                said = " ".join(token.text for token in stretch)
                said = said if len(said) <= 40 else said[:37] + "..."
                lines.append(f'characters {stretch[0].start} to {stretch[-1].end}: "{said}" may be {kind}')
        return tuple(lines)


def step_limit(n_symbols: int) -> int:
    """Decoder steps after which a reading of `n_symbols` symbols has run away."""
    return SPARE_STEPS + STEPS_PER_SYMBOL * n_symbols


class Watch:
    """Follows one reading as it is made: `follow` each step, until it says that there is no more to read.

    Where it may `steer`, the attention is led back to where it belongs, and the reading goes on; otherwise the first
    leap, return or stall breaks it off, since another is sooner made than mended. A healthy attention is never touched.
    """

    def __init__(self, owners: NDArray[np.int64], step_seconds: float, *, steering: bool = False) -> None:
        """owners: (T_text,), which token each symbol is a phoneme of, -1 for marks and boundaries; one at least."""
        self._owners = owners
        self._step_seconds = step_seconds
        self._steering = steering
        self._places = np.arange(len(owners), dtype=np.float32)
        self._last = int(np.nonzero(owners >= 0)[0][-1])
        self._attention = np.zeros(len(owners), np.float32)  # of each symbol, summed over steps
        self._loudness = np.full(len(owners), -np.inf, np.float32)  # of each symbol, the loudest step
        self.furthest = 0.0
        """Symbols: how far it has read."""
        self._anchor = 0.0  # where it was when it last moved
        self._held = self._tail = self._steps = 0  # steps: in all, since it last moved, and after the last phoneme
        self._noted: list[Fault] = []
        self._ended = False

    def follow(self, alignment: Float32, loudness: float, wants_stop: bool) -> bool:
        """Take in one step, and say whether to read on.

        alignment: (T_text,). loudness: mean of the step's standardised mel bands. wants_stop: whether the model would
        end here; it may not before the last phoneme has been read.
        """
        self._steps += 1
        self._attention += alignment
        heard = alignment > 0.3
        self._loudness[heard] = np.maximum(self._loudness[heard], loudness)
        astray = self._go_on(float(alignment @ self._places)) or self._stays()
        self._tail += bool(alignment[self._last + 1 :].sum() >= 0.5)
        self._ended = self._tail > 0 and (wants_stop or self._tail * self._step_seconds > MAX_TAIL)
        return not (self._ended or astray or self._steps >= step_limit(len(self._owners)))

    def steer(self, alignment: Float32) -> Float32:
        """Return the alignment (T_text,) for the model to go on from: the same where nothing is wrong with it."""
        if not self._steering:
            return alignment
        if self._held * self._step_seconds > self._patience() / 2:  # push it on, by a symbol a step
            alignment = np.append(np.float32(0), alignment[:-1])
        place = round(self.furthest)
        window = slice(max(0, place - _WINDOW[0]), place + _WINDOW[1] + 1)
        inside = alignment[window].sum()
        if inside >= _INSIDE:
            return alignment
        steered = np.zeros_like(alignment)
        if inside < _LOST:
            steered[place] = 1.0
        else:
            steered[window] = alignment[window] / inside
        return steered

    def verdict(self) -> Verdict:
        """What went wrong up to now, words not yet read included."""
        phonemes = self._owners >= 0
        skipped = np.unique(self._owners[phonemes & (self._attention < MIN_ATTENTION)])
        loudest = {int(t): self._loudness[self._owners == t].max() for t in np.unique(self._owners[phonemes])}
        silent = [token for token, loudness in loudest.items() if -np.inf < loudness < SILENCE]
        faults = {Fault(int(token), "skipped") for token in skipped} | {Fault(token, "silent") for token in silent}
        return Verdict(tuple(sorted(faults | set(self._noted))), self._ended)

    def _go_on(self, place: float) -> bool:
        """Move to where the attention is now; whether it has gone astray."""
        leapt, returned = place > self.furthest + MAX_LEAP, place < self.furthest - MAX_RETURN
        if not (leapt or returned):
            self.furthest = max(self.furthest, place)
        elif not self._steering:
            self._note("skipped" if leapt else "repeated", int(self.furthest) + 1 if leapt else round(place))
            return True
        return False

    def _stays(self) -> bool:
        """Count the steps without progress; whether they are too many."""
        if self.furthest >= self._anchor + 0.5:
            self._anchor, self._held = self.furthest, 0
            return False
        self._held += 1
        if self.furthest > self._last or self._held * self._step_seconds <= self._patience():
            return False
        self._note("stalled", round(self.furthest))
        return True

    def _patience(self) -> float:
        """Seconds that the symbol now being read may take."""
        return MAX_HOLD if self._owners[round(self.furthest)] >= 0 else MAX_PAUSE

    def _note(self, kind: Kind, symbol: int) -> None:
        """Blame the word that the symbol belongs to, or else the next one."""
        owners = self._owners[min(symbol, self._last) :]
        self._noted.append(Fault(int(owners[owners >= 0][0]), kind))


def may_part(tokens: Sequence[Token], place: int) -> bool:
    """Whether a sentence may be parted before tokens[place]: a word, of another span than the token before it."""
    before, after = tokens[place - 1], tokens[place]
    return not after.is_mark and before.end <= after.start and before.text not in ("(", '"')


def halves(tokens: Sequence[Token]) -> tuple[tuple[Token, ...], tuple[Token, ...]] | None:
    """A sentence in two, for what cannot be read whole: at the mark nearest to its middle, else between two words.

    The first half ends in a mark in any case. None where there are not two words with spans of their own.
    """
    words = [index for index, token in enumerate(tokens) if not token.is_mark]
    middle = (words[0] + words[-1] + 1) / 2 if words else 0.0
    places = [p for p in range(1, len(tokens)) if words and words[0] < p <= words[-1] and may_part(tokens, p)]
    if not places:
        return None
    place = min(places, key=lambda place: (not tokens[place - 1].is_mark, abs(place - middle)))
    first, second = tuple(tokens[:place]), tuple(tokens[place:])
    if not first[-1].is_mark:
        end = first[-1].end
        first = (*first, Token(",", end, end, (",",), "mark"))
    return first, second
