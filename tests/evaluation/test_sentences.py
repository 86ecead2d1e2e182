"""Read sentence files of both layouts, and the list in the package."""

from __future__ import annotations

from pathlib import Path

import pytest

from tts.evaluation.sentences import DATA, DEFAULT, NAMED, Line, find_sentences, read_sentences
from tts.text.frontend import Frontend

RECIPES = Path(__file__).parents[2] / "recipes"


def test_plain_lines_are_numbered_by_their_place(tmp_path: Path) -> None:
    file = tmp_path / "lines.txt"
    file.write_text("\ufeffOne, two.\n\n“Three?”\n", encoding="utf-8")
    assert read_sentences(file)[0] == Line("0001", "One, two.")
    assert [line.text for line in read_sentences(file)] == ["One, two.", "“Three?”"]


def test_of_metadata_the_last_column_is_read(tmp_path: Path) -> None:
    file = tmp_path / "metadata.csv"
    file.write_text('a|5 "cats"|five "cats"\nb|one\n', encoding="utf-8")
    assert read_sentences(file) == [Line("a", 'five "cats"'), Line("b", "one")]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("\n \n", "no sentence"),
        ("a|x\na|y\n", "twice"),
        ("../a|x\n", r"id '\.\./a', which leads out"),
        ("/a|x\n", "leads out"),
    ],
)
def test_bad_files_are_refused(tmp_path: Path, text: str, fault: str) -> None:
    (tmp_path / "bad.txt").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=fault):
        read_sentences(tmp_path / "bad.txt")


OWN = [(DEFAULT, 40), *((find_sentences(name), 100) for name in NAMED)]


@pytest.mark.parametrize(("path", "count"), OWN)
def test_our_own_sentences_are_all_there_and_speakable(path: Path, count: int) -> None:
    lines, frontend = read_sentences(path), Frontend()
    assert len(lines) == count
    for line in lines:
        sentences = list(frontend.sentences(line.text))
        assert sentences
        assert not any(sentence.skipped for sentence in sentences)


def test_no_sentence_is_in_two_lists() -> None:
    texts = [line.text for path, _ in OWN for line in read_sentences(path)]
    assert len(set(texts)) == len(texts)


def test_no_recipe_trains_on_them() -> None:
    ours = {line.text for name in NAMED for line in read_sentences(find_sentences(name))}
    files = [path for path in RECIPES.rglob("*") if path.suffix in (".txt", ".csv", ".py", ".md")]
    assert len(files) > 10
    found = {text for path in files for text in ours if len(text) > 25 and text in path.read_text(encoding="utf-8")}
    assert not found


def test_a_list_goes_by_its_name_and_a_file_by_its_path() -> None:
    assert find_sentences("final") == DATA / "final.txt"
    assert find_sentences("./final") == Path("final")
    assert "final" in (DATA / "README.md").read_text(encoding="utf-8")
