"""Speed, volume and pauses of tokens reach the frames through the alignment."""

from __future__ import annotations

import numpy as np
import pytest

from tts.card import Calibration
from tts.decoding.alignment import Alignment
from tts.options import SynthesisOptions
from tts.prosody.pacing import Phrase, clock, pace, sample
from tts.text.token import Prosody, Token

FACTOR, STEPS_EACH = 2, 10
RATE = 22050 / 256
LEAD = round(Calibration().phoneme_lead * RATE)
TOKENS = (
    Token("one", 0, 3, ("W", "AH1", "N"), "lexicon"),
    Token(",", 3, 4, (",",), "mark"),
    Token("two", 5, 8, ("T", "UW1"), "lexicon"),
)
INDICES = [-1, 0, 0, 0, 1, -1, 2, 2, -1]
N_FRAMES = len(INDICES) * STEPS_EACH * FACTOR
ATTENTION = np.repeat(np.eye(len(INDICES), dtype=np.float32), STEPS_EACH, axis=0)
MEL = np.random.default_rng(0).standard_normal((4, N_FRAMES)).astype(np.float32)
COMMA = slice(4 * STEPS_EACH * FACTOR - LEAD, 6 * STEPS_EACH * FACTOR - LEAD)  # including the boundary after it


def align(tokens: tuple[Token, ...]) -> Alignment:
    symbols = tuple("^" if index < 0 else "x" for index in INDICES)
    return Alignment(tokens, symbols, np.array(INDICES), ATTENTION, FACTOR, RATE)


def paced(tokens: tuple[Token, ...] = TOKENS, melody: float | np.ndarray = 0.0, **changes: float) -> list[Phrase]:
    return pace(MEL, align(tokens), SynthesisOptions(**changes), np.broadcast_to(melody, N_FRAMES))


def test_every_frame_is_some_tokens() -> None:
    owners = align(TOKENS).token_of_frame
    assert owners.shape == (N_FRAMES,)
    assert set(owners[: COMMA.start]) == {0}
    assert set(owners[COMMA]) == {1}
    assert set(owners[COMMA.stop :]) == {2}


def test_neutral_is_every_frame_as_it_is() -> None:
    (phrase,) = paced()
    np.testing.assert_array_equal(phrase.positions, np.arange(N_FRAMES))
    assert not phrase.gain.any()
    assert not phrase.pitch.any()
    np.testing.assert_array_equal(sample(MEL, phrase.positions), MEL)


def test_melody_comes_on_top_of_the_pitch_asked_for_and_goes_with_the_speed() -> None:
    (phrase,) = paced(melody=np.linspace(0.0, 8.0, N_FRAMES), pitch=2.0, speed=2.0)
    np.testing.assert_allclose(phrase.pitch, np.linspace(2.0, 10.0, len(phrase.pitch)), atol=0.1)


@pytest.mark.parametrize("speed", [0.25, 0.5, 1.5, 2.0, 4.0])
def test_speed_is_even(speed: float) -> None:
    (phrase,) = paced(speed=speed)
    assert len(phrase.positions) == pytest.approx((N_FRAMES - 1) / speed + 1, abs=0.51)
    np.testing.assert_allclose(np.diff(phrase.positions), speed, rtol=0.05)
    assert (phrase.positions[0], phrase.positions[-1]) == (0, N_FRAMES - 1)


def test_one_words_prosody_is_its_own() -> None:
    prosody = Prosody(speed=2.0, pitch=3.0, volume=-6.0)
    (phrase,) = paced((TOKENS[0], TOKENS[1], TOKENS[2]._replace(prosody=prosody)), speed=1.5, pitch=1.0)
    inside = phrase.positions > COMMA.stop + 1
    before = phrase.positions < COMMA.stop - 2
    np.testing.assert_allclose(np.diff(phrase.positions[inside]), 3.0, rtol=0.02)
    np.testing.assert_allclose(np.diff(phrase.positions[before]), 1.5, rtol=0.02)
    assert set(phrase.pitch[inside]) == {4.0}
    assert set(phrase.pitch[before]) == {1.0}
    np.testing.assert_allclose(phrase.gain[inside], np.log(10 ** (-6 / 20)), rtol=1e-5)
    assert not phrase.gain[before].any()


def test_a_pause_is_exact_and_at_the_quietest_frame_of_its_mark() -> None:
    first, second = paced((TOKENS[0], TOKENS[1]._replace(pause=0.75), TOKENS[2]))
    quietest = COMMA.start + MEL.mean(axis=0)[COMMA].argmin()
    assert (first.positions[-1], second.positions[0]) == (quietest, quietest)
    assert (first.pause, second.pause) == (0.75, 0.0)


def test_pauses_at_the_edges_leave_two_frames_each() -> None:
    phrases = paced(tuple(token._replace(pause=0.5) for token in (TOKENS[0], TOKENS[1], TOKENS[2])))
    assert [phrase.pause for phrase in phrases] == [0.5, 0.5, 0.5, 0.0]
    assert all(len(phrase.positions) >= 2 for phrase in phrases)


def test_the_clock_counts_speed_and_silence() -> None:
    phrases = paced((TOKENS[0], TOKENS[1]._replace(pause=0.75), TOKENS[2]), speed=2.0)
    to_seconds = clock(phrases, 0.01, 5.0)
    end = float(to_seconds(np.array([N_FRAMES - 1.0]))[0])
    cut = phrases[0].positions[-1]
    heard = to_seconds(np.array([0.0, cut - 10, cut + 10, N_FRAMES - 1]))
    expected = [5, 5 + (cut - 10) / 200, 5.75 + (cut + 10) / 200, 5.75 + (N_FRAMES - 1) / 200]
    np.testing.assert_allclose(heard, expected, atol=0.011)
    assert end == pytest.approx(5.75 + 0.01 * sum(len(phrase.positions) - 1 for phrase in phrases))


def test_markup_on_top_of_options_stays_within_their_limits() -> None:
    fast, mute = Prosody(speed=3.0, pitch=10.0, volume=15.0), Prosody(volume=float("-inf"))
    (phrase,) = paced((TOKENS[0]._replace(prosody=fast), TOKENS[1], TOKENS[2]._replace(prosody=mute)), speed=3, pitch=9)
    assert np.diff(phrase.positions).max() < 4.2
    assert phrase.pitch.max() == 12
    assert phrase.gain[-1] == -np.inf
