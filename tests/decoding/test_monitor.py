"""Faults that an alignment shows, and what becomes of a sentence whose readings have them."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from tts import Synthesizer, Voice
from tts.decoding.engine import Engine, Step
from tts.decoding.monitor import ATTEMPTS, MAX_HOLD, MAX_PAUSE, MAX_TAIL, Fault, Verdict, Watch, halves, step_limit
from tts.text.frontend import Frontend
from tts.text.symbols import SYMBOLS, SymbolTable

# ^ a a a _ b b b _ c c . $ : three words, of three, three and two symbols
OWNERS = np.array([-1, 0, 0, 0, -1, 1, 1, 1, -1, 2, 2, -1, -1])
STEP = 0.035  # seconds
LOUD = 0.0


def rows(*symbols: int) -> np.ndarray:
    """One step on each of these symbols, (T_step, T_text)."""
    return np.eye(len(OWNERS), dtype=np.float32)[list(symbols)]


def full(*skipped: int) -> list[int]:
    """Two steps on each symbol, but for those skipped."""
    return [symbol for symbol in range(len(OWNERS)) if symbol not in skipped for _ in range(2)]


def watch(alignment: np.ndarray, stop: int = -1, loudness: float = LOUD) -> tuple[Verdict, int]:
    """The verdict, and how many steps were followed; the model wants to stop from step `stop` on."""
    guard = Watch(OWNERS, STEP)
    for index, row in enumerate(alignment, 1):
        if not guard.follow(row, loudness, index > stop % len(alignment)):
            break
    return guard.verdict(), index


def test_a_full_reading_is_good() -> None:
    verdict, steps = watch(rows(*full()))
    assert verdict.is_good
    assert steps == len(full())


def test_one_skipped_phoneme_is_a_fault_of_its_word() -> None:
    assert watch(rows(*full(6)))[0].faults == (Fault(1, "skipped"),)


def test_boundaries_and_marks_may_be_passed_over() -> None:
    assert watch(rows(*full(4, 8, 11)))[0].is_good


def test_a_leap_breaks_the_reading_off() -> None:
    verdict, steps = watch(rows(0, 1, 2, 3, 9, 10, 11, 12))
    assert Fault(1, "skipped") in verdict.faults
    assert not verdict.ended
    assert steps == 5


def test_a_return_breaks_the_reading_off() -> None:
    verdict, steps = watch(rows(*range(8), 5, 6, 7, 8, 9, 10, 11, 12))
    assert Fault(1, "repeated") in verdict.faults
    assert steps == 9


def test_attention_that_wavers_is_no_return() -> None:
    assert watch(rows(0, 1, 2, 3, 2, 3, 4, 5, 6, 5, 6, 7, 8, 9, 10, 11, 12))[0].is_good


@pytest.mark.parametrize(("symbol", "seconds"), [(6, MAX_HOLD), (8, MAX_PAUSE)])
def test_a_stall_breaks_the_reading_off(symbol: int, seconds: float) -> None:
    patience = int(seconds / STEP)
    assert watch(rows(*range(symbol), *[symbol] * patience, *range(symbol + 1, 13)))[0].is_good
    verdict, steps = watch(rows(*range(symbol), *[symbol] * 99, *range(symbol + 1, 13)))
    assert Fault(int(OWNERS[symbol : symbol + 2].max()), "stalled") in verdict.faults
    assert steps == symbol + 2 + patience


def test_a_stop_before_the_last_phoneme_is_not_obeyed() -> None:
    verdict, steps = watch(rows(*full()), stop=4)
    assert verdict.is_good
    assert steps == 2 * 11 + 1  # and the first step after it is the last


def test_speech_that_does_not_stop_is_ended_after_the_last_phoneme() -> None:
    verdict, steps = watch(rows(*full(), *[12] * 500), stop=500)
    assert verdict.is_good
    assert steps * STEP < 2 * 11 * STEP + MAX_TAIL + 2 * STEP


def test_creeping_attention_runs_away() -> None:
    guard = Watch(np.array([-1, *[0] * 28, -1]), STEP)
    for index in itertools.count(1):  # from symbol to symbol, just before patience ends
        if not guard.follow(np.eye(30, dtype=np.float32)[min(index // 16, 28)], LOUD, False):
            break
    assert index == step_limit(30) or not guard.verdict().ended
    assert not guard.verdict().is_good


def test_silence_in_place_of_words_is_a_fault() -> None:
    assert watch(rows(*full()), loudness=-2.2)[0].faults == tuple(Fault(word, "silent") for word in range(3))


def test_a_healthy_attention_is_not_steered() -> None:
    guard = Watch(OWNERS, STEP, steering=True)
    for row in rows(*full()):
        guard.follow(row, LOUD, False)
        assert guard.steer(row) is row


def test_badness_orders_readings() -> None:
    leap, phoneme, good = (watch(alignment)[0] for alignment in (rows(0, 1, 9), rows(*full(6)), rows(*full())))
    assert leap.badness > phoneme.badness > good.badness == 0


def test_a_description_names_the_words_and_their_place() -> None:
    text = "One, two three four five."
    tokens = Frontend().tokens(text)
    verdict = Verdict((Fault(0, "stalled"), Fault(2, "skipped"), Fault(3, "skipped"), Fault(5, "skipped")))
    assert verdict.describe(tokens) == (
        'characters 0 to 3: "one" may be stalled',
        'characters 5 to 14: "two three" may be skipped',
        'characters 20 to 24: "five" may be skipped',
    )


def texts(tokens: tuple) -> str:
    return " ".join(token.text for token in tokens)


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("One two, three four five six.", "one two ,", "three four five six ."),
        ("One two three four.", "one two ,", "three four ."),
        ('She said, "no, not me".', 'she said , " no ,', 'not me " .'),
        ("It is 1984.", "it is ,", "nineteen eighty-four ."),
    ],
)
def test_halves(text: str, first: str, second: str) -> None:
    parts = halves(Frontend().tokens(text))
    assert parts is not None
    assert tuple(map(texts, parts)) == (first, second)


@pytest.mark.parametrize("text", ["One.", "1984", "(One)"])
def test_what_has_no_halves(text: str) -> None:
    assert halves(Frontend().tokens(text)) is None


Fiend = Callable[[int | None, int, np.ndarray], np.ndarray | None]


class ScriptedEngine:
    """Reads two steps a symbol and then wants to stop; before each step a fiend may put the attention elsewhere."""

    def __init__(self, engine: Engine, fiend: Fiend) -> None:
        self.refine = engine.refine
        self._shape = (1, engine.model.n_channels, engine.model.reduction_factor)
        self._fiend = fiend
        self.seeds: list[int | None] = []

    def steps(
        self, phoneme_ids: list[int], seed: int | None, steer: Callable[[np.ndarray], np.ndarray] | None = None
    ) -> Iterator[Step]:
        self.seeds.append(seed)
        before = state = np.eye(len(phoneme_ids), dtype=np.float32)[0]
        for index in itertools.count():
            row = self._fiend(seed, index, state)
            if row is None:
                stayed = np.array_equal(state, before)
                row = np.append(np.float32(0), state[:-1]) if stayed and not state[-1] else state
            level = np.float32(-3 if phoneme_ids[row.argmax()] == COMMA else 0)  # it falls silent at a comma
            yield Step(np.full(self._shape, level), row[None], bool(row[-1]))
            before, state = state, row if steer is None else steer(row)


COMMA = SYMBOLS.index(",")
SENTENCE = "Seven old men walked slowly home, and nobody spoke a word."


@pytest.fixture
def speak(voice: Voice) -> Callable[[Fiend], tuple]:
    def run(fiend: Fiend, text: str = SENTENCE) -> tuple:
        synthesizer = Synthesizer(voice, threads=1)
        engine = ScriptedEngine(synthesizer._planner._engine, fiend)
        synthesizer._planner._reader._engine = engine  # type: ignore[assignment]
        return synthesizer.synthesize(text), engine.seeds

    return run


SEEDS = [offset for offset, _ in ATTEMPTS]


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


def test_a_good_reading_is_the_only_one(speak: Callable[[Fiend], tuple]) -> None:
    speech, seeds = speak(lambda *_: None)
    assert seeds == [0]
    assert speech.warnings == ()
    assert all_words_in_order(speech)


def test_a_voice_may_drop_nothing_out_the_first_time(voice: Voice) -> None:
    voice = dataclasses.replace(voice, card=dataclasses.replace(voice.card, keeps_dropout=False))
    synthesizer = Synthesizer(voice, threads=1)
    engine = ScriptedEngine(synthesizer._planner._engine, stick)
    synthesizer._planner._reader._engine = engine  # type: ignore[assignment]
    synthesizer.synthesize(SENTENCE, seed=4)
    assert engine.seeds == [None, *(4 + offset for offset in SEEDS[1:])]


@pytest.mark.parametrize("fiend", [leap, turn_back, stick])
def test_another_dropout_is_tried_first(speak: Callable[[Fiend], tuple], fiend: Fiend) -> None:
    speech, seeds = speak(lambda seed, *rest: fiend(seed, *rest) if seed == 0 else None)
    assert seeds == SEEDS[:2]
    assert speech.warnings == ()
    assert all_words_in_order(speech)


@pytest.mark.parametrize("fiend", [leap, turn_back, stick])
def test_then_the_attention_is_steered(speak: Callable[[Fiend], tuple], fiend: Fiend) -> None:
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
    synthesizer._planner._reader._engine = ScriptedEngine(synthesizer._planner._engine, lambda *_: None)  # type: ignore[assignment]
    readings = synthesizer._planner._reader.read(Frontend().tokens(CLAUSES), 0)
    parts = [" ".join(token.text for token in reading.tokens) for reading in readings]
    assert parts == [
        "seven old men walked slowly home along the river ,",
        "and nobody in the whole village spoke a single word ,",
        "since all of them knew very well what had happened there last summer .",
    ]


@pytest.mark.parametrize("shift", [9, -9, -40])
def test_what_was_heard_is_not_read_again(speak: Callable[[Fiend], tuple], shift: int) -> None:
    def astray(seed: int | None, index: int, state: np.ndarray) -> np.ndarray | None:
        return np.roll(state, shift) if index == 130 and len(state) > 120 else None

    speech, seeds = speak(astray, CLAUSES)
    assert seeds == [0, 0]  # the second time, what comes after the first clause
    assert speech.warnings == ()
    assert all_words_in_order(speech, CLAUSES)


def test_at_last_it_is_said(speak: Callable[[Fiend], tuple]) -> None:
    speech, _ = speak(lambda seed, index, state: np.eye(len(state), dtype=np.float32)[min(index, 3)])
    assert len(speech.samples)
    assert any('"seven' in warning for warning in speech.warnings)
    assert all(warning.startswith("characters ") for warning in speech.warnings)


def derail(guard: Watch, fiend: Callable[[np.ndarray], np.ndarray]) -> Callable[[np.ndarray], np.ndarray]:
    """Put the attention elsewhere after 30 steps, behind the guard's back."""
    calls = itertools.count()
    return lambda row: fiend(guard.steer(row)) if next(calls) == 30 else guard.steer(row)


@pytest.mark.parametrize("shift", [9, -9])
def test_steering_brings_a_real_voice_back(shift: int) -> None:
    synthesizer = Synthesizer(threads=1)
    tokens = Frontend().tokens(SENTENCE)
    encoded = SymbolTable(synthesizer.voice.card.symbols).encode(tokens)
    owners = np.array([i if i >= 0 and not tokens[i].is_mark else -1 for i in encoded.token_indices])
    verdicts = []
    for steering in (False, True):
        guard = Watch(owners, STEP, steering=steering)
        steer = derail(guard, lambda row: np.roll(row, shift))
        for step in synthesizer._planner._engine.steps(encoded.phoneme_ids, 0, steer):
            if not guard.follow(step.alignment[0], float(step.mel.mean()), step.is_last):
                break
        verdicts.append(guard.verdict())
    derailed, steered = verdicts
    assert not derailed.is_good
    assert steered.is_good
