"""Sentence files of both layouts, and the list that comes with the package."""

from __future__ import annotations

from pathlib import Path

import pytest

from tts.evaluation.sentences import DEFAULT, Line, read_sentences
from tts.text.frontend import Frontend


def test_plain_lines_are_numbered_by_their_place(tmp_path: Path) -> None:
    file = tmp_path / "lines.txt"
    file.write_text("\ufeffOne, two.\n\n“Three?”\n", encoding="utf-8")
    assert read_sentences(file)[0] == Line("0001", "One, two.")
    assert [line.text for line in read_sentences(file)] == ["One, two.", "“Three?”"]


def test_of_metadata_the_last_column_is_read(tmp_path: Path) -> None:
    file = tmp_path / "metadata.csv"
    file.write_text('a|5 "cats"|five "cats"\nb|one\n', encoding="utf-8")
    assert read_sentences(file) == [Line("a", 'five "cats"'), Line("b", "one")]


@pytest.mark.parametrize(("text", "fault"), [("\n \n", "no sentence"), ("a|x\na|y\n", "twice")])
def test_bad_files_are_refused(tmp_path: Path, text: str, fault: str) -> None:
    (tmp_path / "bad.txt").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=fault):
        read_sentences(tmp_path / "bad.txt")


def test_our_own_sentences_are_forty_and_speakable() -> None:
    lines, frontend = read_sentences(DEFAULT), Frontend()
    assert len(lines) == 40
    for line in lines:
        sentences = list(frontend.sentences(line.text))
        assert sentences
        assert not any(sentence.skipped for sentence in sentences)
