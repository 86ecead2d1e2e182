"""Faults that an attention monitor finds, in attention whose faults are known."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from tts.card import Calibration
from tts.decoding.alignment import Alignment
from tts.decoding.monitor import SPARE_SYMBOLS, AttentionFault, AttentionMonitor, Verdict
from tts.text.frontend import Frontend
from tts.text.token import Token

# ^ a a a _ b b b _ c c . $ : three words, of three, three and two symbols
WORDS = np.array([-1, 0, 0, 0, -1, 1, 1, 1, -1, 2, 2, -1, -1])
STEP = 0.035  # seconds
LOUD = 0.0
LIMITS = Calibration()


def undecoded(words: np.ndarray = WORDS, step: float = STEP, limits: Calibration = LIMITS) -> Alignment:
    """A sentence with these words behind its symbols."""
    tokens = tuple(Token("word", 5 * n, 5 * n + 4, ("AH0",), "lexicon") for n in range(words.max() + 1))
    attention = np.empty((0, len(words)), np.float32)
    return Alignment(tokens, ("AH0",) * len(words), words, attention, 3, 3 / step, limits)


def rows(*symbols: int) -> np.ndarray:
    """One step on each of these symbols, (T_step, T_text)."""
    return np.eye(len(WORDS), dtype=np.float32)[list(symbols)]


def full(*skipped: int) -> list[int]:
    """Two steps on each symbol, except those skipped."""
    return [symbol for symbol in range(len(WORDS)) if symbol not in skipped for _ in range(2)]


def watch(
    attention: np.ndarray, stop: int = -1, loudness: float = LOUD, alignment: Alignment | None = None
) -> tuple[Verdict, int]:
    """The verdict, and how many steps were followed; the model wants to stop from step `stop` on."""
    monitor = AttentionMonitor(alignment or undecoded())
    wants_stop = np.arange(1, len(attention) + 1) > stop % len(attention)
    taken = follow_in_parts(monitor, attention, np.full(len(attention), loudness, np.float32), wants_stop)
    return monitor.verdict(), taken


def follow_in_parts(monitor: AttentionMonitor, attention: np.ndarray, loudness: np.ndarray, stops: np.ndarray) -> int:
    """Follow the steps five at a time; return how many were taken in."""
    taken = 0
    for start in range(0, len(attention), 5):
        part = slice(start, start + 5)
        taken += monitor.follow(attention[part], loudness[part], stops[part])
        if monitor.is_over:
            break
    return taken


def follow_one(monitor: AttentionMonitor, row: np.ndarray, stop: bool = False) -> bool:
    """Follow one step; return whether to continue."""
    assert monitor.follow(row[None], np.array([LOUD], np.float32), np.array([stop])) == 1
    return not monitor.is_over


def test_a_full_attempt_is_good() -> None:
    verdict, steps = watch(rows(*full()))
    assert verdict.is_good
    assert steps == len(full())


def test_one_skipped_phoneme_is_a_fault_of_its_word() -> None:
    assert watch(rows(*full(6)))[0].faults == (AttentionFault(1, "skipped"),)


def test_boundaries_and_marks_may_be_passed_over() -> None:
    assert watch(rows(*full(4, 8, 11)))[0].is_good


def test_a_leap_stops_the_attempt() -> None:
    verdict, steps = watch(rows(0, 1, 2, 3, 9, 10, 11, 12))
    assert AttentionFault(1, "skipped") in verdict.faults
    assert not verdict.ended
    assert steps == 5


def test_a_return_stops_the_attempt() -> None:
    verdict, steps = watch(rows(*range(8), 5, 6, 7, 8, 9, 10, 11, 12))
    assert AttentionFault(1, "repeated") in verdict.faults
    assert steps == 9


def test_attention_that_wavers_is_no_return() -> None:
    assert watch(rows(0, 1, 2, 3, 2, 3, 4, 5, 6, 5, 6, 7, 8, 9, 10, 11, 12))[0].is_good


@pytest.mark.parametrize(("symbol", "seconds"), [(6, LIMITS.max_phoneme), (8, LIMITS.max_pause)])
def test_a_stall_stops_the_attempt(symbol: int, seconds: float) -> None:
    patience = int(seconds / STEP)
    assert watch(rows(*range(symbol), *[symbol] * patience, *range(symbol + 1, 13)))[0].is_good
    verdict, steps = watch(rows(*range(symbol), *[symbol] * 99, *range(symbol + 1, 13)))
    assert AttentionFault(int(WORDS[symbol : symbol + 2].max()), "stalled") in verdict.faults
    assert steps == symbol + 2 + patience


@pytest.mark.parametrize(
    ("attention", "loudness", "limits"),
    [
        (rows(0, 1, *[2] * 25, *full()[6:]), LOUD, {"max_phoneme": 1.0}),
        (rows(0, 1, 2, 3, *[4] * 80, *full()[10:]), LOUD, {"max_pause": 3.0}),
        (rows(*full()), -1.8, {"silence": -1.9}),
        (rows(*full(6)), LOUD, {"min_phoneme": 1e-9}),
    ],
)
def test_limits_are_those_of_the_voice(attention: np.ndarray, loudness: float, limits: dict[str, float]) -> None:
    attention = np.maximum(attention, 1e-6)
    assert not watch(attention, loudness=loudness)[0].is_good
    own = undecoded(limits=replace(LIMITS, **limits))
    assert watch(attention, loudness=loudness, alignment=own)[0].is_good


@pytest.mark.parametrize("step", [STEP, STEP / 2])
def test_limits_are_times_however_long_a_step_is(step: float) -> None:
    alignment = undecoded(step=step)
    longest = round(LIMITS.max_symbol * (len(WORDS) + SPARE_SYMBOLS) / step)
    assert AttentionMonitor(alignment).max_steps == longest
    held = [6] * int(LIMITS.max_phoneme / step)
    assert watch(rows(*range(6), *held, *range(7, 13)), alignment=alignment)[0].is_good
    assert not watch(rows(*range(6), *held, 6, 6, *range(7, 13)), alignment=alignment)[0].is_good


def test_a_stop_before_the_last_phoneme_is_not_obeyed() -> None:
    verdict, steps = watch(rows(*full()), stop=4)
    assert verdict.is_good
    assert steps == 2 * 11 + 1  # and the first step after it is the last


def test_speech_that_does_not_stop_is_ended_after_the_last_phoneme() -> None:
    verdict, steps = watch(rows(*full(), *[12] * 500), stop=500)
    assert verdict.is_good
    assert steps * STEP < 2 * 11 * STEP + LIMITS.max_tail + 2 * STEP


def test_creeping_attention_runs_away() -> None:
    monitor = AttentionMonitor(undecoded(np.array([-1, *[0] * 28, -1])))
    for index in itertools.count(1):  # from symbol to symbol, just before patience ends
        if not follow_one(monitor, np.eye(30, dtype=np.float32)[min(index // 16, 28)]):
            break
    assert index == monitor.max_steps or not monitor.verdict().ended
    assert not monitor.verdict().is_good


def test_silence_in_place_of_words_is_a_fault() -> None:
    assert watch(rows(*full()), loudness=-2.2)[0].faults == tuple(AttentionFault(word, "silent") for word in range(3))


def test_attention_without_a_fault_is_not_changed() -> None:
    monitor = AttentionMonitor(undecoded(), windowing=True)
    for row in rows(*full()):
        follow_one(monitor, row)
        assert monitor.window(row) is row


def test_badness_orders_attempts() -> None:
    leap, phoneme, good = (watch(attention)[0] for attention in (rows(0, 1, 9), rows(*full(6)), rows(*full())))
    assert leap.badness > phoneme.badness > good.badness == 0


def test_a_warning_names_the_words_and_their_place() -> None:
    text = "One, two three four five."
    tokens = Frontend().tokens(text)
    verdict = Verdict(
        (
            AttentionFault(0, "stalled"),
            AttentionFault(2, "skipped"),
            AttentionFault(3, "skipped"),
            AttentionFault(5, "skipped"),
        )
    )
    assert verdict.warnings(tokens) == (
        (0, 3, "stalled", '"one" may be stalled'),
        (5, 14, "skipped", '"two three" may be skipped'),
        (20, 24, "skipped", '"five" may be skipped'),
    )
    assert str(verdict.warnings(tokens)[0]) == 'characters 0 to 3: "one" may be stalled'
