"""A text that arrives in pieces has the sentences of the text whole."""

from __future__ import annotations

import pytest

from tts.text.frontend import Frontend, SentenceStream
from tts.text.incremental import sentences

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


def test_a_sentence_comes_as_soon_as_the_next_one_is_certain() -> None:
    stream = SentenceStream(Frontend())
    found = [len(list(stream.feed(piece))) for piece in ("One. ", "Two. ", "Th", "ree.\n\n", "F")]
    assert found == [0, 0, 1, 0, 1]
    assert [sentence.start for sentence in stream.finish("our.")] == [10, 18]


def test_nothing_has_no_sentences() -> None:
    assert list(sentences(Frontend(), [])) == []
    assert list(sentences(Frontend(), ["", ""])) == []


def test_what_is_held_back_stays_short() -> None:
    """A text without an end of a sentence is cut, so that no text can fill the memory."""
    stream, length, held = SentenceStream(Frontend()), 0, 0
    for _ in range(50):
        length += len("word " * 20)
        done = [sentence.end for sentence in stream.feed("word " * 20)]
        held = length - done[-1] if done else held + 100
        assert held < 2000


def test_wordless_sentences_between_pieces_are_reported() -> None:
    pieces = ["One. ", "\ue000. ", "\ue001. ", "Two. ", "Three. ", "Four."]
    whole = list(Frontend().sentences("".join(pieces)))
    found = list(sentences(Frontend(), pieces))
    assert [skip[:2] for sentence in found for skip in sentence.skipped] == [
        skip[:2] for sentence in whole for skip in sentence.skipped
    ]


def test_ssml_is_taken_in_whole() -> None:
    text = '<?xml version="1.0"?> <speak>One. <break time="1s"/> Two. <p>Three.</p></speak>'
    frontend = Frontend()
    assert list(sentences(frontend, iter(text))) == list(frontend.sentences(text))
    with pytest.raises(ValueError, match="SSML"):
        list(sentences(frontend, ["One. Two. ", "Three."], markup="ssml"))
