"""A text that arrives in pieces has the sentences of the text whole."""

from __future__ import annotations

import pytest

from tts.text.frontend import Frontend
from tts.text.incremental import chunks, sentences

TEXT = """Dr. Smith met J. R. R. Tolkien in the U.S. The war was over. He said: "So it goes." and left!

A paragraph of its own; 世界 is not read. What is it, e.g. a list?
- one
- two (at 3.30 p.m.)
It ends here"""


@pytest.mark.parametrize("size", [1, 2, 7, 50, 1000])
def test_pieces_have_the_sentences_of_the_whole(size: int) -> None:
    frontend = Frontend()
    whole = list(frontend.sentences(TEXT))
    pieces = (TEXT[start : start + size] for start in range(0, len(TEXT), size))
    assert list(sentences(frontend, pieces)) == whole


def test_chunks_joined_are_the_text() -> None:
    text = "  One.  Two!\n\n \n" * 20 + "?!"
    found = list(chunks(text[start : start + 5] for start in range(0, len(text), 5)))
    assert "".join(chunk.text for chunk in found) == text
    assert [chunk.start for chunk in found] == [
        sum(len(chunk.text) for chunk in found[:index]) for index in range(len(found))
    ]
    assert len(found) > 10


def test_nothing_is_no_chunk() -> None:
    assert list(chunks([])) == []
    assert list(chunks(["", ""])) == []


def test_what_is_held_back_stays_short() -> None:
    """A text without an end of a sentence is cut, so that no text can fill the memory."""
    longest = max(len(chunk.text) for chunk in chunks("word " * 20 for _ in range(200)))
    assert longest < 2000


def test_ssml_is_taken_in_whole() -> None:
    text = '<?xml version="1.0"?> <speak>One. <break time="1s"/> Two. <p>Three.</p></speak>'
    frontend = Frontend()
    assert list(sentences(frontend, iter(text))) == list(frontend.sentences(text))
    with pytest.raises(ValueError, match="SSML"):
        list(sentences(frontend, ["One. Two. ", "Three."], ssml=True))
