"""Test the benchmark's table and its worker on a tiny voice. No figure is judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from tts.evaluation.speed import machine, measure_voice, table, warm


def test_a_table_has_medians_and_the_first_columns_share() -> None:
    rounds = [{"ours": {"cold": ours, "words": 1.0}, "peer": {"cold": 4.0}} for ours in (1.0, 2.0, 9.0)]
    assert table(rounds, "1 thread", ratios=True).splitlines() == [
        "| 1 thread | ours | peer | / peer |",
        "|---|---|---|---|",
        "| whole command, one short sentence, s | 2.00 | 4.00 | 0.50 |",
    ]


def test_warm_counts_the_sound_that_comes() -> None:
    figures = warm(lambda: lambda text: iter([0.5, 0.5]))
    assert {"load", "first", "factor"} <= set(figures)
    assert 0 < figures["factor"] < 1


def test_measures_a_voice_in_processes_of_its_own(tiny_voice: Path) -> None:
    figures = measure_voice(str(tiny_voice), 1)
    assert {"cold", "load", "first", "factor", "words"} <= set(figures)
    assert all(value > 0 for value in figures.values())


def test_a_command_that_fails_is_named() -> None:
    with pytest.raises(ValueError, match="unknown voice"):
        measure_voice("nobody", 1)


def test_the_machine_is_described() -> None:
    assert "onnxruntime" in machine()
