"""What an alignment says of its symbols and frames, for attention whose answers are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.decoding.alignments import hard_attention
from tts.card import Calibration, VoiceCard
from tts.config import AudioConfig, ModelConfig
from tts.decoding.alignment import Alignment, ClauseBoundary, symbol_onsets
from tts.text.symbols import SYMBOLS, SymbolTable
from tts.text.token import Token

FACTOR = 3
TOKENS = (
    Token("bee", 0, 3, ("B", "IY1"), "lexicon"),
    Token(",", 3, 4, (",",), "mark"),
    Token("sea", 5, 8, ("S", "IY1"), "lexicon"),
    Token(".", 8, 9, (".",), "mark"),
)
LEAD, PAUSE_LEAD = 5, 2  # frames
AUDIO = AudioConfig()
CARD = VoiceCard(
    *("tiny", "en-US", "", "CC0-1.0", ""),
    audio=AUDIO,
    model=ModelConfig(n_symbols=len(SYMBOLS), reduction_factor=FACTOR),
    symbols=SYMBOLS,
    calibration=Calibration(LEAD / AUDIO.frames_per_second, PAUSE_LEAD / AUDIO.frames_per_second),
)
BEFORE = Alignment.before_decoding(TOKENS, SymbolTable().encode(TOKENS), CARD)
STEPS = [2, 3, 2, 4, 2, 2, 3, 4, 2]  # ^ B IY1 , _ S IY1 . $
DECODED = replace(BEFORE, attention=hard_attention(STEPS))
CLAUSE = ClauseBoundary(2, 5)  # before "sea"


def test_onsets_of_hard_attention_are_its_steps() -> None:
    np.testing.assert_allclose(symbol_onsets(hard_attention([2, 3, 1, 4])), [0, 2, 5, 6, 10])


def test_onsets_of_soft_attention_fall_between_steps() -> None:
    # Half of the attention has moved on a quarter of the way from the middle of step 1 to the middle of step 2.
    attention = np.array([[1, 0], [0.6, 0.4], [0.2, 0.8]], np.float32)
    np.testing.assert_allclose(symbol_onsets(attention), [0, 1.5 + 0.25, 3], atol=1e-6)


def test_symbols_that_were_not_reached_begin_at_the_end() -> None:
    np.testing.assert_allclose(symbol_onsets(hard_attention([2, 2, 0, 0])), [0, 2, 4, 4, 4])


def test_a_skipped_symbol_takes_no_time() -> None:
    np.testing.assert_allclose(symbol_onsets(hard_attention([2, 0, 2])), [0, 2, 2, 4])


def test_attention_that_slips_back_does_not_turn_time_back() -> None:
    attention = np.eye(3, dtype=np.float32)[[0, 1, 2, 1, 2]]
    np.testing.assert_allclose(symbol_onsets(attention), [0, 1, 2, 5])


def test_before_decoding_there_are_symbols_and_no_frames() -> None:
    assert BEFORE.symbols == ("^", "B", "IY1", ",", " ", "S", "IY1", ".", "$")
    assert BEFORE.token_indices.tolist() == [-1, 0, 0, 1, -1, 2, 2, 3, -1]
    assert BEFORE.word_of_symbol.tolist() == [-1, 0, 0, -1, -1, 2, 2, -1, -1]
    assert np.flatnonzero(BEFORE.is_mark).tolist() == [3, 7]
    assert BEFORE.n_frames == 0


def test_onsets_are_in_frames_and_sound_comes_before_them() -> None:
    assert DECODED.onsets.tolist() == (FACTOR * np.cumsum([0, *STEPS])).tolist()
    np.testing.assert_allclose(DECODED.onsets - DECODED.heard, LEAD)
    np.testing.assert_allclose(DECODED.onsets - DECODED.silent_from, PAUSE_LEAD)
    assert DECODED.step_seconds == pytest.approx(FACTOR * 256 / 22050)


def test_values_are_computed_once() -> None:
    for name in ("onsets", "heard", "silent_from", "is_mark", "word_of_symbol", "token_of_frame"):
        assert getattr(DECODED, name) is getattr(DECODED, name)


def test_each_frame_belongs_to_the_token_that_sounds_in_it() -> None:
    # Of the symbols without a token, the start belongs to "bee", the boundary to the comma, the end to the full stop.
    owners = np.repeat([0, 1, 2, 3], [FACTOR * 7, FACTOR * 6, FACTOR * 5, FACTOR * 6])
    assert DECODED.token_of_frame.tolist() == [*owners[LEAD:], *[3] * LEAD]


def test_clauses_share_out_the_symbols_and_the_steps() -> None:
    steps = sum(STEPS[:5])
    first = DECODED.clause(ClauseBoundary(0, 0), CLAUSE, DECODED.attention[:steps])
    second = DECODED.clause(CLAUSE, ClauseBoundary(4, 9), DECODED.attention[steps:])
    assert first.tokens + second.tokens == TOKENS
    assert first.symbols + second.symbols == DECODED.symbols
    assert first.word_of_symbol.tolist() == [-1, 0, 0, -1, -1]
    assert second.word_of_symbol.tolist() == [0, 0, -1, -1]
    assert second.onsets.tolist() == (FACTOR * np.cumsum([0, *STEPS[5:]])).tolist()
    assert first.n_frames + second.n_frames == DECODED.n_frames


@pytest.mark.parametrize(("step", "nearest"), [(0, 0), (4, 3), (7, 3)])
def test_attention_outside_of_a_clause_counts_for_its_nearest_symbol(step: int, nearest: int) -> None:
    clause = BEFORE.clause(ClauseBoundary(0, 1), CLAUSE, np.eye(9, dtype=np.float32))
    assert clause.attention[step].tolist() == np.eye(4)[nearest].tolist()


def test_silence_before_a_mark_is_heard_in_the_frames() -> None:
    """The last phoneme of a clause may die away long before the attention reaches the mark."""
    levels = np.zeros(DECODED.n_frames, np.float32)
    mark = int(np.flatnonzero(DECODED.is_mark)[0])
    reached = DECODED.silent_from[mark]
    assert reached > 4
    levels[int(reached) - 3 :] = DECODED.calibration.silence - 0.1
    early = replace(DECODED, levels=levels).silent_from
    assert early[mark] == int(reached) - 3
    assert (early <= DECODED.silent_from).all()
    levels[:] = DECODED.calibration.silence + 0.1
    np.testing.assert_array_equal(replace(DECODED, levels=levels).silent_from, DECODED.silent_from)


def test_silence_after_the_last_sound_is_not_heard() -> None:
    levels = np.full(DECODED.n_frames, DECODED.calibration.silence - 1, np.float32)
    assert replace(DECODED, levels=levels).n_heard(0.1) == DECODED.n_frames == DECODED.n_heard(0.1)
    levels[:20] = 0
    assert replace(DECODED, levels=levels).n_heard(0.1) == 20 + round(0.1 * AUDIO.frames_per_second)
    levels[-1] = 0
    assert replace(DECODED, levels=levels).n_heard(0.1) == DECODED.n_frames
