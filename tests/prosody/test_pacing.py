"""Per-token speed, volume and pauses, laid on frames through the alignment."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tts.options import SynthesisOptions
from tts.prosody.pacing import LEAD, clock, frame_owners, pace, sample
from tts.text.token import Prosody, Token

FACTOR, STEPS_EACH = 2, 10
TOKENS = (
    Token("one", 0, 3, ("W", "AH1", "N"), "lexicon"),
    Token(",", 3, 4, (",",), "mark"),
    Token("two", 5, 8, ("T", "UW1"), "lexicon"),
)
INDICES = [-1, 0, 0, 0, 1, -1, 2, 2, -1]
N_FRAMES = len(INDICES) * STEPS_EACH * FACTOR
ALIGNMENT = np.repeat(np.eye(len(INDICES), dtype=np.float32), STEPS_EACH, axis=0)
MEL = np.random.default_rng(0).standard_normal((1, 4, N_FRAMES)).astype(np.float32)
COMMA = slice(4 * STEPS_EACH * FACTOR - LEAD, 6 * STEPS_EACH * FACTOR - LEAD)  # with the boundary after it


def paced(tokens: tuple[Token, ...] = TOKENS, melody: float | np.ndarray = 0.0, **changes: float) -> list:
    return pace(MEL, ALIGNMENT, tokens, INDICES, SynthesisOptions(**changes), np.broadcast_to(melody, N_FRAMES))


def test_every_frame_is_some_tokens() -> None:
    owners = frame_owners(ALIGNMENT, INDICES, FACTOR)
    assert owners.shape == (N_FRAMES,)
    assert set(owners[: COMMA.start]) == {0}
    assert set(owners[COMMA]) == {1}
    assert set(owners[COMMA.stop :]) == {2}


def test_neutral_is_every_frame_as_it_is() -> None:
    (piece,) = paced()
    np.testing.assert_array_equal(piece.positions, np.arange(N_FRAMES))
    assert not piece.gain.any()
    assert not piece.pitch.any()
    np.testing.assert_array_equal(sample(MEL[0], piece.positions), MEL[0])


def test_melody_comes_on_top_of_the_pitch_asked_for_and_goes_with_the_speed() -> None:
    (piece,) = paced(melody=np.linspace(0.0, 8.0, N_FRAMES), pitch=2.0, speed=2.0)
    np.testing.assert_allclose(piece.pitch, np.linspace(2.0, 10.0, len(piece.pitch)), atol=0.1)


@pytest.mark.parametrize("speed", [0.25, 0.5, 1.5, 2.0, 4.0])
def test_speed_is_even(speed: float) -> None:
    (piece,) = paced(speed=speed)
    assert len(piece.positions) == pytest.approx((N_FRAMES - 1) / speed + 1, abs=0.51)
    np.testing.assert_allclose(np.diff(piece.positions), speed, rtol=0.05)
    assert (piece.positions[0], piece.positions[-1]) == (0, N_FRAMES - 1)


def test_one_words_prosody_is_its_own() -> None:
    prosody = Prosody(speed=2.0, pitch=3.0, volume=-6.0)
    (piece,) = paced((TOKENS[0], TOKENS[1], replace(TOKENS[2], prosody=prosody)), speed=1.5, pitch=1.0)
    inside = piece.positions > COMMA.stop + 1
    before = piece.positions < COMMA.stop - 2
    np.testing.assert_allclose(np.diff(piece.positions[inside]), 3.0, rtol=0.02)
    np.testing.assert_allclose(np.diff(piece.positions[before]), 1.5, rtol=0.02)
    assert set(piece.pitch[inside]) == {4.0}
    assert set(piece.pitch[before]) == {1.0}
    np.testing.assert_allclose(piece.gain[inside], np.log(10 ** (-6 / 20)), rtol=1e-5)
    assert not piece.gain[before].any()


def test_a_pause_is_exact_and_at_the_quietest_frame_of_its_mark() -> None:
    first, second = paced((TOKENS[0], replace(TOKENS[1], pause=0.75), TOKENS[2]))
    quietest = COMMA.start + MEL[0].mean(axis=0)[COMMA].argmin()
    assert (first.positions[-1], second.positions[0]) == (quietest, quietest)
    assert (first.silence, second.silence) == (0.75, 0.0)


def test_pauses_at_the_edges_leave_two_frames_each() -> None:
    pieces = paced(tuple(replace(token, pause=0.5) for token in (TOKENS[0], TOKENS[1], TOKENS[2])))
    assert [piece.silence for piece in pieces] == [0.5, 0.5, 0.5, 0.0]
    assert all(len(piece.positions) >= 2 for piece in pieces)


def test_the_clock_counts_speed_and_silence() -> None:
    pieces = paced((TOKENS[0], replace(TOKENS[1], pause=0.75), TOKENS[2]), speed=2.0)
    to_seconds = clock(pieces, 0.01, 5.0)
    end = float(to_seconds(np.array([N_FRAMES - 1.0]))[0])
    cut = pieces[0].positions[-1]
    heard = to_seconds(np.array([0.0, cut - 10, cut + 10, N_FRAMES - 1]))
    expected = [5, 5 + (cut - 10) / 200, 5.75 + (cut + 10) / 200, 5.75 + (N_FRAMES - 1) / 200]
    np.testing.assert_allclose(heard, expected, atol=0.011)
    assert end == pytest.approx(5.75 + 0.01 * sum(len(piece.positions) - 1 for piece in pieces))


def test_markup_on_top_of_options_stays_within_their_limits() -> None:
    fast, mute = Prosody(speed=3.0, pitch=10.0, volume=15.0), Prosody(volume=float("-inf"))
    (piece,) = paced((replace(TOKENS[0], prosody=fast), TOKENS[1], replace(TOKENS[2], prosody=mute)), speed=3, pitch=9)
    assert np.diff(piece.positions).max() < 4.2
    assert piece.pitch.max() == 12
    assert piece.gain[-1] == -np.inf
