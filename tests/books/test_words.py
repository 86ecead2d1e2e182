"""The guessed words of a book, as a lexicon to edit."""

from __future__ import annotations

from pathlib import Path

import pytest

from tts.cli.main import main
from tts.text.pronunciation.user_lexicon import UserLexicon


def test_words_are_a_lexicon(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.md"
    path.write_text("# Zyxquorble\n\nVrimflot saw Zyxquorble, and the dog *Zyxquorble*.\n", encoding="utf-8")
    assert main(["book", str(path), "--words"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["zyxquorble", "vrimflot"]
    assert lines[0].endswith("# 3")
    lexicon = tmp_path / "names.txt"
    lexicon.write_text("\n".join(lines), encoding="utf-8")
    assert set(UserLexicon.load(lexicon).entries) == {"zyxquorble", "vrimflot"}
    assert main(["book", str(path), "--words", "--lexicon", str(lexicon)]) == 0
    assert capsys.readouterr().out == ""
