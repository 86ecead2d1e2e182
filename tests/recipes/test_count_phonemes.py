"""Phonemes are counted by their place in a word."""

from __future__ import annotations

from tests.loading import load_script


def test_places_in_a_word() -> None:
    recipe = load_script("recipes/shared/count_phonemes.py")
    counts = recipe.count([["^", "K", "AE1", "T", " ", "AH0", ",", "T", "UW1", "$"], ["^", "T", "UW1"]])
    assert counts == {
        ("K", "first"): 1,
        ("AE1", "within"): 1,
        ("T", "last"): 1,
        ("AH0", "alone"): 1,
        ("T", "first"): 2,
        ("UW1", "last"): 2,
    }
    lines = recipe.table(counts).splitlines()
    assert "| T | 3 | 2 | 0 | 1 | 0 |" in lines
    assert lines[2] == "| AA0 | 0 | 0 | 0 | 0 | 0 |"  # rarest first
