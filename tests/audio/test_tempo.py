"""Tempo: the right number of frames, each where it belongs, however they arrive."""

import numpy as np
import pytest

from tts.audio.tempo import Tempo, stretch


def _frames(n_frames: int) -> np.ndarray:
    return np.random.default_rng(0).standard_normal((5, n_frames)).astype(np.float32)


def _line(n_frames: int) -> np.ndarray:
    """Frames that hold their own position."""
    return np.arange(n_frames, dtype=np.float32)[None]


@pytest.mark.parametrize("n_frames", [1, 2, 100])
def test_speed_one_changes_no_bit(n_frames: int) -> None:
    frames = _frames(n_frames)
    assert np.array_equal(stretch(frames, 1.0), frames)
    assert np.array_equal(stretch(frames, np.ones(n_frames)), frames)


@pytest.mark.parametrize("speed", [0.25, 0.5, 0.7, 1.3, 2.0, 4.0])
def test_frames_lie_at_even_distances(speed: float) -> None:
    stretched = stretch(_line(200), speed)[0]
    np.testing.assert_allclose(np.diff(stretched[:-1]), speed, atol=1e-3)
    assert len(stretched) == pytest.approx(200 / speed, abs=1 / speed + 1)


def test_speeds_hold_where_they_are_asked() -> None:
    speeds = np.repeat([1.0, 0.5, 2.0], 40)
    stretched = stretch(_line(120), speeds)[0]
    assert len(stretched) == pytest.approx(40 + 80 + 20, abs=2)
    for low, high, speed in ((0, 39, 1.0), (41, 79, 0.5), (82, 118, 2.0)):
        inside = stretched[(stretched >= low) & (stretched <= high)]
        np.testing.assert_allclose(np.diff(inside), speed, atol=1e-3)


@pytest.mark.parametrize("speed", [0.3, 1.0, 2.7])
def test_the_stream_does_not_depend_on_how_it_is_cut(speed: float) -> None:
    frames, whole = _frames(61), stretch(_frames(61), speed)
    for cuts in (list(range(1, 61)), [0, 1, 30], [60], [7, 7, 61]):
        tempo = Tempo()
        pieces = [tempo.push(piece, speed) for piece in np.split(frames, cuts, axis=1)]
        assert np.array_equal(np.concatenate([*pieces, tempo.finish()], axis=1), whole)


@pytest.mark.parametrize(
    ("speed", "message"),
    [
        (0.1, r"speed is 0\.1: use a number from 0\.25 \(slow\) to 4 \(fast\)"),
        (float("nan"), "speed is nan"),
        (np.array([1.0, 9.0, 1.0]), "speed is 9"),
        (np.ones(4), r"shape \(4,\): pass one number, or one for each of 3"),
    ],
)
def test_refusals(speed: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        stretch(_frames(3), speed)
