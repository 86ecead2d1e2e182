"""Dialogue is told from narration by its quotation marks."""

from __future__ import annotations

import pytest

from tts.books.dialogue import split_runs


def marked(html: str) -> str:
    """Return the block with its dialogue in braces."""
    return "".join(f"{{{html[r.start : r.end]}}}" if r.is_dialogue else html[r.start : r.end] for r in split_runs(html))


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("No one spoke.", "No one spoke."),
        ("“Come,” he said, “and see.”", "{“Come,”} he said, {“and see.”}"),
        ('"Come," he said. "See."', '{"Come,"} he said. {"See."}'),
        ("He said: “This goes on", "He said: {“This goes on}"),
        ("“An <em>inner “odd” one</em>.” No", "{“An <em>inner “odd”} one</em>.” No"),
        ('A <span class="em">x</span> &quot; y', 'A <span class="em">x</span> &quot; y'),
        ("‘So,’ he said, ‘it’s the boys’ dog.’", "{‘So,’} he said, {‘it’s the boys’ dog.’}"),
        ("It’s the boys’ dog, ‘so called’.", "It’s the boys’ dog, ‘so called’."),
        ("“She said ‘no,’ twice.”", "{“She said ‘no,’ twice.”}"),
    ],
)
def test_runs(block: str, expected: str) -> None:
    assert marked(block) == expected
    runs = split_runs(block)
    assert [run.start for run in runs[1:]] == [run.end for run in runs[:-1]]
    assert (runs[0].start, runs[-1].end) == (0, len(block))
