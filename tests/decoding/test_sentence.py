"""What becomes of a sentence whose attention has faults: retries, clauses, halves."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterator
from typing import get_args

import numpy as np
import pytest

from tts import Synthesizer, Voice
from tts.decoding.alignment import Alignment
from tts.decoding.engine import Engine, Steps
from tts.decoding.monitor import AttentionMonitor, FaultKind
from tts.decoding.sentence import ATTEMPTS
from tts.text.frontend import Frontend
from tts.text.symbols import SYMBOLS, SymbolTable

Fiend = Callable[[int | None, int, np.ndarray], np.ndarray | None]


class ScriptedEngine:
    """Reads two steps a symbol and then wants to stop; before each step a fiend may put the attention elsewhere."""

    def __init__(self, engine: Engine, fiend: Fiend) -> None:
        self._encode = engine.encode
        self._phoneme_ids: list[int] = []
        self._shape = (1, engine.model.reduction_factor, engine.model.n_channels)
        self._fiend = fiend
        self.seeds: list[int | None] = []

    def encode(self, phoneme_ids: list[int]) -> np.ndarray:
        self._phoneme_ids = phoneme_ids
        return self._encode(phoneme_ids)

    def steps(
        self, memory: np.ndarray, seed: int | None, window: Callable[[np.ndarray], np.ndarray] | None = None
    ) -> Iterator[Steps]:
        self.seeds.append(seed)
        before = state = np.eye(len(memory), dtype=np.float32)[0]
        for index in itertools.count():
            row = self._fiend(seed, index, state)
            if row is None:
                stayed = np.array_equal(state, before)
                row = np.append(np.float32(0), state[:-1]) if stayed and not state[-1] else state
            level = np.float32(-3 if self._phoneme_ids[row.argmax()] == COMMA else 0)  # it falls silent at a comma
            yield Steps(np.full(self._shape, level), row[None], row[-1:] > 0)
            before, state = state, row if window is None else window(row)


COMMA = SYMBOLS.index(",")
SENTENCE = "Seven old men walked slowly home, and nobody spoke a word."


@pytest.fixture
def speak(voice: Voice) -> Callable[[Fiend], tuple]:
    def run(fiend: Fiend, text: str = SENTENCE) -> tuple:
        synthesizer = Synthesizer(voice, threads=1)
        engine = ScriptedEngine(synthesizer._planner._engine, fiend)
        synthesizer._planner._decoder._engine = engine  # type: ignore[assignment]
        return synthesizer.synthesize(text), engine.seeds

    return run


SEEDS = [attempt.seed_offset for attempt in ATTEMPTS]


def all_words_in_order(speech: object, text: str = SENTENCE) -> bool:
    words = speech.words  # type: ignore[attr-defined]
    ordered = all(one.end_time <= other.start_time + 1e-9 for one, other in itertools.pairwise(words))
    return ordered and [w.word for w in words] == text.lower().translate({ord(mark): None for mark in ",."}).split()


def leap(seed: int | None, index: int, state: np.ndarray) -> np.ndarray | None:
    return np.roll(state, 9) if index == 30 else None


def turn_back(seed: int | None, index: int, state: np.ndarray) -> np.ndarray | None:
    return np.roll(state, -9) if index == 30 else None


def stick(seed: int | None, index: int, state: np.ndarray) -> np.ndarray | None:
    return state if index > 30 and state[14:17].any() else None


def test_a_good_attempt_is_the_only_one(speak: Callable[[Fiend], tuple]) -> None:
    speech, seeds = speak(lambda *_: None)
    assert seeds == [0]
    assert speech.warnings == ()
    assert all_words_in_order(speech)


def test_the_first_attempt_may_have_no_dropout(voice: Voice) -> None:
    voice = dataclasses.replace(voice, card=dataclasses.replace(voice.card, keeps_dropout=False))
    synthesizer = Synthesizer(voice, threads=1)
    engine = ScriptedEngine(synthesizer._planner._engine, stick)
    synthesizer._planner._decoder._engine = engine  # type: ignore[assignment]
    synthesizer.synthesize(SENTENCE, seed=4)
    assert engine.seeds == [None, *(4 + offset for offset in SEEDS[1:])]


@pytest.mark.parametrize("fiend", [leap, turn_back, stick])
def test_another_dropout_is_tried_first(speak: Callable[[Fiend], tuple], fiend: Fiend) -> None:
    speech, seeds = speak(lambda seed, *rest: fiend(seed, *rest) if seed == 0 else None)
    assert seeds == SEEDS[:2]
    assert speech.warnings == ()
    assert all_words_in_order(speech)


@pytest.mark.parametrize("fiend", [leap, turn_back, stick])
def test_then_the_attention_is_windowed(speak: Callable[[Fiend], tuple], fiend: Fiend) -> None:
    speech, seeds = speak(fiend)
    assert seeds == SEEDS
    assert speech.warnings == ()
    assert all_words_in_order(speech)


def test_then_the_sentence_is_split(speak: Callable[[Fiend], tuple]) -> None:
    speech, seeds = speak(lambda seed, index, state: state if len(state) > 40 else None)
    assert seeds == [*SEEDS, 0, 0]  # whole, then its two clauses
    assert speech.warnings == ()
    assert all_words_in_order(speech)


CLAUSES = (
    "Seven old men walked slowly home along the river, and nobody in the whole village spoke a single word, "
    "since all of them knew very well what had happened there last summer."
)


def test_a_long_sentence_is_heard_clause_by_clause(voice: Voice) -> None:
    synthesizer = Synthesizer(voice)
    synthesizer._planner._decoder._engine = ScriptedEngine(synthesizer._planner._engine, lambda *_: None)  # type: ignore[assignment]
    decoded = synthesizer._planner._decoder.decode(Frontend().tokens(CLAUSES), 0)
    parts = [" ".join(token.text for token in part.alignment.tokens) for part in decoded]
    assert parts == [
        "seven old men walked slowly home along the river ,",
        "and nobody in the whole village spoke a single word ,",
        "since all of them knew very well what had happened there last summer .",
    ]


@pytest.mark.parametrize("shift", [9, -9, -40])
def test_what_was_yielded_is_not_decoded_again(speak: Callable[[Fiend], tuple], shift: int) -> None:
    def astray(seed: int | None, index: int, state: np.ndarray) -> np.ndarray | None:
        return np.roll(state, shift) if index == 130 and len(state) > 120 else None

    speech, seeds = speak(astray, CLAUSES)
    assert seeds == [0, 0]  # the second time, what comes after the first clause
    assert speech.warnings == ()
    assert all_words_in_order(speech, CLAUSES)


def test_at_last_it_is_said(speak: Callable[[Fiend], tuple]) -> None:
    speech, _ = speak(lambda seed, index, state: np.eye(len(state), dtype=np.float32)[min(index, 3)])
    assert len(speech.samples)
    assert any('"seven' in warning.message for warning in speech.warnings)
    assert all(0 <= warning.start < warning.end <= len(SENTENCE) for warning in speech.warnings)
    assert {warning.kind for warning in speech.warnings} <= set(get_args(FaultKind))


def derail(monitor: AttentionMonitor, fiend: Callable[[np.ndarray], np.ndarray]) -> Callable[[np.ndarray], np.ndarray]:
    """Put the attention elsewhere after 30 steps, without the monitor's knowledge."""
    calls = itertools.count()
    return lambda row: fiend(monitor.window(row)) if next(calls) == 30 else monitor.window(row)


@pytest.mark.parametrize("shift", [9, -9])
def test_windowing_brings_a_real_voice_back(shift: int) -> None:
    synthesizer = Synthesizer(threads=1)
    tokens = Frontend().tokens(SENTENCE)
    encoded = SymbolTable(synthesizer.voice.card.symbols).encode(tokens)
    alignment = Alignment.before_decoding(tuple(tokens), encoded, synthesizer.voice.card)
    verdicts = []
    for windowing in (False, True):
        monitor = AttentionMonitor(alignment, windowing=windowing)
        window = derail(monitor, lambda row: np.roll(row, shift))
        for steps in synthesizer._planner._engine.steps(
            synthesizer._planner._engine.encode(encoded.phoneme_ids), 0, window
        ):
            monitor.follow(steps.alignment, steps.mel.mean(axis=(1, 2)), steps.is_last)
            if monitor.is_over:
                break
        verdicts.append(monitor.verdict())
    derailed, windowed = verdicts
    assert not derailed.is_good
    assert windowed.is_good
