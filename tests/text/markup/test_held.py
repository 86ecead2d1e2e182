"""Test the segments that wait for words after a break."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tts.text.markup import held
from tts.text.markup.held import HeldSegments
from tts.text.markup.segments import Boundary, Segment, TextSegment

ONE, BREAK, TWO = TextSegment("one", 0, 3), Boundary(True, 3), TextSegment("two", 4, 7)


def test_segments_settle_when_words_follow_a_break() -> None:
    segments = HeldSegments()
    segments.add([ONE, BREAK])
    assert segments.settle(begun=False) == []
    segments.add([TWO])
    assert segments.settle(begun=False) == [ONE, BREAK]
    assert segments.settle(begun=True) == []
    assert segments.take() == [TWO]
    assert len(segments) == 0


def test_segments_without_a_break_are_not_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[int] = []

    def search(segments: Sequence[Segment], begun: bool) -> int:
        searched.append(len(segments))
        return 0

    monkeypatch.setattr(held, "settled_count", search)
    segments = HeldSegments()
    for _ in range(100):
        segments.add([ONE])
        assert segments.settle(begun=True) == []
    assert searched == []
