"""Check the list of hard inputs that `scripts/checks/hard_inputs.py` speaks."""

from __future__ import annotations

from pathlib import Path

from tts.text.frontend import Frontend

INPUTS = Path(__file__).parents[1] / "data" / "hard_inputs.txt"


def test_every_hard_input_is_new_and_has_a_word() -> None:
    lines = INPUTS.read_text(encoding="utf-8").splitlines()[1:]
    assert len(lines) >= 200
    assert len(set(lines)) == len(lines)
    frontend = Frontend()
    for line in lines:
        category, _, text = line.partition("\t")
        assert category
        assert any(not token.is_mark for token in frontend.tokens(text)), text
