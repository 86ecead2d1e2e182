"""Segments that are held until words follow a break after them."""

from __future__ import annotations

from collections.abc import Sequence

from tts.text.markup.segments import Boundary, Segment
from tts.text.markup.sentence_text import settled_count


class HeldSegments:
    """Segments in order. They are searched for a break only if they have one, so long text costs linear time."""

    def __init__(self) -> None:
        self._segments: list[Segment] = []
        self._has_break = False

    def __len__(self) -> int:
        return len(self._segments)

    def add(self, segments: Sequence[Segment]) -> None:
        """Hold more segments."""
        self._segments += segments
        self._has_break = self._has_break or _has_break(segments)

    def settle(self, begun: bool) -> list[Segment]:
        """Remove and return the segments up to the last break that words follow. `begun`: whether they follow all."""
        count = settled_count(self._segments, begun) if self._has_break else 0
        settled = self._segments[:count]
        if count:
            del self._segments[:count]
            self._has_break = _has_break(self._segments)
        return settled

    def take(self) -> list[Segment]:
        """Remove and return all segments."""
        taken, self._segments, self._has_break = self._segments, [], False
        return taken


def _has_break(segments: Sequence[Segment]) -> bool:
    return any(isinstance(segment, Boundary) for segment in segments)
