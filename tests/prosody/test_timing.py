"""Test word times on alignments with known times."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.decoding.alignments import hard_attention
from tts.card import Calibration
from tts.decoding.alignment import Alignment
from tts.prosody.timing import WordTiming, time_words
from tts.text.frontend import Frontend
from tts.text.symbols import SYMBOLS, SymbolTable
from tts.text.token import Token

FACTOR = 3
RATE = 22050 / 256  # frames a second


@pytest.fixture(scope="module")
def frontend() -> Frontend:
    return Frontend()


def align(tokens: list[Token], attention: np.ndarray) -> Alignment:
    encoded = SymbolTable().encode(tokens)
    names = tuple(SYMBOLS[symbol] for symbol in encoded.phoneme_ids)
    return Alignment(tuple(tokens), names, np.array(encoded.token_indices), attention, FACTOR, RATE)


def timed(tokens: list[Token], attention: np.ndarray, speed: float = 1.0, offset: float = 0.0) -> list[WordTiming]:
    def to_seconds(frames: np.ndarray) -> np.ndarray:
        return frames / (RATE * speed) + offset

    return list(time_words(align(tokens, attention), to_seconds))


TOKENS = [
    Token("a", 0, 1, ("AH0",), "lexicon"),
    Token("bee", 2, 5, ("B", "IY1"), "lexicon"),
    Token(",", 5, 6, (",",), "mark"),
    Token("sea", 7, 10, ("S", "IY1"), "lexicon"),
    Token(".", 10, 11, (".",), "mark"),
]
STEPS = [2, 3, 2, 2, 4, 6, 2, 2, 3, 4, 2]  # ^ AH0 _ B IY1 , _ S IY1 . $


def test_words_meet_in_the_middle_of_a_boundary_and_leave_pauses_at_marks() -> None:
    a, bee, sea = timed(TOKENS, hard_attention(STEPS))
    phoneme, pause = Calibration().phoneme_lead, Calibration().pause_lead
    assert a.start_time == pytest.approx(2 * FACTOR / RATE - phoneme)
    assert a.end_time == bee.start_time == pytest.approx(6 * FACTOR / RATE - phoneme)
    assert bee.phonemes[1].start_time == bee.phonemes[0].end_time == pytest.approx(9 * FACTOR / RATE - phoneme)
    assert bee.end_time == pytest.approx(13 * FACTOR / RATE - pause)
    assert sea.start_time == pytest.approx(21 * FACTOR / RATE - phoneme)
    assert sea.end_time == pytest.approx(26 * FACTOR / RATE - pause)
    assert [p.phoneme for p in sea.phonemes] == ["S", "IY1"]
    assert [(word.word, word.start, word.end) for word in (a, bee, sea)] == [("a", 0, 1), ("bee", 2, 5), ("sea", 7, 10)]


def test_speed_and_offset() -> None:
    plain = timed(TOKENS, hard_attention(STEPS))
    moved = timed(TOKENS, hard_attention(STEPS), speed=2.0, offset=10.0)
    for one, other in zip(plain, moved, strict=True):
        assert other.start_time == pytest.approx(10 + one.start_time / 2)
        assert other.end_time == pytest.approx(10 + one.end_time / 2)


def test_any_monotone_map_from_frames_to_seconds() -> None:
    """Insert half a second of silence after frame 50, in the comma."""

    def paused(frames: np.ndarray) -> np.ndarray:
        return frames / RATE + 0.5 * (frames > 50)

    words = time_words(align(TOKENS, hard_attention(STEPS)), paused)
    plain = timed(TOKENS, hard_attention(STEPS))
    moved = [word.start_time - before.start_time for word, before in zip(words, plain, strict=True)]
    np.testing.assert_allclose(moved, [0, 0, 0.5], atol=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_times_are_ordered_inside_the_audio_and_spans_are_kept(frontend: Frontend, data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(["It cost $5.20 in 1984.", '"Oh," he said (twice), "no"', "A", "Wait... what?!"]))
    tokens = frontend.tokens(text)
    n_symbols = len(SymbolTable().encode(tokens).phoneme_ids)
    rng, n_steps = np.random.default_rng(data.draw(st.integers(0, 999))), data.draw(st.integers(1, 60))
    logits = rng.normal(0, 3, (n_steps, n_symbols))
    attention = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)  # without any speech nothing fails
    words = timed(tokens, attention.astype(np.float32))
    assert [(w.word, w.start, w.end) for w in words] == [(t.text, t.start, t.end) for t in tokens if not t.is_mark]
    times = [time for word in words for p in word.phonemes for time in (p.start_time, p.end_time)]
    assert times == sorted(times)
    assert times[0] >= 0
    assert times[-1] <= n_steps * FACTOR / RATE
    for word in words:
        assert (word.start_time, word.end_time) == (word.phonemes[0].start_time, word.phonemes[-1].end_time)
