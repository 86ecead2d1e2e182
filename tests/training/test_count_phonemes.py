"""The recipe's count of phonemes by their place in a word."""

from __future__ import annotations

import importlib.util
from pathlib import Path

RECIPE = Path(__file__).parents[2] / "recipes" / "joe" / "count_phonemes.py"


def test_places_in_a_word() -> None:
    spec = importlib.util.spec_from_file_location("count_phonemes", RECIPE)
    assert spec is not None
    assert spec.loader is not None
    recipe = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(recipe)
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
