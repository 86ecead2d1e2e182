"""A text in pieces gives the same sentences as the whole text."""

from __future__ import annotations

import re

import pytest

from tts.errors import TextError
from tts.text.frontend import Frontend, SentenceStream
from tts.text.incremental import IncrementalText, sentences

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


@pytest.mark.parametrize("pieces", [[], ["", ""], ["  \n"], ["?! ", "... "], ["<speak></speak>"], ["\ue000. "] * 5])
def test_a_text_without_a_word_is_an_error_at_its_end(pieces: list[str]) -> None:
    text = IncrementalText(Frontend())
    for piece in pieces:
        text.feed(piece)
        assert list(text.sentences()) == []
    text.finish()
    with pytest.raises(TextError, match=r"nothing to speak in .*: give at least one word"):
        list(text.sentences())


def test_an_error_quotes_the_beginning_of_the_text() -> None:
    text = IncrementalText(Frontend())
    for _ in range(100):
        text.feed("?!")
    text.finish()
    with pytest.raises(TextError, match=re.escape(f"nothing to speak in {'?!' * 18 + '?' + '...'!r}:")):
        list(text.sentences())


def test_a_text_is_ready_once_the_next_sentence_has_begun() -> None:
    text = IncrementalText(Frontend())
    text.feed("One. Two. Thr")
    assert text.is_ready
    assert [sentence.tokens[0].text for sentence in text.sentences()] == ["one"]
    assert not text.is_ready
    text.feed("ee")
    assert not text.is_ready
    text.finish()
    assert text.is_ready
    assert [sentence.tokens[0].text for sentence in text.sentences()] == ["two", "three"]
    assert list(text.sentences()) == []


def test_nothing_follows_the_end() -> None:
    text = IncrementalText(Frontend())
    text.finish()
    with pytest.raises(TextError, match="the text has ended"):
        text.feed("One.")


def test_what_is_held_back_stays_short() -> None:
    """A text without a sentence end is cut, so that no text fills the memory."""
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


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff<speak>Hello</speak>",
        "<?xml\nversion='1.0'?><speak>Hi.</speak>",
        "\ufeff<?xml version='1.0'?>\n<speak\nversion='1.1'>Hi. You. There. Now.</speak>",
        "<speaker> is a word. So is <speak. They are. Three.",
        "<?xml is. What. It begins. With.",
    ],
)
def test_a_text_may_be_cut_anywhere(text: str) -> None:
    frontend = Frontend()
    whole = list(frontend.sentences(text))
    for cut in range(len(text) + 1):
        assert list(sentences(frontend, [text[:cut], text[cut:]])) == whole, cut
    assert list(sentences(frontend, iter(text))) == whole
