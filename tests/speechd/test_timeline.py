"""The order of samples and marks."""

from __future__ import annotations

import numpy as np
import pytest

from tts.prosody.timing import MarkTiming
from tts.speech import AudioChunk
from tts.speechd.timeline import timeline

RATE = 1000


def chunk(samples: list[float], **marks: float) -> AudioChunk:
    places = tuple(MarkTiming(name, time / RATE) for name, time in marks.items())
    return AudioChunk(np.array(samples, np.float32), RATE, 0, 1, marks=places)


def heard(*chunks: AudioChunk) -> list[str | int]:
    """Marks, and the lengths of the samples between them."""
    return [item if isinstance(item, str) else len(item) for item in timeline(chunks)]


def test_marks_stand_where_they_are_passed() -> None:
    first = chunk([0.5] * 10, a=0, b=4, c=12)
    assert heard(first, chunk([0.5] * 10, d=15), chunk([0.5] * 5, e=25)) == [
        "a", 4, "b", 6, 2, "c", 3, "d", 5, 5, "e"
    ]  # fmt: skip


def test_marks_at_the_same_place_and_after_the_end() -> None:
    assert heard(chunk([0.5] * 3, a=2, b=2, c=9)) == [2, "a", "b", 1, "c"]


def test_the_silence_before_the_first_sound_is_left_out() -> None:
    quiet = [0.001] * 20
    assert heard(chunk(quiet, a=10), chunk([0.001] * 10 + [0.5] * 10, b=35)) == ["a", 10, "b", 5]
    assert heard(chunk([0.5, 0.001, 0.001, 0.5])) == [4], "only there"


@pytest.mark.parametrize("samples", [[], [0.0] * 7])
def test_a_pause_of_markup_is_kept(samples: list[float]) -> None:
    assert sum(n for n in heard(chunk(samples), chunk([0.0] * 7), chunk([0.5] * 3)) if isinstance(n, int)) >= 10


def test_speech_without_a_sound_ends_with_its_marks() -> None:
    assert heard(chunk([0.001] * 4, a=1), chunk([], b=4)) == ["a", "b"]


def test_marks_of_shorter_speech_are_passed_earlier() -> None:
    noise = [*np.random.default_rng(0).uniform(0.1, 0.5, 400)]
    items = [*timeline([chunk(noise, a=100), chunk(noise, b=600, c=800)], 2.0)]
    assert [item for item in items if isinstance(item, str)] == ["a", "b", "c"]
    ends = np.cumsum([0 if isinstance(item, str) else len(item) for item in items])
    assert [int(end) for end, item in zip(ends, items, strict=True) if isinstance(item, str)] == [50, 300, 400]
